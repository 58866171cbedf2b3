"""The figures of an assistant that answers some questions and leaves others: how many, and how many of them rightly."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from qa.types import Outcome

Probabilities = NDArray[np.float64]
Flags = NDArray[np.bool_]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
BINS = 10
"""Bins of the expected calibration error."""

_STANDARD_ERRORS = 1.96  # of the normal distribution, on both sides of 95 of 100


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the questions of a set under one calibration.

    `answerable` and `unanswerable` count the outcomes of these questions. `precision` is the share of right answers
    among the answered questions, None where none was answered, with its 95 % interval from `precision_low` to
    `precision_high`; `coverage` the share of all questions that were answered. `auroc` is the chance that a right
    answer has a higher confidence than a wrong one, `calibration_error` the mean distance of confidence and share of
    right answers; lower is better.
    """

    answerable: Mapping[Outcome, int]
    unanswerable: Mapping[Outcome, int]
    answered: int
    right: int
    precision: float | None
    precision_low: float
    precision_high: float
    coverage: float
    auroc: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold does: from this confidence on, `answered` questions are answered, `wrong` of them wrongly.

    `coverage` is the answered share of all questions, `error` the wrong share of the answered ones.
    """

    threshold: float
    answered: int
    wrong: int
    coverage: float
    error: float


def figures(confidence: Probabilities, outcomes: Sequence[Outcome], right: Flags, answerable: Flags) -> Figures:
    """Return the figures of questions, one entry of each argument a question; some need to be right, and some wrong."""
    answered = np.array([outcome == "answered" for outcome in outcomes])
    count, hits = int(answered.sum()), int((answered & right).sum())
    low, high = wilson(hits, count)
    return Figures(
        answerable=_counts(outcomes, answerable),
        unanswerable=_counts(outcomes, ~answerable),
        answered=count,
        right=hits,
        precision=hits / count if count else None,
        precision_low=low,
        precision_high=high,
        coverage=count / len(outcomes),
        auroc=auroc(confidence, right),
        calibration_error=calibration_error(confidence, right),
    )


def _counts(outcomes: Sequence[Outcome], wanted: Flags) -> dict[Outcome, int]:
    counts = Counter(outcome for outcome, counted in zip(outcomes, wanted, strict=True) if counted)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, from 0 to 1 where nothing was counted (Wilson 1927).

    7 of 10 may be anything from .40 to .89, 70 of 100 from .60 to .78.
    """
    if not count:
        return 0.0, 1.0
    share, spread = hits / count, _STANDARD_ERRORS**2 / count
    middle = share + spread / 2
    half = _STANDARD_ERRORS * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def auroc(confidence: Probabilities, right: Flags) -> float:
    """Return the chance that a right answer has a higher confidence than a wrong one, equal ones counting half."""
    hits, misses = int(right.sum()), int((~right).sum())
    above = rankdata(confidence)[right].sum() - hits * (hits + 1) / 2
    return float(above / (hits * misses))


def calibration_error(confidence: Probabilities, right: Flags) -> float:
    """Return the expected calibration error over ten bins of equally many questions (Guo et al. 2017)."""
    order = np.argsort(confidence, kind="stable")
    bins = zip(np.array_split(confidence[order], BINS), np.array_split(right[order], BINS), strict=True)
    return float(sum(abs(sure.sum() - hits.sum()) for sure, hits in bins) / len(confidence))


def curve(confidence: Probabilities, right: Flags) -> list[Point]:
    """Return what every threshold does, the strictest first (Geifman and El-Yaniv 2017).

    Questions of the same confidence are answered together; those of confidence 0, for which nothing was found, never.
    """
    points = []
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    for place, question in enumerate(order):
        threshold = float(confidence[question])
        is_last_of_equals = place + 1 == len(order) or confidence[order[place + 1]] < threshold
        if threshold > 0.0 and is_last_of_equals:
            answered, misses = place + 1, int(wrong[place])
            points.append(Point(threshold, answered, misses, answered / len(order), misses / answered))
    return points
