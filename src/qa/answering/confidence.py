"""How sure an answer is, and what follows from it.

The features mean the same for every question: nothing is rescaled by the best score of the question at hand.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from pathlib import Path

from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS, Evidence
from qa.answering.expectation import codes, denies, expectation, fulfilled
from qa.errors import IndexDamagedError
from qa.types import Outcome

FILE = "calibration.json"
"""Where a calibration on an organisation's own questions lies in the folder of the index."""

FEATURES = ("cosine", "coverage", "late", "weakest", "sentence cosine", "lacking", "undenied")
"""What a confidence is made of: signals of the best passage and the cosine of the quoted sentence; `lacking`, 1 where a
number, date or name is asked for and the quote holds none, 0.5 where it holds one of something else perhaps; and
`undenied`, 1 where the question denies something ("Who may not ...?") and the quote does not."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression on `FEATURES`, and from which confidence an answer is an answer, or related.

    `target_precision` is the share of right answers among the answered questions that `answered_from` was chosen for;
    `questions` is how many it was fitted on, and `fitted_on` names them. `encoder` is the fingerprint of the encoder
    whose scores it knows, empty for the one that the product comes with.
    """

    intercept: float
    weights: Mapping[str, float]
    answered_from: float
    related_from: float
    target_precision: float
    questions: int
    fitted_on: str
    encoder: str = ""


LARGEST = 1000
"""How far from zero a figure of a calibration may be."""

_REQUIRED = frozenset(field.name for field in dataclass_fields(Calibration)) - {"encoder"}


# `python -m benchmarks.confidence` fits and prints it, on 2,626 questions of four sets of which half have no answer in
# the documents, and on 198 that are foreign to them. On those, 70 of 100 answers given are right.
DEFAULT = Calibration(
    intercept=-5.34,
    weights={
        "cosine": 4.43,
        "coverage": 0.43,
        "late": 3.36,
        "weakest": -1.85,
        "sentence cosine": 2.96,
        "lacking": -0.95,
        "undenied": -0.58,
    },
    answered_from=0.57,
    related_from=0.17,
    target_precision=0.7,
    questions=2824,
    fitted_on="tuning halves of SQuAD 2.0, ClapNQ, DoQA cooking and the shipped questions",
)


def features(evidence: Evidence, sentence: int, question: str, quoted: str) -> dict[str, float]:
    """Return the features of an answer, by name: of its best passage, of the quoted sentence, and of the words."""
    wanted = expectation(question)
    known = dict(zip(PASSAGE_SIGNALS, evidence.passage.tolist(), strict=True))
    known["sentence cosine"] = float(evidence.sentences[sentence][SENTENCE_SIGNALS.index("cosine")])
    known["lacking"] = 1.0 - fulfilled(wanted, quoted) if wanted else 0.0
    if codes(question) - codes(quoted):
        known["lacking"] = 1.0  # room XK4471 is no answer on room XK4472
    known["undenied"] = float(denies(question) and not denies(quoted))
    return {name: known[name] for name in FEATURES}


def probability(calibration: Calibration, found: Mapping[str, float]) -> float:
    """Return the estimated probability that the best quote answers the question."""
    logit = calibration.intercept + sum(weight * found[name] for name, weight in calibration.weights.items())
    # For either sign the exponential is at most 1, so none overflows.
    if logit >= 0.0:
        return 1.0 / (1.0 + math.exp(-logit))
    return math.exp(logit) / (1.0 + math.exp(logit))


def outcome(calibration: Calibration, confidence: float) -> Outcome:
    """Return "answered" or "related" from the calibration's thresholds on, else "nothing"."""
    if confidence >= calibration.answered_from:
        return "answered"
    return "related" if confidence >= calibration.related_from else "nothing"


def save(calibration: Calibration, index: Path) -> Path:
    """Write a calibration into the folder of an index, where it holds for every later generation; return its file."""
    path = index / FILE
    temporary = path.with_name(f".{FILE}")
    temporary.write_text(json.dumps(asdict(calibration), indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)
    return path


def load(index: Path, encoder: str) -> Calibration:
    """Return the calibration of the folder of an index, the product's own where there is none.

    Raises `IndexDamagedError` where the file is not what `save` wrote, or was fitted with another encoder.
    """
    path = index / FILE
    try:
        found = _checked(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return DEFAULT
    except (OSError, ValueError, OverflowError, RecursionError) as error:
        raise IndexDamagedError(
            f"The calibration {path} cannot be used ({error}): run `qa calibrate` again, or delete the file."
        ) from error
    if found.encoder != encoder:
        raise IndexDamagedError(
            f"The calibration {path} was fitted with another model: run `qa calibrate` again, or delete the file."
        )
    return found


def _checked(fields: object) -> Calibration:
    """Return the calibration of what was read. Raises `ValueError` where `save` cannot have written it."""
    if not isinstance(fields, dict) or not _REQUIRED <= fields.keys() <= _REQUIRED | {"encoder"}:
        raise ValueError("it lacks what a calibration holds, or holds something else")
    found = Calibration(**fields)
    if not isinstance(found.weights, dict) or found.weights.keys() != set(FEATURES):
        raise ValueError("it weighs other features")
    figures = (found.intercept, *found.weights.values(), found.answered_from, found.related_from)
    if not all(_is_sensible(figure) for figure in (*figures, found.target_precision)):
        raise ValueError(f"it holds what is no number, or one beyond {LARGEST:,}")
    if not 0 <= found.related_from <= found.answered_from <= 1 or not 0 < found.target_precision <= 1:
        raise ValueError("its thresholds are impossible")
    if type(found.questions) is not int or found.questions < 0:
        raise ValueError("it does not count its questions")
    if not isinstance(found.fitted_on, str) or not isinstance(found.encoder, str):
        raise ValueError("it does not name its questions or its encoder")
    return found


def _is_sensible(figure: object) -> bool:
    return isinstance(figure, (int, float)) and not isinstance(figure, bool) and abs(figure) <= LARGEST
