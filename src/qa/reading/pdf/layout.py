"""The lines of a PDF page in reading order: rows, columns, cells."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa.reading.pdf.characters import SUPERSCRIPTS, Piece, is_raised

# Pieces of one line stand at most this many ems higher or lower: an exponent does by 0.4, the next line by 1.
SAME_ROW = 0.45
# A word gap is at least this many ems, a gap between letters of one word less.
WORD_GAP = 0.15
# Cells of a table stand at least this many ems apart; a justified line's words seldom do.
CELL_GAP = 1.0
# A large initial is larger than its line's other letters by this factor.
INITIAL_SIZE = 1.6
# Columns of text: at least so many lines on both sides of the gutter, of so many words on average, of which so many
# fill the column. Cells of a table are shorter and less even.
COLUMN_LINES = 4
COLUMN_WORDS = 3.0
COLUMN_FULL = 0.4
NESTED_COLUMNS = 6

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_MARKER = re.compile(r"[-*•▪◦–—●○■□➢✓\ue000-\uf8ff]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?")


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of a line with no wide gap between them."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line of one column; `baseline` is in points from the top of the page."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    cells: tuple[Cell, ...]


def rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Group pieces that stand on one line, rows from top to bottom, pieces from left to right."""
    grouped: list[list[Piece]] = []
    anchor: Piece | None = None
    for piece in sorted(pieces, key=lambda p: p.baseline):
        # A row is measured from its largest piece, so that an exponent joins its line and lines do not chain together.
        if anchor is not None and piece.baseline - anchor.baseline <= SAME_ROW * max(anchor.size, piece.size):
            grouped[-1].append(piece)
            anchor = max(anchor, piece, key=lambda p: p.size)
        else:
            grouped.append([piece])
            anchor = piece
    return [sorted(row, key=lambda p: p.left) for row in grouped]


def columns(pieces: Sequence[Piece]) -> list[list[Line]]:
    """Return the lines of each column of a page, columns in reading order.

    A line that runs across the gutter, such as a headline, is read before what stands below it on either side.
    """
    return [lines for part in _parts(_initials_lowered(pieces), NESTED_COLUMNS) if (lines := _lines(part))]


def usual_size(pieces: Iterable[Piece | Line]) -> float:
    """Return the size of type that most letters have, to half a point; 0 where there are none."""
    counted: Counter[float] = Counter()
    for piece in pieces:
        counted[round(piece.size * 2) / 2] += len(piece.text)
    return counted.most_common(1)[0][0] if counted else 0.0


def _lines(pieces: Sequence[Piece]) -> list[Line]:
    return [_line(row) for row in rows(pieces)]


def _line(row: list[Piece]) -> Line:
    size = max(row, key=lambda p: len(p.text)).size
    baseline = max(row, key=lambda p: len(p.text)).baseline
    leftward = len(_RIGHT_TO_LEFT.findall("".join(p.text for p in row))) * 2 > sum(len(p.text) for p in row)
    ordered = row[::-1] if leftward else row
    cells: list[Cell] = []
    for before, piece in zip([None, *ordered], ordered, strict=False):
        gap = max(piece.left - before.right, before.left - piece.right) if before else 0.0
        raised = piece.text.isdecimal() and is_raised(piece.size, piece.baseline, size, baseline)
        text = piece.text.translate(SUPERSCRIPTS) if raised else piece.text
        if before is None or gap > CELL_GAP * size:
            cells.append(Cell(text, piece.left, piece.right))
        else:
            initial = before.size > INITIAL_SIZE * piece.size and len(before.text) == 1
            touching = initial or abs(gap) < WORD_GAP * size
            text = cells[-1].text + ("" if touching else " ") + text
            cells[-1] = Cell(text, min(cells[-1].left, piece.left), max(cells[-1].right, piece.right))
    if len(cells) > 1 and (_MARKER.fullmatch(cells[0].text) or (len(cells) == 2 and cells[0].text.isdecimal())):
        # "•" or "2.1" or "3", then a tabulator: that is a line, not two cells.
        joined = Cell(
            f"{cells[0].text} {cells[1].text}", min(c.left for c in cells[:2]), max(c.right for c in cells[:2])
        )
        cells[:2] = [joined]
    letters = sum(len(p.text) for p in row if _LETTER.search(p.text))
    bold = letters > 0 and sum(len(p.text) for p in row if p.bold and _LETTER.search(p.text)) >= 0.9 * letters
    return Line(
        text=" ".join(cell.text for cell in cells),
        left=min(p.left for p in row),
        right=max(p.right for p in row),
        baseline=baseline,
        size=size,
        bold=bold,
        cells=tuple(cells),
    )


