"""The runs that the state keeps, read once, and again only where they changed."""

import shutil
import threading
from collections import Counter, OrderedDict
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from qa.errors import QuestionError
from qa.evaluation import runs
from qa.evaluation.failures import Failure
from qa.evaluation.measures import ALL
from qa.evaluation.runs import Run
from qa.web.api.problems import ProblemError
from qa.web.documents.files import told_plainly

MOST_HELD = 4
"""Whole runs in memory: some megabytes each, for a hundred questions."""

Stamp = tuple[int, int, int]


class AskedSetName(BaseModel):
    """A set that was asked."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(examples=["briefing.jsonl"])
    questions: int


class RunSummary(BaseModel):
    """A run without its questions."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(examples=["20260301T091500-0a1b2c"])
    created: datetime = Field(description="when, UTC (ISO 8601)")
    author: str = Field(description="who had it asked, empty where it is not known")
    sets: list[AskedSetName]
    index: str = Field(description="name of the generation that answered")
    documents: int
    questions: int
    right: int
    measures: dict[str, float | None] = Field(description="over all questions; null where no question counts")
    classes: dict[str, int] = Field(description="questions by what became of them")

    @property
    def name(self) -> str:
        """The sets that were asked, in words."""
        return ", ".join(asked.name for asked in self.sets)

    @classmethod
    def of(cls, run: Run) -> Self:
        """Return the summary of a run."""
        classes = Counter(question.failure.value for question in run.questions)
        return cls(
            id=run.id,
            created=run.created,
            author=run.author,
            sets=[AskedSetName(name=asked.name, questions=asked.questions) for asked in run.sets],
            index=run.index.id,
            documents=run.index.documents,
            questions=len(run.questions),
            right=classes[Failure.RIGHT.value],
            measures=dict(run.measures[ALL].values),
            classes=dict(classes),
        )


class KeptRuns:
    """Reads and deletes the runs of a state; safe to use from several threads."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._summaries: dict[str, tuple[Stamp, RunSummary | None]] = {}
        self._held: OrderedDict[tuple[str, Stamp], Run] = OrderedDict()

    def summaries(self) -> tuple[list[RunSummary], list[str]]:
        """Return the summaries, newest first, and the ids of what cannot be read as a run."""
        found, broken = [], []
        for run_id in reversed(runs.ids(self._state)):
            summary = self._summary(run_id)
            if summary is None:
                broken.append(run_id)
            else:
                found.append(summary)
        return found, broken

    def read(self, run_id: str) -> Run:
        """Return a run. Raises `ProblemError`: 404 where there is none, 422 where it cannot be read."""
        stamp = self._stamp(self._known(run_id))
        if stamp is None:
            raise _missing(run_id)
        with self._lock:
            if (run_id, stamp) in self._held:
                self._held.move_to_end((run_id, stamp))
                return self._held[run_id, stamp]
        try:
            run = runs.read(runs.folder_of(self._state, run_id))
        except QuestionError as error:
            sentence = f"The run {run_id} cannot be read: another version of qa may have written it."
            raise ProblemError(422, sentence) from error
        with self._lock:
            self._held[run_id, stamp] = run
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        return run

    def delete(self, run_id: str) -> None:
        """Delete a run. Raises `ProblemError` (404) where there is none."""
        folder = runs.folder_of(self._state, self._known(run_id))
        with told_plainly("The run"):
            shutil.rmtree(folder)

    def _known(self, run_id: str) -> str:
        if run_id not in runs.ids(self._state):
            raise _missing(run_id)
        return run_id

    def _summary(self, run_id: str) -> RunSummary | None:
        stamp = self._stamp(run_id)
        known = self._summaries.get(run_id)
        if stamp is None:
            return None
        if known is None or known[0] != stamp:
            try:
                summary = RunSummary.of(runs.read(runs.folder_of(self._state, run_id)))
            except QuestionError:
                summary = None
            known = self._summaries[run_id] = stamp, summary
        return known[1]

    def _stamp(self, run_id: str) -> Stamp | None:
        try:
            found = (runs.folder_of(self._state, run_id) / runs.FILE).stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


def _missing(run_id: str) -> ProblemError:
    return ProblemError(404, f"There is no run {run_id}: it may have been deleted.")
