"""Asking through any door but the page's: checked, counted, and answered by the one assistant."""

from pydantic import Field

from qa.answering.assistant import MOST_PASSAGES
from qa.answering.question import LONGEST_QUESTION
from qa.answering.scope import documents_in
from qa.web.answers import Model, ShownAnswer, shown_answer
from qa.web.asked import MOST_NAMES, MOST_TURNS, AskedScope, Said
from qa.web.site import Site


class Question(Model):
    """A question, and what it is asked of."""

    question: str = Field(max_length=LONGEST_QUESTION, description="the question, in one's own words")
    history: list[Said] = Field(
        default=[],
        max_length=MOST_TURNS,
        description="the dialogue so far, oldest first; a follow-up takes its subject from it",
    )
    k: int = Field(default=5, ge=1, le=MOST_PASSAGES, strict=True, description="how many passages at most")
    scope: AskedScope = Field(default=AskedScope(), description="which documents are searched; all without it")
    as_typed: bool = Field(default=False, strict=True, description="put no mistyped word right")
    dropped: list[str] = Field(
        default=[], max_length=MOST_NAMES, description="words not to take over from the dialogue"
    )


def answered(site: Site, asked: Question, language: str = "") -> ShownAnswer:
    """Return the answer to a question, timed, counted, and logged where questions are; `language` is the visitor's.

    Raises `QuestionError` for a blank question, and for a document or collection that the index does not hold.
    """
    assistant = site.live.current()
    with site.metrics.asking():
        answer = assistant.ask(
            asked.question,
            [said.turn for said in asked.history],
            k=asked.k,
            documents=documents_in(asked.scope.scope, assistant.index),
            as_typed=asked.as_typed,
            dropped=asked.dropped,
        )
    site.note(answer, language)
    return shown_answer(answer, assistant.index)