def _initials_lowered(pieces: Sequence[Piece]) -> list[Piece]:
    """Let a large initial that reaches over several lines stand in the first of them."""
    lowered = list(pieces)
    for place, piece in enumerate(pieces):
        if len(piece.text) == 1 and piece.text.isalpha():
            beside = [
                p
                for p in pieces
                if piece.size > INITIAL_SIZE * p.size
                and -0.5 * p.size <= p.left - piece.right <= p.size
                and piece.baseline - piece.size < p.baseline <= piece.baseline + 0.2 * p.size
            ]
            if len(beside) > 1:
                lowered[place] = replace(piece, baseline=min(p.baseline for p in beside))
    return lowered


def _parts(pieces: Sequence[Piece], depth: int) -> list[list[Piece]]:
    """Part pieces at the gutters between columns of text, in reading order."""
    gutter = _gutter(pieces) if depth else None
    if gutter is None:
        return [list(pieces)]
    parts: list[list[Piece]] = []
    whole: list[Piece] = []  # what stands together across the gutter, so far
    for spanning, band in _bands(pieces, gutter):
        left = [p for p in band if p.right <= gutter]
        right = [p for p in band if p.left >= gutter]
        whole.extend(spanning)
        if left and right and _words(left) >= COLUMN_WORDS and _words(right) >= COLUMN_WORDS:
            parts.extend(_parts(whole, depth - 1))
            parts.extend(_parts(left, depth - 1))
            parts.extend(_parts(right, depth - 1))
            whole = []
        else:
            whole.extend(band)
    return [*parts, *_parts(whole, depth - 1)]


def _words(pieces: Sequence[Piece]) -> float:
    """Return the words of a line on average."""
    return sum(len(p.text.split()) for p in pieces) / max(1, len(rows(pieces)))


def _bands(pieces: Sequence[Piece], gutter: float) -> list[tuple[list[Piece], list[Piece]]]:
    """Return pairs: pieces that cross the gutter, and those below them, down to the next that crosses it."""
    bands: list[tuple[list[Piece], list[Piece]]] = [([], [])]
    for row in rows(pieces):
        crossing = any(p.left < gutter < p.right for p in row)
        if crossing and bands[-1][1]:
            bands.append((list(row), []))
        else:
            bands[-1][0 if crossing else 1].extend(row)
    return bands


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Return where a gutter runs down between two columns of text, None where there is none."""
    gaps = _gaps(pieces)
    for position in _positions(gaps):
        for _, band in _bands(pieces, position):
            left = [p for p in band if p.right <= position]
            right = [p for p in band if p.left >= position]
            if _is_prose(left) and _is_prose(right):
                return position
    return None


def _gaps(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """Return the gap between each piece and its nearest neighbour to the left."""
    ordered = sorted(pieces, key=lambda p: p.baseline)
    baselines = [p.baseline for p in ordered]
    gaps = []
    for piece in ordered:
        # Lines of two columns may stand half a line apart.
        near = 0.6 * piece.size
        neighbours = ordered[
            bisect_left(baselines, piece.baseline - near) : bisect_left(baselines, piece.baseline + near)
        ]
        beside = [p.right for p in neighbours if p.right <= piece.left]
        if beside:
            gaps.append((max(beside), piece.left))
    return gaps


def _positions(gaps: list[tuple[float, float]]) -> list[float]:
    """Return up to three places that lie in the most gaps, at least in as many as a column has lines."""
    found: list[float] = []
    remaining = gaps
    while len(found) < 3 and len(remaining) >= COLUMN_LINES:
        starts = sorted(start for start, _ in remaining)
        ends = sorted(end for _, end in remaining)
        # Open gaps are the most where one starts: those that started up to there, less those that ended before.
        best = max(starts, key=lambda x: bisect_left(starts, x + 0.01) - bisect_left(ends, x))
        inside = [gap for gap in remaining if gap[0] <= best < gap[1]]
        if len(inside) < COLUMN_LINES:
            break
        found.append((max(start for start, _ in inside) + min(end for _, end in inside)) / 2)
        remaining = [gap for gap in remaining if not gap[0] <= best < gap[1]]
    return found


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """Tell whether pieces are the lines of a column of text, by their number, their words and how they fill it."""
    lines = rows(pieces)
    if len(lines) < COLUMN_LINES or _words(pieces) < COLUMN_WORDS:
        return False
    widths = sorted(row[-1].right - row[0].left for row in lines)
    full = 0.75 * widths[int(0.9 * (len(widths) - 1))]
    return sum(width >= full for width in widths) >= COLUMN_FULL * len(widths)
