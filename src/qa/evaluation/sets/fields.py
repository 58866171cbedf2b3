"""From the fields of a file to questions: every format is held to the same rules here."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from qa.answering.question import clean_question
from qa.errors import QuestionError
from qa.evaluation.sets.model import Gold, Question
from qa.evaluation.sets.problems import Problem, SetError
from qa.types import Turn

QUESTION_FIELDS = (
    "id",
    "question",
    "gold",
    "unanswerable",
    "category",
    "parent_id",
    "answer",
    "answers",
    "history",
    "author",
    "note",
)
GOLD_FIELDS = ("document", "quote", "group", "grade")
TURN_FIELDS = ("role", "content")

LONGEST_TEXT = 100_000
LONGEST_ID = 500
LONGEST_DOCUMENT = 4_000
HIGHEST_GRADE = 100
HIGHEST_GROUP = 1_000

_SPACES = "\t\n\r"
# What XML 1.0 cannot hold: control characters but tab and line breaks, halves of characters, and no characters.
_NO_TEXT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
# A field that a sentence names; a table calls some of them otherwise.
_FIELD = re.compile(r'"(\w+)"')


class Unquoted(str):
    """A value that a file has without quotation marks: a text, or what its field reads in it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One question as a file has it.

    `line` is where it begins, `lines` where its fields begin ("gold[0].quote"); `where` says the place in a format
    without lines. `problems` are what was wrong already, field and sentence; `broken` says that no fields could be
    read at all. `names` are what the file calls its fields, where that differs.
    """

    line: int | None
    fields: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()
    broken: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


def questions_of(path: Path, entries: Iterable[Entry], more: Iterable[Problem] = ()) -> list[Question]:
    """Return the questions that the entries are. Raises `SetError` naming everything that is wrong with them.

    `more` are problems of the file that were found besides.
    """
    problems, questions = list(more), []
    seen: set[str] = set()
    for entry in entries:
        question, found = _question_of(entry, seen)
        for name, text in (*entry.problems, *found):
            told = _told(entry, text)
            problems.append(Problem(str(path), _line(entry, name), _name(entry, name), told, entry.where))
        if isinstance(entry.fields.get("id"), str):
            seen.add(str(entry.fields["id"]))
        questions.append(question)
    if problems:
        raise SetError(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    if not questions:
        raise QuestionError(f"The question set {path} holds no question.")
    return questions


def _line(entry: Entry, name: str) -> int | None:
    """Return the line of a field, or of what it stands in."""
    while name:
        if name in entry.lines:
            return entry.lines[name]
        name = name[: max(name.rfind("."), name.rfind("["), 0)]
    return entry.line


def _told(entry: Entry, text: str) -> str:
    """Return a sentence with the fields that it names called as in the file."""
    return _FIELD.sub(lambda found: f'"{entry.names.get(found[1], found[1])}"', text)


def _name(entry: Entry, name: str) -> str:
    return entry.names.get(name.rsplit(".", 1)[-1].partition("[")[0], name)


def _question_of(entry: Entry, seen: set[str]) -> tuple[Question, list[tuple[str, str]]]:
    fields = _Fields(entry.fields)
    if entry.broken:
        return Question("", "", (), False, "", None, ""), []
    fields.refuse_unknown("", entry.fields, QUESTION_FIELDS)
    question = Question(
        id=fields.identifier(seen),
        question=fields.question(),
        gold=tuple(fields.gold()),
        unanswerable=fields.flag("unanswerable"),
        category=fields.text("category"),
        parent_id=fields.parent(seen),
        answer=fields.text("answer"),
        answers=tuple(fields.short_answers()),
        history=tuple(fields.history()),
        author=fields.text("author"),
        note=fields.text("note"),
    )
    wrong = {name.partition("[")[0] for name, _ in fields.problems}
    contradictions = [(name, text) for name, text in _contradictions(question) if not wrong & {name, "unanswerable"}]
    return question, fields.problems + contradictions


def _contradictions(question: Question) -> Iterator[tuple[str, str]]:
    if question.unanswerable == bool(question.gold):
        yield "gold", 'needs at least one quote, or "unanswerable": true and none'
    if question.unanswerable and question.answers:
        yield "answers", "needs to be left out where the documents do not answer the question"
    if question.history and question.parent_id is not None:
        yield "history", 'needs to be left out where "parent_id" names the question before'


class _Fields:
    """Reads the fields of one question, and gathers what is wrong with them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.problems: list[tuple[str, str]] = []

    def wrong(self, name: str, text: str) -> None:
        self.problems.append((name, text))

    def refuse_unknown(self, place: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in values:
            if name not in known:
                self.wrong(f"{place}{name}"[:100], f"unknown: there are {', '.join(known)}")

    def identifier(self, seen: set[str]) -> str:
        value = self.values.get("id")
        if not isinstance(value, str) or not value.strip():
            self.wrong("id", "missing or blank" if value is None or isinstance(value, str) else "needs to be a text")
            return ""
        if value in seen:
            self.wrong("id", f"{value[:100]!r} was used before")
        if len(value) > LONGEST_ID:
            self.wrong("id", f"longer than {LONGEST_ID} characters")
        if value != value.strip() or len(value.splitlines()) > 1 or "\t" in value:
            self.wrong("id", "has white space at its ends, a tab or a line break")
        return self._characters("id", value)

    def question(self) -> str:
        value = self.values.get("question")
        try:
            clean_question(value if isinstance(value, str) else "")
        except QuestionError as error:
            self.wrong("question", f"missing or not to be asked: {error}")
            return ""
        return self._characters("question", str(value))

    def parent(self, seen: set[str]) -> str | None:
        value = self.values.get("parent_id")
        if value is None:
            return None
        if not isinstance(value, str) or value not in seen:
            self.wrong("parent_id", f"no question {str(value)[:100]!r} stands before this line")
            return None
        return str(value)

    def text(self, name: str) -> str:
        """Return an optional text; a blank one is none."""
        value = self.values.get(name)
        return "" if value is None else self._text(name, value, blank=True)

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        if isinstance(value, Unquoted) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is not None and not isinstance(value, bool):
            self.wrong(name, "needs to be true or false")
        return value is True

    def gold(self) -> Iterator[Gold]:
        for place, item in self._list("gold", GOLD_FIELDS):
            yield Gold(
                document=self._document(f"{place}.document", item.get("document")),
                quote=self._text(f"{place}.quote", item.get("quote")),
                group=self._number(f"{place}.group", item.get("group"), 0, HIGHEST_GROUP, otherwise=0),
                grade=self._number(f"{place}.grade", item.get("grade"), 1, HIGHEST_GRADE, otherwise=1),
            )

    def history(self) -> Iterator[Turn]:
        for place, item in self._list("history", TURN_FIELDS):
            role: Literal["user", "assistant"] = "assistant" if item.get("role") == "assistant" else "user"
            if item.get("role") not in ("user", "assistant"):
                self.wrong(f"{place}.role", 'needs to be "user" or "assistant"')
            yield Turn(role, self._text(f"{place}.content", item.get("content")))

    def short_answers(self) -> Iterator[str]:
        value = self.values.get("answers")
        if value is not None and not isinstance(value, list):
            self.wrong("answers", "needs to be a list of texts")
            return
        for number, item in enumerate(value or ()):
            yield self._text(f"answers[{number}]", item)

    def _list(self, name: str, known: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        value = self.values.get(name)
        if value is None:
            return
        wanted = ", ".join(f'"{part}"' for part in known[:2])
        if not isinstance(value, list):
            self.wrong(name, f"needs to be a list of {{{wanted}}}")
            return
        for number, item in enumerate(value):
            place = f"{name}[{number}]"
            if not isinstance(item, dict):
                self.wrong(place, f"needs to be {{{wanted}}}")
                continue
            self.refuse_unknown(f"{place}.", item, known)
            yield place, item

    def _text(self, name: str, value: Any, blank: bool = False, longest: int = LONGEST_TEXT) -> str:
        if value is None or (isinstance(value, str) and not value.strip()):
            if not blank:
                self.wrong(name, "missing or blank")
            return ""
        if not isinstance(value, str):
            self.wrong(name, "needs to be a text")
            return ""
        if len(value) > longest:
            self.wrong(name, f"longer than {longest:,} characters")
        return self._characters(name, value)

    def _document(self, name: str, value: Any) -> str:
        document = self._text(name, value, longest=LONGEST_DOCUMENT)
        if any(character in document for character in _SPACES):
            self.wrong(name, "has a tab or a line break")
        return document

    def _number(self, name: str, value: Any, lowest: int, highest: int, otherwise: int) -> int:
        if value is None:
            return otherwise
        if isinstance(value, Unquoted) and value.isascii() and value.isdigit() and len(value) < 10:
            value = int(value)
        if type(value) is not int or not lowest <= value <= highest:
            self.wrong(name, f"needs to be a whole number from {lowest} to {highest}")
            return otherwise
        return value

    def _characters(self, name: str, value: str) -> str:
        """Refuse characters that are no text: they end a string in one program, and break a file in another."""
        if found := _NO_TEXT.search(value):
            self.wrong(name, f"holds U+{ord(found[0]):04X}, which is no character of a text: remove it")
        return str(value)


def fields_of(question: Question) -> dict[str, Any]:
    """Return the fields of a question as the native format writes them: without those that say nothing."""
    said: dict[str, Any] = {"id": question.id, "question": question.question}
    if question.parent_id is not None:
        said["parent_id"] = question.parent_id
    if question.history:
        said["history"] = [{"role": turn.role, "content": turn.content} for turn in question.history]
    said["gold"] = [_gold_fields(gold) for gold in question.gold]
    if question.unanswerable:
        said["unanswerable"] = True
    if question.answers:
        said["answers"] = list(question.answers)
    for name in ("answer", "category", "author", "note"):
        if getattr(question, name):
            said[name] = getattr(question, name)
    return said


def _gold_fields(gold: Gold) -> dict[str, Any]:
    said: dict[str, Any] = {"document": gold.document, "quote": gold.quote}
    if gold.group:
        said["group"] = gold.group
    if gold.grade != 1:
        said["grade"] = gold.grade
    return said
