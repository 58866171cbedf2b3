"""The native format as JSON lines: one question a line."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.evaluation.sets.fields import Entry, fields_of, questions_of
from qa.evaluation.sets.files import save, text_of
from qa.evaluation.sets.model import Question


def read_jsonl(path: Path) -> list[Question]:
    """Read JSON lines. Raises `SetError` or `QuestionError`."""
    # Only a line feed ends a line of JSON: its strings may hold other separators.
    lines = enumerate(text_of(path).split("\n"), start=1)
    return questions_of(path, (_entry(number, line) for number, line in lines if line.strip()))


def write_jsonl(questions: Sequence[Question], path: Path) -> None:
    """Write JSON lines. Raises `QuestionError` where the file cannot be written."""
    save(path, "".join(json.dumps(fields_of(question), ensure_ascii=False) + "\n" for question in questions))


def _entry(number: int, line: str) -> Entry:
    try:
        fields = parsed_json(line)
    except ValueError as error:
        return Entry(number, problems=(("", str(error)),), broken=True)
    if not isinstance(fields, dict):
        return Entry(number, problems=(("", "not a JSON object"),), broken=True)
    return Entry(number, fields)


class NotJsonError(ValueError):
    """A text is no JSON, from `line` on."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


def parsed_json(text: str) -> Any:
    """Return what a JSON text says. Raises `ValueError` where it is none, or says a field twice."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg} (column {error.colno})", error.lineno) from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the field {twice[:100]!r} is given twice")
    return fields


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
