"""The command line: `qa index`, `qa ask`, `qa serve`, `qa eval`, `qa sets`, `qa calibrate`, `qa doctor`, and more."""

import io
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from qa import settings
from qa.commands import drafts, runs, sets
from qa.commands.options import CorpusOption, IndexOption, JsonOption, ModelOption
from qa.errors import QAError

app = typer.Typer(
    help="Answers questions over your own documents with verbatim passages, each cited to its paragraph.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(sets.app, name="sets")
app.add_typer(drafts.app, name="drafts")


def main() -> None:
    """Run the command line; a failure a user can mend is one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show “ gets ?
    try:
        try:
            app()
        finally:
            _flush()
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        print(f"qa: {error.strerror or error}.", file=sys.stderr)
        sys.exit(2)


def _flush() -> None:
    """Write out what was printed; where its reader went away (`qa ask ... | head`), drop the rest quietly."""
    try:
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise


@app.command(epilog="Example: qa index --corpus handbooks --index handbooks-index")
def index(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and build again whenever documents change; Ctrl-C ends it.")
    ] = False,
    gate: Annotated[
        Path | None,
        typer.Option(
            "--gate", help="Let the new index answer only if it passes this gate (QA_GATE).", show_default=False
        ),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="With --gate: keep an index that does not pass.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read the documents and bring the index up to date; only what changed is done again.

    The exit code is 1 if a gate is not passed; the index before then goes on answering.
    """
    chosen = settings.load(corpus=corpus, index=index, model=model, gate=gate)
    if watch:
        _watch(chosen, keep, as_json)
    elif not _build(chosen, keep, as_json):
        raise typer.Exit(1)


def _build(chosen: settings.Settings, keep: bool, as_json: bool) -> bool:
    """Build, and tell whether the gate let it through."""
    from qa.indexing.build import build_index
    from qa.terminal import build_progress, print_report

    asked = runs.build_gate(chosen.gate, chosen, as_json) if chosen.gate is not None else None
    with build_progress(quiet=as_json) as progress:
        report = build_index(chosen.corpus, chosen.index, chosen.model, progress, chosen.limits, asked, keep)
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False), flush=True)
    else:
        print_report(report)
    if report.refused and chosen.gate is not None:
        runs.tell_refused(report, chosen.gate, chosen)
    return not report.refused


