"""Running heads, running feet and page numbers: what comes back at the edges of a PDF's pages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.reading.pdf.characters import Piece
from qa.reading.pdf.layout import rows, usual_size

EDGE_ROWS = 4
"""How many rows at the top of a page, and how many at its bottom, may be furniture."""

# Rows that come back stand at the same height on their pages, within so many points.
SAME_HEIGHT = 12.0
# They stand on three pages at least; on both of two, for a file that has no more.
REPEATS = 3
# A gap of so many sizes of type parts them from the text, whose lines stand 1.2 to 1.5 apart.
PARTING_GAP = 1.8
# They stand in so much of the page's height at either end.
MARGIN = 0.15
# A larger type than the text's: a headline, whose number counts ("Chapter 3").
HEADLINE = 1.15

_NUMBERED = ""  # the key of all rows that begin or end with their page's number
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:(?:page|p\.|seite|página|صفحہ)\s*)?(\d{1,4}|[ivxlcdm]{1,8})(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—|\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a page before its head and foot are taken off."""

    pieces: tuple[Piece, ...]
    label: str
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page parted into its head, its body and its foot."""

    head: tuple[str, ...] = ()
    body: tuple[Piece, ...] = ()
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row near the edge of a page.

    `key` is shared by the rows that come back, `ends` are its first and last word, one of which may be the page's
    number, and `place` is its way from the edge of the page.
    """

    text: str
    key: str
    ends: frozenset[str]
    place: float
    pieces: tuple[Piece, ...]


def part_furniture(pages: Sequence[Page]) -> list[Sheet]:
    """Part each page into head, body and foot.

    A row is furniture when it, and every row further out, comes back at the same height on other pages whatever
    number it carries, or is the page's own number, or begins or ends with that number at a height where other
    pages have such a row too. What is wrongly taken for furniture is never found again, so that looks alone do not
    make a row furniture.
    """
    headline = HEADLINE * usual_size(piece for page in pages for piece in page.pieces)
    heads, feet = [], []
    for page in pages:
        grouped = rows(page.pieces)
        heads.append([_edge(row, row[0].baseline, headline) for row in grouped[: EDGE_ROWS + 1]])
        feet.append([_edge(row, page.height - row[0].baseline, headline) for row in grouped[: -EDGE_ROWS - 2 : -1]])
    needed = min(REPEATS, max(2, sum(bool(page.pieces) for page in pages)))
    offset = _number_offset([*heads, *feet], [*range(len(pages)), *range(len(pages))])
    numbers = [
        {page.label.casefold(), str(index + 1), *([str(index + offset)] if offset is not None else [])}
        for index, page in enumerate(pages)
    ]
    head_places, foot_places = _places(heads, numbers), _places(feet, numbers)
    sheets = []
    for index, page in enumerate(pages):
        head = _outermost(heads[index], head_places, needed, numbers[index], MARGIN * page.height)
        foot = _outermost(feet[index], foot_places, needed, numbers[index], MARGIN * page.height)
        taken = {id(piece) for edge in head + foot for piece in edge.pieces}
        sheets.append(
            Sheet(
                head=tuple(edge.text for edge in head),
                body=tuple(piece for piece in page.pieces if id(piece) not in taken),
                foot=tuple(edge.text for edge in reversed(foot)),
            )
        )
    return sheets


def _edge(row: list[Piece], place: float, headline: float) -> _Edge:
    text = " ".join(piece.text for piece in row)
    is_headline = max(piece.size for piece in row) >= headline
    key = text if is_headline else _DIGITS.sub("#", text)
    words = [] if is_headline else [word.strip("-–—|").casefold() for word in text.split()]
    return _Edge(text, key.casefold(), frozenset(words[:1] + words[-1:]), place, tuple(row))


def _places(edges: list[list[_Edge]], numbers: list[set[str]]) -> dict[str, list[float]]:
    """Return for each key the places where it stands, one for each page; and for all rows with the page's number."""
    places: dict[str, list[float]] = {_NUMBERED: []}
    for page, own in zip(edges, numbers, strict=True):
        for key, edge in {edge.key: edge for edge in reversed(page)}.items():
            places.setdefault(key, []).append(edge.place)
        places[_NUMBERED].extend([edge.place for edge in page if edge.ends & own][:1])
    return places


def _number_offset(edges: list[list[_Edge]], indexes: list[int]) -> int | None:
    """Return by how much the printed numbers of three pages or more exceed their index, None where they do not."""
    counted = Counter(
        int(word) - index
        for index, page in zip(indexes, edges, strict=True)
        for edge in page[:1]
        for word in edge.ends
        if word.isascii() and word.isdecimal() and len(word) <= 4
    )
    offset, times = counted.most_common(1)[0] if counted else (0, 0)
    return offset if times >= REPEATS else None


def _outermost(
    edges: list[_Edge], places: dict[str, list[float]], needed: int, numbers: set[str], margin: float
) -> list[_Edge]:
    """Return the rows from the edge of the page inwards that are furniture.

    Rows that come back are so only near the edge, and if a gap parts them from the rows further in: a letter that is
    the same on every page but for the name has no head.
    """
    found: list[_Edge] = []
    sure = 0
    for place, edge in enumerate(edges[:EDGE_ROWS]):
        number = _PAGE_NUMBER.fullmatch(edge.text)
        is_number = number is not None and number[1].casefold() in numbers
        keys = [edge.key, _NUMBERED] if edge.ends & numbers else [edge.key]
        recurs = any(
            sum(abs(other - edge.place) <= SAME_HEIGHT for other in places[key]) >= (needed if key else REPEATS)
            for key in keys
        )
        if not (is_number or (recurs and edge.place <= margin)):
            break
        found.append(edge)
        following = edges[place + 1] if place + 1 < len(edges) else None
        if is_number or not following or following.place - edge.place > PARTING_GAP * following.pieces[0].size:
            sure = len(found)
    return found[:sure]
