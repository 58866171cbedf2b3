"""What the command line shows: progress bars, answers, reports."""

import contextlib
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

import typer

from qa.doctor import Findings, is_hidden
from qa.indexing.build import BuildReport, Progress
from qa.types import Answer

UNITS = {"Reading documents": "files", "Computing vectors": "texts"}
"""What the stages of a build count."""

LISTED = 20
"""Files named in a report before the rest is counted only."""

OUTCOME_LINES = {
    "answered": "",
    "related": "The documents do not clearly answer this; nearest passages:",
    "nothing": "The documents do not answer this.",
}


@contextlib.contextmanager
def build_progress(quiet: bool) -> Iterator[Progress | None]:
    """Show one bar for each stage of a build, on standard error where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars
    from rich.table import Column
    from rich.text import Text

    class Speed(ProgressColumn):
        def get_table_column(self) -> Column:
            return Column(no_wrap=True, justify="right")

        def render(self, task: Task) -> Text:
            unit, speed = UNITS.get(task.description, ""), task.finished_speed or task.speed
            return Text(f"{speed:,.0f} {unit}/s" if unit and speed else "", "progress.data.speed")

    with Bars(
        TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True)),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        Speed(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        expand=True,
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


@contextlib.contextmanager
def count_progress(label: str, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show one bar for a single stage."""
    with build_progress(quiet) as show:
        yield None if show is None else lambda done, total: show(label, done, total)


def print_report(report: BuildReport) -> None:
    """Print what a build did."""
    moved_from, moved_to = ({pair[side] for pair in report.moved} for side in (0, 1))
    counts = {
        "added": len(set(report.added) - moved_to),
        "changed": len(report.changed),
        "unchanged": len(report.unchanged),
        "removed": len(set(report.removed) - moved_from),
        "moved": len(report.moved),
        "failed": sum(not is_hidden(skipped) for skipped in report.skipped),
    }
    for notice in report.notices:
        print(f"Note: {notice.rstrip('.')}.")
    if report.swapped:
        _print_formats(report)
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    _print_listed("moved", [f"{before} is now {after}" for before, after in report.moved])
    _print_listed("not read", [f"{skipped.path}: {skipped.reason}" for skipped in report.skipped])
    state = f"{report.embedded_count} embedded" if report.swapped else "nothing to do"
    print(f"Index {report.index_id}: {report.chunk_count} passages, {state}.", flush=True)


def _print_formats(report: BuildReport) -> None:
    """Print a table: for each ending how many files were read, how many were not, and why."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    read = Counter(_ending(name) for name in (*report.added, *report.changed, *report.unchanged))
    reasons: dict[str, Counter[str]] = {ending: Counter() for ending in read}
    for skipped in report.skipped:
        if not is_hidden(skipped):
            reasons.setdefault(_ending(skipped.path), Counter())[skipped.reason] += 1
    table = Table(box=None, pad_edge=False)
    table.add_column("format")
    table.add_column("read", justify="right")
    table.add_column("refused", justify="right")
    table.add_column("because")
    for ending in sorted(reasons):
        because = "\n".join(f"{count} × {reason}" for reason, count in reasons[ending].most_common())
        table.add_row(escape(ending), str(read[ending]), str(reasons[ending].total()), escape(because))
    Console().print(table)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower() or "no ending"


def _print_listed(label: str, lines: Sequence[str]) -> None:
    for line in lines[:LISTED]:
        print(f"  {label}: {line}")
    if len(lines) > LISTED:
        print(f"  {label}: ... and {len(lines) - LISTED} more: `qa doctor --json` lists them all")


def print_answer(answer: Answer) -> None:
    """Print an answer for reading: quotes with their citations, best first."""
    width = min(100, shutil.get_terminal_size().columns)
    line = OUTCOME_LINES[answer.outcome]
    if line:
        print(line)
    for number, (quote, hit) in enumerate(zip(answer.quotes, answer.hits, strict=True), start=1):
        first = number == 1 and answer.outcome == "answered"
        text = textwrap.fill(f"“{quote.text}”", width, initial_indent=f"[{number}] ", subsequent_indent="    ")
        print()
        print(typer.style(text, bold=True) if first and sys.stdout.isatty() else text)
        heading = f" — {quote.paragraph.heading}" if quote.paragraph.heading else ""
        print(f"    {quote.paragraph.citation}{heading}")
        if hit.replaced_by is not None:
            print(f"    Replaced by {hit.replaced_by}")
        if hit.also_in:
            also = f"Also in {'; '.join(hit.also_in)}"
            print(textwrap.fill(also, width, initial_indent="    ", subsequent_indent="    "))
    if answer.query.carried:
        print(f"\nTaken over from the dialogue: {', '.join(answer.query.carried)}")


def print_findings(findings: Findings) -> None:
    """Print what the doctor found: first what may need doing, then what is for information, at last what to do."""
    print(
        f"Index {findings.index}: {len(findings.documents)} documents, {findings.chunk_count} passages, "
        f"{findings.sentence_count} sentences; model {findings.model}; built {findings.created}. All files intact."
    )
    for label, lines in _finding_lines(findings):
        _print_listed(label, lines)
    if findings.alike_paragraphs:
        print(f"  nearly the same: {len(findings.alike_paragraphs)} pairs of paragraphs (--json names them)")
    rows = findings.integrity
    print(
        f"  rows: library {rows.library_chunks}, BM25 {rows.lexical_chunks}, vectors {rows.vectors}; "
        f"sentences {rows.library_sentences}, sentence vectors {rows.sentence_vectors}"
    )
    for line in findings.to_do:
        print(f"To do: {line}")
    if findings.healthy:
        print("Nothing amiss.")


def _finding_lines(findings: Findings) -> list[tuple[str, Sequence[str]]]:
    def pairs(found: Sequence[tuple[str, str]], between: str) -> list[str]:
        return [f"{first}{between}{second}" for first, second in found]

    return [
        ("not read", [f"{s.path}: {s.reason}" for s in findings.not_read]),
        ("new, not indexed yet", findings.new),
        ("changed since", findings.changed),
        ("deleted since, still answering", findings.deleted),
        ("no text to find", findings.unfindable),
        ("supersedes a document that is not there", pairs(findings.unknown_supersedes, ": ")),
        ("supersedes itself in a circle", findings.circular_supersedes),
        ("out of step", findings.integrity.mismatches),
        ("note", pairs(findings.notes, ": ")),
        ("encoding", pairs(findings.encodings, ": ")),
        ("replaced", pairs(findings.replaced, " by ")),
        ("nearly the same", [f"{a.first} and {a.second} ({a.jaccard:.0%})" for a in findings.alike_documents]),
        (
            "deleted by the next build",
            [f"{s.name} ({s.freed_bytes / 1024**2:.1f} MB)" for s in findings.superfluous],
        ),
    ]
