"""How sure an answer is, and what follows from it.

The features mean the same for every question: nothing is rescaled by the best score of the question at hand.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from qa.types import Outcome


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer, each between 0 and 1 (cosines may fall below 0).

    `sentence_cosine` is the best quote's with the question, `passage_cosine` the best passage's, `coverage` the
    share of the question's words, weighed by their idf, that stand in the best passage or its heading, and
    `sentence_coverage` the share in the best quote.
    """

    sentence_cosine: float
    passage_cosine: float
    coverage: float
    sentence_coverage: float


# Logistic regression; `python -m benchmarks.confidence` fits and prints it.
INTERCEPT = -4.27
SENTENCE_COSINE = 1.97
PASSAGE_COSINE = 4.34
COVERAGE = 0.4
SENTENCE_COVERAGE = 0.03

ANSWERED_FROM = 0.4
RELATED_FROM = 0.15


def probability(evidence: Evidence) -> float:
    """Return the estimated probability that the best quote answers the question."""
    logit = (
        INTERCEPT
        + SENTENCE_COSINE * evidence.sentence_cosine
        + PASSAGE_COSINE * evidence.passage_cosine
        + COVERAGE * evidence.coverage
        + SENTENCE_COVERAGE * evidence.sentence_coverage
    )
    return 1.0 / (1.0 + math.exp(-logit))


def outcome(confidence: float) -> Outcome:
    """Return "answered" from a confidence of 0.4 on, "related" from 0.15 on, else "nothing"."""
    if confidence >= ANSWERED_FROM:
        return "answered"
    return "related" if confidence >= RELATED_FROM else "nothing"


def coverage(idf_of_terms: Mapping[str, float], found: Collection[str]) -> float:
    """Return the share of the terms' idf that is found; 0 for a question without index terms.

    Of "ban" (idf 2) and "lej" (idf 6), a passage that holds only "lej" covers 6 / 8 = .75.
    """
    total = sum(idf_of_terms.values())
    return sum(idf for term, idf in idf_of_terms.items() if term in found) / total if total else 0.0
