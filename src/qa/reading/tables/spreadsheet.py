"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): every sheet a heading, every row of data a paragraph with its header."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lxml import etree

from qa.errors import CorpusError
from qa.reading.blocks import Block, clean
from qa.reading.office.archive import (
    ENCRYPTED,
    ENCRYPTED_PACKAGE,
    OLE_SIGNATURE,
    damage_told,
    kind_of,
    member,
    open_archive,
    refuse_entities,
)
from qa.reading.parsed import Attachment, Limits, Parsed
from qa.reading.tables.grid import Merged, Row, blocks_of
from qa.types import Metadata

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

# A printed page of a table has some 50 rows, so that the limit of pages bounds rows as well: 5,000 × 50 = 250,000.
ROWS_PER_PAGE = 50
# Text takes up to four bytes a character, and is held twice.
_BYTES_PER_CHARACTER = 8
# Past 15 digits a spreadsheet shows nothing of a number, for a 64-bit float holds no more for certain.
_DIGITS = ".15g"

_UNREADABLE = "not a workbook that can be read: save it anew as .xlsx"
# The stream of an .xls file's properties ([MS-OLEPS]), and more than it ever takes.
_SUMMARY = "\x05SummaryInformation"
_SUMMARY_BYTES = 1 << 20
_KINDS = ("an Excel workbook", "a binary Excel workbook", "an OpenDocument spreadsheet")
_NAMES = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}creator": "author",
    "{http://purl.org/dc/elements/1.1/}language": "language",
    "{http://purl.org/dc/elements/1.1/}date": "date",
    "{http://purl.org/dc/terms/}modified": "date",
    "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}initial-creator": "author",
}


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read every sheet, hidden ones too; the results of formulas, not the formulas.

    Raises `CorpusError` where the workbook is encrypted, damaged, or no cell of it holds anything.
    """
    if data.startswith(b"PK"):
        with open_archive(data, limits) as archive:
            metadata, notes, attachments = _beside_the_sheets(archive)
    else:
        if data.startswith(OLE_SIGNATURE) and ENCRYPTED_PACKAGE in data:
            raise CorpusError(ENCRYPTED)
        metadata, notes, attachments = _compound_file_metadata(data), [], []
    blocks: list[Block] = []
    with _opened(data) as workbook, damage_told(), panics_told():
        _read_sheets(workbook, limits, blocks, notes)
    if not blocks and not attachments:
        raise CorpusError("; ".join(["no cell of its sheets holds anything", *notes]))
    return Parsed(blocks, metadata, tuple(attachments), tuple(notes))


@contextmanager
def panics_told() -> Iterator[None]:
    """Turn a panic of the library, which is no `Exception`, into a `CorpusError`: it panics over damaged files."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise CorpusError(_UNREADABLE) from error


def _opened(data: bytes) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with panics_told():
            return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise CorpusError(ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise CorpusError(_UNREADABLE) from error


def _read_sheets(workbook: "CalamineWorkbook", limits: Limits, blocks: list[Block], notes: list[str]) -> None:
    from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum

    rows_left = limits.pages * ROWS_PER_PAGE
    characters_left = limits.expanded_bytes // _BYTES_PER_CHARACTER
    for properties in workbook.sheets_metadata:
        name = f"sheet “{properties.name}”"
        if properties.typ != SheetTypeEnum.WorkSheet:
            notes.append(f"{name} is no sheet of cells and was not read")
            continue
        try:
            with panics_told():
                sheet = workbook.get_sheet_by_name(properties.name)
        except (CalamineError, CorpusError, OSError, ValueError):
            notes.append(f"{name} is damaged and was not read")
            continue
        opening = [Block("heading", properties.name, 1)]
        for block in blocks_of(_rows(sheet), _merged(sheet)):
            rows_left -= 1
            characters_left -= len(block.text)
            if rows_left < 0 or characters_left < 0:
                notes.append(f"{name} was cut: the workbook holds more than is read of one file")
                return
            blocks += opening
            opening = []
            blocks.append(block)
        if not opening and properties.visible != SheetVisibleEnum.Visible:
            notes.append(f"{name} is hidden in the workbook")


def _rows(sheet: "CalamineSheet") -> Iterator[Row]:
    for index, values in enumerate(sheet.iter_rows()):
        cells = [_WRITTEN[type(value)](value) for value in values]
        if any(cells):
            yield Row(index, cells, [type(value) is str for value in values])


def _merged(sheet: "CalamineSheet") -> list[Merged]:
    """Return the sheet's merged cells, their columns counted from the first column that is used."""
    left = sheet.start[1] if sheet.start else 0
    ranges = sheet.merged_cell_ranges or []
    return [((top, first - left), (bottom, last - left)) for (top, first), (bottom, last) in ranges if first >= left]


def _words(value: str) -> str:
    return value.replace("_x000D_", "") if value and not value.isspace() else ""


def _number(value: float) -> str:
    """Write a number as a person reads it: no ".0" after a whole one, no noise of binary fractions."""
    if float(value).is_integer() and abs(value) < 2**53:
        return str(int(value))
    digits = format(value, _DIGITS)
    return format(Decimal(digits), "f") if 1e-9 < abs(value) < 1e21 else digits


def _moment(value: datetime) -> str:
    value = _rounded(value)
    return value.date().isoformat() if value.time() == time() else f"{value.date().isoformat()} {_hour(value)}"


def _rounded(value: datetime) -> datetime:
    """Return the nearest second: a time is held as a fraction of a day, 6:15 as 6:14:59.9999."""
    whole = value.replace(microsecond=0)
    return whole + timedelta(seconds=1) if value.microsecond >= 500_000 and whole.year < 9999 else whole


def _hour(value: datetime) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else ''}{hours}:{minutes:02}:{abs(seconds) % 60:02}"


