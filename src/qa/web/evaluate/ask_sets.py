"""The program that asks question sets for a served page: `python -m qa.web.evaluate.ask_sets`.

It is asked by a line of JSON: index, model, reranker, the folder of the state, the sets and who wants them asked.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qa.answering.assistant import Assistant
from qa.errors import QuestionError
from qa.evaluation import runs
from qa.evaluation.record import ask, read_sets
from qa.web.beside import Pace, Progress, run_beside
from qa.web.evaluate.asking import AskingState


def main() -> None:
    """Ask the sets that standard input names, and keep the run."""
    run_beside(_ask)


def _ask(asked: Mapping[str, Any], tell: Callable[[Progress], None]) -> AskingState:
    names, author, pace = [Path(path).name for path in asked["sets"]], str(asked["author"]), Pace()

    def progress(done: int, total: int) -> None:
        if pace.is_time("", done, total):
            tell(AskingState(state="running", done=done, total=total, sets=names, author=author))

    assistant = Assistant.open(Path(asked["index"]), asked["model"], asked["reranker"])
    sets, _ = read_sets([Path(path) for path in asked["sets"]], assistant.index)
    kept = ask(assistant, sets, progress)[0].model_copy(update={"author": author})
    try:
        runs.write(kept, runs.folder_of(Path(asked["state"]), kept.id))
    except QuestionError as error:  # told on a page, which says nothing of the server's folders
        raise QuestionError(str(error).replace(f"{asked['state']}/", "")) from error
    total = len(kept.questions)
    return AskingState(state="done", done=total, total=total, sets=names, author=author, run=kept.id)


if __name__ == "__main__":
    main()
