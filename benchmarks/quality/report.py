"""The table for people and the record for scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.quality.known import KNOWN
from benchmarks.quality.questions import Half
from benchmarks.quality.rows import RETRIEVERS, Row


@dataclass(frozen=True, slots=True)
class SetRun:
    """What one set gave: its rows, what was asked of which index, and how long it took.

    `k` passages were asked for. `answers` counts the answers that were looked at, `verbatim` those whose every quote
    stands in its document, `untraced` the questions whose gold was not found in the documents as they were read.
    """

    name: str
    rows: Sequence[Row]
    k: int
    index_id: str
    encoder: str
    answers: int
    verbatim: int
    untraced: int
    index_seconds: float
    ask_seconds: float
    median_ms: float


def verdict(row: Row) -> str:
    """Return "ok", or what the product falls short of: "target", "plain" (the better of BM25 and dense) or both."""
    own = row.figures.get("product")
    if own is None:
        return ""
    sign = -1.0 if row.lower_is_better else 1.0
    plain = [value for name in ("bm25", "dense") if (value := row.figures.get(name)) is not None]
    short = [
        label
        for label, bars in (("target", [row.target] if row.target is not None else []), ("plain", plain))
        # Rounded as it is shown: nobody falls short by an ulp.
        if any(round(sign * own, 3) < round(sign * bar, 3) for bar in bars)
    ]
    return "below " + ", ".join(short) if short else "ok" if plain or row.target is not None else ""


def print_table(runs: Sequence[SetRun], half: Half, console: Console) -> None:
    """Print a row for each set and measure, and the share of answers whose quotes are verbatim."""
    table = Table("set", "measure", box=SIMPLE_HEAD, title=f"Quality, {half} half", title_justify="left")
    for heading in ("product", "BM25", "dense", "RRF", "target", "known", "n"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for run in runs:
        for row in run.rows:
            known = KNOWN.get((row.set, row.measure))
            figures = [_figure(row.figures.get(retriever)) for retriever in RETRIEVERS]
            target = _figure(row.target)
            table.add_row(
                row.set,
                row.measure,
                *figures,
                target,
                _figure(known.value if known else None),
                str(row.n),
                verdict(row),
            )
        table.add_section()
    console.print(table)
    answers, verbatim = sum(run.answers for run in runs), sum(run.verbatim for run in runs)
    console.print(f"quote validity {verbatim / answers:.3f} over {answers} answers; must be 1.000")
    for run in runs:
        traced = f", {run.untraced} questions with gold that was not found in the documents" if run.untraced else ""
        console.print(
            f"{run.name}: indexed in {run.index_seconds:.0f} s, asked in {run.ask_seconds:.0f} s, "
            f"median {run.median_ms:.0f} ms{traced}"
        )


def record(runs: Sequence[SetRun], half: Half, date: str, skipped: Mapping[str, str]) -> dict[str, Any]:
    """Return everything as plain JSON values."""
    answers = sum(run.answers for run in runs)
    return {
        "date": date,
        "half": half,
        "quote_validity": sum(run.verbatim for run in runs) / answers if answers else None,
        "sets": [asdict(run) | {"rows": [asdict(row) | {"verdict": verdict(row)} for row in run.rows]} for run in runs],
        "skipped": dict(skipped),
        "known": [
            {"set": name, "measure": measure, **asdict(known)} for (name, measure), known in sorted(KNOWN.items())
        ],
    }


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:.3f}"
