"""Which index term stands where in every passage, so that asking need not cut any text into words again.

A passage has segments: first its context (title, headings, the sentence that a list hangs on), then its sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.indexing.bm25 import sorted_terms

_TERMS = "segment_terms.npy"
_STARTS = "segment_term_starts.npy"

SegmentedTokens = Sequence[Sequence[str]]
"""The index tokens of each segment of a passage."""


@dataclass(frozen=True, slots=True)
class PassageTerms:
    """The terms of one passage by their rows in BM25's matrix; segment s are those from `starts[s]` to the next."""

    terms: NDArray[np.int32]
    starts: NDArray[np.int64]


def write(passages: Sequence[SegmentedTokens], folder: Path) -> None:
    """Write the terms of all passages, by row, beside what `bm25.freeze` wrote of the same tokens."""
    rows = {term: row for row, term in enumerate(sorted_terms(t for p in passages for s in p for t in s))}
    lengths = [len(segment) for passage in passages for segment in passage]
    found = (rows[token] for passage in passages for segment in passage for token in segment)
    np.save(folder / _TERMS, np.fromiter(found, np.int32, sum(lengths)), allow_pickle=False)
    np.save(folder / _STARTS, np.cumsum([0, *lengths]), allow_pickle=False)


class SegmentTerms:
    """The terms of a generation, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        """Open what `write` wrote. Raises `ValueError` where the parts differ in length."""
        self._terms = np.asarray(np.load(folder / _TERMS, mmap_mode="r", allow_pickle=False))
        self._starts = np.asarray(np.load(folder / _STARTS, mmap_mode="r", allow_pickle=False))
        if len(self._terms) != self._starts[-1]:
            raise ValueError("the arrays of segment terms differ in length")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def of(self, first: int, count: int) -> PassageTerms:
        """Return segments `first` up to `first + count` as those of one passage."""
        starts = np.asarray(self._starts[first : first + count + 1])
        return PassageTerms(self._terms[int(starts[0]) : int(starts[-1])], starts - starts[0])
