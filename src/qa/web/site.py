"""What every route of the page works with."""

from dataclasses import dataclass, field

from qa.settings import Settings
from qa.state.state import State
from qa.types import Answer
from qa.web.api.metrics import Metrics
from qa.web.live import LiveAssistant
from qa.web.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Site:
    """The served assistant, the documents behind it, what is kept of its use, and how it is set."""

    settings: Settings
    live: LiveAssistant
    shelf: Shelf
    state: State
    metrics: Metrics = field(default_factory=Metrics)

    def note(self, answer: Answer, language: str) -> None:
        """Count an answer, and tell the question log, which keeps it where the operator allows."""
        self.metrics.answered(answer.outcome)
        self.state.questions.record(answer.question, answer.outcome, answer.confidence, answer.index_id, language)
