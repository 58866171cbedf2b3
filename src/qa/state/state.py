"""The state as a whole: what it holds, how long it keeps it, and how it forgets."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from qa.errors import StateError
from qa.settings import Settings
from qa.state import moments
from qa.state.database import Database
from qa.state.drafts import DraftBook
from qa.state.feedback import FeedbackBook
from qa.state.gaps import GapBook
from qa.state.inbox import InboxBook
from qa.state.log import QuestionLog

DAY_SECONDS = 86_400.0
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deleted:
    """How much was deleted."""

    feedback: int = 0
    questions: int = 0


class State:
    """Feedback, the question log and the trainers' work in one file; nothing is on the disk until something is kept."""

    def __init__(self, settings: Settings) -> None:
        self.database = Database(settings.state)
        self.feedback = FeedbackBook(self.database)
        self.questions = QuestionLog(self.database, settings.log_questions)
        self.drafts = DraftBook(self.database)
        self.inbox = InboxBook(self.database)
        self.gaps = GapBook(self.database)
        self._kept = timedelta(days=settings.keep_days)

    def forget_expired(self) -> Deleted:
        """Delete what has been kept for longer than the settings say. Raises `StateError`."""
        return self.delete_before(moments.second(moments.now() - self._kept))

    def delete_before(self, moment: str) -> Deleted:
        """Delete feedback and questions from before a day or time, ISO 8601, UTC. Raises `StateError`.

        Drafts, gaps and changes are the trainers' work, and stay.
        """
        with self.database.erasing() as connection:
            return Deleted(
                connection.execute("delete from feedback where given < ?", (moment,)).rowcount,
                connection.execute("delete from question_log where hour < ?", (moment,)).rowcount,
            )

    def delete_all(self) -> Deleted:
        """Delete all feedback and questions; the trainers' work stays. Raises `StateError`."""
        with self.database.erasing() as connection:
            return Deleted(
                connection.execute("delete from feedback").rowcount,
                connection.execute("delete from question_log").rowcount,
            )

    @contextmanager
    def kept_tidy(self) -> Iterator[None]:
        """While the page is served: forget what has expired, at once and every day; at the end, write what waits."""
        ending = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(ending,), name="state-keeper", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ending.set()
            keeper.join(5.0)
            self.questions.close()

    def _keep(self, ending: threading.Event) -> None:
        while True:
            try:
                self.forget_expired()
            except StateError as error:
                _logger.warning("What is older than %d days cannot be deleted: %s", self._kept.days, error)
            if ending.wait(DAY_SECONDS):
                return
