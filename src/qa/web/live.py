"""The assistant of a serving process: always that of the generation that serves."""

import threading
from pathlib import Path

from qa.answering.assistant import Assistant
from qa.errors import QAError
from qa.indexing.generation import current_name


class LiveAssistant:
    """Opens the index once and again whenever a build has swapped it; safe to use from several threads."""

    def __init__(self, index: Path, model: str | None = None, reranker: str | None = None) -> None:
        self._index = index
        self._model = model
        self._reranker = reranker
        self._lock = threading.Lock()
        self._assistant = self._open()

    def _open(self) -> Assistant:
        assistant = Assistant.open(self._index, self._model, self._reranker)
        # The encoder is loaded when first used: by then, two builds later, its files may be gone.
        assistant.index.encoder.read_queries(["ready"])
        return assistant

    def current(self) -> Assistant:
        """Return the assistant over the newest generation, or the one before while the newest cannot be opened."""
        try:
            if current_name(self._index) != self._assistant.index.id and self._lock.acquire(blocking=False):
                # One request opens the new generation; the others go on with the old one meanwhile.
                try:
                    self._assistant = self._open()
                finally:
                    self._lock.release()
        except QAError:
            pass  # `qa doctor` names the damage; the generation in memory goes on answering
        return self._assistant
