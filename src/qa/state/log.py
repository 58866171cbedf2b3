"""The question log: what was asked, without names, written behind the answer's back."""

import logging
import queue
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from qa.errors import StateError
from qa.state import moments
from qa.state.database import Database
from qa.types import Outcome

MOST_WAITING = 1_000
LONGEST = 2_000
"""Characters of a question that are kept."""
_AT_ONCE = 200
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Logged:
    """A question that was asked; `hour` is when, UTC, no more exactly than that."""

    hour: str
    question: str
    outcome: Outcome
    confidence: float
    index_id: str
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all who asked it in nearly the same words: the last wording, how often, and what came of it."""

    question: str
    times: int
    outcomes: Mapping[Outcome, int]
    last: str

    @property
    def unanswered(self) -> int:
        """How often the documents did not answer, or not clearly."""
        return self.times - self.outcomes.get("answered", 0)


class QuestionLog:
    """Takes questions without waiting and never fails; what cannot be kept is dropped and counted.

    A thread of its own writes them; it starts with the first question and ends with `close`.
    """

    def __init__(self, database: Database, kept: bool) -> None:
        """Take where to write; without `kept`, the operator's leave, nothing is ever recorded."""
        self._database = database
        self._kept = kept
        self._waiting: queue.Queue[Logged | None] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None
        self.dropped = 0

    def record(self, question: str, outcome: Outcome, confidence: float, index_id: str, language: str) -> None:
        """Keep a question in the log, where questions are kept."""
        if not self._kept:
            return
        words = question[:LONGEST].encode(errors="replace").decode()
        try:
            self._start()
            self._waiting.put_nowait(
                Logged(moments.hour(moments.now()), words, outcome, float(confidence), index_id, language)
            )
        except (queue.Full, RuntimeError):  # RuntimeError: no further thread can be started
            self._drop(1)

    def close(self, seconds: float = 5.0) -> None:
        """Write what is waiting and end the thread; give up after `seconds`."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            try:
                self._waiting.put(None, timeout=seconds)
            except queue.Full:
                return
            writer.join(seconds)

    def asked(self, since: str = "", before: str = "") -> list[Asked]:
        """Return what was asked, grouped by wording: what the documents did not answer first, then the most asked.

        Raises `StateError`.
        """
        return self._grouped("hour >= ? and (hour < ? or ? = '')", since, before, before)

    def unanswered(self) -> list[Asked]:
        """Return what the documents did not answer, or not clearly, grouped as in `asked`; answered askings left out.

        Raises `StateError`.
        """
        return self._grouped("outcome <> ?", "answered")

    def _grouped(self, condition: str, *values: str) -> list[Asked]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "select hour, question, outcome, confidence, index_id, language from question_log "
                f"where {condition} order by hour, number",
                values,
            )
            return grouped(Logged(*row) for row in rows)

    def _start(self) -> None:
        with self._lock:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self._write, name="question-log", daemon=True)
                self._writer.start()

    def _write(self) -> None:
        ending = False
        while not ending:
            batch = [self._waiting.get()]
            while len(batch) < _AT_ONCE and not self._waiting.empty():
                batch.append(self._waiting.get())
            ending = None in batch
            self._insert([logged for logged in batch if logged is not None])

    def _insert(self, batch: list[Logged]) -> None:
        if not batch:
            return
        try:
            with self._database.writing() as connection:
                connection.executemany(
                    "insert into question_log (hour, question, outcome, confidence, index_id, language) "
                    "values (?, ?, ?, ?, ?, ?)",
                    map(astuple, batch),
                )
        except StateError as error:
            if not self.dropped:
                _logger.warning("Questions are not logged: %s", error)
            self._drop(len(batch))

    def _drop(self, count: int) -> None:
        with self._lock:
            self.dropped += count


def wording_of(question: str) -> str:
    """Return a question without what makes no difference: capitals, spaces and closing marks."""
    return " ".join(question.casefold().split()).rstrip(" ?!.؟")


def grouped(questions: Iterable[Logged]) -> list[Asked]:
    """Group questions, oldest first, that differ in capitals, spaces and closing marks only."""
    groups: dict[str, list[Logged]] = {}
    for logged in questions:
        groups.setdefault(wording_of(logged.question), []).append(logged)
    found = [
        Asked(group[-1].question, len(group), Counter(logged.outcome for logged in group), group[-1].hour)
        for group in groups.values()
    ]
    return sorted(found, key=lambda asked: (-asked.unanswered, -asked.outcomes.get("nothing", 0), -asked.times))
