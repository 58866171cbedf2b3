"""Measure the product on every open question set, as a reader gets it: one command, one table.

    python -m benchmarks.quality --bench ../shared/bench

Every set becomes a folder of documents, is indexed as any corpus is, and asked through `Assistant.ask`. Beside the
product stand plain BM25, plain dense vectors and their reciprocal rank fusion over the same index, by the question
alone. With --work, corpora and indexes are kept for the next time. The data of the sets is not part of the project.
"""

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.quality import catalogue
from benchmarks.quality.asking import Asked, History, ask_all
from benchmarks.quality.questions import Question, place
from benchmarks.quality.report import SetRun, print_table, record
from benchmarks.quality.rows import RECIPES
from qa.answering.assistant import Assistant
from qa.indexing.build import build_index
from qa.indexing.index import LocalIndex

# Narrower, the table's cells would be cut.
TABLE_WIDTH = 120


def main() -> None:
    arguments = _arguments()
    stderr = Console(stderr=True)
    runs: list[SetRun] = []
    skipped: dict[str, str] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with TemporaryDirectory() as temporary, Progress(*columns, console=stderr) as progress:
        work = arguments.work or Path(temporary)
        for name in dict.fromkeys(arguments.set or catalogue.NAMES):
            try:
                prepared = catalogue.prepare(name, arguments.bench)
            except FileNotFoundError as error:
                skipped[name] = f"{error.filename} is absent"
                stderr.print(f"SKIPPED {name}: {skipped[name]}", style="bold red")
                continue
            place(prepared, work / name)
            questions = [question for question in prepared.questions if question.half == arguments.half]
            runs.append(measure(name, work / name, questions, progress))
    if not runs:
        raise SystemExit("No set could be measured.")
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    print_table(runs, arguments.half, console)
    if arguments.json:
        date = datetime.now(UTC).isoformat(timespec="seconds")
        figures = record(runs, arguments.half, date, skipped)
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the sets")
    parser.add_argument("--work", type=Path, help="keep corpora and indexes here (default: a temporary folder)")
    parser.add_argument("--set", nargs="+", choices=catalogue.NAMES, help="measure these alone")
    parser.add_argument("--half", choices=("report", "tuning"), default="report")
    parser.add_argument("--json", type=Path, help="write all figures with their settings here")
    return parser.parse_args()


def measure(name: str, folder: Path, questions: list[Question], progress: Progress) -> SetRun:
    """Index the corpus in `folder`, ask `questions` of it in every way the set wants, and return the rows."""
    started = time.perf_counter()
    _index(name, folder, progress)
    index_seconds = time.perf_counter() - started
    index = LocalIndex.open(folder / "index")
    try:
        started = time.perf_counter()
        results = _asked(name, index, questions, progress)
        ask_seconds = time.perf_counter() - started
    finally:
        index.close()
    asked = [a for of_history in results.values() for a in of_history]
    return SetRun(
        name=name,
        rows=RECIPES[name].rows(name, results),
        k=RECIPES[name].k,
        index_id=index.id,
        encoder=index.encoder.fingerprint,
        answers=len(asked),
        verbatim=sum(a.verbatim for a in asked),
        untraced=sum(len(a.gold) == 0 for a in results["own"] if a.question.gold),
        index_seconds=index_seconds,
        ask_seconds=ask_seconds,
        median_ms=1000 * median(a.seconds for a in asked),
    )


def _index(name: str, folder: Path, progress: Progress) -> None:
    task = progress.add_task(f"{name}: indexing")

    def show(stage: str, done: int, total: int) -> None:
        progress.update(task, description=f"{name}: {stage}", completed=done, total=total)

    build_index(folder / "corpus", folder / "index", progress=show)
    progress.remove_task(task)


def _asked(name: str, index: LocalIndex, questions: list[Question], progress: Progress) -> dict[History, list[Asked]]:
    assistant, recipe = Assistant(index), RECIPES[name]
    results: dict[History, list[Asked]] = {}
    for history in recipe.histories:
        wanted = [question for question in questions if history != "foreign" or question.foreign]
        task = progress.add_task(f"{name}: asking, {history} history", total=len(wanted))
        step: Callable[[], None] = lambda task=task: progress.advance(task)  # type: ignore[misc]  # noqa: E731
        results[history] = ask_all(assistant, index, wanted, history, recipe.k, step)
        progress.remove_task(task)
    return results


if __name__ == "__main__":
    main()
