"""Drafts of test questions as they come and go over the API, and what has to hold of them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from qa.evaluation.anchors import Anchor, anchor
from qa.evaluation.sets import Gold, Question, SetError
from qa.evaluation.sets.fields import HIGHEST_GRADE, HIGHEST_GROUP, Entry, fields_of, questions_of
from qa.state.drafts import Draft, Origin, Status
from qa.types import Document
from qa.web.answers import Model
from qa.web.api.problems import FieldProblem, ProblemError
from qa.web.asked import MOST_TURNS, Said

LONGEST_QUESTION = 20_000
LONGEST_HISTORY = 200_000
"""Characters of all messages together."""
LONGEST_QUOTE = 20_000
LONGEST_LINE = 500
LONGEST_NOTE = 5_000
MOST_GOLD = 50
_DRAFT = Path("draft")
_ID = "draft"


class GoldQuote(Model):
    """Words that answer the question, exactly as their document has them."""

    document: str = Field(min_length=1, max_length=4_000, description="id of the document")
    quote: str = Field(min_length=1, max_length=LONGEST_QUOTE, description="the words; white space may differ")
    group: int = Field(0, ge=0, le=HIGHEST_GROUP, description="quotes of one group are alternatives; each is needed")
    grade: int = Field(1, ge=1, le=HIGHEST_GRADE, description="how well the quote answers")


class TestQuestion(Model):
    """A question with the words that answer it, or with the word that the documents do not."""

    # pytest takes a class of this name for tests.
    __test__ = False

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    history: list[Said] = Field(default=[], max_length=MOST_TURNS, description="the dialogue before it")
    gold: list[GoldQuote] = Field(default=[], max_length=MOST_GOLD)
    unanswerable: bool = Field(False, description="the documents do not answer it; it then has no gold")
    answers: list[str] = Field(default=[], max_length=50, description="short answers, any of which is right")
    answer: str = Field("", max_length=LONGEST_NOTE, description="an answer in words, for people")
    category: str = Field("", max_length=LONGEST_LINE)
    author: str = Field("", max_length=LONGEST_LINE)
    note: str = Field("", max_length=LONGEST_NOTE)

    def fields(self, document_of: Callable[[str], Document | None], author: str = "") -> dict[str, Any]:
        """Return the fields as a question set has them, without an id; `author` stands in where none is given.

        Raises `ProblemError` (422) for what no set may hold, and for quotes that do not stand in their documents.
        """
        if sum(len(said.content) for said in self.history) > LONGEST_HISTORY:
            raise ProblemError(422, f"The dialogue is longer than {LONGEST_HISTORY:,} characters: shorten it.")
        given = self.model_dump(mode="json", exclude_defaults=True) | {"id": _ID, "gold": self._gold()}
        if not self.author and author:
            given["author"] = author
        question = require_sound(given)
        _require_standing(question, document_of)
        return {name: value for name, value in fields_of(question).items() if name != "id"}

    def _gold(self) -> list[dict[str, Any]]:
        return [gold.model_dump(mode="json") for gold in self.gold]


class ShownDraft(Model):
    """A draft with where it comes from, what it is at, and who made and changed it when."""

    id: str
    fields: TestQuestion
    origin: Origin = Field(description="an answer in the chat, feedback, the question log, or the documents")
    status: Status = Field(description="a program's proposal, a person's draft, one in a set's file, one thrown away")
    exported_to: str = Field(description="the set that it stands in, or empty")
    made: str = Field(description="UTC, ISO 8601")
    made_by: str
    changed: str = Field(description="UTC, ISO 8601")
    changed_by: str


def shown_draft(draft: Draft) -> ShownDraft:
    """Return a draft as the API tells it."""
    return ShownDraft(
        id=draft.id,
        fields=TestQuestion.model_validate(dict(draft.fields)),
        origin=draft.origin,
        status=draft.status,
        exported_to=draft.exported_to,
        made=draft.made,
        made_by=draft.made_by,
        changed=draft.changed,
        changed_by=draft.changed_by,
    )


def question_of(draft: Draft, question_id: str = _ID) -> Question:
    """Return a draft as a question of a set. Raises `ProblemError` where it is none."""
    return require_sound({**draft.fields, "id": question_id})


def require_sound(fields: Mapping[str, Any]) -> Question:
    """Return the question that some fields are. Raises `ProblemError` (422) naming all that is wrong with them."""
    try:
        (question,) = questions_of(_DRAFT, [Entry(None, fields)])
    except SetError as error:
        found = [FieldProblem(field=f"body.{problem.field}", message=problem.text) for problem in error.problems]
        detail = f"This cannot be a test question: {found[0].field.removeprefix('body.')}: {found[0].message}."
        raise ProblemError(422, detail, kind="invalid-request", errors=found) from error
    return question


def anchored(gold: Gold, document_of: Callable[[str], Document | None]) -> Anchor:
    """Look a gold quote up in its document."""
    return anchor(document_of(gold.document), gold)


def _require_standing(question: Question, document_of: Callable[[str], Document | None]) -> None:
    stale = [
        (number, found)
        for number, gold in enumerate(question.gold)
        if (found := anchored(gold, document_of)).standing != "found"
    ]
    if stale:
        errors = [
            FieldProblem(field=f"body.gold[{number}].quote", message=stale_told(found)) for number, found in stale
        ]
        raise ProblemError(422, errors[0].message, kind="invalid-request", errors=errors)


def stale_told(found: Anchor) -> str:
    """Say in a sentence why a gold quote does not stand in its document."""
    document = found.gold.document[:200]
    if found.standing == "not indexed":
        return f"There is no document {document}."
    if found.standing == "changed":
        return f"These words do not stand in {document}; the nearest that do: “{found.nearest}”"
    return f"These words do not stand in {document}, nor any like them."
