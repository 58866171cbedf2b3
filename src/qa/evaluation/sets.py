"""Question sets: one JSON object a line.

    {"id": "g-01", "question": "lej when banned", "category": "designations", "answer": "14 August 2001",
     "gold": [{"document": "groups/lej.md", "quote": "LeJ was outlawed on 14 August 2001."}]}
    {"id": "g-02", "question": "And by whom?", "parent_id": "g-01", "gold": [...]}
    {"id": "g-03", "question": "How many members has it?", "unanswerable": true, "gold": []}

Gold quotes are anchored to document and exact words, so that they survive another way of chunking; several are
alternatives. `parent_id` names the question that a follow-up follows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import QuestionError
from qa.types import Turn


@dataclass(frozen=True, slots=True)
class Gold:
    """Words that answer a question, and the document they stand in."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what should be found; no gold means that the documents do not answer it."""

    id: str
    question: str
    gold: tuple[Gold, ...]
    unanswerable: bool
    category: str
    parent_id: str | None
    answer: str


def load(path: Path) -> list[Question]:
    """Read a question set. Raises `QuestionError` naming file, line and field of everything that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"The question set {path} cannot be read: {error}.") from error
    questions: list[Question] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line), seen)
        except (ValueError, TypeError) as error:
            problems.append(f"{path}:{number}: {error}")
            continue
        seen.add(question.id)
        questions.append(question)
    if problems:
        raise QuestionError("\n".join(problems))
    if not questions:
        raise QuestionError(f"The question set {path} holds no question.")
    return questions


def _question(fields: Any, seen: set[str]) -> Question:
    if not isinstance(fields, dict):
        raise TypeError("not a JSON object")
    for name in ("id", "question"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise ValueError(f'field "{name}": missing or blank')
    if fields["id"] in seen:
        raise ValueError(f'field "id": {fields["id"]!r} was used before')
    parent_id = fields.get("parent_id")
    if parent_id is not None and parent_id not in seen:
        raise ValueError(f'field "parent_id": no question {parent_id!r} stands before this line')
    gold = tuple(_gold(item) for item in fields.get("gold", []))
    unanswerable = bool(fields.get("unanswerable", False))
    if unanswerable == bool(gold):
        raise ValueError('field "gold": needs at least one quote, or "unanswerable": true and none')
    return Question(
        id=fields["id"],
        question=fields["question"],
        gold=gold,
        unanswerable=unanswerable,
        category=str(fields.get("category", "")),
        parent_id=parent_id,
        answer=str(fields.get("answer", "")),
    )


def _gold(item: Any) -> Gold:
    if not isinstance(item, dict) or not all(isinstance(item.get(n), str) and item[n] for n in ("document", "quote")):
        raise ValueError('field "gold": every entry needs "document" and "quote"')
    return Gold(item["document"], item["quote"])


def history_of(question: Question, by_id: Mapping[str, Question]) -> list[Turn]:
    """Return the dialogue before a follow-up: its ancestors' questions, each answered with its gold quote."""
    turns: list[Turn] = []
    parent_id = question.parent_id
    while parent_id is not None:
        parent = by_id[parent_id]
        reply = parent.gold[0].quote if parent.gold else "The documents do not answer this."
        turns[:0] = [Turn("user", parent.question), Turn("assistant", reply)]
        parent_id = parent.parent_id
    return turns


def by_id(questions: Sequence[Question]) -> dict[str, Question]:
    """Return the questions by their id."""
    return {question.id: question for question in questions}
