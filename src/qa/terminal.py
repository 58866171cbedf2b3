"""What the command line shows: progress bars, answers, reports."""

import contextlib
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator

import typer

from qa.doctor import Findings
from qa.indexing.build import BuildReport, Progress
from qa.types import Answer

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
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description:42}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
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
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "unchanged": len(report.unchanged),
        "removed": len(report.removed),
        "not read": len(report.skipped),
    }
    for notice in report.notices:
        print(f"Note: {notice}.")
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    for before, after in report.moved[:LISTED]:
        print(f"  moved: {before} is now {after}")
    for skipped in report.skipped[:LISTED]:
        print(f"  not read: {skipped.path}: {skipped.reason}")
    if len(report.skipped) > LISTED:
        print(f"  ... and {len(report.skipped) - LISTED} more: `qa doctor` lists them all")
    state = f"{report.embedded_count} embedded" if report.swapped else "nothing to do"
    print(f"Index {report.index_id}: {report.chunk_count} passages, {state}.")


def print_answer(answer: Answer) -> None:
    """Print an answer for reading: quotes with their citations, best first."""
    width = min(100, shutil.get_terminal_size().columns)
    line = OUTCOME_LINES[answer.outcome]
    if line:
        print(line)
    for number, quote in enumerate(answer.quotes, start=1):
        first = number == 1 and answer.outcome == "answered"
        text = textwrap.fill(f"“{quote.text}”", width, initial_indent=f"[{number}] ", subsequent_indent="    ")
        print()
        print(typer.style(text, bold=True) if first and sys.stdout.isatty() else text)
        heading = f" — {quote.paragraph.heading}" if quote.paragraph.heading else ""
        print(f"    {quote.paragraph.citation}{heading}")
    if answer.query.carried:
        print(f"\nTaken over from the dialogue: {', '.join(answer.query.carried)}")


def print_findings(findings: Findings) -> None:
    """Print what the doctor found."""
    print(
        f"Index {findings.index}: {len(findings.documents)} documents, {findings.chunk_count} passages, "
        f"{findings.sentence_count} sentences; model {findings.model}; built {findings.created}. All files intact."
    )
    for label, names in (
        ("not read", [f"{s.path}: {s.reason}" for s in findings.not_read]),
        ("new, not indexed yet", findings.new),
        ("changed since", findings.changed),
        ("deleted since, still answering", findings.deleted),
    ):
        for name in names:
            print(f"  {label}: {name}")
    print("Nothing amiss." if findings.healthy else "Run `qa index` to bring the index up to date.")
