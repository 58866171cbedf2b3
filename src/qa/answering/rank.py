"""From candidates to ranked passages: fusion of both retrievers, then the best sentence of each passage.

Pure functions over arrays; nothing here touches an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.indexing.protocol import Candidate

# Convex fusion (Bruch et al. 2023, "An Analysis of Fusion Functions for Hybrid Retrieval"): it keeps the distances
# between scores, and beat reciprocal rank fusion by one to five points on every set tried.
LEXICAL_SHARE = 0.4
DENSE_SHARE = 0.6
# What the best sentence adds, for passages that are mostly about something else.
SENTENCE_SHARE = 0.5
# Within a passage, a sentence is chosen by meaning and by the question's words that it holds.
SENTENCE_MEANING_SHARE = 0.6
SENTENCE_WORDS_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its final score and the place of its best sentence."""

    candidate: Candidate
    score: float
    sentence: int
    sentence_score: float


def fuse(candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """Return the fused score of each candidate, 0.4 · BM25 / best BM25 + 0.6 · cosine.

    With BM25 scores 8 and 4 and cosines .5 and .6 that is .4 + .30 = .70 and .2 + .36 = .56.
    """
    lexical = np.array([candidate.lexical_score for candidate in candidates])
    dense = np.array([candidate.dense_score for candidate in candidates])
    best = lexical.max(initial=0.0)
    return LEXICAL_SHARE * (lexical / best if best > 0 else lexical) + DENSE_SHARE * dense


def sentence_scores(cosines: NDArray[np.float32], coverage: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how well each sentence answers: cosine to the question and the share of its words it holds."""
    return SENTENCE_MEANING_SHARE * cosines.astype(np.float64) + SENTENCE_WORDS_SHARE * coverage


def by_best_sentence(
    candidates: Sequence[Candidate], fused: Sequence[float], scores: Sequence[NDArray[np.float64]]
) -> list[Ranked]:
    """Rank candidates by fused score plus their best sentence's; ties keep the order of rows."""
    ranked = []
    for candidate, base, sentences in zip(candidates, fused, scores, strict=True):
        best = int(np.argmax(sentences))
        best_score = float(sentences[best])
        ranked.append(Ranked(candidate, base + SENTENCE_SHARE * best_score, best, best_score))
    return sorted(ranked, key=lambda r: (-r.score, r.candidate.row))
