"""A run's figures, for people and for scripts."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from qa.evaluation.compare import METHOD as TEST
from qa.evaluation.compare import Comparison, Duel, is_better, name_of
from qa.evaluation.failures import Failure
from qa.evaluation.intervals import Interval
from qa.evaluation.measures import ALL, MEASURES
from qa.evaluation.record import measures_of
from qa.evaluation.runs import KeptMeasures, KeptQuestion, Run

WIDTH = 80
LISTED = 20
"""Changed questions that the terminal shows before the rest is counted only."""

# Short enough for a terminal of 80 columns; `_LEGEND` spells them out.
_COLUMNS = {
    "success_at_1": "S@1",
    "success_at_5": "S@5",
    "mrr": "MRR",
    "quote_at_1": "Q@1",
    "quote_at_5": "Q@5",
    "answered": "answ",
    "refused": "refu",
    "quote_validity": "valid",
    "p50_ms": "ms",
}
_LEGEND = """\
S@k   Success@k: share of answerable questions with a gold passage among the first k
MRR   mean of 1 / the rank of the first gold passage
Q@k   share with half of the gold words or more in one of the first k quotes
answ  share of answerable questions answered; refu: of unanswerable ones not answered
valid share of answers whose quotes are all verbatim; must be 1.  ms: median time"""


def print_run(kept: Run) -> None:
    """Print for each set a table of measures, overall and by category, what went wrong, and what is wrong with it."""
    for asked in kept.sets:
        questions = [question for question in kept.questions if question.set == asked.name]
        groups = kept.measures if len(kept.sets) == 1 else measures_of(questions)
        print(asked.name)
        print(f"{'category':20}{'n':>6}" + "".join(f"{label:>6}" for label in _COLUMNS.values()))
        for name, measures in groups.items():
            figures = "".join(f"{_figure(measures.values[measure]):>6}" for measure in _COLUMNS)
            print(f"{name[:19]:20}{measures.questions:>6}{figures}")
        print(_LEGEND)
        for line in [*_overall(groups[ALL]), *_intervals_told(kept), *_failures(questions), *_stale(questions)]:
            print(line)


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if value <= 1 else f"{value:.0f}"


def _overall(measures: KeptMeasures) -> Iterator[str]:
    yield f"\n{'all questions':20}{'':9}95 % interval"
    for name, measure in MEASURES.items():
        if (value := measures.values[name]) is not None:
            told = interval_in_words(measures.intervals[name], measure.unit == "ms")
            direction = "lower is better" if measure.better == "lower" else ""
            yield f"{measure.label:20}{figure(name, value):>7}  {told:16}{direction}".rstrip()


def figure(name: str, value: float | None) -> str:
    """Return a measure's value in a few characters."""
    if value is None:
        return "–"
    return f"{value:.0f} ms" if MEASURES[name].unit == "ms" else f"{value:.3f}"


def interval_in_words(interval: Interval | None, in_ms: bool = False) -> str:
    """Return an interval in a few characters, empty where there is none."""
    if interval is None:
        return ""
    low, high = interval
    return f"{low:.0f}–{high:.0f}" if in_ms else f"{low:.3f}–{high:.3f}"


def _intervals_told(kept: Run) -> Iterator[str]:
    yield textwrap.fill(f"Intervals: {kept.intervals}.", WIDTH)


def _failures(questions: Sequence[KeptQuestion]) -> Iterator[str]:
    counts = Counter(question.failure for question in questions)
    yield "\nwhat became of the questions"
    for failure in Failure:
        if counts[failure]:
            yield f"{counts[failure]:>5}  {failure.label}"


def _stale(questions: Sequence[KeptQuestion]) -> Iterator[str]:
    for question in questions:
        for gold in question.gold:
            if gold.is_stale:
                yield f"stale gold: {question.id}: not in {gold.document}: {gold.quote!r}"
                if gold.nearest:
                    yield f"  nearest: {gold.nearest!r}"


def run_records(kept: Run) -> list[dict[str, Any]]:
    """Return a run as plain JSON values, by set: measures with their intervals, and every question with its answer."""
    return [_record(kept, asked.name) for asked in kept.sets]


