"""What the assistant answers a question with today, remembered for as long as the index is the same."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import QAError
from qa.types import Hit, Outcome, Quote, Turn
from qa.web.citations import source_address
from qa.web.live import LiveAssistant

REMEMBERED = 5_000
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Words:
    """Words that the assistant quotes, and where they stand."""

    text: str
    document: str
    citation: str
    source: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a question gets today: the quotes, best first; `documents` are the nearest, id and title.

    `problem` is why it cannot be asked, "" where it can.
    """

    outcome: Outcome
    quotes: tuple[Words, ...]
    documents: tuple[tuple[str, str], ...]
    problem: str = ""


class StandingAnswers:
    """Asks what has not been asked of this index before; safe to use from several threads."""

    def __init__(self, live: LiveAssistant) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str, tuple[Turn, ...]], Standing] = OrderedDict()

    def of(self, question: str, history: Sequence[Turn] = ()) -> Standing:
        """Return what a question gets today."""
        assistant = self._live.current()
        key = (assistant.index.id, question, tuple(history))
        with self._lock:
            if (known := self._known.get(key)) is not None:
                self._known.move_to_end(key)
                return known
        standing = self._asked(question, history)
        with self._lock:
            self._known[key] = standing
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return standing

    def _asked(self, question: str, history: Sequence[Turn]) -> Standing:
        assistant = self._live.current()
        try:
            answer = assistant.ask(question, history)
        except QAError as error:
            return Standing("nothing", (), (), str(error))
        nearest = dict.fromkeys(hit.chunk.document_id for hit in answer.hits)
        return Standing(
            outcome=answer.outcome,
            quotes=tuple(
                Words(
                    quoted.text,
                    quoted.paragraph.document_id,
                    quoted.paragraph.citation,
                    source_address(quoted, hit.chunk),
                )
                for quoted, hit in zip(answer.quotes, answer.hits, strict=True)
            ),
            documents=tuple((name, assistant.index.title_of(name) or name) for name in list(nearest)[:NEAREST]),
        )


def _words(quoted: Quote, hit: Hit) -> Words:
    paragraph = quoted.paragraph
    return Words(quoted.text, paragraph.document_id, paragraph.citation, source_address(quoted, hit.chunk))
