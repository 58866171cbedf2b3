"""The program that builds the index for a served page: `python -m qa.web.documents.rebuild`.

It reads one line of JSON from standard input (folders, model, limits) and prints what it is at as lines of JSON, the
last of which says how it ended. It gives way to the server's own work, and ends when its standard input is closed.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from qa.errors import QAError
from qa.indexing.build import BuildReport, build_index
from qa.types import Limits
from qa.web.documents.building import BuildOutcome, IndexState, NotRead, Stage

NICENESS = 10
SECONDS_BETWEEN_LINES = 0.1
CLEARING_SECONDS = 10.0
INTERRUPTED = 128 + signal.SIGINT
"""The exit code of a build that ended with its server."""
# How the stages that `build_index` tells begin.
STAGES: dict[str, Stage] = {
    "Reading": "reading",
    "Preparing": "preparing",
    "Computing": "embedding",
    "Writing": "writing",
}


def main() -> None:
    """Build the index that standard input names."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not end up among the lines
    os.nice(NICENESS)
    asked = json.loads(sys.stdin.readline())
    ending = threading.Event()
    threading.Thread(target=_end_with_the_server, args=(ending,), daemon=True).start()

    def tell(state: IndexState) -> None:
        lines.write(state.model_dump_json() + "\n")

    try:
        report = build_index(
            Path(asked["corpus"]), Path(asked["index"]), asked["model"], _progress(tell), Limits(**asked["limits"])
        )
        tell(IndexState(state="done", report=_outcome(report)))
    except QAError as error:
        tell(IndexState(state="failed", error=str(error)))
    except BaseException:  # an interrupted import of a native module raises whatever it likes
        if not ending.is_set():
            raise
        sys.exit(INTERRUPTED)


def _end_with_the_server(ending: threading.Event) -> None:
    sys.stdin.read()
    ending.set()
    os.kill(os.getpid(), signal.SIGINT)  # the main thread then clears up what it has begun
    time.sleep(CLEARING_SECONDS)
    os._exit(INTERRUPTED)  # the next build clears up instead


def _progress(tell: Callable[[IndexState], None]) -> Callable[[str, int, int], None]:
    last_stage, last_time = "", 0.0

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last_stage, last_time
        now = time.monotonic()
        if stage != last_stage or done == total or now - last_time >= SECONDS_BETWEEN_LINES:
            last_stage, last_time = stage, now
            tell(IndexState(state="running", stage=STAGES.get(stage.split(maxsplit=1)[0], ""), done=done, total=total))

    return progress


def _outcome(report: BuildReport) -> BuildOutcome:
    return BuildOutcome(
        index_id=report.index_id,
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        moved=len(report.moved),
        not_read=[NotRead(path=skipped.path, reason=skipped.reason) for skipped in report.skipped],
    )


if __name__ == "__main__":
    main()
