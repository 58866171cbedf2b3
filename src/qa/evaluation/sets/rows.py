"""Question sets as tables, for people and their spreadsheets: one row for each gold quote.

Rows with the same id are one question. What is said of the question stands in its first row; further ones hold further
gold. A cell that a spreadsheet would take for a formula gets an apostrophe in front, which reading takes off again.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.evaluation.sets.fields import Entry, Unquoted
from qa.evaluation.sets.jsonl import parsed_json
from qa.evaluation.sets.model import Gold, Question
from qa.types import Turn

COLUMNS = (
    "id",
    "question",
    "gold_doc",
    "gold_quote",
    "answer",
    "grade",
    "is_impossible",
    "category",
    "parent_id",
    "group",
    "answers",
    "author",
    "note",
    "history",
)

_GOLD = {"gold_doc": "document", "gold_quote": "quote", "group": "group", "grade": "grade"}
_NAMES = {"is_impossible": "unanswerable"}
_COLUMN_OF = {name: column for column, name in (_GOLD | _NAMES).items()} | {"gold": "gold_quote"}
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")
# Some programs take these for a formula's beginning as well: the wide forms in Japanese settings, white space before.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_TURN = re.compile(r"(user|assistant): ?(.*)", re.DOTALL)


def header_of(cells: Sequence[str]) -> list[str]:
    """Return the columns that a heading names, as this format calls them."""
    return [cell.strip().lower() for cell in cells]


def header_problems(header: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is wrong with a heading, each with the column."""
    problems = [
        (name[:100], f"unknown column: there are {', '.join(COLUMNS)}") for name in header if name not in (*COLUMNS, "")
    ]
    problems += [(name, "this column is there twice") for name in COLUMNS if header.count(name) > 1]
    problems += [(name, "this column is missing") for name in ("id", "question") if name not in header]
    return problems


@dataclass
class _Gathered:
    """A question whose rows are being read."""

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def entry(self) -> Entry:
        return Entry(self.line, self.fields, lines=self.lines, problems=tuple(self.problems), names=_COLUMN_OF)


def entries_of(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> list[Entry]:
    """Return the questions of a table; `rows` come with their line, without the heading.

    A row without id and question goes with the one above.
    """
    gathered: dict[str, _Gathered] = {}
    questions: list[_Gathered] = []
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        values = {name: _unguarded(cell) for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
        row_id = values.pop("id", "").strip()
        if row_id in gathered:
            question = gathered[row_id]
        elif not row_id and "question" not in values and questions:
            question = questions[-1]
        else:
            question = _Gathered(line, {"id": row_id})
            questions.append(question)
            if row_id:
                gathered[row_id] = question
        _add(question, line, values)
        if any(cell.strip() for cell in cells[len(header) :]):
            question.lines["row"] = line
            question.problems.append(
                ("row", "has more cells than the heading: put a text that holds a comma into quotation marks")
            )
    return [question.entry() for question in questions]


def _add(question: _Gathered, line: int, values: dict[str, str]) -> None:
    """Take over what a row says: its gold, and what is said of the question itself."""
    if "gold_doc" in values or "gold_quote" in values:
        golds = question.fields.setdefault("gold", [])
        place = f"gold[{len(golds)}]"
        question.lines[place] = line
        golds.append({_GOLD[name]: _number(name, value) for name, value in values.items() if name in _GOLD})
    elif found := next((name for name in ("grade", "group") if name in values), None):
        question.lines[found] = line
        question.problems.append((found, "stands in a row without gold_doc and gold_quote"))
    for column, value in values.items():
        if column in _GOLD or column not in COLUMNS:
            continue
        name = _NAMES.get(column, column)
        try:
            read = _read(column, value)
        except ValueError as error:
            question.lines[column] = line
            question.problems.append((column, str(error)))
            continue
        if name not in question.fields:
            question.fields[name], question.lines[name] = read, line
        elif question.fields[name] != read:
            question.lines[column] = line
            question.problems.append((column, f"differs from the row {question.line} of the same id"))


def _number(name: str, value: str) -> str:
    # A spreadsheet may have made 2.0 of it.
    return Unquoted(value.strip().removesuffix(".0")) if name in ("grade", "group") else value


def _read(column: str, value: str) -> Any:
    if column == "is_impossible":
        word = value.strip().lower()
        return word in _TRUE if word in _TRUE + _FALSE else value
    if column == "answers":
        return _answers(value)
    if column == "history":
        return _history(value)
    return value.strip() if column == "parent_id" else value


def _answers(cell: str) -> list[Any]:
    """Read short answers: one a line, or a JSON list."""
    if (read := _json_list(cell)) is not None:
        return read
    return [line for line in cell.split("\n") if line.strip()]


def _history(cell: str) -> list[Any]:
    """Read a dialogue: lines that begin with "user:" or "assistant:", or a JSON list."""
    if (read := _json_list(cell)) is not None:
        return read
    turns: list[dict[str, str]] = []
    for line in cell.split("\n"):
        if found := _TURN.fullmatch(line):
            turns.append({"role": found[1], "content": found[2]})
        elif turns:
            turns[-1]["content"] += f"\n{line}"
        else:
            raise ValueError('needs to begin with "user:" or "assistant:"')
    return turns


def _json_list(cell: str) -> list[Any] | None:
    if not cell.lstrip().startswith("["):
        return None
    try:
        read = parsed_json(cell)
    except ValueError:
        return None
    return read if isinstance(read, list) else None


def rows_of(questions: Iterable[Question]) -> Iterator[list[str]]:
    """Yield the rows of a table, the heading first."""
    yield list(COLUMNS)
    for question in questions:
        for number, gold in enumerate(question.gold or (None,)):
            values = {"id": question.id} | (_said_once(question) if number == 0 else {}) | _said_of(gold)
            yield [guarded(values.get(column, "")) for column in COLUMNS]


def _said_once(question: Question) -> dict[str, str]:
    return {
        "question": question.question,
        "answer": question.answer,
        "is_impossible": "true" if question.unanswerable else "false",
        "category": question.category,
        "parent_id": question.parent_id or "",
        "answers": _answers_cell(question.answers),
        "author": question.author,
        "note": question.note,
        "history": _history_cell(question.history),
    }


def _said_of(gold: Gold | None) -> dict[str, str]:
    if gold is None:
        return {}
    return {"gold_doc": gold.document, "gold_quote": gold.quote, "grade": str(gold.grade), "group": str(gold.group)}


def _answers_cell(answers: Sequence[str]) -> str:
    lines = "\n".join(answers)
    return lines if _answers(lines) == list(answers) else json.dumps(answers, ensure_ascii=False)


def _history_cell(history: Sequence[Turn]) -> str:
    if not history:
        return ""
    turns = [{"role": turn.role, "content": turn.content} for turn in history]
    lines = "\n".join(f"{turn.role}: {turn.content}" for turn in history)
    return lines if _history(lines) == turns else json.dumps(turns, ensure_ascii=False)


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
