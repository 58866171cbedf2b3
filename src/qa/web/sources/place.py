"""Which place of a document an address asks for, and what became of the words that it quotes."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from qa.answering.permalink import Located, find_quote, version_of
from qa.types import Document
from qa.web.citations import check_of
from qa.web.texts import Texts


class Place(BaseModel):
    """The query of the source viewer's address; language, colours and token are read from it elsewhere."""

    p: int | None = Field(None, ge=1, description="number of the paragraph to open; without it all are shown")
    around: int | None = Field(None, ge=1, description="number of a paragraph to show with its neighbours")
    start: int = Field(0, ge=0, description="where the words to mark start")
    end: int = Field(0, ge=0, description="where they end")
    check: str = Field("", description="hash of the words, to notice a changed document")
    exact: str = Field("", description="the quoted words, to find them again in a changed document")
    prefix: str = Field("", description="the text before them")
    suffix: str = Field("", description="the text after them")
    find: str = Field("", max_length=200, description="words, or phrases in quotation marks, to find in the document")
    hit: int | None = Field(None, ge=1, description="which of the passages found to show; without it all are listed")


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


def opened(document: Document, place: Place, version: str, texts: Texts) -> Opened:
    """Return what to show of `document` for an address that names `version`, "" where it names none."""
    earlier = bool(version) and version != version_of(document)
    stands = check_of(document.text[place.start : place.end]) == place.check
    if place.exact and not stands:
        located = find_quote(document, place.exact, place.prefix, place.suffix, place.p or 0)
        return _told(located, place, bool(version), earlier, texts)
    if place.check and not stands:
        return Opened(place.p, 0, 0, texts("sources.changed"))
    within = any(p.start <= place.start < place.end <= p.end for p in document.paragraphs)
    start, end = (place.start, place.end) if within else (0, 0)
    return Opened(place.p, start, end, texts("sources.earlier_version") if earlier else "")


def _told(located: Located, place: Place, permalink: bool, earlier: bool, texts: Texts) -> Opened:
    """Put what became of the quoted words into a sentence; an answer's own link says nothing if all is as it was."""
    if located.paragraph is None:
        return Opened(place.p, 0, 0, texts("sources.words_gone"), place.exact)
    number = located.paragraph.number
    if located.status == "changed":
        notice = texts("sources.words_changed", number=number)
        return Opened(number, located.start, located.end, notice, place.exact)
    notice = ""
    if located.status == "moved" and place.p is not None:
        notice = texts("sources.words_moved", before=place.p, number=number)
    elif permalink:
        notice = texts("sources.words_stand_since" if earlier else "sources.words_stand", number=number)
    return Opened(number, located.start, located.end, notice)
