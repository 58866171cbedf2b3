"""An index of 100,000 passages without the hours it takes to encode them.

Everything is done by `build_index` as ever (reading, chunking, BM25, library, vocabulary, hashes, verification) but for
one thing: the encoder hands out vectors of a smaller index with noise, and drawn states of word pieces, instead of
computing any. Such an index finds nothing by meaning; it has the size, the files and the costs of a real one.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from qa.indexing.build import build_index
from qa.indexing.encoder import Encoded, OnnxEncoder, Vectors
from qa.indexing.index import LocalIndex

# Of a unit vector's length: what is drawn has a cosine of 1 / sqrt(1 + .5²) = .89 to the vector it was drawn from.
NOISE = 0.5
# States are taken from so many that are drawn once, and word pieces are numbered as in a vocabulary of that size.
STATES = 30_000
_SEED = 7
# The words of made-up documents are one word piece each, as frequent words are.
_PIECE = re.compile(r"\w+|[^\w\s]")


def build_large(corpus: Path, index: Path, real: LocalIndex) -> None:
    """Index `corpus` with vectors drawn from those of `real`, whose model it also takes."""
    with _drawing_from(real.chunk_vectors(range(real.vector_count)), real.encoder.token_dimension):
        build_index(corpus, index, real.generation.manifest.model)


@contextmanager
def _drawing_from(vectors: Vectors, token_dimension: int) -> Iterator[None]:
    """Have every encoder draw what it makes of documents; questions are encoded as ever."""
    chance = np.random.default_rng(_SEED)
    states = _unit(chance.standard_normal((STATES, token_dimension), dtype=np.float32))

    def draw(encoder: OnnxEncoder, texts: Sequence[str]) -> Iterator[tuple[int, Encoded]]:
        drawn = vectors[chance.integers(0, len(vectors), len(texts))]
        # A gaussian of this scale has the length NOISE.
        drawn += chance.standard_normal(drawn.shape, dtype=np.float32) * np.float32(NOISE / drawn.shape[1] ** 0.5)
        for place, vector in enumerate(_unit(drawn)):
            spans = [match.span() for match in _PIECE.finditer(texts[place])][: encoder.description.longest_tokens]
            pieces = chance.integers(0, STATES, len(spans), dtype=np.int32)
            yield place, Encoded(vector, pieces, np.array(spans, np.int32).reshape(-1, 2), states[pieces])

    computed = OnnxEncoder.read_documents
    OnnxEncoder.read_documents = draw  # type: ignore[method-assign]
    try:
        yield
    finally:
        OnnxEncoder.read_documents = computed  # type: ignore[method-assign]


def _unit(rows: Vectors) -> Vectors:
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found
