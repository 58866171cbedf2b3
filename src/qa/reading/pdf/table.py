"""Simple tables on a PDF page: lines whose cells stand under each other."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.reading.pdf.layout import Cell, Line
from qa.reading.tables.csv_table import row_text

TABLE_LINES = 3
"""A table has at least so many lines of two cells or more; fewer may be a line with a wide gap by chance."""

# So much of a table's cells may stand under two columns at once.
ASTRAY = 0.1
# A line nearer to the one before than this many sizes, with nothing in the first column, goes on with its row.
SAME_ROW = 1.5
_LEADER = re.compile(r"(?:[.·…]\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})$")
_NUMERIC = re.compile(r"[^\w]*\d[\d\s.,:/%€$£–-]*\w{0,3}[^\w]*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, which carries its header, and the lines it is printed in."""

    text: str
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Cells:
    columns: dict[int, str]
    lines: list[Line]


def contents_at(lines: Sequence[Line], start: int) -> list[Line]:
    """Return the lines of the table of contents that starts at `lines[start]`, none if none does.

    Its lines end in the number of a page, most of them after a row of dots.
    """
    end = start
    while end < len(lines) and (_LEADER.search(lines[end].text) or _names_page(lines[end])):
        end += 1
    dotted = sum(bool(_LEADER.search(line.text)) for line in lines[start:end])
    return list(lines[start:end]) if dotted >= TABLE_LINES else []


def _names_page(line: Line) -> bool:
    return len(line.cells) > 1 and bool(re.fullmatch(r"\d{1,4}|[ivxlc]{1,7}", line.cells[-1].text))


def table_at(lines: Sequence[Line], start: int) -> list[Row]:
    """Return the rows of the table whose first line is `lines[start]`, none if no table starts there."""
    end = start
    while end < len(lines) and (len(lines[end].cells) > 1 or (end > start and _goes_on(lines, end, start))):
        end += 1
    candidates = lines[start:end]
    columns = _columns(candidates)
    if not columns:
        return []
    found: list[_Cells] = []
    for line in candidates:
        cells: dict[int, str] = {}
        for cell in line.cells:
            column = _column_of(cell, columns)
            cells[column] = f"{cells[column]} {cell.text}" if column in cells else cell.text
        if found and 0 not in cells and line.baseline - found[-1].lines[-1].baseline < SAME_ROW * line.size:
            for column, text in cells.items():
                found[-1].columns[column] = f"{found[-1].columns.get(column, '')} {text}".strip()
            found[-1].lines.append(line)
        else:
            found.append(_Cells(cells, [line]))
    return _with_headers(found, len(columns))


def _goes_on(lines: Sequence[Line], index: int, start: int) -> bool:
    """Tell whether a line of one cell goes on in a later column of the row before it."""
    line, before = lines[index], lines[index - 1]
    first = min(cell.left for row in lines[start:index] for cell in row.cells)
    return line.left - first > 2 * line.size and line.baseline - before.baseline < SAME_ROW * line.size


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return the left and right edges of a table's columns, none where the cells do not stand under each other.

    They are those of the lines with the most cells, of which there have to be two; the cells of shorter lines stand
    under one column each, but for a few that are centred under several.
    """
    counts = Counter(len(line.cells) for line in lines if len(line.cells) > 1)
    if counts.total() < TABLE_LINES or max(counts.values()) < 2:
        return []
    number = max(cells for cells, times in counts.items() if times > 1)
    regular = [line for line in lines if len(line.cells) == number]
    edges = [
        (min(line.cells[n].left for line in regular), max(line.cells[n].right for line in regular))
        for n in range(number)
    ]
    apart = all(before[1] < after[0] for before, after in pairwise(edges))
    cells = [cell for line in lines for cell in line.cells]
    astray = sum(sum(left < cell.right and cell.left < right for left, right in edges) > 1 for cell in cells)
    return edges if apart and astray <= ASTRAY * len(cells) else []


def _column_of(cell: Cell, columns: Sequence[tuple[float, float]]) -> int:
    def overlap(column: int) -> float:
        left, right = columns[column]
        return min(right, cell.right) - max(left, cell.left)

    return max(range(len(columns)), key=overlap)


def _with_headers(found: list[_Cells], width: int) -> list[Row]:
    headers: list[str] = []
    rows = found
    if _is_header(found, width):
        headers = [found[0].columns.get(n, "") for n in range(width)]
        rows = found[1:]
    named = [Row(_row(headers, [row.columns.get(n, "") for n in range(width)]), tuple(row.lines)) for row in rows]
    # The header's own line belongs to the first row, for no row repeats it as such.
    return [Row(named[0].text, (*found[0].lines, *named[0].lines)), *named[1:]] if headers else named


def _row(headers: Sequence[str], cells: Sequence[str]) -> str:
    if not headers and len(cells) == 2 and cells[0].endswith(":"):
        return f"{cells[0]} {cells[1]}".strip()
    return row_text(headers, cells)


def _is_header(found: list[_Cells], width: int) -> bool:
    """Tell whether the first row names the columns: it alone is bold, or it alone has no number in some column."""
    first, rest = found[0], found[1:]
    if len(rest) < 2 or len(first.columns) < width - 1:
        return False
    if all(line.bold for line in first.lines) and not any(line.bold for row in rest for line in row.lines):
        return True
    numeric = [
        column
        for column in range(width)
        if all(_NUMERIC.fullmatch(row.columns[column]) for row in rest if column in row.columns)
        and any(column in row.columns for row in rest)
    ]
    return bool(numeric) and not any(re.fullmatch(r"[\d\s.,%]+", text) for text in first.columns.values())
