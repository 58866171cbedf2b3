"""The rows of a spreadsheet's sheet: which of them is the header, which are data, which are remarks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from qa.reading.blocks import Block
from qa.reading.tables.csv_table import row_text

# "Mitigation: what will we do about this?" heads a column; a paragraph does not.
HEADER_LENGTH = 100
# A year or a date may head a column of figures.
_PERIOD = re.compile(r"(?:19|20)\d\d(?:-\d\d-\d\d)?")
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")

Merged = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of a merged range, each by row and column, 0-based."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with at least one filled cell: `index` is its place in the sheet, `is_text[i]` tells text from figures."""

    index: int
    cells: list[str]
    is_text: list[bool]

    @property
    def filled(self) -> list[int]:
        """The columns that hold something."""
        return [column for column, cell in enumerate(self.cells) if cell]

    @property
    def worded(self) -> list[bool]:
        """Tell for each cell whether it holds a word: "5" or "%" written as text does not."""
        return [
            is_text and any(character.isalpha() for character in cell)
            for cell, is_text in zip(self.cells, self.is_text, strict=True)
        ]


def blocks_of(rows: Iterable[Row], merged: Sequence[Merged] = ()) -> Iterator[Block]:
    """Yield a row block for each row of data, with its header, and text for titles and remarks.

    A row with a single cell above a table, or below it after a blank row, is text. A sheet may hold several tables,
    one below the other: after such a title or a blank row, a row of words above figures is a new header.
    """
    headers: list[str] = []
    unused: dict[int, str] = {}
    previous = -1
    is_lower_header = False
    wide = _wide(merged)
    for row, following in pairwise(chain(_filled_down(rows, merged), [None])):
        if row is None:
            break
        gap = row.index > previous + 1
        previous = row.index
        if is_lower_header:
            is_lower_header = False
        elif (gap or not headers) and len(row.filled) == 1:
            yield from _left_over(unused)
            headers, unused = [], {}
            yield from _texts(row.cells[row.filled[0]])
        elif not headers and following is not None and _heads_groups(row, following, wide.get(row.index, [])):
            is_lower_header = True
            headers = _joined(row, following, wide[row.index])
            unused = dict(enumerate(headers))
        elif (not headers or (gap and _above_figures(row, following))) and _heads(row, following):
            yield from _left_over(unused)
            headers = [" ".join(cell.split()) for cell in row.cells]
            unused = dict(enumerate(headers))
        else:
            yield Block("row", row_text(headers, row.cells))
            unused = {column: header for column, header in unused.items() if not row.cells[column]}
    yield from _left_over(unused)


def _left_over(unused: dict[int, str]) -> Iterator[Block]:
    """Yield the headers of columns in which no row holds anything: to be seen, though there is nothing to find."""
    if any(unused.values()):
        yield Block("furniture", "; ".join(header for header in unused.values() if header))


def _wide(merged: Sequence[Merged]) -> dict[int, list[tuple[int, int]]]:
    """Return the first and last columns of the cells merged over several columns, by their row."""
    wide: dict[int, list[tuple[int, int]]] = {}
    for (top, first), (bottom, last) in merged:
        if top == bottom and last > first:
            wide.setdefault(top, []).append((first, last))
    return wide


def _filled_down(rows: Iterable[Row], merged: Sequence[Merged]) -> Iterator[Row]:
    """Give every row that a merged cell spans the cell's words, so that each row can be read alone."""
    spans = {start: end[0] for start, end in merged if end[0] > start[0] and start[1] == end[1]}
    open_spans: dict[int, tuple[int, str, bool]] = {}
    if not spans:
        yield from rows
        return
    for row in rows:
        for column, (last, cell, is_text) in list(open_spans.items()):
            if row.index > last:
                del open_spans[column]
            elif column < len(row.cells) and not row.cells[column]:
                row.cells[column], row.is_text[column] = cell, is_text
        for column in row.filled:
            if last_row := spans.get((row.index, column)):
                open_spans[column] = (last_row, row.cells[column], row.is_text[column])
        yield row


def _heads(row: Row, following: Row | None) -> bool:
    """Tell whether a row names the columns of the rows below it."""
    filled = row.filled
    if following is None or len(filled) < 2 or 2 * len(filled) < len(following.filled):
        return False
    below = [following.cells[column] for column in filled if column < len(following.cells)]
    if not any(below) or (len(following.filled) == 1 and any(following.worded)):
        return False
    cells = [row.cells[column] for column in filled]
    if len(set(cells)) < len(cells) or any(len(cell) > HEADER_LENGTH or cell.endswith(":") for cell in cells):
        return False
    periods = [bool(_PERIOD.fullmatch(cell)) for cell in cells]
    if any(periods) and all(
        _PERIOD.fullmatch(cell) for cell, is_period in zip(below, periods, strict=False) if is_period
    ):
        return False  # one row of figures above another
    worded = sum(row.worded)
    return worded >= 1 and 3 * (worded + sum(periods)) >= 2 * len(cells)


def _above_figures(row: Row, following: Row | None) -> bool:
    """Tell whether a row of words alone stands above a row with figures in the same columns."""
    if following is None or sum(row.worded) < len(row.filled):
        return False
    return any(
        following.cells[column] and not following.worded[column]
        for column in row.filled
        if column < len(following.cells)
    )


def _heads_groups(row: Row, following: Row, wide: list[tuple[int, int]]) -> bool:
    """Tell whether a row heads groups of columns that the next row names one by one ("2024" above "Plan", "Actual")."""
    grouped = {column for first, last in wide for column in range(first, last + 1)}
    beside = [column for column in following.filled if column not in grouped]
    return (
        len(row.filled) > 1
        and bool(grouped.intersection(following.filled))
        and all(following.worded[column] for column in following.filled)
        and all(column < len(row.cells) and following.cells[column] == row.cells[column] for column in beside)
    )


def _joined(row: Row, following: Row, wide: list[tuple[int, int]]) -> list[str]:
    upper = [" ".join(cell.split()) for cell in row.cells]
    for first, last in wide:
        upper[first : last + 1] = [upper[first]] * len(upper[first : last + 1])
    lower = [" ".join(cell.split()) for cell in following.cells]
    return [u if u == low else f"{u} {low}".strip() for u, low in zip(upper, lower, strict=True)]


def _texts(cell: str) -> Iterator[Block]:
    for paragraph in _PARAGRAPH_BREAK.split(cell):
        yield Block("text", paragraph)
