"""Fitting the confidence to an organisation's own questions.

The product's own confidence keeps its order of answers: only how sure it is altogether, and how quickly that grows, is
learned (Platt 1999), two numbers, for which a few dozen questions are enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from qa.answering import confidence
from qa.answering.confidence import DEFAULT, Calibration
from qa.errors import QuestionError
from qa.evaluation.run import Result
from qa.evaluation.selective import Figures, Flags, Point, Probabilities, curve, figures
from qa.evaluation.sets import Question, by_id
from qa.types import Outcome

LEAST_QUESTIONS = 40
LEAST_OF_EACH = 10
"""Right answers that a set needs, and wrong ones."""

LEAST_ANSWERED = 10
"""Answered questions from which their precision says something: 10 of 10 right are .72 to 1 (95 % interval)."""

LEAST_COVERAGE = 0.1
"""Share of the questions that is answered even where the precision aimed at cannot be reached."""

TOLD_NOTHING = 0.05
"""Share of answerable questions that may be told that the documents hold nothing."""

FOLDS = 5
LEAST_DIALOGUES = FOLDS + 1
"""Dialogues with a right answer: with one fold left out, and of the rest another, three are left to learn from."""

_SLOPES = (0.05, 20.0)
_ROUNDING = 1e-9  # 1 - 2 / 10 is a little more than 0.8, 1 - 3 / 10 a little less than 0.7


@dataclass(frozen=True, slots=True)
class Observation:
    """How an answer came out: `logit` is that of the product's own confidence, minus infinity where nothing was found.

    `right` means that the documents answer the question and the first passage does. `dialogue` is the id of the
    question that the dialogue began with.
    """

    dialogue: str
    logit: float
    right: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Scaling:
    """What was learned: the new logit is `slope` times the product's own, plus `offset`.

    `reached` tells whether `answered_from` reaches the precision that was aimed at.
    """

    slope: float
    offset: float
    answered_from: float
    related_from: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Refit:
    """A fitted calibration and what it is worth.

    `before` is the product's own calibration. `after` counts every question under a scaling and thresholds that were
    learned without its dialogue. `curve` is drawn from confidences that were learned likewise, and `chosen` is its
    point that gave `answered_from`. `stale_gold` counts gold quotes that no longer stand in their documents.
    """

    calibration: Calibration
    scaling: Scaling
    before: Figures
    after: Figures
    curve: tuple[Point, ...]
    chosen: Point
    stale_gold: int

    @property
    def is_blind(self) -> bool:
        """True where the confidence does not tell right answers from wrong ones on this set."""
        return self.scaling.slope <= _SLOPES[0]


def require_precision(precision: float) -> None:
    """Raise `QuestionError` for a precision that cannot be aimed at."""
    if not 0.0 < precision < 1.0:
        raise QuestionError(
            f"The precision to aim at lies between 0 and 1, 0.8 for 80 of 100; it cannot be {precision}."
        )


def refit(results: Sequence[Result], fitted_on: str, precision: float, encoder: str) -> Refit:
    """Fit the product's own confidence to a run's results, so that `precision` of the answered questions are right.

    `encoder` is the fingerprint of the index's encoder. Raises `QuestionError` saying what a set lacks that cannot be
    fitted on.
    """
    require_precision(precision)
    observed = observe(results)
    _require_enough(observed, fitted_on)
    scaling = fit(observed, precision)
    right, answerable = _flags(observed)
    held_out = held_out_confidence(observed)
    points = curve(held_out, right)
    own = expit(_logits(observed))
    return Refit(
        calibration=_calibration(scaling, precision, len(observed), fitted_on, encoder),
        scaling=scaling,
        before=figures(own, [confidence.outcome(DEFAULT, sure) for sure in own], right, answerable),
        after=figures(held_out, _held_out_outcomes(observed, held_out, precision), right, answerable),
        curve=tuple(points),
        chosen=next(point for point in points if point.threshold == scaling.answered_from),
        stale_gold=sum(len(result.stale_gold) for result in results),
    )


def observe(results: Sequence[Result]) -> list[Observation]:
    """Return what a run's results say about the product's own confidence, whatever calibration they were asked with."""
    known = by_id([result.question for result in results])
    return [
        Observation(
            dialogue=_root(result.question, known),
            logit=float(logit(_own_confidence(result.answer.features))),
            right=not result.question.unanswerable and result.passage_rank == 1,
            answerable=not result.question.unanswerable,
        )
        for result in results
    ]


def _own_confidence(features: Mapping[str, float]) -> float:
    return confidence.probability(DEFAULT, features) if features else 0.0


def _root(question: Question, known: Mapping[str, Question]) -> str:
    while question.parent_id is not None:
        question = known[question.parent_id]
    return question.id


def _require_enough(observed: Sequence[Observation], name: str) -> None:
    right = [one.dialogue for one in observed if one.right]
    counts = (
        (len(observed), LEAST_QUESTIONS, "questions"),
        (len(right), LEAST_OF_EACH, "questions whose first passage answers them"),
        (len(observed) - len(right), LEAST_OF_EACH, "questions whose first passage does not"),
        (len(set(right)), LEAST_DIALOGUES, "separate dialogues with such an answer"),
    )
    lacking = [f"{count} {what} (at least {least})" for count, least, what in counts if count < least]
    if lacking:
        raise QuestionError(f"The confidence cannot be fitted on {name}, which has only {' and '.join(lacking)}.")


def fit(observed: Sequence[Observation], precision: float) -> Scaling:
    """Learn scaling and thresholds, the latter from confidences that were learned without the question's dialogue."""
    slope, offset = platt(observed)
    right, answerable = _flags(observed)
    held_out = held_out_confidence(observed)
    answered_from, reached = _answered_from(curve(held_out, right), precision)
    related_from = min(_related_from(held_out[answerable]), answered_from)
    return Scaling(slope, offset, answered_from, related_from, reached)