# Called for every cell, of which there may be millions: a look-up is four times as fast as a chain of cases.
_WRITTEN: dict[type, Callable[[Any], str]] = {
    str: _words,
    int: _number,
    float: _number,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: _moment,
    date: date.isoformat,
    time: lambda value: _hour(_rounded(datetime.combine(date(2000, 1, 1), value))),
    timedelta: _duration,
}


def _beside_the_sheets(archive: zipfile.ZipFile) -> tuple[Metadata, list[str], list[Attachment]]:
    """Return a workbook's properties, notes on what in it is not read, and the files that it holds."""
    kind = kind_of(archive)
    if kind and kind not in _KINDS:
        raise CorpusError(f"really {kind}: give the file the ending of its format")
    refuse_entities(archive)
    names = archive.namelist()
    notes = []
    if any(name.startswith(("xl/comments", "xl/threadedComments")) for name in names):
        notes.append("comments on cells were not read")
    drawings = [name for name in names if name.startswith("xl/drawings/") and name.endswith(".xml")]
    if any(b"<a:t>" in member(archive, name) for name in drawings):
        notes.append("text boxes and shapes were not read")
    # What is wrapped in an OLE container (.bin) is no file as it was.
    files = [name for name in names if name.startswith("xl/embeddings/") and not name.endswith((".bin", "/"))]
    attachments = [Attachment(PurePosixPath(name).name, member(archive, name)) for name in files]
    properties = next((name for name in ("docProps/core.xml", "meta.xml") if name in names), None)
    return _properties(member(archive, properties)) if properties else Metadata(), notes, attachments


def _properties(xml: bytes) -> Metadata:
    # No entity is resolved and nothing is fetched.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return Metadata()
    found: dict[str, str] = {}
    for element in root.iter() if root is not None else ():
        name = _NAMES.get(element.tag) if isinstance(element.tag, str) else None
        if name and element.text and name not in found:
            found[name] = clean(element.text).replace("\n", " ")
    found["date"] = found.get("date", "")[:10]
    return Metadata(**found)  # type: ignore[arg-type]


def _compound_file_metadata(data: bytes) -> Metadata:
    """Return the properties of an .xls file."""
    import olefile

    class WithoutLists(olefile.OleFileIO):  # type: ignore[misc]
        """Reads no lists among the properties: olefile believes their lengths, and counts to four thousand millions."""

        def _parse_property(self, content: bytes, offset: int, number: int, kind: int, *rest: Any) -> Any:
            is_list = kind & olefile.olefile.VT_VECTOR
            return None if is_list else super()._parse_property(content, offset, number, kind, *rest)

    try:
        with WithoutLists(data) as compound:
            if compound.get_size(_SUMMARY) > _SUMMARY_BYTES:
                return Metadata()
            found = compound.getproperties(_SUMMARY, convert_time=True)
    except Exception:  # no or damaged properties: olefile lets struct's, Unicode's and its own errors through
        return Metadata()
    codepage, title, author, created, saved = (found.get(number) for number in (1, 2, 4, 12, 13))
    codepage = codepage & 0xFFFF if isinstance(codepage, int) else 1252
    dates = (moment.date().isoformat() for moment in (saved, created) if isinstance(moment, datetime))
    return Metadata(title=_decoded(title, codepage), author=_decoded(author, codepage), date=next(dates, ""))


def _decoded(value: Any, codepage: int) -> str:
    if not isinstance(value, bytes):
        return ""
    try:
        text = value.decode("utf-8" if codepage == 65001 else f"cp{codepage}", "replace")
    except LookupError:
        text = value.decode("cp1252", "replace")
    return clean(text).replace("\n", " ")
