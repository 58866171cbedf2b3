"""What a browser hands in to be written to a file."""

from datetime import UTC, date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from qa.web.answers import Model, ShownAnswer

LONGEST_QUESTION = 20_000
MOST_EXCHANGES = 200
MOST_PARTS = 3_000
"""Quotes and differing sources of all answers together: a Word file takes about a second for so many."""


class AnsweredQuestion(Model):
    """A question and the answer that was shown."""

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    answer: ShownAnswer

    @model_validator(mode="after")
    def _answer_is_whole(self) -> Self:
        self.answer.require_whole()
        return self


class ExportRequest(Model):
    """A dialogue to be written."""

    exchanges: Annotated[list[AnsweredQuestion], Field(min_length=1, max_length=MOST_EXCHANGES)]
    title: str = Field("", max_length=200, description="heading of the file; by default the interface's own")
    day: date = Field(
        default_factory=lambda: datetime.now(UTC).date(), description="the visitor's date: 2026-01-31; by default UTC's"
    )

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        answers = [exchange.answer for exchange in self.exchanges]
        quotes = sum(1 + len(passage.more) for answer in answers for passage in answer.passages)
        sides = sum(len(difference.sides) for answer in answers for difference in answer.differences)
        if quotes + sides > MOST_PARTS:
            raise ValueError(f"more than {MOST_PARTS:,} quotes: save fewer answers at once")
        return self
