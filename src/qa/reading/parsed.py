"""What a parser takes and returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from qa.reading.blocks import Block
from qa.types import Limits, Metadata

__all__ = ["Attachment", "Limits", "Parsed", "Parser"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a file, to be read as a document of its own."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as its parser found it.

    `notes` tell what the reader of a report should know although the file was read: "page 3 has no text layer",
    "encoding guessed: cp1252".
    """

    blocks: Sequence[Block]
    metadata: Metadata = field(default_factory=Metadata)
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()


Parser = Callable[[bytes, Limits], Parsed]
"""Raises `CorpusError` with the reason, a phrase without a full stop, where the bytes cannot be read."""
