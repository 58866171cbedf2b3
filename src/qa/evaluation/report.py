"""A run's figures, for people and for scripts."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from qa.answering.record import answer_record
from qa.evaluation.measures import Measures, measure
from qa.evaluation.run import Result

# Short enough for a terminal of 80 columns; `_LEGEND` spells them out.
_COLUMNS = {
    "questions": "n",
    "success_at_1": "S@1",
    "success_at_5": "S@5",
    "mrr": "MRR",
    "quote_at_1": "Q@1",
    "quote_at_5": "Q@5",
    "answered": "answ",
    "refused": "refu",
    "quote_validity": "valid",
    "median_ms": "ms",
}
_LEGEND = """\
S@k   Success@k: share of answerable questions with a gold passage among the first k
MRR   mean of 1 / the rank of the first gold passage
Q@k   share with half of the gold words or more in one of the first k quotes
answ  share of answerable questions answered; refu: of unanswerable ones not answered
valid share of answers whose quotes are all verbatim; must be 1.  ms: median time"""


def print_run(name: str, results: Sequence[Result]) -> None:
    """Print a table of measures, overall and by category, and what is wrong with the set itself."""
    print(name)
    print(f"{'category':20}" + "".join(f"{label:>6}" for label in _COLUMNS.values()))
    for category, measures in _groups(results):
        figures = (_figure(getattr(measures, field)) for field in _COLUMNS)
        print(f"{category[:19]:20}" + "".join(f"{figure:>6}" for figure in figures))
    print(_LEGEND)
    for result in results:
        for gold in result.stale_gold:
            print(f"stale gold: {result.question.id}: not in {gold.document}: {gold.quote!r}")


def run_record(name: str, index_id: str, results: Sequence[Result]) -> dict[str, Any]:
    """Return a run as plain JSON values: measures, and every question with its answer."""
    return {
        "set": name,
        "index": index_id,
        "measures": {category: asdict(measures) for category, measures in _groups(results)},
        "questions": [
            {
                "passage_rank": result.passage_rank,
                "quote_rank": result.quote_rank,
                "unanswerable": result.question.unanswerable,
                "stale_gold": [asdict(gold) for gold in result.stale_gold],
                "answer": answer_record(result.answer, result.question.id),
            }
            for result in results
        ],
    }


def _groups(results: Sequence[Result]) -> list[tuple[str, Measures]]:
    categories = sorted({result.question.category for result in results})
    groups = [("all", list(results))]
    groups += [("follow-ups", [r for r in results if r.question.parent_id is not None])]
    groups += [(name or "no category", [r for r in results if r.question.category == name]) for name in categories]
    return [(name, measure(group)) for name, group in groups if group]


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}" if value <= 1 else f"{value:.0f}"