def platt(observed: Sequence[Observation]) -> tuple[float, float]:
    """Return slope and offset of the likeliest scaling (Platt 1999).

    His targets, (n + 1) / (n + 2) for n right answers and 1 / (m + 2) for m wrong ones, keep it finite where the
    confidence separates both. The slope stays positive: who is surer must not become less sure.
    """
    logits = _logits(observed)
    found = np.isfinite(logits)
    x, right = logits[found], _flags(observed)[0][found]
    hits, misses = int(right.sum()), int((~right).sum())
    targets = np.where(right, (hits + 1) / (hits + 2), 1 / (misses + 2))

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scaled = parameters[0] * x + parameters[1]
        excess = expit(scaled) - targets
        return float(np.sum(np.logaddexp(0.0, scaled) - targets * scaled)), np.array([excess @ x, excess.sum()])

    best = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[_SLOPES, (None, None)])
    return float(best.x[0]), float(best.x[1])


def _logits(observed: Sequence[Observation]) -> Probabilities:
    return np.array([one.logit for one in observed], dtype=np.float64)


def _flags(observed: Sequence[Observation]) -> tuple[Flags, Flags]:
    """Return which questions were answered rightly, and which are answerable."""
    return np.array([one.right for one in observed], dtype=bool), np.array([one.answerable for one in observed], bool)


def folds(observed: Sequence[Observation]) -> list[list[int]]:
    """Deal the places of the questions into folds: a dialogue is never split, right and wrong are spread evenly."""
    dialogues: dict[str, list[int]] = {}
    for place, one in enumerate(observed):
        dialogues.setdefault(one.dialogue, []).append(place)
    ordered = sorted(dialogues.values(), key=lambda places: (sum(observed[i].right for i in places), len(places)))
    return [[place for places in ordered[fold::FOLDS] for place in places] for fold in range(FOLDS)]


def held_out_confidence(observed: Sequence[Observation]) -> Probabilities:
    """Return each question's confidence under a scaling that was learned from the other folds."""
    logits, held_out = _logits(observed), np.zeros(len(observed))
    for fold in folds(observed):
        slope, offset = platt(_others(observed, fold))
        held_out[fold] = expit(slope * logits[fold] + offset)
    return held_out


def _held_out_outcomes(observed: Sequence[Observation], held_out: Probabilities, precision: float) -> list[Outcome]:
    """Return each question's outcome under thresholds that were chosen on the other folds."""
    outcomes: list[Outcome] = ["nothing"] * len(observed)
    for fold in folds(observed):
        scaling = fit(_others(observed, fold), precision)
        calibration = _calibration(scaling, precision, len(observed), "", "")
        for place in fold:
            if held_out[place] > 0.0:
                outcomes[place] = confidence.outcome(calibration, float(held_out[place]))
    return outcomes


def _others(observed: Sequence[Observation], fold: Sequence[int]) -> list[Observation]:
    left_out = set(fold)
    return [one for place, one in enumerate(observed) if place not in left_out]


def _answered_from(points: Sequence[Point], precision: float) -> tuple[float, bool]:
    """Return the lowest threshold that reaches a precision, and True.

    Where none does with ten answered questions, return the one of the highest precision, and False: of those that
    answer a tenth of all questions, because the highest of fewer is a matter of chance.
    """
    sensible = [point for point in points if point.answered >= LEAST_ANSWERED] or points[-1:]
    reaching = [point.threshold for point in sensible if 1.0 - point.error >= precision - _ROUNDING]
    if reaching:
        return min(reaching), True
    common = [point for point in sensible if point.coverage >= LEAST_COVERAGE] or points[-1:]
    return min(common, key=lambda point: (point.error, point.threshold)).threshold, False


def _related_from(answerable: Probabilities) -> float:
    """Return the highest threshold that at most a twentieth of the answerable questions stays below."""
    return float(np.sort(answerable)[int(TOLD_NOTHING * len(answerable))])


def _calibration(scaling: Scaling, precision: float, questions: int, fitted_on: str, encoder: str) -> Calibration:
    return Calibration(
        intercept=scaling.slope * DEFAULT.intercept + scaling.offset,
        weights={name: scaling.slope * weight for name, weight in DEFAULT.weights.items()},
        answered_from=scaling.answered_from,
        related_from=scaling.related_from,
        target_precision=precision,
        questions=questions,
        fitted_on=fitted_on,
        encoder=encoder,
    )
