"""Which place of a document an address asks for, and what became of the words that it quotes."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from qa.answering.permalink import Located, find_quote, version_of
from qa.types import Document
from qa.web.citations import check_of

CHANGED = "This document has changed since the answer was given: the quoted words no longer stand at their place."


class Place(BaseModel):
    """The query of the source viewer's address."""

    p: int | None = Field(None, ge=1, description="number of the paragraph to open; without it all are shown")
    start: int = Field(0, ge=0, description="where the words to mark start")
    end: int = Field(0, ge=0, description="where they end")
    check: str = Field("", description="hash of the words, to notice a changed document")
    exact: str = Field("", description="the quoted words, to find them again in a changed document")
    prefix: str = Field("", description="the text before them")
    suffix: str = Field("", description="the text after them")
    theme: str = Field("", description="light or dark; else what the browser prefers")


@dataclass(frozen=True, slots=True)
class Opened:
    """What is shown: the paragraph that stands out, the range that is marked, and what there is to say about it.

    `quoted` are the words as the address quotes them, where they no longer stand in the document.
    """

    number: int | None
    start: int
    end: int
    notice: str = ""
    quoted: str = ""


def opened(document: Document, place: Place, version: str) -> Opened:
    """Return what to show of `document` for an address that names `version`, "" where it names none."""
    earlier = bool(version) and version != version_of(document)
    stands = check_of(document.text[place.start : place.end]) == place.check
    if place.exact and not stands:
        located = find_quote(document, place.exact, place.prefix, place.suffix, place.p or 0)
        return _told(located, place, bool(version), earlier)
    if place.check and not stands:
        return Opened(place.p, 0, 0, CHANGED)
    notice = "This link was made for an earlier version of the document: its paragraphs may have moved."
    within = any(p.start <= place.start < place.end <= p.end for p in document.paragraphs)
    start, end = (place.start, place.end) if within else (0, 0)
    return Opened(place.p, start, end, notice if earlier else "")


def _told(located: Located, place: Place, permalink: bool, earlier: bool) -> Opened:
    """Put what became of the quoted words into a sentence; an answer's own link says nothing if all is as it was."""
    if located.paragraph is None:
        notice = "The words that this link quotes do not stand in this document as it is now. The link quotes:"
        return Opened(place.p, 0, 0, notice, place.exact)
    number = located.paragraph.number
    if located.status == "changed":
        notice = (
            f"The words that this link quotes have changed; the nearest passage, in paragraph {number}, is marked. "
        )
        return Opened(number, located.start, located.end, notice + "The link quotes:", place.exact)
    notice = f"The quoted words stand unchanged in paragraph {number}" if permalink else ""
    if located.status == "moved" and place.p is not None:
        notice = f"The quoted words have moved from paragraph {place.p} to {number}"
    elif earlier:
        notice += ", though the document has changed since this link was made"
    return Opened(number, located.start, located.end, notice and f"{notice}.")
