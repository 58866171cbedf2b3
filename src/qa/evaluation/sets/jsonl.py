"""Question sets: one JSON object a line.

    {"id": "g-01", "question": "lej when banned", "category": "designations", "answer": "14 August 2001",
     "gold": [{"document": "groups/lej.md", "quote": "LeJ was outlawed on 14 August 2001."}]}
    {"id": "g-02", "question": "And by whom?", "parent_id": "g-01", "gold": [...]}
    {"id": "g-03", "question": "How many members has it?", "unanswerable": true, "gold": []}

Gold quotes are anchored to document and exact words, so that they survive another way of chunking; several are
alternatives. `parent_id` names the question that a follow-up follows.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from qa.answering.question import clean_question
from qa.errors import QuestionError
from qa.evaluation.sets.model import Gold, Question


def load(path: Path) -> list[Question]:
    """Read a question set. Raises `QuestionError` naming file, line and field of everything that is wrong."""
    try:
        # Only a line feed ends a line of JSON: its strings may hold other separators.
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"The question set {path} cannot be read: {error}.") from error
    questions: list[Question] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        fields, found = _parsed(line, seen)
        problems.extend(f"{path}:{number}: {problem}" for problem in found)
        if isinstance(fields.get("id"), str):
            seen.add(fields["id"])
        if not found:
            questions.append(_question(fields))
    if problems:
        raise QuestionError("\n".join(problems))
    if not questions:
        raise QuestionError(f"The question set {path} holds no question.")
    return questions


def _parsed(line: str, seen: Collection[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the fields of a line and what is wrong with them."""
    try:
        fields = json.loads(line)
    except ValueError as error:
        return {}, [str(error)]
    except RecursionError:
        return {}, ["nested too deeply"]
    if not isinstance(fields, dict):
        return {}, ["not a JSON object"]
    return fields, [f'field "{field}": {problem}' for field, problem in _problems(fields, seen)]


def _problems(fields: Mapping[str, Any], seen: Collection[str]) -> Iterator[tuple[str, str]]:
    if not _is_text(fields.get("id")):
        yield "id", "missing or blank"
    elif fields["id"] in seen:
        yield "id", f"{fields['id']!r} was used before"
    try:
        clean_question(fields["question"] if isinstance(fields.get("question"), str) else "")
    except QuestionError as error:
        yield "question", f"missing or not to be asked: {error}"
    parent_id = fields.get("parent_id")
    if parent_id is not None and not (isinstance(parent_id, str) and parent_id in seen):
        yield "parent_id", f"no question {parent_id!r} stands before this line"
    gold, unanswerable = fields.get("gold", []), fields.get("unanswerable", False)
    if not isinstance(unanswerable, bool):
        yield "unanswerable", "needs to be true or false"
    if not isinstance(gold, list) or not all(
        isinstance(item, dict) and _is_text(item.get("document")) and _is_text(item.get("quote")) for item in gold
    ):
        yield "gold", 'needs to be a list of {"document", "quote"}'
    elif isinstance(unanswerable, bool) and unanswerable == bool(gold):
        yield "gold", 'needs at least one quote, or "unanswerable": true and none'


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _question(fields: Mapping[str, Any]) -> Question:
    return Question(
        id=fields["id"],
        question=fields["question"],
        gold=tuple(Gold(item["document"], item["quote"]) for item in fields.get("gold", [])),
        unanswerable=fields.get("unanswerable", False),
        category=str(fields.get("category", "")),
        parent_id=fields.get("parent_id"),
        answer=str(fields.get("answer", "")),
    )
