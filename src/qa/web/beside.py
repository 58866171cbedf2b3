"""Programs of ours that run beside the server, each in a process of its own: how one is started, followed and ended.

The program reads one line of JSON from its standard input and prints what it is at as lines of JSON, the last of which
says how it ended. It gives way to the server's own work, and ends when its standard input is closed: by the server, or
by the system once the server is gone.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from qa.errors import QAError
from qa.web.api.problems import ProblemError

STOP_SECONDS = 5.0
"""How long a program that is told to stop may take to clear up."""

NICENESS = 10
SECONDS_BETWEEN_LINES = 0.1
CLEARING_SECONDS = 10.0
INTERRUPTED = 128 + signal.SIGINT
"""The exit code of a program that ended with its server."""


class Progress(BaseModel):
    """What a program beside the server is at."""

    model_config = ConfigDict(frozen=True)

    state: Literal["idle", "running", "done", "failed", "cancelled"] = "idle"
    done: int = Field(default=0, description="steps that are done")
    total: int = Field(default=0, description="steps in all")
    error: str = Field(default="", description="why it failed the last time, in one sentence")


P = TypeVar("P", bound=Progress)


class Beside(Generic[P]):
    """Starts a program and follows it, one at a time; safe to use from several threads."""

    def __init__(self, module: str, idle: P, stopped: str) -> None:
        """Take the module that is the program, what it is at before it runs, and a sentence for an end without word."""
        self._module = module
        self._idle = idle
        self._stopped = stopped
        self._lock = threading.Lock()
        self._state = idle
        self._process: subprocess.Popen[str] | None = None
        self._following: threading.Thread | None = None
        self._cancelled: subprocess.Popen[str] | None = None

    @property
    def state(self) -> P:
        """What the program is at now."""
        return self._state

    def stop(self) -> None:
        """End the program if it runs; what it has begun is left as it was before."""
        with self._lock:
            process, following = self._process, self._following
        if process is not None and process.poll() is None:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()  # the program watches for this, so that it ends when the server is killed as well
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        if following is not None:
            following.join(STOP_SECONDS)

    def cancel(self) -> P:
        """End the program as a visitor wishes; it is then at "cancelled", unless it had ended already."""
        with self._lock:
            self._cancelled = self._process
        self.stop()
        return self._state

    def _start(self, request: Mapping[str, Any], first: P, busy: str) -> P:
        """Start the program, which is at `first` then. Raises `ProblemError` (409), saying `busy`, while it runs."""
        with self._lock:
            if self._state.state == "running":
                raise ProblemError(409, busy)
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for the server, which then ends the program
            )
            self._state = first
            self._following = threading.Thread(
                target=self._follow, args=(self._process, json.dumps(request)), daemon=True
            )
            self._following.start()
            return first

    def _finished(self, ended: P) -> None:
        """Take up what the program has made, before anybody is told that it is done."""

    def _follow(self, process: "subprocess.Popen[str]", request: str) -> None:
        ended = self._idle.model_copy(update={"state": "failed", "error": self._stopped})
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(OSError, ValueError):  # it ended, or was ended, before it had read or written all
            process.stdin.write(request + "\n")
            process.stdin.flush()
            for line in process.stdout:
                told = type(self._idle).model_validate_json(line)
                if told.state == "running":
                    self._state = told
                else:
                    ended = told
        process.wait()
        process.stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()
        if ended.state == "done":
            self._finished(ended)
        elif self._cancelled is process:
            ended = self._idle.model_copy(update={"state": "cancelled"})
        self._state = ended


def run_beside(work: Callable[[Mapping[str, Any], Callable[[Progress], None]], Progress]) -> None:
    """Be a program beside the server: do the work that standard input asks for, and print how it ended.

    `work` takes the request and what tells the server where it is, and returns how it ended. It may be interrupted at
    any time (`KeyboardInterrupt`).
    """
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not end up among the lines
    os.nice(NICENESS)
    asked = json.loads(sys.stdin.readline())
    ending = threading.Event()
    threading.Thread(target=_end_with_the_server, args=(ending,), daemon=True).start()

    def tell(progress: Progress) -> None:
        lines.write(progress.model_dump_json() + "\n")

    try:
        tell(work(asked, tell))
    except QAError as error:
        tell(Progress(state="failed", error=str(error)))
    except BaseException:  # an interrupted import of a native module raises whatever it likes
        if not ending.is_set():
            raise
        sys.exit(INTERRUPTED)


def _end_with_the_server(ending: threading.Event) -> None:
    sys.stdin.read()
    ending.set()
    os.kill(os.getpid(), signal.SIGINT)  # the main thread then clears up what it has begun
    time.sleep(CLEARING_SECONDS)
    os._exit(INTERRUPTED)  # whoever comes next clears up instead


class Pace:
    """Says when to tell of a step: not of each, but of the first and the last of every stage."""

    def __init__(self) -> None:
        self._stage, self._time = "", 0.0

    def is_time(self, stage: str, done: int, total: int) -> bool:
        """Tell whether this step is one to tell of."""
        now = time.monotonic()
        if stage == self._stage and done < total and now - self._time < SECONDS_BETWEEN_LINES:
            return False
        self._stage, self._time = stage, now
        return True
