"""From candidates to ranked passages: fusion of both retrievers, then the best sentence of each passage.

Pure functions over arrays; nothing here touches an index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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

# A passage of a document that was replaced gives way to those of its successor that score at least this share of its
# own: the successor then deals with the matter too, in other words perhaps. Below, the old document alone answers.
SUCCESSOR_SHARE = 0.6


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


def below_successors(ranked: Sequence[Ranked], documents: Sequence[str], successors: Mapping[str, str]) -> list[Ranked]:
    """Rank each passage of a replaced document below those of its successor that score at least 0.6 of its own.

    `documents[i]` is the document of `ranked[i]`. The passage's score becomes the lowest of theirs, so that with equal
    text the successor always comes first: an old passage of 1.0 falls to .7 beside new ones of .9, .7 and .5, and
    keeps its 1.0 beside new ones of .5 and .4, which then are about something else.
    """
    scores: dict[str, list[float]] = {}
    for found, document in zip(ranked, documents, strict=True):
        scores.setdefault(document, []).append(found.score)

    def demoted(found: Ranked, document: str) -> float:
        # For a negative score, too, the bound lies below it.
        bound = found.score - (1 - SUCCESSOR_SHARE) * abs(found.score)
        return min([found.score, *(s for s in scores.get(successors.get(document, ""), ()) if s >= bound)])

    placed = [
        (replace(found, score=demoted(found, document)), document in successors)
        for found, document in zip(ranked, documents, strict=True)
    ]
    # Stable: what falls to the same score keeps its order.
    return [found for found, _ in sorted(placed, key=lambda place: (-place[0].score, place[1]))]
