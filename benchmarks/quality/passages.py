"""Which passages hold the gold, and how each way of searching ranks passages and documents."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.questions import Gold
from qa.answering.question import clean_question
from qa.indexing.bm25 import term_weights
from qa.indexing.index import LocalIndex
from qa.indexing.tokens import tokenize
from qa.reading.blocks import clean
from qa.types import Chunk, Document

# Passages that each plain retriever hands on, to the fusion and to the ranking of documents.
DEPTH = 100
RRF_CONSTANT = 60

Read = Callable[[str], Document | None]
"""Returns the document of an id as it was read."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open offsets in a document."""

    document: str
    start: int
    end: int


def locate(read: Read, gold: Sequence[Gold]) -> list[Span]:
    """Return where the gold stands in the documents as they were read; white space counts as equal.

    Where fewer places have the words than `occurrence` says (reading joined two), the last one is taken.
    """
    spans: list[Span] = []
    for wanted in gold:
        document = read(wanted.document)
        words = clean(wanted.quote).split()
        if document is None or not words:
            continue
        places = list(re.finditer(r"\s+".join(map(re.escape, words)), document.text))
        if places and wanted.occurrence is not None:
            places = [places[min(wanted.occurrence, len(places) - 1)]]
        spans.extend(Span(wanted.document, place.start(), place.end()) for place in places)
    return spans


def cited(read: Read, gold: Sequence[Span]) -> frozenset[str]:
    """Return how the paragraphs are cited that a gold span touches."""
    documents = {span.document: read(span.document) for span in gold}
    return frozenset(
        paragraph.citation
        for span in gold
        if (document := documents[span.document]) is not None
        for paragraph in document.paragraphs
        if paragraph.start < span.end and span.start < paragraph.end
    )


def holds_gold(passage: Span, gold: Iterable[Span]) -> bool:
    """Tell whether a passage and a gold span share at least half of either.

    Half of the gold, for a short one in a long passage; half of the passage, for a gold paragraph that was cut into
    several passages, each of which is a part of it.
    """
    for wanted in gold:
        if passage.document == wanted.document:
            shared = min(passage.end, wanted.end) - max(passage.start, wanted.start)
            if shared > 0 and 2 * shared >= min(passage.end - passage.start, wanted.end - wanted.start):
                return True
    return False


def span_of(chunk: Chunk) -> Span:
    return Span(chunk.document_id, chunk.start, chunk.end)


def first_with_gold(passages: Sequence[Span], gold: Sequence[Span]) -> int | None:
    """Return the 1-based rank of the first passage that holds gold, None where none does."""
    return next((rank for rank, passage in enumerate(passages, start=1) if holds_gold(passage, gold)), None)


def distinct_documents(passages: Iterable[Span]) -> list[str]:
    """Return the documents in the order of their best passages."""
    return list(dict.fromkeys(passage.document for passage in passages))


@dataclass(frozen=True, slots=True)
class Found:
    """What the plain retrievers found for a question; a sum of reciprocal ranks is no score of its own."""

    passages: Mapping[str, list[Span]]
    best_scores: Mapping[str, float]


class PlainSearch:
    """BM25, dense vectors and their reciprocal rank fusion over the product's own index, by the question alone.

    The same passages, tokens and vectors as the product's; no history, no sentences, no ranking beyond.
    """

    def __init__(self, index: LocalIndex) -> None:
        self._index = index
        self._vectors = index.chunk_vectors(range(index.vector_count))  # (chunks, dimension) float32, unit rows
        self._spans = [span_of(chunk) for chunk in index.chunks(range(index.vector_count))]

    def find(self, question: str) -> "Found":
        """Return the best passages by "bm25", "dense" and "rrf", at most 100 each."""
        asked = clean_question(question)
        lexical = self._index.lexical.scores(term_weights(tokenize(asked)))
        dense = self._vectors @ self._index.encoder.encode_queries([asked])[0]
        # A chunk without any of the words is no find of BM25's.
        rows = {"bm25": [row for row in best_rows(lexical) if lexical[row] > 0], "dense": best_rows(dense)}
        rows["rrf"] = reciprocal_rank_fusion(rows["bm25"], rows["dense"])
        return Found(
            passages={name: [self._spans[row] for row in found] for name, found in rows.items()},
            best_scores={"bm25": float(lexical.max()), "dense": float(dense.max())},
        )


def best_rows(scores: NDArray[np.floating]) -> list[int]:
    """Return the rows of the 100 highest scores, best first, ties by row."""
    return [int(row) for row in np.argsort(-scores, kind="stable")[:DEPTH]]


def reciprocal_rank_fusion(*rankings: Sequence[int]) -> list[int]:
    """Return rows by the sum of 1 / (60 + rank), best first, ties by row (Cormack et al. 2009), at most 100.

    Ranked 1 and 3 a row has 1/61 + 1/63 = .0323, ranked 1 in one alone 1/61 = .0164.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (RRF_CONSTANT + rank)
    return sorted(scores, key=lambda row: (-scores[row], row))[:DEPTH]
