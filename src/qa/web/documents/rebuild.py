"""The program that builds the index for a served page: `python -m qa.web.documents.rebuild`.

It is asked by a line of JSON: folders, model, limits, and the gate that the new index has to pass, if any.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.answering.assistant import Assistant
from qa.evaluation.build_gate import build_gate
from qa.evaluation.record import AskedSet, ask
from qa.evaluation.runs import Run
from qa.indexing.build import BuildReport, Gate, build_index
from qa.types import Limits
from qa.web.beside import Pace, Progress, run_beside
from qa.web.documents.building import BuildOutcome, IndexState, NotRead, Stage

# How the stages that `build_index` tells begin.
STAGES: dict[str, Stage] = {
    "Reading": "reading",
    "Preparing": "preparing",
    "Computing": "embedding",
    "Writing": "writing",
}

Tell = Callable[[Progress], None]


def main() -> None:
    """Build the index that standard input names."""
    run_beside(_build)


def _build(asked: Mapping[str, Any], tell: Tell) -> IndexState:
    pace = Pace()

    def progress(stage: str, done: int, total: int) -> None:
        if pace.is_time(stage, done, total):
            tell(IndexState(state="running", stage=STAGES.get(stage.split(maxsplit=1)[0], ""), done=done, total=total))

    report = build_index(
        Path(asked["corpus"]),
        Path(asked["index"]),
        asked["model"],
        progress,
        Limits(**asked["limits"]),
        _gate(asked, tell),
    )
    return IndexState(state="done", report=_outcome(report))


def _gate(asked: Mapping[str, Any], tell: Tell) -> Gate | None:
    if not asked.get("gate"):
        return None
    pace = Pace()

    def progress(done: int, total: int) -> None:
        if pace.is_time("", done, total):
            tell(IndexState(state="running", stage="asking", done=done, total=total))

    def asking(assistant: Assistant, sets: Sequence[AskedSet]) -> Run:
        return ask(assistant, sets, progress)[0]

    return build_gate(Path(asked["gate"]), Path(asked["index"]), asked.get("reranker"), asking)


def _outcome(report: BuildReport) -> BuildOutcome:
    return BuildOutcome(
        index_id=report.index_id,
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        moved=len(report.moved),
        not_read=[NotRead(path=skipped.path, reason=skipped.reason) for skipped in report.skipped],
        refused=list(report.refused),
    )


if __name__ == "__main__":
    main()