def _record(kept: Run, set_name: str) -> dict[str, Any]:
    questions = [question for question in kept.questions if question.set == set_name]
    groups = measures_of(questions)
    return {
        "set": set_name,
        "index": kept.index.id,
        "measures": {
            name: {
                "questions": found.questions,
                "answerable": found.answerable,
                "unanswerable": found.unanswerable,
                "stale_gold": found.stale_gold,
                **found.values,
            }
            for name, found in groups.items()
        },
        "intervals": {name: found.intervals for name, found in groups.items()},
        "questions": [
            {
                "passage_rank": question.passage_rank,
                "quote_rank": question.quote_rank,
                "unanswerable": question.unanswerable,
                "failure": question.failure.value,
                "stale_gold": [
                    {"document": gold.document, "quote": gold.quote} for gold in question.gold if gold.is_stale
                ],
                "answer": question.answer,
            }
            for question in questions
        ],
    }


def print_comparison(compared: Comparison) -> None:
    """Print what two runs differ in: how they were made, by measure, by category, and question by question."""
    print(f"{compared.after.id} against {compared.before.id}: {compared.pairs} questions in common")
    for line in [*compared.made_with, *left_out(compared)]:
        print(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    "))
    duels = compared.duels.get(ALL, {})
    if not duels:
        return
    print(f"\n{'all questions':20}{'before':>8}{'after':>8}{'change':>8}{'win':>5}{'tie':>5}{'loss':>5}{'p':>8}")
    for name, duel in duels.items():
        print(f"{MEASURES[name].label:20}{_duel(duel)}")
    for name, (before, after) in compared.wholes.items():
        digits = 0 if MEASURES[name].unit == "ms" else 3
        print(f"{MEASURES[name].label:20}{before:>8.{digits}f}{after:>8.{digits}f}{after - before:>+8.{digits}f}")
    print(textwrap.fill(f"p: {TEST}. Win and loss count questions.", WIDTH))
    print(f"\n{'share right':20}{'before':>8}{'after':>8}{'change':>8}{'win':>5}{'tie':>5}{'loss':>5}{'p':>8}")
    for group, found in compared.duels.items():
        print(f"{group[:19]:20}{_duel(found['right'])}")
    _print_changes(compared)


def _duel(duel: Duel) -> str:
    chance = "-" if duel.p is None else f"{duel.p:.4f}"
    return (
        f"{duel.before:>8.3f}{duel.after:>8.3f}{duel.difference:>+8.3f}"
        f"{duel.wins:>5}{duel.ties:>5}{duel.losses:>5}{chance:>8}"
    )


def _print_changes(compared: Comparison) -> None:
    print(f"\nWhat changed: {len(compared.changes)} of {compared.pairs} questions")
    for before, after, count in compared.flow:
        print(f"{count:>5}  {before.label} → {after.label}")
    for change in compared.changes[:LISTED]:
        head = f"{name_of(change.after)}: {change.before.failure.label} → {change.after.failure.label}"
        print(textwrap.fill(f"{head}: {change.why}", WIDTH, initial_indent="  ", subsequent_indent="    "))
    if len(compared.changes) > LISTED:
        print(f"  ... and {len(compared.changes) - LISTED} more: --html shows them all")


def left_out(compared: Comparison) -> list[str]:
    """Say which questions could not be compared."""
    told = []
    for names, what in (
        (compared.only_before, "only in the earlier run"),
        (compared.only_after, "only in the later run"),
        (compared.altered, "edited in between"),
    ):
        if names:
            more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
            told.append(f"left out, {what}: {', '.join(names[:LISTED])}{more}")
    return told


def comparison_record(compared: Comparison) -> dict[str, Any]:
    """Return a comparison as plain JSON values."""
    return {
        "before": compared.before.id,
        "after": compared.after.id,
        "questions": compared.pairs,
        "made_with": list(compared.made_with),
        "left_out": {
            "only_before": list(compared.only_before),
            "only_after": list(compared.only_after),
            "altered": list(compared.altered),
        },
        "test": TEST,
        "measures": {
            group: {
                name: {
                    "questions": duel.questions,
                    "before": duel.before,
                    "after": duel.after,
                    "wins": duel.wins,
                    "ties": duel.ties,
                    "losses": duel.losses,
                    "p": duel.p,
                    "better": is_better(name, duel.difference),
                }
                for name, duel in duels.items()
            }
            for group, duels in compared.duels.items()
        },
        "wholes": {name: {"before": before, "after": after} for name, (before, after) in compared.wholes.items()},
        "flow": [{"from": old.value, "to": new.value, "questions": count} for old, new, count in compared.flow],
        "changes": [
            {
                "set": change.after.set,
                "id": change.after.id,
                "from": change.before.failure.value,
                "to": change.after.failure.value,
                "why": change.why,
            }
            for change in compared.changes
        ],
    }
