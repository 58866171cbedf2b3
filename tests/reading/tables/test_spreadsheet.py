import io
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from compound_file import compound_file
from qa.errors import CorpusError
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.spreadsheet import parse

Workbook = Any
"""xlsxwriter's workbooks and sheets have no types."""


def workbook(fill: Callable[[Workbook], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book)
    return file.getvalue()


def sheet(*rows: Sequence[object]) -> bytes:
    """A workbook of one sheet; None leaves a cell empty."""

    def fill(book: Workbook) -> None:
        written = book.add_worksheet("Offices")
        for index, row in enumerate(rows):
            written.write_row(index, 0, row)

    return workbook(fill)


def read(data: bytes, **limits: int) -> Parsed:
    return parse(data, Limits(**limits))


def told(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(data).blocks if block.kind != "heading"]


def cell(value: object, style: str = "") -> str:
    """How a cell's value is written, beside a word."""

    def fill(book: Workbook) -> None:
        book.add_worksheet().write_row(0, 0, ["is", value], book.add_format({"num_format": style} if style else {}))

    ((_, text),) = told(workbook(fill))
    return text.removeprefix("is; ")


# Headers


def test_a_row_of_data_carries_its_header() -> None:
    data = sheet(["Office", "Opens"], ["Harbour", "nine"], ["Airport", "ten"])
    assert [(block.kind, block.level, block.text) for block in read(data).blocks] == [
        ("heading", 1, "Offices"),
        ("row", 0, "Office: Harbour; Opens: nine"),
        ("row", 0, "Office: Airport; Opens: ten"),
    ]


def test_titles_above_the_header_are_text() -> None:
    data = sheet(["Opening hours"], [], ["As of May"], ["Office", "Opens"], ["Harbour", 9])
    assert told(data) == [("text", "Opening hours"), ("text", "As of May"), ("row", "Office: Harbour; Opens: 9")]


def test_a_line_of_two_cells_above_a_wide_table_is_no_header() -> None:
    data = sheet(["Hours", "Draft"], ["Office", "Opens", "Closes", "Room", "Clerk"], ["Harbour", 9, 17, 4, "Ann"])
    assert told(data) == [
        ("row", "Hours; Draft"),
        ("row", "Office: Harbour; Opens: 9; Closes: 17; Room: 4; Clerk: Ann"),
    ]


def test_years_may_head_columns() -> None:
    assert told(sheet(["Office", 2024, 2025], ["Harbour", 31, 40])) == [("row", "Office: Harbour; 2024: 31; 2025: 40")]


def test_rows_of_figures_have_no_header() -> None:
    assert told(sheet([1, 2], [3, 4])) == [("row", "1; 2"), ("row", "3; 4")]
    assert told(sheet(["Ann", 1970], ["Bo", 1981])) == [("row", "Ann; 1970"), ("row", "Bo; 1981")]


def test_a_form_of_names_and_values_has_no_header() -> None:
    assert told(sheet(["Office:", "Harbour"], ["Clerk:", "Ann"])) == [
        ("row", "Office:; Harbour"),
        ("row", "Clerk:; Ann"),
    ]


def test_a_header_without_data_is_a_row() -> None:
    assert told(sheet(["Office", "Opens"])) == [("row", "Office; Opens")]


def test_a_remark_below_a_table_is_text() -> None:
    data = sheet(["Office", "Opens"], ["Harbour", 9], [], ["Closed in August."])
    assert told(data)[-1] == ("text", "Closed in August.")


def test_a_row_with_one_cell_inside_a_table_keeps_its_header() -> None:
    data = sheet(["Office", "Opens"], ["Harbour", 9], ["Airport"], ["Station", 8])
    assert told(data)[1] == ("row", "Office: Airport")


def test_a_second_table_below_has_its_own_header() -> None:
    data = sheet(["Office", "Opens"], ["Harbour", 9], [], ["Clerk", "Born"], ["Ann", 1970])
    assert told(data)[1] == ("row", "Clerk: Ann; Born: 1970")


def test_after_a_blank_row_a_table_of_words_goes_on() -> None:
    data = sheet(["Office", "Clerk"], ["Harbour", "Ann"], [], ["Airport", "Bo"])
    assert told(data)[1] == ("row", "Office: Airport; Clerk: Bo")


def test_empty_rows_and_columns_are_dropped() -> None:
    data = sheet([], [None, "Office", None, "Opens"], [None, "Harbour", None, 9], [], [None, "Airport", None, 10])
    assert told(data) == [("row", "Office: Harbour; Opens: 9"), ("row", "Office: Airport; Opens: 10")]


def test_the_header_of_an_empty_column_is_shown() -> None:
    assert told(sheet(["Office", "Opens", "Notes"], ["Harbour", 9])) == [
        ("row", "Office: Harbour; Opens: 9"),
        ("furniture", "Notes"),
    ]


def test_a_header_of_two_lines_with_merged_cells_is_joined() -> None:
    def fill(book: Workbook) -> None:
        written = book.add_worksheet()
        written.merge_range(0, 0, 1, 0, "Office")
        written.merge_range(0, 1, 0, 2, "2025")
        written.write_row(1, 1, ["Plan", "Actual"])
        written.write_row(2, 0, ["Harbour", 30, 31])

    assert told(workbook(fill)) == [("row", "Office: Harbour; 2025 Plan: 30; 2025 Actual: 31")]


def test_a_cell_merged_over_rows_stands_in_each() -> None:
    def fill(book: Workbook) -> None:
        written = book.add_worksheet()
        written.write_row(1, 1, ["Region", "Office", "Opens"])
        written.merge_range(2, 1, 3, 1, "North")
        written.write_row(2, 2, ["Harbour", 9])
        written.write_row(3, 2, ["Airport", 10])

    assert told(workbook(fill)) == [
        ("row", "Region: North; Office: Harbour; Opens: 9"),
        ("row", "Region: North; Office: Airport; Opens: 10"),
    ]


def test_the_paragraphs_of_a_long_cell_are_paragraphs() -> None:
    assert told(sheet(["Ask early.\n\nSign\nin ink."])) == [("text", "Ask early."), ("text", "Sign\nin ink.")]


# Values


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9.0, "9"),
        (-3, "-3"),
        (0.1 + 0.2, "0.3"),
        (2 / 3, "0.666666666666667"),
        (1234567890123456, "1234567890123456"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (1.5e300, "1.5e+300"),
        (True, "TRUE"),
        ("007", "007"),
    ],
)
def test_values_are_written_as_people_read_them(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (date(2026, 3, 1), "d mmm yyyy", "2026-03-01"),
        (datetime(2026, 3, 1, 6, 15), "d.m.yy h:mm", "2026-03-01 06:15"),
        (datetime(2026, 3, 1, 6, 15, 30), "d.m.yy h:mm", "2026-03-01 06:15:30"),
        (hour(6, 15), "h:mm", "06:15"),
        (timedelta(hours=26, minutes=5), "[h]:mm", "26:05:00"),
        (45321, "d mmm yyyy", "2024-01-30"),
    ],
)
def test_dates_and_times_are_written_as_such(value: object, style: str, shown: str) -> None:
    assert cell(value, style) == shown


