"""Rows of tables among a document's paragraphs: where each cell's header stands and where the cell ends.

A row is kept as text, "Group: LeT; Founded: 1990", and nothing in the index says that it was one. It is told by its
neighbours: rows of one table carry the same headers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.types import Document, Paragraph

# Two headers in common: a single "Note:" opens many a paragraph.
SHARED_HEADERS = 2
_HEADER = re.compile(r"(?:\A|(?<=; ))([^:;\n]{1,80}): ")
_JOINT = "; "


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell's header stands in the document's text, colon included; `joint` is where the "; " before it starts.

    The first cell has nothing before it: its `joint` is its `start`.
    """

    joint: int
    start: int
    end: int


def cells_of(document: Document, first: int, last: int) -> Mapping[int, Sequence[Cell]]:
    """Return the headed cells of every row of a table from paragraph `first` to `last`, by the paragraph's number."""
    outer = document.paragraphs[max(0, first - 2) : last + 1]
    headers = {p.number: _headers(document, p) for p in outer}
    rows: dict[int, Sequence[Cell]] = {}
    for paragraph in document.paragraphs[first - 1 : last]:
        own = headers[paragraph.number]
        shared: set[str] = set()
        for number in (paragraph.number - 1, paragraph.number + 1):
            common = own.keys() & headers.get(number, {}).keys()
            shared |= common if len(common) >= SHARED_HEADERS else set()
        if shared:
            rows[paragraph.number] = [cell for name, cells in own.items() if name in shared for cell in cells]
    return rows


def _headers(document: Document, paragraph: Paragraph) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    text = document.text[paragraph.start : paragraph.end]
    for match in _HEADER.finditer(text):
        start = paragraph.start + match.start(1)
        joint = start - len(_JOINT) if match.start(1) else start
        found.setdefault(match[1], []).append(Cell(joint, start, paragraph.start + match.end() - 1))
    return found
