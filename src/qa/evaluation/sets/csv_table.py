"""Question sets as CSV: separated by comma, semicolon or tab, in UTF-8 with a byte order mark for spreadsheets."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from qa.errors import QuestionError
from qa.evaluation.sets.fields import questions_of
from qa.evaluation.sets.files import save, text_of
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.problems import Problem
from qa.evaluation.sets.rows import COLUMNS, entries_of, header_of, header_problems, rows_of

SEPARATORS = ",;\t"
LONGEST_CELL = 131_072
"""Characters that Python's csv module reads of a cell unless told otherwise."""

Rows = list[tuple[int, list[str]]]


def read_csv(path: Path) -> list[Question]:
    """Read a table, whichever of the separators its heading has. Raises `SetError` or `QuestionError`."""
    text = text_of(path)
    rows: Rows = []
    problems: list[Problem] = []
    try:
        for row in _rows(text, _separator(text)):
            rows.append(row)
    except _RowError as error:
        problems.append(Problem(str(path), error.line, "", str(error)))
    if not rows:
        return questions_of(path, (), problems)
    (line, cells), *rest = rows
    header = header_of(cells)
    if found := header_problems(header):
        return questions_of(path, (), [*(Problem(str(path), line, *problem) for problem in found), *problems])
    return questions_of(path, entries_of(header, rest), problems)


def write_csv(questions: Sequence[Question], path: Path) -> None:
    """Write a table. Raises `QuestionError` where the file cannot be written or a cell is too long."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    for row in rows_of(questions):
        for column, cell in zip(COLUMNS, row, strict=True):
            if len(cell) > LONGEST_CELL:
                raise QuestionError(
                    f'Question {row[0][:100]!r}, field "{column}": longer than a CSV cell may be '
                    f"({LONGEST_CELL:,} characters): use JSON lines."
                )
        writer.writerow(row)
    save(path, "\ufeff" + table.getvalue())


class _RowError(Exception):
    def __init__(self, line: int, error: csv.Error) -> None:
        super().__init__(f"not CSV: {error}")
        self.line = line


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows, each with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _RowError(line, error) from error
        if any(cells):
            yield line, cells


def _separator(text: str) -> str:
    """Return the separator with which the heading names the most columns."""

    def columns(separator: str) -> int:
        try:
            _, cells = next(_rows(text, separator))
        except (StopIteration, _RowError):
            return -1
        return sum(name in COLUMNS for name in header_of(cells))

    return max(SEPARATORS, key=columns)