def test_results_of_formulas_are_read_and_not_the_formulas() -> None:
    def fill(book: Workbook) -> None:
        book.add_worksheet().write_formula(0, 0, '=HYPERLINK("http://x.example","Harbour")', None, "Harbour")

    assert told(workbook(fill)) == [("text", "Harbour")]


# Sheets


def test_every_sheet_is_a_section_and_empty_ones_are_passed_over() -> None:
    def fill(book: Workbook) -> None:
        book.add_worksheet("Harbour").write(0, 0, "Opens at nine.")
        book.add_worksheet("Empty")
        book.add_worksheet("Airport").write(0, 0, "Opens at ten.")

    assert [block.text for block in read(workbook(fill)).blocks if block.kind == "heading"] == ["Harbour", "Airport"]


def test_hidden_sheets_are_read_and_told() -> None:
    def fill(book: Workbook) -> None:
        book.add_worksheet("Shown").write(0, 0, "Seen.")
        hidden = book.add_worksheet("Back room")
        hidden.write(0, 0, "Unseen.")
        hidden.hide()

    parsed = read(workbook(fill))
    assert [block.text for block in parsed.blocks] == ["Shown", "Seen.", "Back room", "Unseen."]
    assert parsed.notes == ("sheet “Back room” is hidden in the workbook",)


def test_protected_sheets_are_read() -> None:
    def fill(book: Workbook) -> None:
        written = book.add_worksheet()
        written.write(0, 0, "Opens at nine.")
        written.protect("secret")

    assert told(workbook(fill)) == [("text", "Opens at nine.")]


