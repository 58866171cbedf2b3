"""What is computed for each chunk, or taken over from the generation before where nothing it hangs on has changed."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.indexing import bm25, chunks, tokens
from qa.indexing.encoder import OnnxEncoder, Vectors
from qa.indexing.index import BM25, LocalIndex
from qa.indexing.sentences import split_sentences
from qa.types import Chunk, Document, Sentence

EMBEDDING = "Computing vectors"


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk ready for indexing; `key` is the hash of all that its vectors depend on, `text` among it."""

    chunk: Chunk
    key: str
    text: str
    sentences: tuple[Sentence, ...]


def pieces_of(document: Document, encoder_fingerprint: str) -> list[Piece]:
    """Return a document's chunks with their sentences and keys."""
    pieces = []
    for chunk in chunks.split(document):
        text = chunks.indexed_text(document.title, chunk)
        spans = tuple(Sentence(chunk.start + start, chunk.start + end) for start, end in split_sentences(chunk.text))
        offsets = [[span.start - chunk.start, span.end - chunk.start] for span in spans]
        key = hashlib.sha256(json.dumps([encoder_fingerprint, text, offsets]).encode()).hexdigest()
        pieces.append(Piece(chunk, key, text, spans))
    return pieces


def embed(
    pieces: Sequence[Piece],
    encoder: OnnxEncoder,
    old: LocalIndex | None,
    progress: Callable[[str, int, int], None],
) -> tuple[Vectors, Any, int]:
    """Return chunk vectors (float32), sentence vectors (float16) and how many chunks were embedded anew."""
    firsts = np.cumsum([0, *(len(piece.sentences) for piece in pieces)])
    chunk_vectors = np.empty((len(pieces), encoder.dimension), np.float32)
    sentence_vectors = np.empty((int(firsts[-1]), encoder.dimension), np.float16)
    known = old.library.vector_rows() if old else {}
    taken = [row for row, piece in enumerate(pieces) if piece.key in known]
    fresh = [row for row, piece in enumerate(pieces) if piece.key not in known]
    if old is not None and taken:
        places = [known[pieces[row].key] for row in taken]
        chunk_vectors[taken] = old.chunk_vectors([old_row for old_row, _, _ in places])
        old_rows = [row for _, first, count in places for row in range(first, first + count)]
        sentence_vectors[_sentence_rows(taken, pieces, firsts)] = old.sentence_vectors(old_rows)
    if fresh:
        advance = _counter(sum(1 + len(pieces[row].sentences) for row in fresh), progress)
        chunk_vectors[fresh] = encoder.encode_documents([pieces[row].text for row in fresh], advance)
        texts = [
            pieces[row].chunk.text[s.start - pieces[row].chunk.start : s.end - pieces[row].chunk.start]
            for row in fresh
            for s in pieces[row].sentences
        ]
        found = encoder.encode_documents(texts, advance).astype(np.float16)
        sentence_vectors[_sentence_rows(fresh, pieces, firsts)] = found
    return chunk_vectors, sentence_vectors, len(fresh)


def _sentence_rows(rows: Sequence[int], pieces: Sequence[Piece], firsts: Any) -> list[int]:
    return [int(firsts[row]) + i for row in rows for i in range(len(pieces[row].sentences))]


def _counter(total: int, progress: Callable[[str, int, int], None]) -> Callable[[int], None]:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(EMBEDDING, done, total)

    progress(EMBEDDING, 0, total)
    return advance


def tokenize(pieces: Sequence[Piece], old: LocalIndex | None) -> list[list[str]]:
    """Return the index tokens of each piece; BM25 counts over all chunks, but only new ones have to be cut.

    A key that is known stands for the same text; its tokens are the same if the tokeniser is.
    """
    known: dict[str, tuple[int, int, int]] = {}
    stored: list[list[str]] | None = None
    if old is not None and old.generation.manifest.recipe.get("tokenizer") == tokens.fingerprint():
        stored = bm25.stored_tokens(old.generation.folder / BM25)
    if old is not None and stored is not None:
        known = old.library.vector_rows()
    return [
        stored[known[piece.key][0]] if stored is not None and piece.key in known else tokens.tokenize(piece.text)
        for piece in pieces
    ]
