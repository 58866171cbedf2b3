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
Times = NDArray[np.int64]

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
    return float(calibration_error_of_draws(confidence, right, np.ones((1, len(right)), dtype=np.int64))[0])


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


def risks(confidence: Probabilities, right: Flags) -> NDArray[np.float64]:
    """Return the wrong share of the n surest answers, for n from 1 on.

    Equally sure answers count with the wrong share of them all: the order of the questions must not matter.
    """
    order = np.argsort(-confidence, kind="stable")
    _, group = np.unique(-confidence[order], return_inverse=True)
    wrong = (~right[order]).astype(np.float64)
    shared = np.bincount(group, wrong) / np.bincount(group)
    sums: NDArray[np.float64] = np.cumsum(shared[group])
    return sums / np.arange(1, len(sums) + 1)


def aurc(confidence: Probabilities, right: Flags) -> float:
    """Return the area under the risk-coverage curve, the mean of `risks`; lower is better (Geifman and El-Yaniv 2017).

    Right, wrong and right by falling confidence have the risks 0, 1/2 and 1/3: .278.
    """
    return float(aurc_of_draws(confidence, right, np.ones((1, len(right)), dtype=np.int64))[0])


def aurc_of_draws(confidence: Probabilities, right: Flags, times: Times) -> Probabilities:
    """Return the area for each row of `times`, (draws, questions), which says how often each question counts.

    Of m equally sure questions of which w are wrong, behind n of which v are wrong, the k-th has the risk
    (v + k w / m) / (n + k). These sum to w + (v - n w / m) (H(n + m) - H(n)), H being the harmonic numbers.
    """
    _, group = np.unique(-confidence, return_inverse=True)
    places = np.zeros((len(confidence), int(group.max()) + 1))
    places[np.arange(len(confidence)), group] = 1.0
    counts, wrong = times @ places, (times * ~right) @ places
    share = np.divide(wrong, counts, out=np.zeros_like(wrong), where=counts > 0)
    before, wrong_before = np.cumsum(counts, axis=1) - counts, np.cumsum(wrong, axis=1) - wrong
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, int(counts.sum(axis=1).max()) + 1))])
    grown = harmonic[(before + counts).astype(np.int64)] - harmonic[before.astype(np.int64)]
    areas: Probabilities = (wrong + (wrong_before - before * share) * grown).sum(axis=1) / counts.sum(axis=1)
    return areas


def calibration_error_of_draws(confidence: Probabilities, right: Flags, times: Times) -> Probabilities:
    """Return the expected calibration error for each row of `times`, (draws, questions)."""
    order = np.argsort(confidence, kind="stable")
    excess = (confidence - right)[order]
    return np.array([_error_in_bins(np.repeat(excess, drawn)) for drawn in times[:, order]])


def _error_in_bins(excess: Probabilities) -> float:
    """Return the mean distance of confidence and truth, from their differences by rising confidence."""
    sums = np.concatenate([[0.0], np.cumsum(excess)])
    fuller = len(excess) % BINS  # as many bins as that hold one more
    ends = np.cumsum(np.full(BINS, len(excess) // BINS) + (np.arange(BINS) < fuller))
    return float(np.abs(np.diff(sums[np.concatenate([[0], ends])])).sum() / len(excess))
