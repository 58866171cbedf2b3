"""What an index has to reach before it may serve: thresholds by measure and category, and a run to be no worse than.

    sets: [briefing.jsonl]
    at_least:
      all: {success_at_5: 0.9, quote_validity: 1}
      follow-ups: {success_at_1: 0.5}
    at_most:
      all: {p95_ms: 2000}
    no_worse_than:
      baseline: baseline.json
      tolerance: 0.02
      measures: [success_at_1, ndcg_at_10]

Paths are relative to the file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from qa.errors import QuestionError
from qa.evaluation import runs
from qa.evaluation.compare import compare
from qa.evaluation.measures import ALL, FOLLOW_UPS, MEASURES, PAIRED, group_of
from qa.evaluation.report import figure
from qa.evaluation.runs import Run
from qa.evaluation.sets import Question

_LONGEST = 100_000
_SAME = 1e-9


def _known(name: str) -> str:
    if name not in MEASURES:
        raise ValueError(f"there is no measure {name!r}: known are {', '.join(MEASURES)}")
    return name


def _pairable(name: str) -> str:
    if name not in PAIRED:
        raise ValueError(
            f"the measure {name!r} cannot be compared question by question: these can: {', '.join(PAIRED)}"
        )
    return name


Thresholds = dict[str, dict[Annotated[str, AfterValidator(_known)], float]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class NoWorseThan(_Part):
    """A kept run that the new one may fall behind by `tolerance` at most, in each of `measures` and `categories`."""

    baseline: str
    tolerance: float = Field(default=0.0, ge=0.0)
    measures: list[Annotated[str, AfterValidator(_pairable)]] = Field(default=["success_at_1"], min_length=1)
    categories: list[str] = Field(default=[ALL], min_length=1)


class _Gate(_Part):
    sets: list[str] = Field(default=[])
    at_least: Thresholds = {}
    at_most: Thresholds = {}
    no_worse_than: NoWorseThan | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate file that was read: the sets it names, its thresholds, and the run to hold against."""

    path: Path
    sets: tuple[Path, ...]
    at_least: Thresholds
    at_most: Thresholds
    no_worse_than: NoWorseThan | None
    baseline: Run | None


def read_gate(path: Path) -> Gate:
    """Read a gate file and the baseline it names. Raises `QuestionError` naming file and field of all that is wrong."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if len(text) > _LONGEST:
            raise QuestionError(f"The gate {path} is longer than {_LONGEST:,} characters.")
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise QuestionError(f"The gate {path} has a reference (*name): write it out.")
        fields = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"The gate {path} cannot be read: {error}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise QuestionError(f"{path}: not YAML: {' '.join(str(error).split())}.") from error
    try:
        found = _Gate.model_validate({} if fields is None else fields)
    except ValidationError as error:
        raise QuestionError("\n".join(f"{path}: {_problem(dict(one))}" for one in error.errors())) from error
    if not (found.at_least or found.at_most or found.no_worse_than):
        raise QuestionError(f'{path}: it asks for nothing: give "at_least", "at_most" or "no_worse_than".')
    against = found.no_worse_than
    return Gate(
        path=path,
        sets=tuple(path.parent / name for name in found.sets),
        at_least=found.at_least,
        at_most=found.at_most,
        no_worse_than=against,
        baseline=runs.read(path.parent / against.baseline) if against else None,
    )


def _problem(error: dict[str, object]) -> str:
    place = error["loc"]
    field = ".".join(str(part) for part in place if part != "[key]") if isinstance(place, tuple) else ""
    told = "there is no such field" if error["type"] == "extra_forbidden" else str(error["msg"])
    told = told.removeprefix("Value error, ")
    return f'field "{field}": {told}.' if field else f"not a gate file: {told}."


def require_sets(gate: Gate) -> None:
    """Raise `QuestionError` for a gate that names no question sets."""
    if not gate.sets:
        raise QuestionError(f'{gate.path}: field "sets": name the question sets to ask.')


def require_groups(gate: Gate, questions: Sequence[Question]) -> None:
    """Raise `QuestionError` for a category that no question has: it would never be held to anything."""
    known = {ALL, *(group_of(question.category) for question in questions)}
    if any(question.parent_id is not None for question in questions):
        known.add(FOLLOW_UPS)
    named = [("at_least", name) for name in gate.at_least] + [("at_most", name) for name in gate.at_most]
    if gate.no_worse_than:
        named += [("no_worse_than.categories", name) for name in gate.no_worse_than.categories]
    problems = [
        f'{gate.path}: field "{field}": no question of the sets is of the category {name!r}: there are '
        f"{', '.join(sorted(known))}."
        for field, name in named
        if name not in known
    ]
    if problems:
        raise QuestionError("\n".join(problems))


def broken(gate: Gate, kept: Run) -> list[str]:
    """Return a sentence for everything in which a run does not pass the gate, nothing if it passes."""
    return [
        *_beyond(kept, gate.at_least, "at least", lambda value, bound: value < bound - _SAME),
        *_beyond(kept, gate.at_most, "at most", lambda value, bound: value > bound + _SAME),
        *_worse(gate, kept),
    ]


def _beyond(kept: Run, thresholds: Thresholds, wanted: str, is_beyond: Callable[[float, float], bool]) -> Iterator[str]:
    for group, bounds in thresholds.items():
        for name, bound in bounds.items():
            measures = kept.measures.get(group)
            value = measures.values[name] if measures else None
            if value is None:
                yield f"{group}: no question counts for {MEASURES[name].label}; {wanted} {bound:g} is needed."
            elif is_beyond(value, bound):
                yield f"{group}: {MEASURES[name].label} is {figure(name, value)}, {wanted} {bound:g} is needed."


def _worse(gate: Gate, kept: Run) -> Iterator[str]:
    against, baseline = gate.no_worse_than, gate.baseline
    if against is None or baseline is None:
        return
    compared = compare(baseline, kept)
    if not compared.pairs:
        yield f"The baseline {against.baseline} has no question in common with the sets: make a new one."
    for group in against.categories if compared.pairs else ():
        for name in against.measures:
            duel = compared.duels.get(group, {}).get(name)
            label = MEASURES[name].label
            if duel is None:
                yield f"{group}: {label} cannot be held against the baseline, for no question counts for it in both."
            elif duel.difference < -against.tolerance - _SAME:
                yield (
                    f"{group}: {label} is {figure(name, duel.after)}, the baseline's {figure(name, duel.before)}: it "
                    f"may fall by {against.tolerance:g} at most ({duel.losses} questions worse, {duel.wins} better)."
                )
