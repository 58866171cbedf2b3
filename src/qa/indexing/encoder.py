"""Text to vectors with the exported model: needs onnxruntime and tokenizers, neither torch nor transformers."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamagedError

Vectors = NDArray[np.float32]

BATCH_SIZE = 16
# ONNX Runtime multiplies the rows of a batch four at a time and what is left over one by one, which rounds otherwise:
# up to .006 in a coordinate. With every width a multiple of this, a text has the same vector in whatever batch.
WIDTH_STEP = 4


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the encoder sees it: its unit vector (dimension,), and its word pieces.

    `pieces` holds their places in the model's vocabulary, `offsets` (pieces, 2) where each stands in the text, half
    open, and `states` (pieces, token dimension) what the model made of each there. A text longer than the model reads
    has pieces for its beginning only; the marks that a model sets before and after a text are left out.
    """

    vector: Vectors
    pieces: NDArray[np.int32]
    offsets: NDArray[np.int32]
    states: Vectors


class Encoder(Protocol):
    """Whatever turns texts into unit vectors; replaceable, for a service that computes them elsewhere."""

    @property
    def dimension(self) -> int: ...

    @property
    def token_dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def read_documents(self, texts: Sequence[str]) -> Iterator[tuple[int, Encoded]]: ...

    def read_queries(self, texts: Sequence[str]) -> list[Encoded]: ...


@dataclass(frozen=True, slots=True)
class EncoderDescription:
    """What `encoder.json` says: where the vectors come from and how text is prepared."""

    model: str
    fingerprint: str
    dimension: int
    token_dimension: int
    longest_tokens: int
    query_prompt: str
    document_prompt: str


class OnnxEncoder:
    """The encoder that stands in an index generation, loaded when first used."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Open the encoder in `folder`.

        One thread serves single questions best (two take turns on a short text); a build uses all cores.
        """
        self._folder = folder
        self._threads = threads
        try:
            fields = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
            self.description = EncoderDescription(**fields)
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamagedError(
                f"The encoder in {folder} cannot be read ({error}): run `qa index` to build the index again."
            ) from error
        self._session: Any = None
        self._tokenizer: Any = None

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.description.dimension

    @property
    def token_dimension(self) -> int:
        """Length of a token state."""
        return self.description.token_dimension

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files and the way it was exported."""
        return self.description.fingerprint

    def _load(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = self._folder / "model.onnx"
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(self.description.longest_tokens)
        # Both complete, the session last: another thread may be encoding, or loading too.
        self._tokenizer = tokenizer
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, dimension) float32 unit rows."""
        return self._vectors(self.read_documents(texts), len(texts))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, dimension) float32 unit rows for questions."""
        return self._vectors(enumerate(self.read_queries(texts)), len(texts))

    def _vectors(self, encoded: Iterable[tuple[int, Encoded]], count: int) -> Vectors:
        vectors = np.empty((count, self.dimension), np.float32)
        for row, text in encoded:
            vectors[row] = text.vector
        return vectors

    def read_documents(self, texts: Sequence[str]) -> Iterator[tuple[int, Encoded]]:
        """Yield each text's place in `texts` with what the model made of it, texts of like length together."""
        return self._read(texts, self.description.document_prompt)

    def read_queries(self, texts: Sequence[str]) -> list[Encoded]:
        """Return what the model made of each question, in their order."""
        found = dict(self._read(texts, self.description.query_prompt))
        return [found[row] for row in range(len(texts))]

    def _read(self, texts: Sequence[str], prompt: str) -> Iterator[tuple[int, Encoded]]:
        if self._session is None:
            self._load()
        prompted = [prompt + text for text in texts]
        encodings = self._tokenizer.encode_batch(prompted)
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda row: len(encodings[row].ids))
        for first in range(0, len(order), BATCH_SIZE):
            rows = order[first : first + BATCH_SIZE]
            vectors, states = self._run([encodings[row].ids for row in rows])
            for place, row in enumerate(rows):
                yield row, _encoded(encodings[row], prompted[row], vectors[place], states[place], len(prompt))

    def _run(self, pieces: Sequence[Sequence[int]]) -> tuple[Vectors, Vectors]:
        """Return vectors (texts, dimension) and token states (texts, width, token dimension) of one batch."""
        width = -(-max(1, *map(len, pieces)) // WIDTH_STEP) * WIDTH_STEP
        ids = np.zeros((len(pieces), width), np.int64)
        mask = np.zeros((len(pieces), width), np.int64)
        for place, text in enumerate(pieces):
            ids[place, : len(text)] = text
            mask[place, : len(text)] = 1
        vectors, states = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        if not np.isfinite(vectors).all():
            raise IndexDamagedError(f"The encoder in {self._folder} computes values that are no numbers.")
        return vectors, states


def _encoded(encoding: Any, text: str, vector: Vectors, states: Vectors, prompt_length: int) -> Encoded:
    # To a SentencePiece tokeniser the space before a word is part of it.
    spans = [(end - len(text[start:end].lstrip()), end) for start, end in encoding.offsets]
    offsets = np.array(spans, np.int32).reshape(-1, 2) - prompt_length
    # Marks of the model's own, and pieces of the prompt, do not stand in the text.
    kept = np.flatnonzero((np.array(encoding.special_tokens_mask) == 0) & (offsets[:, 0] >= 0))
    return Encoded(vector, np.array(encoding.ids, np.int32)[kept], offsets[kept], states[kept])
