"""The part of a document that is shown: its headings and paragraphs by their stored ranges, section by section."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.types import Document, Heading, Paragraph
from qa.web.sources.outline import is_title
from qa.web.sources.pieces import Mark, Run, runs_of
from qa.web.sources.rows import Cell, cells_of

# Paragraphs shown around the cited one; a longer document is paged through.
NEIGHBOURS = 150
# An address may name its paragraph behind the "#", which no server sees: so many are shown where none is asked for.
MOST_SHOWN = 5_000


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """A paragraph: `place` is its number, `is_row` tells a row of a table, `here` the one that stands out."""

    place: int
    kind: str
    page: str | None
    here: bool
    is_row: bool
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class ShownHeading:
    """A heading: its number in the document, from 1, and the level at which it stands below the title's."""

    place: int
    level: int
    runs: list[Run]

    @property
    def is_short(self) -> bool:
        """Tell whether it may stay in view above its section without hiding the text."""
        return sum(len(piece.text) for run in self.runs for piece in run.pieces) <= 120


@dataclass(slots=True)
class Section:
    """What stands below a heading up to the next one; the first section may have none."""

    heading: ShownHeading | None
    paragraphs: list[ShownParagraph] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Window:
    """The numbers of the first and the last paragraph that are shown, of `count`."""

    first: int
    last: int
    count: int

    @property
    def earlier(self) -> int | None:
        """The paragraph around which to go on towards the beginning, None at the beginning."""
        return max(1, self.first - NEIGHBOURS) if self.first > 1 else None

    @property
    def later(self) -> int | None:
        """The paragraph around which to go on towards the end, None at the end."""
        return min(self.count, self.last + NEIGHBOURS) if self.last < self.count else None


def window(document: Document, number: int | None) -> Window:
    """Return what to show around paragraph `number`, and without one: all, or the beginning of a very long document."""
    count = len(document.paragraphs)
    if number is None and count <= MOST_SHOWN:
        return Window(min(1, count), count, count)
    here = min(number or 1, count)
    return Window(max(1, here - NEIGHBOURS), min(count, here + NEIGHBOURS), count)


def sections(document: Document, number: int | None, marks: Sequence[Mark], shown: Window) -> list[Section]:
    """Return the headings and paragraphs of a window in the order of the text; paragraph `number` stands out."""
    paragraphs = document.paragraphs[max(0, shown.first - 1) : shown.last]
    cells = cells_of(document, shown.first, shown.last) if paragraphs else {}
    from_offset = document.paragraphs[shown.first - 2].end if shown.first > 1 else 0
    to_offset = paragraphs[-1].end if shown.last < shown.count else len(document.text)
    result = [Section(None)]
    numbered = [
        (n, heading)
        for n, heading in enumerate(document.headings, start=1)
        if from_offset <= heading.start < to_offset and not is_title(document, heading)
    ]
    starts = [heading.start for _, heading in numbered]
    result.extend(Section(_heading(document, n, heading, marks)) for n, heading in numbered)
    for paragraph in paragraphs:
        section = result[bisect_right(starts, paragraph.start)]
        section.paragraphs.append(_paragraph(document, paragraph, number, marks, cells.get(paragraph.number, ())))
    return [section for section in result if section.heading or section.paragraphs]


def _heading(document: Document, place: int, heading: Heading, marks: Sequence[Mark]) -> ShownHeading:
    return ShownHeading(place, min(heading.level + 1, 6), runs_of(document.text, heading.start, heading.end, marks))


def _paragraph(
    document: Document, paragraph: Paragraph, number: int | None, marks: Sequence[Mark], cells: Sequence[Cell]
) -> ShownParagraph:
    return ShownParagraph(
        place=paragraph.number,
        kind=paragraph.kind,
        page=paragraph.page,
        here=paragraph.number == number,
        is_row=bool(cells),
        runs=runs_of(document.text, paragraph.start, paragraph.end, marks, cells),
    )
