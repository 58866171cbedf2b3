"""The headings of a document as a list of places to go to."""

from bisect import bisect_left
from dataclasses import dataclass

from qa.types import Document, Heading


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading: its number in the document, from 1, and its depth, 1 for those of the topmost level that is listed.

    `paragraph` is the number of the paragraph that follows it, the last one's where none does; 0 without any.
    """

    number: int
    depth: int
    text: str
    paragraph: int


def outline(document: Document) -> list[Entry]:
    """Return every heading in the order of the text, but the one that is the document's title."""
    listed = [(n, heading) for n, heading in enumerate(document.headings, start=1) if not is_title(document, heading)]
    topmost = min((heading.level for _, heading in listed), default=1)
    return [
        Entry(
            number,
            heading.level - topmost + 1,
            document.text[heading.start : heading.end],
            paragraph_at(document, heading.start),
        )
        for number, heading in listed
    ]


def is_title(document: Document, heading: Heading) -> bool:
    """Tell whether a heading is the title that stands above the document already."""
    return heading.start == 0 and document.text[: heading.end] == document.title


def paragraph_at(document: Document, offset: int) -> int:
    """Return the number of the first paragraph that starts at an offset or behind it, else of the last; 0 for none."""
    paragraphs = document.paragraphs
    return min(bisect_left(paragraphs, offset, key=lambda paragraph: paragraph.start) + 1, len(paragraphs))
