"""A refitted confidence, for people and for scripts."""

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.answering.confidence import DEFAULT
from qa.evaluation.calibrate import TOLD_NOTHING, Refit
from qa.evaluation.curve import chart
from qa.evaluation.selective import OUTCOMES, Figures

WIDTH = 80

_LEGEND = """\
precision    right share of the answered questions, 95 % interval (Wilson)
coverage     answered share of all questions
AUROC        how often a right answer has a higher confidence than a wrong one
calibration  expected calibration error: mean distance of confidence and truth"""


def print_refit(refit: Refit, saved: Path | None) -> None:
    """Print what the refitting did, what it is worth, and where the calibration was saved, None for nowhere."""
    for line in _table(refit):
        print(line)
    print(_LEGEND)
    _print_filled(
        "The product's own calibration has seen none of these questions unless they are the shipped ones. The refitted "
        "one's figures are cross-validated: every question is counted under a fit, and under thresholds, that were "
        "learned without its dialogue. So is the curve, on which the thresholds for later questions were chosen."
    )
    print("\nWrong share of the answered questions, by answered share of all questions:\n")
    print(chart(refit.curve, refit.chosen, 1.0 - refit.calibration.target_precision, WIDTH))
    print()
    for sentence in _conclusions(refit):
        _print_filled(sentence)
    if saved is None:
        print("Nothing was saved.")
    else:
        _print_filled(
            f"Saved in {saved}: `qa ask` follows it from now on, a page that is serving from its next start on."
        )


def _table(refit: Refit) -> Iterator[str]:
    before, after, fitted = refit.before, refit.after, refit.calibration
    counted = sum(before.answerable.values()), sum(before.unanswerable.values())
    yield f"{fitted.fitted_on}: {sum(counted)} questions, {counted[0]} answerable and {counted[1]} not"
    yield ""
    yield f"{'':34}{'product':>20}{'refitted':>20}"
    for name, own, refitted in (
        ("answerable", before.answerable, after.answerable),
        ("unanswerable", before.unanswerable, after.unanswerable),
    ):
        for outcome in OUTCOMES:
            yield f"{f'{name} questions: {outcome}':34}{own[outcome]:>20}{refitted[outcome]:>20}"
    yield f"{'precision':34}{_precision(before):>20}{_precision(after):>20}"
    for label, field in (("coverage", "coverage"), ("AUROC", "auroc"), ("calibration", "calibration_error")):
        yield f"{label:34}{getattr(before, field):>20.3f}{getattr(after, field):>20.3f}"
    yield f"{'answered from confidence':34}{DEFAULT.answered_from:>20.3f}{fitted.answered_from:>20.3f}"
    yield f"{'related from confidence':34}{DEFAULT.related_from:>20.3f}{fitted.related_from:>20.3f}"
    yield ""


def _precision(figures: Figures) -> str:
    if figures.precision is None:
        return "none answered"
    return f"{figures.precision:.3f} ({figures.precision_low:.2f}-{figures.precision_high:.2f})"


def _conclusions(refit: Refit) -> Iterator[str]:
    """Yield what follows from the figures, and what to bear in mind with them."""
    chosen, target = refit.chosen, refit.calibration.target_precision
    right = f"{chosen.answered - chosen.wrong} of {chosen.answered} answered questions ({1 - chosen.error:.0%})"
    if refit.scaling.reached:
        yield f"From confidence {chosen.threshold:.3f} on, {right} are right on the curve; {target:.0%} were aimed at."
    else:
        yield (
            f"No threshold makes {target:.0%} of the answered questions right on this set. The best that still answers "
            f"a tenth of the questions was chosen: from confidence {chosen.threshold:.3f} on, {right} are right on the "
            "curve."
        )
    if refit.after.precision is not None:
        yield (
            f"What to expect: where the threshold was chosen without them, {refit.after.precision:.0%} of the answered "
            f"questions were right (95 % interval {refit.after.precision_low:.0%} to {refit.after.precision_high:.0%})."
        )
    yield (
        f'"Related" begins where at most {TOLD_NOTHING:.0%} of the answerable questions are told that the documents do '
        "not answer them."
    )
    if refit.is_blind:
        yield "On this set the confidence does not tell right answers from wrong ones: no threshold will help much."
    if not sum(refit.before.unanswerable.values()):
        yield "The set has no question that the documents do not answer: with such questions, precision will be lower."
    if refit.stale_gold:
        yield (
            f"Gold quotes that no longer stand in their documents: {refit.stale_gold}. Right answers may count as "
            f"wrong; `qa eval {refit.calibration.fitted_on}` names the quotes."
        )


def _print_filled(text: str) -> None:
    print(textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def refit_record(refit: Refit, index_id: str, saved: Path | None) -> dict[str, Any]:
    """Return a refitting as plain JSON values: calibration, figures and every point of the curve."""
    return {
        "set": refit.calibration.fitted_on,
        "index": index_id,
        "saved": None if saved is None else str(saved),
        "calibration": asdict(refit.calibration),
        "scaling": asdict(refit.scaling),
        "before": asdict(refit.before),
        "after": asdict(refit.after),
        "chosen": asdict(refit.chosen),
        "curve": [asdict(point) for point in refit.curve],
        "conclusions": list(_conclusions(refit)),
    }
