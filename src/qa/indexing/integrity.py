"""Whether the parts of a generation tell of the same passages: the library, BM25 and the vectors."""

from dataclasses import dataclass

import numpy as np

from qa.indexing.chunks import indexed_text, segment_bounds
from qa.indexing.index import LocalIndex
from qa.indexing.protocol import Passage
from qa.indexing.tokens import tokenize

# Passages looked at in full, spread evenly: tokenising takes some 10 seconds for 100,000, embedding far longer.
TOKENISED = 2_000
EMBEDDED = 16
# A text embedded anew meets its stored vector to 1.000; another text's hardly reaches .9.
SAME_VECTOR_FROM = 0.99


@dataclass(frozen=True, slots=True)
class Integrity:
    """The rows of each part, and in words where a row of one tells of another passage than the library's."""

    library_chunks: int
    lexical_chunks: int
    vectors: int
    library_sentences: int
    sentence_vectors: int
    mismatches: tuple[str, ...]


def integrity(index: LocalIndex) -> Integrity:
    """Count the rows of every part and hold a sample of BM25's and the vectors' against the library's text."""
    _, chunk_count, sentence_count = index.library.counts()
    return Integrity(
        library_chunks=chunk_count,
        lexical_chunks=index.lexical.chunk_count,
        vectors=index.vector_count,
        library_sentences=sentence_count,
        sentence_vectors=index.sentence_vector_count,
        mismatches=(*_lexical_mismatches(index, chunk_count), *_vector_mismatches(index, chunk_count)),
    )


def _lexical_mismatches(index: LocalIndex, chunk_count: int) -> list[str]:
    rows = _spread(chunk_count, TOKENISED)
    names, texts = _texts(index, rows)
    found = index.lexical.terms_of(rows)
    return [
        f"BM25 row {row} does not hold the words of {name}"
        for row, name, text, terms, passage in zip(rows, names, texts, found, index.passages(rows), strict=True)
        if terms != _tokens(text, passage)
    ]


def _tokens(text: str, passage: Passage) -> set[str]:
    bounds = segment_bounds(text, passage.chunk, passage.sentences)
    return {token for start, end in bounds for token in tokenize(text[start:end])}


def _vector_mismatches(index: LocalIndex, chunk_count: int) -> list[str]:
    rows = _spread(chunk_count, EMBEDDED)
    names, texts = _texts(index, rows)
    if not rows:
        return []
    cosines = np.sum(index.encoder.encode_documents(texts) * index.chunk_vectors(rows), axis=1)
    return [
        f"vector row {row} is not that of {name}"
        for row, name, cosine in zip(rows, names, cosines, strict=True)
        if cosine < SAME_VECTOR_FROM
    ]


def _spread(count: int, most: int) -> list[int]:
    """Return at most `most` rows, evenly spread, the first and the last among them."""
    return sorted({int(row) for row in np.linspace(0, count - 1, min(count, most))}) if count else []


def _texts(index: LocalIndex, rows: list[int]) -> tuple[list[str], list[str]]:
    titles = dict(index.titles())
    chunks = index.chunks(rows)
    names = [f"{chunk.document_id}, ¶ {chunk.paragraphs[0]}" for chunk in chunks]
    return names, [indexed_text(titles[chunk.document_id], chunk) for chunk in chunks]
