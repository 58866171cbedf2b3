"""Asking question sets while the page is served: in a process of its own, one run at a time."""

from collections.abc import Sequence

from pydantic import Field

from qa.settings import Settings
from qa.web.beside import Beside, Progress
from qa.web.evaluate.sets import ListedSet

STOPPED = "The questions were not all asked: the asking stopped before its end. The server's log says more."
BUSY = "Questions are being asked already: wait for that run to end, or cancel it."


class AskingState(Progress):
    """What the asking of question sets is at; `done` and `total` count questions."""

    sets: list[str] = Field(default=[], description="names of the sets that are asked")
    author: str = Field(default="", description="who had them asked, empty where it is not known")
    run: str = Field(default="", description="id of the run that the last asking made", examples=[""])


class Asking(Beside[AskingState]):
    """Has question sets asked under the server's own settings; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("qa.web.evaluate.ask_sets", AskingState(), STOPPED)
        self._request = {
            "index": str(settings.index),
            "model": settings.model,
            "reranker": settings.reranker,
            "state": str(settings.state),
        }

    def start(self, sets: Sequence[ListedSet], author: str) -> AskingState:
        """Start asking some sets. Raises `ProblemError` (409) while some are asked."""
        names = [listed.name for listed in sets]
        total = sum(listed.questions for listed in sets)
        request = self._request | {"sets": [str(listed.path) for listed in sets], "author": author}
        return self._start(request, AskingState(state="running", total=total, sets=names, author=author), BUSY)
