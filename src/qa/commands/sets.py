"""`qa sets convert` and `qa sets check`: question sets from one format to another, and what is odd about them."""

import json
from collections.abc import Iterator, Sized
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa import settings
from qa.commands.options import IndexOption, JsonOption, ModelOption
from qa.errors import IndexMissingError, QAError

if TYPE_CHECKING:
    from qa.evaluation.anchors import Documents
    from qa.evaluation.sets.examine import Count, Duplicate, Examined, Stale
    from qa.evaluation.sets.model import Question

RUN = "run.txt"
RUN_DEPTH = 10

FromOption = Annotated[
    str | None,
    typer.Option("--from", help="Format of what is read, where its name does not tell it.", show_default=False),
]

app = typer.Typer(
    help="Question sets: from one format to another, and what is odd about them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="Example: qa sets convert evals/briefing.jsonl briefing.xlsx")
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The set: a file, or a folder for BEIR and TREC.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write it.")],
    target_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="jsonl, yaml, csv, xlsx, squad, beir or trec, where the name of OUT does not tell it.",
            show_default=False,
        ),
    ] = None,
    source_format: FromOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
    run: Annotated[
        bool, typer.Option("--run", help=f"For TREC: ask the questions, and write the ranking into {RUN}.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT where it is there already.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a question set in another format, and say in words what that format cannot hold.

    SQuAD, BEIR and TREC hold the documents' text too: it is taken from the index.
    """
    from qa.evaluation.sets import format_of, read, write

    known = format_of(target, target_format)
    if run and known.name != "trec":
        raise QAError("--run goes with --format trec.")
    if not overwrite and target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise QAError(f"{target} is there already: choose another name, or add --overwrite.")
    chosen = settings.load(index=index, model=model)
    hold_texts = {"squad", "beir", "trec"} & {known.name, format_of(source, source_format).name}
    documents = _documents(chosen, required=index is not None) if hold_texts else None
    reading = read(source, source_format, documents)
    notices = reading.notices + write(reading.questions, target, known.name, documents)
    if run:
        _write_run(chosen, reading.questions, target / RUN)
    if as_json:
        said = {"written": str(target), "format": known.name, "questions": len(reading.questions), "notices": notices}
        print(json.dumps(said, ensure_ascii=False))
        return
    print(f"{target}: {known.title}, questions: {len(reading.questions)}.")
    for notice in notices:
        print(f"  {notice}")


def _documents(chosen: settings.Settings, required: bool) -> "Documents | None":
    """Return the documents of the index, None where there is none and none was asked for."""
    from qa.indexing.index import LocalIndex

    try:
        return LocalIndex.open(chosen.index)
    except IndexMissingError:
        if required:
            raise
        return None


def _write_run(chosen: settings.Settings, questions: "list[Question]", path: Path) -> None:
    from qa.answering.assistant import Assistant
    from qa.evaluation.sets import by_id, history_of
    from qa.evaluation.sets.files import save
    from qa.evaluation.sets.trec import run_lines

    assistant = Assistant.open(chosen.index, chosen.model, chosen.reranker)
    known = by_id(questions)
    answers = (
        (question.id, assistant.ask(question.question, history_of(question, known), k=RUN_DEPTH))
        for question in questions
    )
    save(path, "".join(f"{line}\n" for line in run_lines(answers)))


@app.command(epilog="Example: qa sets check evals/briefing.jsonl")
def check(
    sets: Annotated[list[Path], typer.Argument(metavar="SET...", help="Question sets in any format.")],
    source_format: FromOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with question sets, which gold is stale, what is asked twice, and how much there is.

    The exit code is 1 if a set is wrong or gold is stale.
    """
    from qa.evaluation.sets.examine import examine

    documents = _documents(settings.load(index=index), required=index is not None)
    examined = examine(sets, documents, source_format)
    if as_json:
        print(json.dumps({"sound": examined.sound, **asdict(examined)}, ensure_ascii=False))
    else:
        for line in _lines(examined):
            print(line)
    raise typer.Exit(0 if examined.sound else 1)


def _lines(examined: "Examined") -> Iterator[str]:
    yield from examined.problems
    yield from examined.notices
    for stale in examined.stale:
        yield from _stale_lines(stale)
    for duplicate in examined.duplicates:
        yield _duplicate_line(duplicate)
    if not examined.checked:
        yield "Gold quotes were not looked up: there is no index (--index)."
    if examined.total.questions:
        yield from _table(examined)
    found: dict[str, Sized] = {"Problems": examined.problems, "asked twice": examined.duplicates}
    if examined.checked:
        found["stale gold quotes"] = examined.stale
    yield "; ".join(f"{name}: {len(items)}" for name, items in found.items()) + "."


_STANDING = {
    "changed": "its words have changed",
    "gone": "nothing like it stands in the document",
    "not indexed": "there is no such document",
}


def _stale_lines(stale: "Stale") -> Iterator[str]:
    anchor = stale.anchor
    yield f"{stale.file}: {stale.question_id}: stale gold in {anchor.gold.document}: {_STANDING[anchor.standing]}"
    yield f"    gold:    {_short(anchor.gold.quote)}"
    if anchor.nearest:
        yield f"    nearest: {_short(anchor.nearest)} [{anchor.citation}]"
    if stale.elsewhere:
        yield f"    stands in {', '.join(stale.elsewhere)}"


def _duplicate_line(duplicate: "Duplicate") -> str:
    return f"asked twice: {_short(duplicate.question)} ({'; '.join(duplicate.places)})"


def _short(text: str, longest: int = 300) -> str:
    words = " ".join(text.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def _table(examined: "Examined") -> Iterator[str]:
    names = [*(name or "(none)" for name in examined.counts), "all"]
    width = max(len(name) for name in names)
    yield f"{'category':{width}}  questions  answerable  unanswerable  follow-ups  quotes"
    for name, count in zip(names, [*examined.counts.values(), examined.total], strict=True):
        yield f"{name:{width}}  {_cells(count)}"


def _cells(count: "Count") -> str:
    shown: dict[str, Any] = asdict(count)
    widths = {"questions": 9, "answerable": 10, "unanswerable": 12, "follow_ups": 10, "quotes": 6}
    return "  ".join(f"{shown[name]:>{wide}}" for name, wide in widths.items())
