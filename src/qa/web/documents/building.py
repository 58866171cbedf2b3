"""Building the index anew while the page is served: in a process of its own, one at a time."""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.settings import Settings
from qa.web.beside import Beside, Progress

STOPPED = "The index was not built: the building stopped before its end. The server's log says more."
BUSY = "The index is being built already: wait for it to end."

Stage = Literal["", "starting", "reading", "preparing", "embedding", "writing", "asking"]


class NotRead(BaseModel):
    """A file that a build could not read, and why."""

    model_config = ConfigDict(frozen=True)

    path: str
    reason: str


class BuildOutcome(BaseModel):
    """What a build did, in numbers of files."""

    model_config = ConfigDict(frozen=True)

    index_id: str = Field(description="name of the generation that serves now, empty if there is none")
    added: int
    changed: int
    removed: int
    moved: int
    not_read: list[NotRead]
    refused: list[str] = Field(
        default=[], description="why the gate did not let it through: the index before goes on answering then"
    )


class IndexState(Progress):
    """What the building of the index is at."""

    stage: Stage = ""
    report: BuildOutcome | None = Field(default=None, description="what the last build did")


class IndexBuilding(Beside[IndexState]):
    """Starts builds and follows them; safe to use from several threads."""

    def __init__(self, settings: Settings, finished: Callable[[], object]) -> None:
        """Take what to build and what to call when a build has made a new generation."""
        super().__init__("qa.web.documents.rebuild", IndexState(), STOPPED)
        self._request = {
            "corpus": str(settings.corpus),
            "index": str(settings.index),
            "model": settings.model,
            "reranker": settings.reranker,
            "gate": str(settings.gate) if settings.gate is not None else None,
            "limits": {name: getattr(settings.limits, name) for name in settings.limits.__slots__},
        }
        self._new_generation = finished

    def start(self) -> IndexState:
        """Start a build. Raises `ProblemError` (409) while one runs."""
        return self._start(self._request, IndexState(state="running", stage="starting"), BUSY)

    def _finished(self, ended: IndexState) -> None:
        self._new_generation()
