"""One question of a dialogue with what it got, as the server holds it and the browser keeps it."""

from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator

from qa.types import Turn
from qa.web.answers import Model, ShownAnswer
from qa.web.asked import AskedScope

# A question has 4,000 characters at most; what a browser hands back may be anything.
LONGEST_QUESTION = 4_000
LONGEST_WORD = 4_000


class NearHeading(Model):
    """A heading near a cited paragraph, and the address at which it is opened."""

    heading: str
    source: str


class Suggestions(Model):
    """What may be asked or opened next."""

    questions: list[str] = Field(default=[], max_length=10)
    headings: list[NearHeading] = Field(default=[], max_length=10)


class Exchange(Model):
    """A question and its answer, or the sentence that says why it could not be asked.

    `number` counts from 0 and stays. `dropped` are words not to be taken over from the dialogue; an exchange from which
    all were removed is `alone`: what was said before it is forgotten by those after it, too. `linked_index` is the
    index generation that answered when somebody shared this answer, "" where nobody did.
    """

    number: int = Field(ge=0, le=1_000_000)
    question: str = Field(max_length=LONGEST_QUESTION)
    asked_at: str = Field(default="", max_length=40, description="UTC, ISO 8601")
    answer: ShownAnswer | None = None
    refusal: str = Field(default="", max_length=2_000)
    dropped: list[str] = Field(default=[], max_length=100)
    as_typed: bool = False
    alone: bool = False
    scope: AskedScope = AskedScope()
    linked_index: str = Field(default="", max_length=200)
    suggestions: Suggestions = Suggestions()

    @model_validator(mode="after")
    def _answer_is_whole(self) -> Self:
        if self.answer is not None:
            self.answer.require_whole()
        return self

    @property
    def turns(self) -> list[Turn]:
        """What it leaves to the dialogue: the question and, if it was answered, its best quote.

        That nothing was found says nothing of the subject, and what is merely near may be about another.
        """
        if self.answer is None:
            return []
        asked = Turn("user", self.answer.question)
        if self.answer.outcome != "answered" or not self.answer.passages:
            return [asked]
        return [asked, Turn("assistant", self.answer.passages[0].words.text)]

    @property
    def opens_subject(self) -> bool:
        """Whether it stands by itself, so that what was said before it is no matter of those after it."""
        return self.alone or (self.answer is not None and not self.answer.carried)

    def carried_forms(self, word: str) -> list[str]:
        """Return a word that was taken over, with the forms in which it may have been typed in the dialogue."""
        corrections = self.answer.corrections if self.answer else []
        return [word, *(pair.typed for pair in corrections if pair.searched == word)]


def history_before(exchanges: Sequence[Exchange]) -> list[Turn]:
    """Return the turns of a dialogue since its subject was opened."""
    first = max((place for place, exchange in enumerate(exchanges) if exchange.opens_subject), default=0)
    return [turn for exchange in exchanges[first:] for turn in exchange.turns]
