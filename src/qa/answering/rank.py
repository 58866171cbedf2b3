"""From candidates to ranked passages: fusion of both retrievers, then what late interaction and words say.

Pure functions; nothing here touches an index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS, Evidence
from qa.indexing.bm25 import K1
from qa.indexing.protocol import Candidate

# Convex fusion (Bruch et al. 2023, "An Analysis of Fusion Functions for Hybrid Retrieval") chooses the candidates that
# are looked at more closely. BM25 counts by its share of the highest score that the question's terms can have.
LEXICAL_SHARE = 0.6
DENSE_SHARE = 0.4

# What each signal counts; they sum to 1, so that a score is between 0 and 1 for every question alike. Rounded from what
# `python -m benchmarks.ranking` fits on the tuning halves of all sets together (which leans to late interaction, .37)
# and on SciFact and Cranfield alone (to BM25, .20): one setting, about a point below the best for each set by itself.
PASSAGE_WEIGHTS: Mapping[str, float] = {"bm25": 0.15, "cosine": 0.18, "coverage": 0.03, "late": 0.28, "weakest": 0.02}
SENTENCE_WEIGHTS: Mapping[str, float] = {"cosine": 0.10, "late": 0.15, "neighbours": 0.09}

# A passage of a document that was replaced gives way to those of its successor that score at least this share of its
# own: the successor then deals with the matter too, in other words perhaps. Below, the old document alone answers.
SUCCESSOR_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its final score, and the place of its best sentence with that sentence's part of the score."""

    candidate: Candidate
    score: float
    sentence: int
    sentence_score: float


def fuse(candidates: Sequence[Candidate], idf_of_terms: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the fused score of each candidate, 0.6 · BM25 / highest possible BM25 + 0.4 · cosine.

    A term of idf 4 can score up to 4 · (k1 + 1) = 8.8: with BM25 scores 4.4 and 2.2 and cosines .5 and .6 that is
    .30 + .20 = .50 and .15 + .24 = .39.
    """
    lexical = np.array([candidate.lexical_score for candidate in candidates])
    dense = np.array([candidate.dense_score for candidate in candidates])
    highest = (K1 + 1) * sum(idf_of_terms.values())
    # A synonym that is rarer than the question's own word may score higher than that can: it counts as much.
    return LEXICAL_SHARE * np.minimum(lexical / (highest or 1.0), 1.0) + DENSE_SHARE * dense


def sentence_scores(evidence: Evidence) -> NDArray[np.float64]:
    """Return how well each sentence of a passage answers."""
    scores: NDArray[np.float64] = evidence.sentences @ np.array([SENTENCE_WEIGHTS[s] for s in SENTENCE_SIGNALS])
    return scores


def by_evidence(
    candidates: Sequence[Candidate], evidence: Sequence[Evidence], bonuses: Sequence[float]
) -> list[Ranked]:
    """Rank candidates by the weighted sum of their signals and their best sentence's, and what their date adds.

    Ties keep the order of rows.
    """
    weights = np.array([PASSAGE_WEIGHTS[signal] for signal in PASSAGE_SIGNALS])
    ranked = []
    for candidate, found, bonus in zip(candidates, evidence, bonuses, strict=True):
        sentences = sentence_scores(found)
        best = int(np.argmax(sentences))
        score = float(found.passage @ weights + sentences[best]) + bonus
        ranked.append(Ranked(candidate, score, best, float(sentences[best])))
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
