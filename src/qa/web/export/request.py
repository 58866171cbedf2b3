"""What a browser hands in to be written to a file."""

from datetime import UTC, date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qa.web.answers import ShownAnswer

LONGEST_QUESTION = 20_000
MOST_EXCHANGES = 200


class Part(BaseModel):
    """A part of the request; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AnsweredQuestion(Part):
    """A question and the answer that was shown."""

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    answer: ShownAnswer

    @model_validator(mode="after")
    def _differences_have_passages(self) -> Self:
        places = [side.passage for difference in self.answer.differences for side in difference.sides]
        if any(not 0 <= place < len(self.answer.passages) for place in places):
            raise ValueError("sources differ that the answer does not hold")
        return self


class ExportRequest(Part):
    """A dialogue to be written."""

    exchanges: Annotated[list[AnsweredQuestion], Field(min_length=1, max_length=MOST_EXCHANGES)]
    title: str = Field("", max_length=200, description="heading of the file; by default the interface's own")
    day: date = Field(
        default_factory=lambda: datetime.now(UTC).date(), description="the visitor's date: 2026-01-31; by default UTC's"
    )
