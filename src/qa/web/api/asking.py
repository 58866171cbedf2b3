"""Asking through any door but the page's: checked, counted, and answered by the one assistant."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.answering.assistant import MOST_PASSAGES
from qa.answering.question import LONGEST_QUESTION
from qa.answering.scope import Scope, documents_in
from qa.types import Turn
from qa.web.answers import ShownAnswer, shown_answer
from qa.web.site import Site

MOST_TURNS = 200
MOST_NAMES = 1_000
DATE = r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"


class Part(BaseModel):
    """A part of a request: a field that it does not know is refused, so that a slip of the pen is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(Part):
    """One message of the dialogue so far."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=100_000)


class Within(Part):
    """Which documents are searched; what is empty limits nothing."""

    documents: list[str] = Field(default=[], max_length=MOST_NAMES, description="ids of documents")
    collections: list[str] = Field(default=[], max_length=MOST_NAMES, description="names of collections")
    since: str = Field(default="", pattern=DATE, description="earliest date of a document: 2024, 2024-03 or 2024-03-01")
    until: str = Field(default="", pattern=DATE, description="latest date of a document, inclusive")


class Question(Part):
    """A question, and what it is asked of."""

    question: str = Field(max_length=LONGEST_QUESTION, description="the question, in one's own words")
    history: list[Said] = Field(
        default=[],
        max_length=MOST_TURNS,
        description="the dialogue so far, oldest first; a follow-up takes its subject from it",
    )
    k: int = Field(default=5, ge=1, le=MOST_PASSAGES, strict=True, description="how many passages at most")
    scope: Within = Field(default=Within(), description="which documents are searched; all without it")
    as_typed: bool = Field(default=False, strict=True, description="put no mistyped word right")
    dropped: list[str] = Field(
        default=[], max_length=MOST_NAMES, description="words not to take over from the dialogue"
    )


def answered(site: Site, asked: Question, language: str = "") -> ShownAnswer:
    """Return the answer to a question, timed, counted, and logged where questions are; `language` is the visitor's.

    Raises `QuestionError` for a blank question, and for a document or collection that the index does not hold.
    """
    assistant = site.live.current()
    within = asked.scope
    scope = Scope(tuple(within.documents), tuple(within.collections), within.since, within.until)
    with site.metrics.asking():
        answer = assistant.ask(
            asked.question,
            [Turn(said.role, said.content) for said in asked.history],
            k=asked.k,
            documents=documents_in(scope, assistant.index),
            as_typed=asked.as_typed,
            dropped=asked.dropped,
        )
    site.metrics.answered(answer.outcome)
    site.state.questions.record(answer.question, answer.outcome, answer.confidence, answer.index_id, language)
    return shown_answer(answer, assistant.index)
