"""BM25, counted by rank_bm25 when an index is built and frozen into a sparse matrix for asking."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75

_TERMS = "terms.txt"
_TERM_STARTS = "term_starts.npy"
_IDF = "idf.npy"
_STARTS = "posting_starts.npy"
_ROWS = "posting_rows.npy"
_SCORES = "posting_scores.npy"


def lucene_bm25(tokens_of_chunks: Sequence[Sequence[str]]):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Return a rank_bm25 model with Lucene's idf, ``ln(1 + (N - df + 0.5) / (df + 0.5))``.

    rank_bm25's own idf is zero for a term in half of the chunks and negative beyond; Lucene's, which
    Milvus uses too, is always positive.
    """
    from rank_bm25 import BM25Okapi

    class LuceneBM25(BM25Okapi):  # type: ignore[misc]
        def _calc_idf(self, nd: Mapping[str, int]) -> None:
            for term, frequency in nd.items():
                self.idf[term] = math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))

    return LuceneBM25(tokens_of_chunks, k1=K1, b=B)


def sorted_terms(tokens: Iterable[str]) -> list[str]:
    """Return the different tokens by their UTF-8 bytes: a term's row in the matrix is its place among them."""
    return sorted(set(tokens), key=lambda term: term.encode())


def freeze(tokens_of_chunks: Sequence[Sequence[str]], folder: Path) -> None:
    """Write the BM25 score of every term in every chunk to `folder`, as plain arrays.

    Row t of the matrix (terms, chunks) is a slice of `posting_rows` (int32) and `posting_scores`
    (float32), in the order of `sorted_terms`.
    """
    from scipy.sparse import csr_matrix

    folder.mkdir(parents=True, exist_ok=True)
    model = lucene_bm25(tokens_of_chunks)
    terms = sorted_terms(model.idf)
    term_rows = {term: row for row, term in enumerate(terms)}
    idf = np.array([model.idf[term] for term in terms], dtype=np.float64)

    columns = np.fromiter((len(counts) for counts in model.doc_freqs), np.int64, len(model.doc_freqs))
    total = int(columns.sum())
    rows = np.fromiter((term_rows[t] for counts in model.doc_freqs for t in counts), np.int32, total)
    frequency = np.fromiter((n for counts in model.doc_freqs for n in counts.values()), np.float64, total)
    chunk_rows = np.repeat(np.arange(len(columns), dtype=np.int32), columns)
    lengths = np.array(model.doc_len, dtype=np.float64)[chunk_rows] / (model.avgdl or 1.0)
    scores = idf[rows] * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * lengths))

    matrix = csr_matrix((scores.astype(np.float32), (rows, chunk_rows)), shape=(len(terms), len(columns)))
    encoded = [term.encode() for term in terms]
    starts = np.zeros(len(terms) + 1, np.int64)
    np.cumsum([len(term) for term in encoded], out=starts[1:])
    (folder / _TERMS).write_bytes(b"".join(encoded))
    for name, array in (
        (_TERM_STARTS, starts),
        (_IDF, idf.astype(np.float32)),
        (_STARTS, matrix.indptr.astype(np.int64)),
        (_ROWS, matrix.indices.astype(np.int32)),
        (_SCORES, matrix.data),
    ):
        np.save(folder / name, array, allow_pickle=False)


class FrozenBM25:
    """The frozen matrix, memory-mapped: asking touches only the postings of the question's terms."""

    def __init__(
        self,
        terms: bytes,
        term_starts: NDArray[np.int64],
        idf: NDArray[np.float32],
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        scores: NDArray[np.float32],
        chunk_count: int,
    ) -> None:
        self._terms = terms
        self._term_starts = term_starts
        self._idf = idf
        self._starts = starts
        self._rows = rows
        self._scores = scores
        self.chunk_count = chunk_count
        if not len(term_starts) - 1 == len(idf) == len(starts) - 1:
            raise ValueError("the arrays of terms and postings differ in length")

    @classmethod
    def open(cls, folder: Path, chunk_count: int) -> Self:
        """Open what `freeze` wrote."""

        def load(name: str) -> NDArray[np.generic]:
            array: NDArray[np.generic] = np.asarray(np.load(folder / name, mmap_mode="r", allow_pickle=False))
            return array

        return cls(
            (folder / _TERMS).read_bytes(),
            load(_TERM_STARTS),  # type: ignore[arg-type]
            load(_IDF),  # type: ignore[arg-type]
            load(_STARTS),  # type: ignore[arg-type]
            load(_ROWS),  # type: ignore[arg-type]
            load(_SCORES),  # type: ignore[arg-type]
            chunk_count,
        )

    def __len__(self) -> int:
        return len(self._idf)

    def term_row(self, term: str) -> int | None:
        """Find a term by bisection over the sorted terms, None if no chunk holds it: 20 steps among a million."""
        wanted = term.encode()
        low, high = 0, len(self._idf)
        while low < high:
            middle = (low + high) // 2
            found = self._terms[self._term_starts[middle] : self._term_starts[middle + 1]]
            if found < wanted:
                low = middle + 1
            elif found > wanted:
                high = middle
            else:
                return middle
        return None

    def idf(self, term: str) -> float:
        """Return a term's inverse document frequency, the highest possible one if no chunk holds it."""
        row = self.term_row(term)
        return float(self._idf[row]) if row is not None else math.log(1 + (self.chunk_count + 0.5) / 0.5)

    def term(self, row: int) -> str:
        """Return the term of a row."""
        return self._terms[self._term_starts[row] : self._term_starts[row + 1]].decode()

    def terms_of(self, rows: Sequence[int]) -> list[set[str]]:
        """Return the terms that stand in each of the given chunks; looks through all postings."""
        found: dict[int, set[str]] = {row: set() for row in rows}
        places = np.flatnonzero(np.isin(self._rows, np.array(rows, np.int32)))
        term_rows = np.searchsorted(self._starts, places, side="right") - 1
        for place, term_row in zip(places, term_rows, strict=True):
            term = self._terms[self._term_starts[term_row] : self._term_starts[term_row + 1]]
            found[int(self._rows[place])].add(term.decode())
        return [found[row] for row in rows]

    def scores(self, terms: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the score of every chunk, (chunks,) float64, for terms with their weights.

        A chunk scores above zero exactly when it holds one of the terms.
        """
        total = np.zeros(self.chunk_count)
        for term, weight in terms.items():
            row = self.term_row(term)
            if row is not None:
                postings = slice(int(self._starts[row]), int(self._starts[row + 1]))
                # A chunk stands in a term's postings once, so that plain indexed addition is right.
                total[self._rows[postings]] += weight * self._scores[postings].astype(np.float64)
        return total


def term_weights(tokens: Iterable[str], weight: float = 1.0) -> dict[str, float]:
    """Return each token's weight; a token that the question repeats counts as often as it stands there."""
    weights: dict[str, float] = {}
    for token in tokens:
        weights[token] = weights.get(token, 0.0) + weight
    return weights