def _watch(chosen: settings.Settings, keep: bool, as_json: bool) -> None:
    """Build after every change until interrupted; only a first build that fails ends it."""
    from qa.indexing.watch import changes

    built = False
    try:
        for _ in changes(chosen.corpus, chosen.index):
            try:
                _build(chosen, keep, as_json)
                built = True
            except QAError as error:
                if not built:
                    raise
                print(f"qa: {error} The index before still answers.", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        return


@app.command(epilog='Example: qa ask "Who founded Jaish-e-Mohammad?"')
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in your own words.", show_default=False)] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
    k: Annotated[int, typer.Option("-k", help="Passages to show, at most.")] = 5,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", help="Search this document only; may be repeated.", show_default=False),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            help="Answer a file of questions, one JSON object a line; - reads them from standard input.",
            show_default=False,
        ),
    ] = None,
    as_typed: Annotated[
        bool, typer.Option("--as-typed", help="Search exactly what was typed: put no word right.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why each passage stands where it stands; goes with --json too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question, or a file of them, from the index."""
    from qa.answering.assistant import Assistant
    from qa.answering.batch import answer_batch, read_batch
    from qa.answering.record import answer_record
    from qa.terminal import print_answer

    chosen = settings.load(corpus=corpus, index=index, model=model)
    if (question is None) == (batch is None):
        raise QAError('Ask one question (qa ask "...") or a file of them (qa ask --batch questions.jsonl).')
    if batch is not None and (as_typed or explain):
        raise QAError("--as-typed and --explain go with one question, not with --batch.")
    questions = []
    if batch is not None:
        name = "standard input" if str(batch) == "-" else str(batch)
        questions = read_batch(_lines(batch, name), name)
    assistant = Assistant.open(chosen.index, chosen.model, chosen.reranker)
    _require_documents(assistant, document or [])
    if batch is not None:
        for line in answer_batch(assistant, questions, k, document):
            print(line, flush=True)
        return
    answer = assistant.ask(question or "", k=k, documents=document, as_typed=as_typed)
    if as_json:
        print(json.dumps(answer_record(answer, explain=explain), ensure_ascii=False))
    else:
        print_answer(answer, explain)


def _lines(path: Path, name: str) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        # Only a line feed ends a line of JSON: its strings may hold other separators.
        return data.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QAError(f"The questions in {name} cannot be read: {error}.") from error


def _require_documents(assistant: Any, documents: list[str]) -> None:
    known = {document_id for document_id, _ in assistant.index.titles()}
    for document in documents:
        if document not in known:
            raise QAError(f"There is no document {document!r} in the index: `qa doctor --json` lists them.")


@app.command(epilog="Example: qa serve --port 8080")
def serve(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
    host: Annotated[
        str | None, typer.Option(help="Address to serve on (QA_HOST; default: 127.0.0.1).", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to serve on (QA_PORT; default: 7860).", show_default=False)
    ] = None,
) -> None:
    """Serve the page on which staff ask and check every answer against its source."""
    from qa.web.server import serve_page

    serve_page(settings.load(corpus=corpus, index=index, model=model, host=host, port=port))


runs.register(app)


@app.command(epilog="Example: qa calibrate evals/briefing.jsonl --precision 0.8 --picture curve.svg")
def calibrate(
    questions: Annotated[Path, typer.Argument(help="Question set, as JSON lines, with the quotes that answer.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
    precision: Annotated[float, typer.Option(help="Share of the answered questions that should be right.")] = 0.8,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would come of it, save nothing.")] = False,
    picture: Annotated[
        Path | None, typer.Option(help="Write the curve of coverage and error there, as SVG.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the confidence, and from where on a question is answered, to your own questions."""
    from qa.answering import confidence
    from qa.answering.assistant import Assistant
    from qa.evaluation.calibrate import refit, require_precision
    from qa.evaluation.calibration_report import print_refit, refit_record
    from qa.evaluation.run import run
    from qa.evaluation.sets import load
    from qa.terminal import count_progress

    chosen = settings.load(corpus=corpus, index=index, model=model)
    require_precision(precision)
    asked = load(questions)
    # By the product's own calibration: one that lies there may be what is to be mended.
    assistant = Assistant.open(chosen.index, chosen.model, chosen.reranker, confidence.DEFAULT)
    with count_progress(f"Asking {questions}", quiet=as_json) as progress:
        results = run(assistant, asked, progress)
    fitted = refit(results, str(questions), precision, assistant.index.encoder.fingerprint)
    saved = None if dry_run else confidence.save(fitted.calibration, chosen.index)
    if as_json:
        print(json.dumps(refit_record(fitted, assistant.index.id, saved), ensure_ascii=False))
    else:
        print_refit(fitted, saved)
    if picture is not None:
        _write_curve(fitted, picture)


def _write_curve(fitted: Any, path: Path) -> None:
    from qa.evaluation.curve import picture

    target = 1.0 - fitted.calibration.target_precision
    try:
        path.write_text(picture(fitted.curve, fitted.chosen, target, fitted.calibration.fitted_on), encoding="utf-8")
    except OSError as error:
        raise QAError(f"The picture {path} cannot be written: {error.strerror or error}.") from error


@app.command(epilog="Example: qa doctor --json")
def doctor(
    corpus: CorpusOption = None, index: IndexOption = None, model: ModelOption = None, as_json: JsonOption = False
) -> None:
    """Say what the index holds, what was not read and why, what is odd, and what has changed since.

    The exit code is 1 if something needs to be done, which the last lines name; all else is for information.
    """
    from qa.doctor import examine
    from qa.terminal import print_findings

    chosen = settings.load(corpus=corpus, index=index, model=model)
    findings = examine(chosen.corpus, chosen.index, chosen.model)
    if as_json:
        print(json.dumps({"to_do": findings.to_do, **asdict(findings)}, ensure_ascii=False))
    else:
        print_findings(findings)
    raise typer.Exit(0 if findings.healthy else 1)


@app.command(epilog="Example: qa feedback --verdict down --since 2026-01-31")
def feedback(
    state: Annotated[
        Path | None, typer.Option(help="Folder of the state (QA_STATE; default: state).", show_default=False)
    ] = None,
    verdict: Annotated[str | None, typer.Option(help="List this verdict only: up or down.", show_default=False)] = None,
    since: Annotated[
        str | None, typer.Option(help="List what was given or asked from this day on: 2026-01-31.", show_default=False)
    ] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help="List what was asked instead, what the documents do not answer first.")
    ] = False,
    delete: Annotated[
        str | None, typer.Option(help="Delete the feedback that has this id.", metavar="ID", show_default=False)
    ] = None,
    delete_before: Annotated[
        str | None,
        typer.Option(help="Delete feedback and questions from before this day: 2026-01-31.", show_default=False),
    ] = None,
    delete_visitor: Annotated[
        str | None,
        typer.Option(help="Delete all feedback of a visitor, by name.", metavar="NAME", show_default=False),
    ] = None,
    delete_all: Annotated[
        bool, typer.Option("--delete-all", help="Delete all feedback and questions; needs --yes.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete all.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what people said of answers, or what they asked; or delete it."""
    from qa.state.moments import require_day
    from qa.state.report import print_deleted, print_feedback, print_questions
    from qa.state.state import State

    chosen = settings.load(state=state)
    if verdict not in (None, "up", "down"):
        raise QAError(f"There is no verdict {verdict!r}: it is up or down.")
    kept, first_day, last_day = State(chosen), require_day(since), require_day(delete_before)
    if delete_all and not yes:
        raise QAError("--delete-all deletes all feedback and questions for good: add --yes if that is meant.")
    chosen_deletions = [delete, delete_before, delete_visitor, delete_all or None]
    if sum(value is not None for value in chosen_deletions) > 1:
        raise QAError("Choose one of --delete, --delete-before, --delete-visitor and --delete-all.")
    if any(value is not None for value in chosen_deletions):
        print_deleted(_delete(kept, delete, last_day, delete_visitor), as_json)
        return
    kept.forget_expired()
    if questions:
        print_questions(kept.questions.asked(first_day), chosen.log_questions, as_json)
    else:
        print_feedback(kept.feedback.entries(verdict=verdict or "", since=first_day), as_json)


def _delete(kept: Any, entry: str | None, before: str, visitor: str | None) -> Any:
    """Delete one entry, all from before a day, all of a visitor, or without any of these everything."""
    from qa.state.state import Deleted

    if entry is not None:
        if not (count := kept.feedback.delete(entry)):
            raise QAError(f"There is no feedback with the id {entry!r}: `qa feedback` lists them.")
        return Deleted(feedback=count)
    if visitor is not None:
        return Deleted(feedback=kept.feedback.delete_of(visitor))
    return kept.delete_before(before) if before else kept.delete_all()


if __name__ == "__main__":
    main()
