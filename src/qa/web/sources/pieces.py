"""A paragraph's text cut into the pieces that are shown differently; joined, they are the text again."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa.web.sources.rows import Cell

PieceKind = Literal["plain", "header", "joint"]
MarkKind = Literal["", "hit", "found"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Plain words, the header of a table's cell, or the end of the joint between two cells."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces that are marked alike: `hit` are the quoted words, `found` words that were looked for."""

    mark: MarkKind
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of a document's text to mark."""

    kind: MarkKind
    start: int
    end: int


def runs_of(text: str, start: int, end: int, marks: Sequence[Mark] = (), cells: Sequence[Cell] = ()) -> list[Run]:
    """Return `text[start:end]` as runs; `marks` stand in their order and none reaches into another."""
    runs, position = [], start
    for mark in marks[bisect_left(marks, start, key=_start) : bisect_left(marks, end, key=_start)]:
        if mark.end <= end:
            runs.append(Run("", _pieces(text, position, mark.start, cells)))
            runs.append(Run(mark.kind, _pieces(text, mark.start, mark.end, cells)))
            position = mark.end
    runs.append(Run("", _pieces(text, position, end, cells)))
    return [run for run in runs if run.pieces]


def _start(mark: Mark) -> int:
    return mark.start


def _pieces(text: str, start: int, end: int, cells: Sequence[Cell]) -> tuple[Piece, ...]:
    edges = {start, end}
    for cell in cells:
        edges.update(edge for edge in (cell.joint, cell.start, cell.end) if start < edge < end)
    return tuple(Piece(_kind(one, other, cells), text[one:other]) for one, other in pairwise(sorted(edges)))


def _kind(start: int, end: int, cells: Sequence[Cell]) -> PieceKind:
    for cell in cells:
        if cell.start <= start and end <= cell.end:
            return "header"
        if cell.joint <= start < end == cell.start:
            return "joint"
    return "plain"
