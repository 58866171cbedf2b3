"""`qa eval`, `qa compare`, `qa rollback`, and the gate of `qa index`."""

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa import settings
from qa.commands.options import CorpusOption, IndexOption, JsonOption, ModelOption
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.answering.assistant import Assistant
    from qa.evaluation.gate import Gate
    from qa.evaluation.record import AskedSet
    from qa.evaluation.runs import Run
    from qa.indexing.build import BuildReport
    from qa.indexing.build import Gate as BuildGate

StateOption = Annotated[
    Path | None, typer.Option("--state", help="Folder of the state (QA_STATE; default: state).", show_default=False)
]
HtmlOption = Annotated[
    Path | None, typer.Option("--html", help="Write a report there: one HTML file with pictures.", show_default=False)
]
MarkdownOption = Annotated[
    Path | None, typer.Option("--markdown", help="Write it there as Markdown, for a merge request.", show_default=False)
]


def evaluate(
    sets: Annotated[
        list[Path] | None, typer.Argument(help="Question sets; without any, those of the gate.", show_default=False)
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
    state: StateOption = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", help="Keep the run in this file or folder, not in the state's.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what comes of it, keep nothing.")] = False,
    gate: Annotated[
        Path | None,
        typer.Option("--gate", help="Hold the run against this file of thresholds.", show_default=False),
    ] = None,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    junit: Annotated[
        Path | None,
        typer.Option("--junit", help="Write it there as JUnit XML, for a build server.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a set, and show how often the right passage and quote came first, and what went wrong.

    The exit code is 1 if a gate is not passed, which the last lines explain.
    """
    from qa.answering.assistant import Assistant
    from qa.evaluation import runs
    from qa.evaluation.gate import broken, read_gate, require_sets
    from qa.evaluation.html_report import run_page
    from qa.evaluation.junit import junit as junit_of
    from qa.evaluation.markdown import run_markdown
    from qa.evaluation.report import print_run, run_records

    chosen = settings.load(corpus=corpus, index=index, model=model, state=state)
    held = read_gate(gate) if gate else None
    if not sets and held is None:
        raise QAError("Name a question set (qa eval SET), or a gate that names some (--gate).")
    if not sets and held is not None:
        require_sets(held)
    written: list[tuple[Path | None, Callable[[Run], str]]] = [
        (html, run_page),
        (markdown, run_markdown),
        (junit, junit_of),
    ]
    _require_folders([path for path, _ in written])
    assistant = Assistant.open(chosen.index, chosen.model, chosen.reranker)
    asked = _read(sets or list(held.sets if held else ()), assistant, quiet=as_json)
    kept = _ask(assistant, asked, held, quiet=as_json)
    place = None if dry_run else runs.write(kept, run or runs.folder_of(chosen.state, kept.id))
    for path, make in written:
        if path is not None:
            _write(path, make(kept))
    if as_json:
        print(json.dumps(run_records(kept), ensure_ascii=False))
    else:
        print_run(kept)
        print("\nThe run was not kept." if place is None else f"\nRun {kept.id}, kept in {place}.")
    if held is not None:
        _exit_by(held, broken(held, kept), quiet=as_json)


def _exit_by(gate: "Gate", reasons: Sequence[str], quiet: bool) -> None:
    if reasons:
        print_refusal(gate.path, reasons)
        raise typer.Exit(1)
    if not quiet:
        print(f"Gate {gate.path}: passed.")


def print_refusal(gate: Path, reasons: Sequence[str]) -> None:
    """Print on standard error what a gate found."""
    print(f"Gate {gate}: not passed.", file=sys.stderr)
    for reason in reasons:
        print(f"  {reason}", file=sys.stderr, flush=True)


def _read(paths: Sequence[Path], assistant: "Assistant", quiet: bool) -> list["AskedSet"]:
    from qa.evaluation.record import read_sets

    asked, notices = read_sets(paths, assistant.index)
    for notice in notices if not quiet else ():
        _print_notice(notice)
    return asked


def _print_notice(notice: str) -> None:
    print(f"Note: {notice}")


def _ask(assistant: "Assistant", sets: Sequence["AskedSet"], gate: "Gate | None", quiet: bool) -> "Run":
    from qa.evaluation.gate import require_groups
    from qa.evaluation.record import ask
    from qa.terminal import count_progress

    if gate is not None:
        require_groups(gate, [question for asked in sets for question in asked.questions])
    with count_progress(f"Asking {', '.join(asked.name for asked in sets)}", quiet) as progress:
        kept, _ = ask(assistant, sets, progress)
    return kept


def _require_folders(paths: Sequence[Path | None]) -> None:
    """Refuse a report that could not be written, before anything is asked."""
    for path in paths:
        if path is not None and not path.parent.is_dir():
            raise QAError(f"The report {path} cannot be written: there is no folder {path.parent}.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise QAError(f"The report {path} cannot be written: {error.strerror or error}.") from error


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="Runs: files, folders, ids, or latest.")],
    state: StateOption = None,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold later runs against the first one: what is better, what is worse, what may be chance, and why."""
    from qa.evaluation.compare import compare as compare_runs
    from qa.evaluation.html_report import comparison_page
    from qa.evaluation.markdown import comparison_markdown
    from qa.evaluation.report import comparison_record, print_comparison
    from qa.evaluation.runs import find

    chosen = settings.load(state=state)
    if len(runs) < 2:
        raise QAError("Name two runs or more: the first is the one before.")
    _require_folders([html, markdown])
    before, *later = [find(name, chosen.state) for name in runs]
    compared = [compare_runs(before, after) for after in later]
    if html is not None:
        _write(html, comparison_page(compared))
    if markdown is not None:
        _write(markdown, "\n".join(comparison_markdown(one) for one in compared))
    if as_json:
        print(json.dumps([comparison_record(one) for one in compared], ensure_ascii=False))
        return
    for number, one in enumerate(compared):
        print("\n" if number else "", end="")
        print_comparison(one)


def rollback(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Let the generation before the one that serves answer again; a second time goes forward again.

    A page that is serving takes it up with the next question. The next `qa index` builds from the documents again.
    """
    from qa.indexing.rollback import roll_back

    chosen = settings.load(index=index)
    serving, before = roll_back(chosen.index)
    if as_json:
        print(json.dumps({"index_id": serving, "before": before}))
    else:
        print(f"Index {serving} answers now, in place of {before}. `qa rollback` goes forward to that one again.")


def build_gate(path: Path, chosen: settings.Settings, quiet: bool) -> "BuildGate":
    """Return the gate in a file as a build asks it. Raises `QuestionError` for a gate or a set that is wrong."""
    from qa.evaluation import build_gate

    def asking(assistant: "Assistant", sets: Sequence["AskedSet"]) -> "Run":
        return _ask(assistant, sets, None, quiet)

    return build_gate.build_gate(path, chosen.index, chosen.reranker, asking, None if quiet else _print_notice)


def tell_refused(report: "BuildReport", gate: Path, chosen: settings.Settings) -> None:
    """Say why a build does not serve, and what happened to it."""
    from qa.answering import confidence

    print_refusal(gate, report.refused)
    serving = f"{report.index_id} goes on answering" if report.index_id else "there is no index that answers"
    if report.kept:
        calibration = chosen.index / confidence.FILE
        if calibration.is_file():
            shutil.copyfile(calibration, Path(report.kept) / confidence.FILE)
        kept = f"the new one is kept in {report.kept}, where `qa ask --index` and `qa eval --index` find it"
    else:
        kept = "the new one was deleted (--keep keeps it)"
    print(f"Index: {serving}; {kept}.", file=sys.stderr, flush=True)


def register(app: Any) -> None:
    """Add the commands to the command line."""
    app.command("eval", epilog="Example: qa eval evals/briefing.jsonl --html report.html")(evaluate)
    app.command(epilog="Example: qa compare 20261122T093000-1f2e3d latest --html comparison.html")(compare)
    app.command(epilog="Example: qa rollback --index handbooks-index")(rollback)
