"""A run's figures, for people and for scripts."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from qa.answering.record import answer_record
from qa.evaluation.measures import Measures, measure
from qa.evaluation.run import Result

_COLUMNS = {
    "questions": "n",
    "success_at_1": "Success@1",
    "success_at_5": "Success@5",
    "mrr": "MRR",
    "quote_at_1": "Quote@1",
    "quote_at_5": "Quote@5",
    "answered": "answered",
    "refused": "refused",
    "quote_validity": "valid",
    "median_ms": "ms",
}


def print_run(name: str, results: Sequence[Result]) -> None:
    """Print a table of measures, overall and by category, and what is wrong with the set itself."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=name)
    table.add_column("category")
    for label in _COLUMNS.values():
        table.add_column(label, justify="right")
    for category, measures in _groups(results):
        table.add_row(category, *(_figure(getattr(measures, field)) for field in _COLUMNS))
    console = Console()
    console.print(table)
    console.print(
        "answered: share of answerable questions answered; refused: share of unanswerable ones not answered; "
        "valid: share of answers whose quotes are verbatim."
    )
    for result in results:
        for gold in result.stale_gold:
            console.print(f"stale gold: {result.question.id}: not in {gold.document}: {gold.quote!r}", markup=False)


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
