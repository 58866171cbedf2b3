"""What is asked besides the question: the dialogue before it, and what the search is limited to."""

from typing import Literal

from pydantic import Field

from qa.answering.scope import Scope
from qa.types import Turn
from qa.web.answers import Model

MOST_TURNS = 200
LONGEST_MESSAGE = 100_000
MOST_NAMES = 1_000
# The ASCII digits alone: \d would take those of any script.
DATE = r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"


class Said(Model):
    """One message of the dialogue so far."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=LONGEST_MESSAGE)

    @property
    def turn(self) -> Turn:
        """The same for asking."""
        return Turn(self.role, self.content)


class AskedScope(Model):
    """Which documents are searched; what is empty limits nothing."""

    documents: list[str] = Field(default=[], max_length=MOST_NAMES, description="ids of documents")
    collections: list[str] = Field(default=[], max_length=MOST_NAMES, description="names of collections")
    since: str = Field(default="", pattern=DATE, description="earliest date of a document: 2024, 2024-03 or 2024-03-01")
    until: str = Field(default="", pattern=DATE, description="latest date of a document, inclusive")

    @property
    def scope(self) -> Scope:
        """The same for asking."""
        return Scope(tuple(self.documents), tuple(self.collections), self.since, self.until)

    @property
    def is_everything(self) -> bool:
        """Whether nothing is limited."""
        return self.scope.is_everything

    @property
    def in_words(self) -> str:
        """What is searched, as names and dates: "Leave, 2024 – 2025"."""
        dates = f"{self.since} – {self.until}".strip() if self.since or self.until else ""
        return ", ".join([*self.collections, *self.documents, *([dates] if dates else [])])
