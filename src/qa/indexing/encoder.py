"""Text to vectors with the exported model: needs onnxruntime and tokenizers, neither torch nor transformers."""

import json
from collections.abc import Callable, Sequence
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


class Encoder(Protocol):
    """Whatever turns texts into unit vectors; replaceable, for a service that computes them elsewhere."""

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class EncoderDescription:
    """What `encoder.json` says: where the vectors come from and how text is prepared."""

    model: str
    fingerprint: str
    dimension: int
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

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Return (texts, dimension) float32 unit rows; `progress` is told the number of texts done."""
        return self._encode([self.description.document_prompt + text for text in texts], progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (texts, dimension) float32 unit rows for questions."""
        return self._encode([self.description.query_prompt + text for text in texts], None)

    def _encode(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> Vectors:
        if self._session is None:
            self._load()
        vectors = np.empty((len(texts), self.dimension), np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda row: len(encodings[row].ids))
        for first in range(0, len(order), BATCH_SIZE):
            rows = order[first : first + BATCH_SIZE]
            longest = max(1, *(len(encodings[row].ids) for row in rows))
            width = -(-longest // WIDTH_STEP) * WIDTH_STEP
            ids = np.zeros((len(rows), width), np.int64)
            mask = np.zeros((len(rows), width), np.int64)
            for place, row in enumerate(rows):
                length = len(encodings[row].ids)
                ids[place, :length] = encodings[row].ids
                mask[place, :length] = 1
            vectors[rows] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            if progress:
                progress(len(rows))
        if not np.isfinite(vectors).all():
            raise IndexDamagedError(f"The encoder in {self._folder} computes values that are no numbers.")
        return vectors
