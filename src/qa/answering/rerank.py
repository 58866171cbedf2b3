"""A second look at the best passages, by a model that reads question and passage together; off unless one is named.

Such a cross-encoder tells passages apart better than vectors do, which were made of each passage without knowing the
question (Nogueira and Cho 2019), and takes a hundred times as long: it looks at the best few only.
"""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from qa.errors import ModelError
from qa.indexing.model import find_folder, silence

# So many candidates are looked at again. Twenty passages of 60 words take a model of six layers (384 numbers wide) .8 s
# on one core, and what ranks below twenty is seldom meant.
LOOKED_AT = 20
# The part of a final score that is the reranker's. With a half neither overrules the other: what both hold for middling
# does not pass what one is sure of and the other finds middling too.
SHARE = 0.5
# Architectures without a layer for scores: it would be filled with random numbers.
_WITHOUT_SCORES = ("Model", "ForMaskedLM", "ForPreTraining")
_BATCH_SIZE = 10


class Reranker(Protocol):
    """Whatever reads a question with passages and says how well each answers it."""

    def scores(self, question: str, passages: Sequence[str]) -> Sequence[float]:
        """Return a score for each passage between 0 and 1, which means the same for every question."""
        ...


def mixed(ranked: Sequence[float], reranked: Sequence[float]) -> list[float]:
    """Return the final scores of candidates, whose scores so far are `ranked`, best first.

    `reranked` are the reranker's scores of the first so many of them; those that it did not look at count as 0 there,
    so that none of them passes a better one for not having been looked at.

    >>> mixed([0.8, 0.6, 0.5], [0.2, 0.9])
    [0.5, 0.75, 0.25]
    """
    unseen = [0.0] * (len(ranked) - len(reranked))
    return [(1 - SHARE) * score + SHARE * again for score, again in zip(ranked, [*reranked, *unseen], strict=True)]


class CrossEncoderReranker:
    """Any cross-encoder of sentence-transformers; safe to use from several threads."""

    def __init__(self, name: str) -> None:
        """Load the cross-encoder in a folder, or of this name in the local Hugging Face cache; nothing is downloaded.

        Raises `ModelError` where there is none, and for a model that gives no single score to a pair of texts.
        """
        self.name = name
        self._model = _load(name, find_folder(name, "cross-encoder"))
        self._one_at_a_time = threading.Lock()  # tokenisers cannot be set to two lengths at once

    def scores(self, question: str, passages: Sequence[str]) -> Sequence[float]:
        """Return the probability, by the model, that each passage answers the question."""
        if not passages:
            return []
        pairs = [(question, passage) for passage in passages]
        with self._one_at_a_time:
            found = self._model.predict(pairs, batch_size=_BATCH_SIZE, show_progress_bar=False)
        return [float(score) for score in found]


def _load(name: str, folder: Path) -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with silence():
        from sentence_transformers import CrossEncoder
        from torch.nn import Sigmoid

        try:
            # Some models come with an activation of their own, some with none: the logits of all get this one.
            model = CrossEncoder(str(folder), device="cpu", local_files_only=True, activation_fn=Sigmoid())
        except Exception as error:
            raise ModelError(f"The reranker {name} cannot be loaded from {folder}: {error}") from error
    architecture = (getattr(model.config, "architectures", None) or [""])[0]
    if architecture.endswith(_WITHOUT_SCORES):
        raise ModelError(f"{name} is no cross-encoder ({architecture}): it gives no score to a pair of texts.")
    if model.num_labels != 1:
        raise ModelError(
            f"{name} is no cross-encoder for search: it gives {model.num_labels} scores to a pair of texts, not one."
        )
    return model
