"""What went wrong with a question, by the first stage that lost it: documents, retrieval, ranking, quote, decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from qa.types import Outcome

SHOWN = 5
"""Passages that a reader is shown; those that a question with several required quotes needs stand among them."""


class Failure(StrEnum):
    """A question's class; the order is that of the stages, and the first one that applies is a question's."""

    STALE_GOLD = "stale_gold"
    NOT_INDEXED = "not_indexed"
    NOT_A_CANDIDATE = "not_a_candidate"
    RANKED_LOW = "ranked_low"
    WRONG_QUOTE = "wrong_quote"
    SHOULD_HAVE_ANSWERED = "should_have_answered"
    SHOULD_HAVE_ABSTAINED = "should_have_abstained"
    RIGHT = "right"

    @property
    def label(self) -> str:
        """The class in a few words."""
        return _LABELS[self]

    @property
    def sentence(self) -> str:
        """What the class means."""
        return _SENTENCES[self]


_LABELS = {
    Failure.STALE_GOLD: "stale gold",
    Failure.NOT_INDEXED: "not indexed",
    Failure.NOT_A_CANDIDATE: "not a candidate",
    Failure.RANKED_LOW: "ranked low",
    Failure.WRONG_QUOTE: "right paragraph, wrong quote",
    Failure.SHOULD_HAVE_ANSWERED: "should have answered",
    Failure.SHOULD_HAVE_ABSTAINED: "should have abstained",
    Failure.RIGHT: "right",
}
_SENTENCES = {
    Failure.STALE_GOLD: "The gold quote no longer stands in its document: correct the question set.",
    Failure.NOT_INDEXED: "The document of the gold quote is not in the index, or the quote stands in a part of it that "
    "is not searched (sources, headers and footers, repetitions).",
    Failure.NOT_A_CANDIDATE: "Neither search, by words or by meaning, found the passage among its hundred best.",
    Failure.RANKED_LOW: "The passage was found, but another one stands before it.",
    Failure.WRONG_QUOTE: "The right passage comes first, but the words quoted from it are others.",
    Failure.SHOULD_HAVE_ANSWERED: "Passage and quote are right, but the answer was not given as one: the confidence "
    "was too low.",
    Failure.SHOULD_HAVE_ABSTAINED: "The documents do not answer the question, but an answer was given.",
    Failure.RIGHT: "The right words came first and were given as the answer, or rightly no answer was given.",
}

State = Literal["indexed", "stale", "not indexed"]


@dataclass(frozen=True, slots=True)
class Needed:
    """What became of one required piece of the answer, of which the gold quotes of a group are alternatives.

    `passage_rank` is the 1-based rank of the first passage shown that holds one of the quotes, `candidate_rank` of the
    first candidate that does, None where none does; `quoted` tells whether that passage's quote holds its words.
    """

    state: State
    passage_rank: int | None
    candidate_rank: int | None
    quoted: bool


def classify(unanswerable: bool, outcome: Outcome, needed: Sequence[Needed]) -> Failure:
    """Return a question's class.

    Where one piece is needed, it has to come first. Where several are, one has to come first and each be among the
    five passages shown, quoted.
    """
    if unanswerable:
        return Failure.SHOULD_HAVE_ABSTAINED if outcome == "answered" else Failure.RIGHT
    lowest = 1 if len(needed) == 1 else max(SHOWN, len(needed))
    found = [_class_of(piece, lowest) for piece in needed]
    if all(piece.passage_rank != 1 for piece in needed):
        found.append(Failure.RANKED_LOW)
    if outcome != "answered":
        found.append(Failure.SHOULD_HAVE_ANSWERED)
    return min(found, key=list(Failure).index)


def _class_of(piece: Needed, lowest: int) -> Failure:
    if piece.state == "stale":
        return Failure.STALE_GOLD
    if piece.state == "not indexed":
        return Failure.NOT_INDEXED
    if piece.passage_rank is None and piece.candidate_rank is None:
        return Failure.NOT_A_CANDIDATE
    if piece.passage_rank is None or piece.passage_rank > lowest:
        return Failure.RANKED_LOW
    return Failure.RIGHT if piece.quoted else Failure.WRONG_QUOTE
