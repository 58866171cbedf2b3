"""What was looked for in a document: the list of passages found, or one of them among its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.types import Document, Heading, Paragraph
from qa.web.sources.find import MOST_LISTED, find, places, snippet
from qa.web.sources.outline import is_title, paragraph_at
from qa.web.sources.pieces import Mark, Run
from qa.web.sources.shown import NEIGHBOURS

TITLE_ANCHOR = "title"


@dataclass(frozen=True, slots=True)
class Listed:
    """A passage found: `place` is the paragraph's number, or 0 for a heading; `anchor` is where it stands."""

    number: int
    place: int
    page: str | None
    section: str
    anchor: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class Finding:
    """The passages that hold some words; `chosen` is the one that is shown, by its number from 1, None for the list.

    `paragraph` stands out, `around` is where to open the document, `marks` are the words found near there.
    """

    words: str
    count: int
    listed: list[Listed]
    chosen: int | None = None
    anchors: tuple[str, str] = ("", "")
    paragraph: int | None = None
    around: int | None = None
    marks: Sequence[Mark] = ()


def finding(document: Document, words: str, chosen: int | None) -> Finding | None:
    """Return what came of looking for words, None where none were given; of the list no more than 200 are returned."""
    words = " ".join(words.split())
    if not words:
        return None
    parts = find(document, words)
    if chosen is None or not parts:
        listed = [_listed(document, number, part, words) for number, part in enumerate(parts[:MOST_LISTED], start=1)]
        return Finding(words, len(parts), listed)
    chosen = min(chosen, len(parts))
    part = parts[chosen - 1]
    around = paragraph_at(document, part.start)
    near = [other for other in parts if abs(paragraph_at(document, other.start) - around) <= NEIGHBOURS]
    return Finding(
        words=words,
        count=len(parts),
        listed=[],
        chosen=chosen,
        anchors=(
            _anchor(document, parts[chosen - 2]) if chosen > 1 else "",
            _anchor(document, parts[chosen]) if chosen < len(parts) else "",
        ),
        paragraph=part.number if isinstance(part, Paragraph) else None,
        around=max(1, around),
        marks=[mark for other in near for mark in places(document, other, words)],
    )


def _listed(document: Document, number: int, part: Paragraph | Heading, words: str) -> Listed:
    anchor, runs = _anchor(document, part), snippet(document, part, words)
    if isinstance(part, Paragraph):
        return Listed(number, part.number, part.page, part.heading, anchor, runs)
    return Listed(number, 0, None, "", anchor, runs)


def _anchor(document: Document, part: Paragraph | Heading) -> str:
    if isinstance(part, Paragraph):
        return f"p{part.number}"
    return TITLE_ANCHOR if is_title(document, part) else f"h{document.headings.index(part) + 1}"
