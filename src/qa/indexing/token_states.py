"""What the encoder made of every word piece of every passage, kept for late interaction.

A question's word pieces are each held against all of a sentence's (Khattab and Zaharia 2020, "ColBERT"), which tells
sentences apart that have much the same vector. A passage has segments: first its context (title, headings, the
sentence that a list hangs on), then its sentences.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.indexing.encoder import Encoded

# A state is a unit vector along a fourth of its directions: no coordinate of 200,000 looked at was beyond .5.
_SCALE = 254.0

_STATES = "states.npy"
_PIECES = "pieces.npy"
_STARTS = "segment_starts.npy"
_IDF = "piece_idf.npy"


@dataclass(frozen=True, slots=True)
class SegmentedStates:
    """The word pieces of one passage: `states` (pieces, token dimension) int8, `pieces` their vocabulary places.

    Segment s are the pieces from `starts[s]` up to `starts[s + 1]`.
    """

    states: NDArray[np.int8]
    pieces: NDArray[np.int32]
    starts: NDArray[np.int64]


def segmented(whole: Encoded, bounds: Sequence[tuple[int, int]], alone: Sequence[Encoded]) -> SegmentedStates:
    """Cut a passage's word pieces into segments.

    `bounds` are the offsets of the sentences in the encoded text; what stands before the first is the context.
    `alone[i]` is sentence i read by itself: it stands in for sentences that lie beyond what the model reads at once.
    """
    read_to = int(whole.offsets[-1, 1]) if len(whole.offsets) else 0
    firsts = np.searchsorted(whole.offsets[:, 0], [0, *(start for start, _ in bounds), np.iinfo(np.int32).max])
    segments = []
    for place in range(len(bounds) + 1):
        source, pieces = whole, slice(firsts[place], firsts[place + 1])
        if place and bounds[place - 1][1] > read_to and len(alone[place - 1].pieces) > pieces.stop - pieces.start:
            source, pieces = alone[place - 1], slice(None)
        segments.append((source.states[pieces], source.pieces[pieces]))
    lengths = [len(pieces) for _, pieces in segments]
    return SegmentedStates(
        states=np.rint(np.concatenate([states for states, _ in segments]) * _SCALE).clip(-127, 127).astype(np.int8),
        pieces=np.concatenate([pieces for _, pieces in segments]),
        starts=np.cumsum([0, *lengths]),
    )


def write(passages: Sequence[SegmentedStates], dimension: int, folder: Path) -> None:
    """Write the states of all passages, in the order of their rows, and the idf of every word piece."""
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(len(passage.pieces) for passage in passages)
    states = np.lib.format.open_memmap(folder / _STATES, "w+", np.int8, (total, dimension))
    pieces = np.lib.format.open_memmap(folder / _PIECES, "w+", np.int32, (total,))
    starts = [np.zeros(1, np.int64)]
    place = 0
    for passage in passages:
        end = place + len(passage.pieces)
        states[place:end], pieces[place:end] = passage.states, passage.pieces
        starts.append(place + passage.starts[1:])
        place = end
    states.flush()
    pieces.flush()
    np.save(folder / _STARTS, np.concatenate(starts), allow_pickle=False)
    np.save(folder / _IDF, _idf(passages), allow_pickle=False)


def _idf(passages: Sequence[SegmentedStates]) -> NDArray[np.float32]:
    """Return the idf of every word piece by its vocabulary place, ``ln(1 + (N - df + 0.5) / (df + 0.5))``."""
    highest = max((int(passage.pieces.max(initial=-1)) for passage in passages), default=-1)
    frequency = np.zeros(highest + 2)  # the last stands for pieces that no passage holds
    for passage in passages:
        frequency[np.unique(passage.pieces)] += 1
    return np.log(1 + (len(passages) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)


class TokenStates:
    """The states of a generation, memory-mapped: asking touches those of a few passages only."""

    def __init__(self, folder: Path) -> None:
        """Open what `write` wrote. Raises `ValueError` where the parts differ in length."""
        self._states = np.asarray(np.load(folder / _STATES, mmap_mode="r", allow_pickle=False))
        self._pieces = np.asarray(np.load(folder / _PIECES, mmap_mode="r", allow_pickle=False))
        self._starts = np.asarray(np.load(folder / _STARTS, mmap_mode="r", allow_pickle=False))
        self._idf = np.load(folder / _IDF, allow_pickle=False)
        if not len(self._states) == len(self._pieces) == self._starts[-1]:
            raise ValueError("the arrays of token states differ in length")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of segments and token dimension."""
        return len(self._starts) - 1, int(self._states.shape[1])

    def idf(self, pieces: Iterable[int]) -> NDArray[np.float32]:
        """Return the idf of word pieces, the highest there is for those that no passage holds."""
        last = len(self._idf) - 1
        found: NDArray[np.float32] = self._idf[[piece if piece < last else last for piece in pieces]]
        return found

    def of(self, first: int, count: int) -> SegmentedStates:
        """Return segments `first` up to `first + count` as those of one passage."""
        starts = np.asarray(self._starts[first : first + count + 1])
        pieces = slice(int(starts[0]), int(starts[-1]))
        return SegmentedStates(self._states[pieces], self._pieces[pieces], starts - starts[0])


def as_float(states: NDArray[np.int8]) -> NDArray[np.float32]:
    """Return stored states at their true size."""
    return states.astype(np.float32) / np.float32(_SCALE)
