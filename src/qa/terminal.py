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
from qa.explained import about, also_searched, found_by, shares
from qa.indexing.build import BuildReport, Progress
from qa.types import Answer, Difference, Hit, Quote

UNITS = {"Reading documents": "files", "Computing vectors": "texts"}
"""What the stages of a build count."""

LISTED = 20
"""Files named in a report before the rest is counted only."""

LETTERS = "bcdefghijklmnopqrstuvwxyz"
"""What follows the number of a quote's further sentences: [1], [1b], [1c]."""

NOTHING_AT_ALL = "The documents do not answer this."
OUTCOME_LINES = {
    "answered": "",
    "related": "The documents do not clearly answer this; nearest passages:",
    "nothing": "The documents do not answer this. The nearest passages, which may be about something else:",
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
    if not report.refused:
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


def print_answer(answer: Answer, explain: bool = False) -> None:
    """Print an answer for reading: quotes with their citations, best first; with `explain`, why they are these."""
    width = min(100, shutil.get_terminal_size().columns)
    if answer.corrections:
        searched = ", ".join(correction.searched for correction in answer.corrections)
        typed = ", ".join(correction.typed for correction in answer.corrections)
        _fill(f"Showing results for: {searched} (instead of {typed}); --as-typed searches what you typed.", width)
    if explain:
        _print_searched(answer, width)
    elif also := also_searched(answer):
        _fill(f"Also searched: {', '.join(f'{added} (for {words})' for added, words in also)}.", width)
    line = OUTCOME_LINES[answer.outcome] if answer.quotes else NOTHING_AT_ALL
    if line:
        print(line)
    for number, (quote, hit) in enumerate(zip(answer.quotes, answer.hits, strict=True), start=1):
        _print_quote(str(number), quote, width, bold=number == 1 and answer.outcome == "answered")
        for letter, further in zip(LETTERS, quote.more, strict=False):
            _print_quote(f"{number}{letter}", further, width, above=quote)
        if hit.replaced_by is not None:
            print(f"    Replaced by {hit.replaced_by}")
        if hit.also_in:
            _fill(f"Also in {'; '.join(hit.also_in)}", width, "    ")
        if explain:
            _print_reasons(hit, width)
    for number, difference in enumerate(answer.differences):
        print("" if number else "\nSources differ:")
        _print_difference(difference, answer, width)
    if answer.query.carried and not explain:
        print(f"\nTaken over from the dialogue: {', '.join(answer.query.carried)}")


def _fill(text: str, width: int, indent: str = "", first: str | None = None) -> None:
    print(textwrap.fill(text, width, initial_indent=indent if first is None else first, subsequent_indent=indent))


def _print_quote(marker: str, quote: Quote, width: int, bold: bool = False, above: Quote | None = None) -> None:
    """Print the words and below them their citation, which need not be repeated below a quote of the same paragraph."""
    first = f"[{marker}] "
    text = textwrap.fill(f"“{quote.text}”", width, initial_indent=first, subsequent_indent=" " * len(first))
    if above is None:
        print()
    print(typer.style(text, bold=True) if bold and sys.stdout.isatty() else text)
    if above is None or quote.paragraph.citation != above.paragraph.citation:
        heading = f" — {quote.paragraph.heading}" if quote.paragraph.heading else ""
        print(f"{' ' * len(first)}{quote.paragraph.citation}{heading}")


def _print_difference(difference: Difference, answer: Answer, width: int) -> None:
    values = [f"“{value}”" if difference.kind == "negation" else value for value in difference.values]
    for place, value in zip(difference.places, values, strict=True):
        date = answer.hits[place].date or "no date"
        citation = answer.quotes[place].paragraph.citation
        _fill(f"{value} — {citation} ({date})", width, "    ", first=f"[{place + 1}] ")


def _print_searched(answer: Answer, width: int) -> None:
    """Print what holds for the whole answer: how sure it is, which index answered, what was searched."""
    weights = (f"{term} {weight:.2f}" for term, weight in answer.query.terms.items())
    for line in [*about(answer), f"Terms and weights: {', '.join(weights) or 'none'}"]:
        _fill(line, width, "  ", first="")


def _print_reasons(hit: Hit, width: int) -> None:
    """Print why a passage stands where it stands: a few lines and a table, what added most first."""
    _fill(
        f"Why: score {hit.score:.3f}; holds {', '.join(hit.reasons.terms) or 'no word of the question'}", width, "    "
    )
    for line in found_by(hit):
        print(f"      {line}")
    found = shares(hit.reasons)
    widest = max((len(share.label) for share in found), default=0)
    if found:
        print(f"      {'':{widest}}  seen   added")
    for share in found:
        signal = "    " if share.signal is None else f"{share.signal:.2f}"
        print(f"      {share.label:{widest}}  {signal}  {share.share:+.3f}")


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
