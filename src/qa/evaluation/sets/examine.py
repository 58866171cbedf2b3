"""What is odd about question sets before they are run: problems, stale gold, duplicates, and how many there are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.answering.question import clean_question
from qa.errors import QuestionError
from qa.evaluation.anchors import Anchor, Documents, anchors, elsewhere
from qa.evaluation.sets.formats import read
from qa.evaluation.sets.model import Question


@dataclass(frozen=True, slots=True)
class Stale:
    """A gold quote that no longer stands in its document; `elsewhere` are other documents that hold it."""

    file: str
    question_id: str
    anchor: Anchor
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same question more than once: `places` are "file: id"."""

    question: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many questions of a kind there are; `quotes` are their gold quotes."""

    questions: int
    answerable: int
    unanswerable: int
    follow_ups: int
    quotes: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in question sets; a set with `problems` counts for nothing else.

    `checked` says whether gold was looked up in documents; `counts` are by category, "" for questions without one.
    """

    problems: tuple[str, ...]
    notices: tuple[str, ...]
    stale: tuple[Stale, ...]
    duplicates: tuple[Duplicate, ...]
    total: Count
    counts: dict[str, Count]
    checked: bool

    @property
    def sound(self) -> bool:
        """Whether nothing needs to be mended; a duplicate may be meant."""
        return not self.problems and not self.stale


def examine(paths: Sequence[Path], documents: Documents | None, format_name: str | None = None) -> Examined:
    """Read all sets and say what is odd; gold is looked up where there are documents."""
    problems: list[str] = []
    notices: list[str] = []
    asked: list[tuple[str, Question]] = []
    for path in paths:
        try:
            reading = read(path, format_name, documents)
        except QuestionError as error:
            problems += str(error).split("\n")
            continue
        notices += [f"{path}: {notice}" for notice in reading.notices]
        asked += [(str(path), question) for question in reading.questions]
    questions = [question for _, question in asked]
    return Examined(
        problems=tuple(problems),
        notices=tuple(notices),
        stale=tuple(_stale(asked, documents)) if documents is not None else (),
        duplicates=tuple(_duplicates(asked)),
        total=_count(questions),
        counts={
            category: _count([question for question in questions if question.category == category])
            for category in sorted({question.category for question in questions})
        },
        checked=documents is not None,
    )


def _stale(asked: Sequence[tuple[str, Question]], documents: Documents) -> list[Stale]:
    stale = [
        (file, question.id, found) for file, question in asked for found in anchors(documents, question) if found.stale
    ]
    others = elsewhere(documents, {found.gold for _, _, found in stale})
    return [Stale(file, question_id, found, tuple(others[found.gold])) for file, question_id, found in stale]


def _duplicates(asked: Sequence[tuple[str, Question]]) -> list[Duplicate]:
    """Return the questions that are asked more than once after the same dialogue."""
    places: dict[tuple[str, str], list[str]] = {}
    for file, question in asked:
        before = f"{file}: {question.parent_id}" if question.parent_id is not None else repr(question.history)
        key = (clean_question(question.question).casefold(), before)
        places.setdefault(key, []).append(f"{file}: {question.id}")
    return [Duplicate(text, tuple(found)) for (text, _), found in places.items() if len(found) > 1]


def _count(questions: Sequence[Question]) -> Count:
    unanswerable = Counter(question.unanswerable for question in questions)
    return Count(
        questions=len(questions),
        answerable=unanswerable[False],
        unanswerable=unanswerable[True],
        follow_ups=sum(question.parent_id is not None or bool(question.history) for question in questions),
        quotes=sum(len(question.gold) for question in questions),
    )