def test_what_is_not_read_beside_the_cells_is_told() -> None:
    def fill(book: Workbook) -> None:
        written = book.add_worksheet()
        written.write(0, 0, "Opens at nine.")
        written.write_comment(0, 0, "Really?")
        written.insert_textbox(3, 3, "Closed in August.")

    assert read(workbook(fill)).notes == ("comments on cells were not read", "text boxes and shapes were not read")


def test_a_sheet_of_a_chart_is_told() -> None:
    def fill(book: Workbook) -> None:
        book.add_worksheet("Data").write_row(0, 0, [1, 2])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Data!$A$1:$B$1"})
        book.add_chartsheet("Drawn").set_chart(chart)

    assert read(workbook(fill)).notes == ("sheet “Drawn” is no sheet of cells and was not read",)


def test_more_rows_than_are_read_are_told() -> None:
    data = sheet(["Office", "Opens"], *([f"Office {number}", number] for number in range(80)))
    parsed = read(data, pages=1)
    assert len(parsed.blocks) == 1 + 50
    assert parsed.notes == ("sheet “Offices” was cut: the workbook holds more than is read of one file",)


def test_the_properties_of_the_file_are_its_metadata() -> None:
    def fill(book: Workbook) -> None:
        book.add_worksheet().write(0, 0, "Opens at nine.")
        book.set_properties({"title": "Hours", "author": "Ann Lee", "created": datetime(2026, 3, 1)})

    metadata = read(workbook(fill)).metadata
    assert (metadata.title, metadata.author, metadata.date) == ("Hours", "Ann Lee", "2026-03-01")


def test_an_opendocument_workbook_is_read() -> None:
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    string = 'office:value-type="string"'
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0" '
        f'xmlns:text="{names}text:1.0"><office:body><office:spreadsheet><table:table table:name="Offices">'
        f"<table:table-row><table:table-cell {string}><text:p>Office</text:p></table:table-cell>"
        f"<table:table-cell {string}><text:p>Opens</text:p></table:table-cell></table:table-row>"
        f"<table:table-row><table:table-cell {string}><text:p>Harbour</text:p></table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="9"><text:p>9</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    meta = (
        f'<office:document-meta xmlns:office="{names}office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<office:meta><dc:title>Hours</dc:title><dc:date>2026-03-01T10:00:00</dc:date></office:meta>"
        "</office:document-meta>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{names}manifest:1.0"/>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("meta.xml", meta)
        archive.writestr("META-INF/manifest.xml", manifest)
    parsed = read(file.getvalue())
    assert [block.text for block in parsed.blocks] == ["Offices", "Office: Harbour; Opens: 9"]
    assert (parsed.metadata.title, parsed.metadata.date) == ("Hours", "2026-03-01")


# Refusals


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(CorpusError) as caught:
        read(data, **limits)
    return str(caught.value)


def test_an_encrypted_workbook_is_refused() -> None:
    assert refusal(compound_file({"EncryptionInfo": b"x", "EncryptedPackage": b"y"})).startswith("encrypted: remove")


def test_an_empty_workbook_is_refused() -> None:
    assert "no cell" in refusal(sheet())


def test_a_bomb_is_refused() -> None:
    assert "MB" in refusal(sheet(["x" * 30_000] * 3), expanded_bytes=20_000)


def test_another_kind_of_archive_is_refused_by_its_name() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "a Word file" in refusal(file.getvalue())


def test_a_truncated_workbook_is_refused() -> None:
    assert refusal(sheet(["Office"])[:-200])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert refusal(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_list_of_sheets_is_read_or_refused(data: st.DataObject) -> None:
    source = zipfile.ZipFile(io.BytesIO(sheet(["Office", "Opens"], ["Harbour", 9])))
    damaged = data.draw(
        st.sampled_from(["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml"])
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == damaged:
                place = data.draw(st.integers(0, len(content) - 1))
                content[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
            archive.writestr(name, bytes(content))
    try:
        read(file.getvalue())
    except CorpusError as error:
        assert str(error)


def test_real_workbooks_are_read_or_refused(shared: Path) -> None:
    endings = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
    folders = (shared / "files/office", shared / "handbooks")
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in endings]
    assert len(files) >= 30
    found = 0
    for path in files:
        start = time.monotonic()
        try:
            parsed = read(path.read_bytes())
        except CorpusError as error:
            assert str(error)
        else:
            assert parsed.blocks or parsed.attachments, path.name
            found += 1
        assert time.monotonic() - start < 10
    assert found >= 20
