"""What to ask to start with, and next: from the organisation's own question sets and the documents' headings."""

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from qa.answering.assistant import Assistant
from qa.errors import QAError
from qa.evaluation.sets import Question, load, sets_in
from qa.indexing.tokens import tokenize
from qa.types import Answer, Document, Outcome
from qa.web.ask.exchange import NearHeading, Suggestions

STARTERS = 5
NEXT_QUESTIONS = 3
NEAR_HEADINGS = 3
# Questions tried out for each starter: each costs one asking, and most are answered from the right document.
TRIED_PER_STARTER = 6
# Questions that share so many of their words are the same to a reader.
ALIKE = 0.6
# A starter is to be read at a glance.
LONGEST_STARTER = 90


class Suggester:
    """Suggests from the sets in a folder; safe to use from several threads."""

    def __init__(self, evals: Path) -> None:
        self._evals = evals
        self._lock = threading.Lock()
        self._starters: dict[tuple[str, str], list[str]] = {}
        self._questions = lru_cache(maxsize=2)(self._read)

    def starters(self, assistant: Assistant, collection: str = "") -> list[str]:
        """Return a few questions that the documents of a collection, "" for all, answer, spread over them.

        They are worked out once for an index. Of a collection that the index does not hold, there are none.
        """
        entries = assistant.index.catalogue()
        within = [entry.id for entry in entries if collection in ("", entry.collection)]
        if not within:
            return []
        key = (assistant.index.id, collection)
        with self._lock:
            if key not in self._starters:
                others = {k: found for k, found in self._starters.items() if k[0] == assistant.index.id}
                self._starters = {**others, key: self._answered(assistant, within)}
            return self._starters[key]

    def next(self, assistant: Assistant, answer: Answer, asked: Sequence[str]) -> Suggestions:
        """Return questions that the documents cited first answer, and headings beside the best passage."""
        if answer.outcome == "nothing" or not answer.hits:
            return Suggestions()
        best = answer.quotes[0].paragraph
        document = assistant.index.document(best.document_id)
        return Suggestions(
            questions=self._next_questions(assistant, answer, [*asked, answer.question]),
            headings=near_headings(document, best.number) if document is not None else [],
        )

    def _next_questions(self, assistant: Assistant, answer: Answer, asked: Sequence[str]) -> list[str]:
        found: list[str] = []
        by_document = self._questions(assistant.index.id, assistant)
        for document_id in dict.fromkeys(hit.chunk.document_id for hit in answer.hits[:2]):
            for question in by_document.get(document_id, ()):
                if len(found) < NEXT_QUESTIONS and not any(alike(question, other) for other in [*asked, *found]):
                    found.append(question)
        return found

    def _read(self, index_id: str, assistant: Assistant) -> dict[str, list[str]]:
        """Return the questions of the sets by the document that answers them; `index_id` names what they are read for.

        A set that cannot be read is left out here: `qa eval` says what is wrong with it.
        """
        known = {document_id for document_id, _ in assistant.index.titles()}
        by_document: dict[str, list[str]] = {}
        for question in self._sets():
            alone = question.parent_id is None and not question.history
            if question.gold and alone and _is_tidy(question.question):
                for document_id in dict.fromkeys(gold.document for gold in question.gold):
                    if document_id in known:
                        by_document.setdefault(document_id, []).append(question.question)
        return by_document

    def _sets(self) -> Iterator[Question]:
        for path in sets_in(self._evals):
            try:
                yield from load(path)
            except QAError:
                continue

    def _answered(self, assistant: Assistant, within: Sequence[str]) -> list[str]:
        """Return starters that are answered from the documents `within`, of one each where there are enough.

        Where too few are, those are added for which the right document is at least the nearest.
        """
        from_sets = self._questions(assistant.index.id, assistant)
        documents = [(document_id, from_sets[document_id][:2]) for document_id in within if document_id in from_sets]
        if not documents:
            documents = [(document_id, [assistant.index.title_of(document_id)]) for document_id in within]
        answered: list[str] = []
        near: list[str] = []
        tried = 0
        spread = list(_spread(documents))
        firsts = [(document_id, questions[0]) for document_id, questions in spread]
        seconds = [(document_id, questions[1]) for document_id, questions in spread if len(questions) > 1]
        for document_id, question in [*firsts, *seconds]:
            if len(answered) == STARTERS or tried == STARTERS * TRIED_PER_STARTER:
                break
            if any(alike(question, other) for other in [*answered, *near]):
                continue
            tried += 1
            outcome = _outcome(assistant, question, document_id)
            if outcome != "nothing":
                (answered if outcome == "answered" else near).append(question)
        return [*answered, *near][:STARTERS]


def _outcome(assistant: Assistant, question: str, document_id: str) -> Outcome:
    """Return what a question gets from a document: nothing, where another comes first."""
    try:
        answer = assistant.ask(question)
    except QAError:
        return "nothing"
    right = bool(answer.quotes) and answer.quotes[0].paragraph.document_id == document_id
    return answer.outcome if right else "nothing"


def _is_tidy(question: str) -> bool:
    """Tell whether a question is written rather than jotted down, and short enough to be read at a glance."""
    return question[:1].isupper() and question.endswith("?") and len(question) <= LONGEST_STARTER


def _spread(documents: Sequence[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """Yield entries far apart first: every fifth of them, then those after each."""
    step = max(1, len(documents) // STARTERS)
    for offset in range(step):
        yield from documents[(step // 2 + offset) % step :: step]


def alike(one: str, other: str) -> bool:
    """Tell whether two questions share most of their words."""
    words, others = set(tokenize(one)), set(tokenize(other))
    # A question of stop words alone has none to share: "Who are you?"
    return one == other or len(words & others) >= ALIKE * max(1, min(len(words), len(others)))


def near_headings(document: Document, number: int) -> list[NearHeading]:
    """Return the headings of the sections around a paragraph, nearest first, its own left out."""
    own = document.paragraphs[number - 1].heading if number <= len(document.paragraphs) else ""
    sections: dict[str, int] = {}
    for paragraph in document.paragraphs:
        if paragraph.kind == "text" and paragraph.heading and paragraph.heading != own:
            sections.setdefault(paragraph.heading, paragraph.number)
    nearest = sorted(sections.items(), key=lambda section: abs(section[1] - number))[:NEAR_HEADINGS]
    return [
        NearHeading(heading=heading.split(" › ")[-1], source=f"source/{quote(document.id)}?p={first}#p{first}")
        for heading, first in sorted(nearest, key=lambda section: section[1])
    ]
