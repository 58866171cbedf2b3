"""Building the index anew while the page is served: in a process of its own, one at a time."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.settings import Settings
from qa.web.api.problems import ProblemError

STOPPED = "The index was not built: the building stopped before its end. The server's log says more."
STOP_SECONDS = 5.0
"""How long a build that is told to stop may take to clear up."""

Stage = Literal["", "starting", "reading", "preparing", "embedding", "writing"]


class NotRead(BaseModel):
    """A file that a build could not read, and why."""

    model_config = ConfigDict(frozen=True)

    path: str
    reason: str


class BuildOutcome(BaseModel):
    """What a build did, in numbers of files."""

    model_config = ConfigDict(frozen=True)

    index_id: str = Field(description="name of the generation that serves now")
    added: int
    changed: int
    removed: int
    moved: int
    not_read: list[NotRead]


class IndexState(BaseModel):
    """What the building of the index is at."""

    model_config = ConfigDict(frozen=True)

    state: Literal["idle", "running", "done", "failed"] = "idle"
    stage: Stage = ""
    done: int = Field(default=0, description="steps of the stage that are done")
    total: int = Field(default=0, description="steps of the stage in all")
    report: BuildOutcome | None = Field(default=None, description="what the last build did")
    error: str = Field(default="", description="why the last build failed, in one sentence")


class IndexBuilding:
    """Starts builds and follows them; safe to use from several threads."""

    def __init__(self, settings: Settings, finished: Callable[[], object]) -> None:
        """Take what to build and what to call when a build has made a new generation."""
        self._request = json.dumps(
            {
                "corpus": str(settings.corpus),
                "index": str(settings.index),
                "model": settings.model,
                "limits": {name: getattr(settings.limits, name) for name in settings.limits.__slots__},
            }
        )
        self._finished = finished
        self._lock = threading.Lock()
        self._state = IndexState()
        self._process: subprocess.Popen[str] | None = None
        self._following: threading.Thread | None = None

    @property
    def state(self) -> IndexState:
        """What the building is at now."""
        return self._state

    def start(self) -> IndexState:
        """Start a build. Raises `ProblemError` (409) while one runs."""
        with self._lock:
            if self._state.state == "running":
                raise ProblemError(409, "The index is being built already: wait for it to end.")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "qa.web.documents.rebuild"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for the server, which then ends the build
            )
            self._state = IndexState(state="running", stage="starting")
            self._following = threading.Thread(target=self._follow, args=(self._process,), daemon=True)
            self._following.start()
            return self._state

    def stop(self) -> None:
        """End a running build; the index stays as it was."""
        with self._lock:
            process, following = self._process, self._following
        if process is not None and process.poll() is None:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()  # the build watches for this, so that it ends when the server is killed as well
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        if following is not None:
            following.join(STOP_SECONDS)

    def _follow(self, process: "subprocess.Popen[str]") -> None:
        ended = IndexState(state="failed", error=STOPPED)
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(OSError, ValueError):  # it ended, or was ended, before it had read or written all
            process.stdin.write(self._request + "\n")
            process.stdin.flush()
            for line in process.stdout:
                told = IndexState.model_validate_json(line)
                if told.state == "running":
                    self._state = told
                else:
                    ended = told
        process.wait()
        process.stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()
        if ended.state == "done":
            self._finished()
        self._state = ended
