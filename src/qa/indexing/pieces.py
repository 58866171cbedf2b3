"""What is computed for each chunk, or taken over from the generation before where nothing it hangs on has changed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.indexing import chunks, token_states, tokens
from qa.indexing.encoder import Encoded, Encoder, Vectors
from qa.indexing.index import LocalIndex
from qa.indexing.segment_terms import SegmentedTokens
from qa.indexing.sentences import split_sentences
from qa.indexing.token_states import SegmentedStates
from qa.types import Chunk, Document, Sentence

EMBEDDING = "Computing vectors"


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk ready for indexing; `key` is the hash of all that its vectors depend on, `text` among it."""

    chunk: Chunk
    key: str
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """The offsets in `text` of its segments: what stands before the chunk's own words, then each sentence."""
        return chunks.segment_bounds(self.text, self.chunk, self.sentences)

    @property
    def segments(self) -> list[str]:
        """The words of each segment."""
        return [self.text[start:end] for start, end in self.bounds]


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


@dataclass(frozen=True, slots=True)
class Embedded:
    """What the encoder made of all pieces: vectors (pieces, dimension) float32, sentence vectors (sentences, dimension)
    float16, the token states of each piece, and how many pieces were not taken over."""

    vectors: Vectors
    sentence_vectors: NDArray[np.float16]
    states: Sequence[SegmentedStates]
    fresh: int


def embed(
    pieces: Sequence[Piece],
    encoder: Encoder,
    old: LocalIndex | None,
    progress: Callable[[str, int, int], None],
) -> Embedded:
    """Return what the encoder makes of the pieces, of those alone that the generation before does not hold."""
    firsts = np.cumsum([0, *(len(piece.sentences) for piece in pieces)])
    vectors = np.empty((len(pieces), encoder.dimension), np.float32)
    sentence_vectors = np.empty((int(firsts[-1]), encoder.dimension), np.float16)
    states: dict[int, SegmentedStates] = {}
    known = old.library.vector_rows() if old else {}
    fresh = [row for row, piece in enumerate(pieces) if piece.key not in known]
    if old is not None:
        for row, piece in enumerate(pieces):
            if piece.key in known:
                old_row, first, count = known[piece.key]
                vectors[row] = old.chunk_vectors([old_row])[0]
                sentence_vectors[firsts[row] : firsts[row] + count] = old.sentence_vectors(first, count)
                states[row] = old.token_states.of(first + old_row, count + 1)
    if fresh:
        advance = _counter(sum(1 + len(pieces[row].sentences) for row in fresh), progress)
        for row, (vector, sentences, found) in _encoded([pieces[row] for row in fresh], encoder, advance):
            vectors[fresh[row]], states[fresh[row]] = vector, found
            sentence_vectors[firsts[fresh[row]] : firsts[fresh[row] + 1]] = sentences
    return Embedded(vectors, sentence_vectors, [states[row] for row in range(len(pieces))], len(fresh))


# Texts of like length are encoded together: the more at a time, the less is lost; the fewer, the less memory.
_ENCODED_AT_A_TIME = 512


def _encoded(
    pieces: Sequence[Piece], encoder: Encoder, advance: Callable[[int], None]
) -> Iterator[tuple[int, tuple[Vectors, Vectors, SegmentedStates]]]:
    """Yield the place of each piece with its vector, its sentences' vectors and its token states."""
    for start in range(0, len(pieces), _ENCODED_AT_A_TIME):
        some = pieces[start : start + _ENCODED_AT_A_TIME]
        sentences = [text for piece in some for text in piece.segments[1:]]
        texts = [*(piece.text for piece in some), *sentences]
        read: dict[int, Encoded] = {}
        for place, encoded in encoder.read_documents(texts):
            read[place] = encoded
            advance(1)
        first = len(some)
        for place, piece in enumerate(some):
            alone = [read[first + i] for i in range(len(piece.sentences))]
            first += len(alone)
            vectors = np.array([encoded.vector for encoded in alone]).reshape(-1, encoder.dimension)
            states = token_states.segmented(read[place], piece.bounds[1:], alone)
            yield start + place, (read[place].vector, vectors, states)


def _counter(total: int, progress: Callable[[str, int, int], None]) -> Callable[[int], None]:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(EMBEDDING, done, total)

    progress(EMBEDDING, 0, total)
    return advance


def tokenize(pieces: Sequence[Piece], old: LocalIndex | None) -> list[SegmentedTokens]:
    """Return the index tokens of each piece; BM25 counts over all chunks, but only new ones have to be cut.

    A key that is known stands for the same text; its tokens are the same if the tokeniser is.
    """
    known: dict[str, tuple[int, int, int]] = {}
    if old is not None and old.generation.manifest.recipe.get("tokenizer") == tokens.fingerprint():
        known = old.library.vector_rows()
    return [
        old.segment_tokens(*known[piece.key])
        if old is not None and piece.key in known
        else [tokens.tokenize(segment) for segment in piece.segments]
        for piece in pieces
    ]
