"""Question sets as XLSX: the first sheet, with the same columns as in CSV.

XlsxWriter writes it (it comes with python-pptx), calamine reads it, as it reads the documents: no further package.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from lxml import etree

from qa.errors import CorpusError, QuestionError
from qa.evaluation.sets.fields import questions_of
from qa.evaluation.sets.files import content_of, save
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.problems import Problem
from qa.evaluation.sets.rows import COLUMNS, entries_of, header_of, header_problems, rows_of
from qa.reading.office.archive import damage_told, kind_of, member, open_archive, refuse_entities
from qa.reading.tables.spreadsheet import panics_told
from qa.types import Limits

LONGEST_CELL = 32_767
"""Characters that a cell of XLSX holds (Excel's specifications and limits)."""

MOST_COLUMNS = 256
MOST_CELLS = 5_000_000
MOST_ROWS = 200_000

_WIDTHS = {"question": 50, "gold_doc": 30, "gold_quote": 60, "answer": 40, "note": 30, "history": 40}
_WIDTH = 14
# Characters are escaped as _xHHHH_, and calamine reads two such texts that share an underscore otherwise than written.
_ESCAPES_TOUCHING = re.compile(r"_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_workbook(path: Path) -> list[Question]:
    """Read the first sheet of a workbook. Raises `SetError` or `QuestionError`."""
    data = content_of(path)
    try:
        rows = list(_rows(data))
    except CorpusError as error:
        raise QuestionError(f"The question set {path} cannot be read: {error}.") from error
    if not rows:
        return questions_of(path, ())
    (line, cells), *rest = rows
    header = header_of(cells)
    if found := header_problems(header):
        return questions_of(path, (), [Problem(str(path), line, *problem) for problem in found])
    return questions_of(path, entries_of(header, rest))


def write_workbook(questions: Sequence[Question], path: Path) -> None:
    """Write a workbook of texts. Raises `QuestionError` where a cell cannot hold its text, or the file not be written.

    Every cell is written as a text, never as a formula or a link.
    """
    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Questions")
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for number, column in enumerate(COLUMNS):
            sheet.set_column(number, number, _WIDTHS.get(column, _WIDTH), wrapped)
        sheet.freeze_panes(1, 2)
        for line, row in enumerate(rows_of(questions)):
            for number, cell in enumerate(row):
                _require_holdable(row[0], COLUMNS[number], cell)
                if cell:
                    sheet.write_string(line, number, cell, wrapped)
    save(path, data.getvalue())


def _require_holdable(question_id: str, column: str, cell: str) -> None:
    # Excel counts UTF-16 units.
    if len(cell.encode("utf-16-le")) > 2 * LONGEST_CELL:
        reason = f"longer than an XLSX cell may be ({LONGEST_CELL:,} characters)"
    elif _ESCAPES_TOUCHING.search(cell):
        reason = "XLSX cannot hold a text like “_x0041_x0042_”"
    else:
        return
    raise QuestionError(f'Question {question_id[:100]!r}, field "{column}": {reason}: use CSV or JSON lines.')


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet of cells, each with its number. Raises `CorpusError`."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    with open_archive(data, Limits()) as archive:
        refuse_entities(archive)
        if kind_of(archive) != "an Excel workbook":
            raise CorpusError("not an Excel workbook: save it as .xlsx")
        _refuse_vast(archive)
    try:
        with panics_told(), damage_told():
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            if not names:
                raise CorpusError("it has no sheet of cells")
            sheet = workbook.get_sheet_by_name(names[0])
            values = sheet.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise CorpusError("not a workbook that can be read: save it anew as .xlsx") from error
    for number, row in enumerate(values, start=1):
        cells = [_written(value) for value in row]
        if any(cells):
            yield number, cells


def _refuse_vast(archive: zipfile.ZipFile) -> None:
    """Raise `CorpusError` where a cell lies so far out that the sheet would not fit into memory, empty as it is.

    Every part is looked at: which of them are sheets is for the workbook to say, in ways that differ.
    """
    for name in archive.namelist():
        content = member(archive, name)
        if not content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
            continue
        rows = columns = 1
        counted = 0
        try:
            for _, element in etree.iterparse(io.BytesIO(content), resolve_entities=False, no_network=True):
                row, column = _farthest(element)
                rows, columns = max(rows, row), max(columns, column)
                counted += etree.QName(element).localname == "row" if isinstance(element.tag, str) else False
                if counted > MOST_ROWS:
                    raise CorpusError(f"it has more than {MOST_ROWS:,} rows: split it up, or delete the empty ones")
                element.clear()
                # What was read stays in the tree otherwise, empty: a hundred bytes for each of millions.
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
        except etree.XMLSyntaxError as error:
            raise CorpusError(f"damaged: its part {name} cannot be read") from error
        if columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
            raise CorpusError(f"a cell lies as far out as row {rows:,}, column {columns:,}: delete what is not used")


def _farthest(element: Any) -> tuple[int, int]:
    """Return row and column of a cell, of a row that has cells its number; 1 where an element is something else."""
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    reference = element.get("r", "").strip().upper()
    if name == "row" and len(element) and reference.isascii() and reference.isdigit() and len(reference) < 10:
        return int(reference), 1
    found = _REFERENCE.fullmatch(reference) if name == "c" else None
    return (int(found[2]), _column(found[1])) if found else (1, 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _written(value: Any) -> str:
    return _WRITTEN.get(type(value), str)(value)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else str(value)


# What a spreadsheet made of a text that looks like something else.
_WRITTEN: dict[type, Callable[[Any], str]] = {
    float: _number,
    bool: lambda value: "true" if value else "false",
    datetime: lambda value: value.date().isoformat() if value.time() == time() else value.isoformat(" "),
    date: date.isoformat,
}
