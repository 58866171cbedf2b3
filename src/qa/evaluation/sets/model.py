"""A question with what should be found, and the dialogue before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.types import Turn


@dataclass(frozen=True, slots=True)
class Gold:
    """Words that answer a question, and the document they stand in.

    Quotes of the same `group` are alternatives; one of each group is needed for a whole answer. `grade` says how well
    the quote answers, 1 at least.
    """

    document: str
    quote: str
    group: int = 0
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what should be found; no gold means that the documents do not answer it.

    `parent_id` names the question that a follow-up follows; `history` is a dialogue before it that is no question of
    the set. `answer` is a text for people, `answers` are short ones to compare with, any of which is right.
    """

    id: str
    question: str
    gold: tuple[Gold, ...]
    unanswerable: bool
    category: str
    parent_id: str | None
    answer: str
    answers: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    author: str = ""
    note: str = ""


def history_of(question: Question, by_id: Mapping[str, Question]) -> list[Turn]:
    """Return the dialogue before a question: its ancestors' questions, each answered with its first gold quote.

    The first of the ancestors may have a dialogue of its own before it.
    """
    turns: list[Turn] = []
    while question.parent_id is not None:
        question = by_id[question.parent_id]
        reply = question.gold[0].quote if question.gold else "The documents do not answer this."
        turns[:0] = [Turn("user", question.question), Turn("assistant", reply)]
    return [*question.history, *turns]


def by_id(questions: Sequence[Question]) -> dict[str, Question]:
    """Return the questions by their id."""
    return {question.id: question for question in questions}
