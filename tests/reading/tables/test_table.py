import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import kinds, read, texts
from qa.reading.tables.csv_table import row_text

CELL = st.text(st.sampled_from("ab, \"';\n|"), min_size=1, max_size=8).filter(lambda cell: cell.strip())


def test_each_row_carries_its_headers() -> None:
    assert texts(read("a.csv", "Office,Opens\nHarbour,9 a.m.\nAirport,6 a.m.\n")) == [
        "Office: Harbour; Opens: 9 a.m.",
        "Office: Airport; Opens: 6 a.m.",
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["Office", "Opens", "Staff"], ["Harbour", "9 a.m.", "12"], ["Airport", "6 a.m.", "40"]]
    source = "\n".join(delimiter.join(row) for row in rows)
    assert texts(read("a.csv", source))[0] == "Office: Harbour; Opens: 9 a.m.; Staff: 12"


def test_commas_inside_the_cells_of_a_tab_separated_file_part_nothing() -> None:
    source = "Family name, first name\tOffice\nDoe, Jane\tHarbour\nRoe, Rick\tAirport\n"
    assert texts(read("a.tsv", source))[0] == "Family name, first name: Doe, Jane; Office: Harbour"


def test_a_quoted_cell_may_hold_line_breaks_and_delimiters() -> None:
    assert texts(read("a.csv", 'Office,Note\nHarbour,"Closed,\nbut for Mondays"\n')) == [
        "Office: Harbour; Note: Closed, but for Mondays"
    ]


def test_a_quoted_cell_may_follow_a_space() -> None:
    assert texts(read("a.csv", 'Office, Note\nHarbour, "Closed, for now"\n')) == [
        "Office: Harbour; Note: Closed, for now"
    ]


def test_a_quotation_mark_doubled_late_in_a_file_is_one_quotation_mark() -> None:
    plain = "".join(f'"Office {n}","open, as always"\n' for n in range(600))
    document = read("a.csv", f'Office,Note\n{plain}"Harbour","They say ""no, never"" here"\n')
    assert texts(document)[-1] == 'Office: Harbour; Note: They say "no, never" here'


def test_apostrophes_quote_nothing() -> None:
    source = "Office,Note\nHarbour,'tis open\nAirport,'twas shut\n"
    assert texts(read("a.csv", source)) == ["Office: Harbour; Note: 'tis open", "Office: Airport; Note: 'twas shut"]


def test_a_row_may_be_shorter_or_longer_than_the_header() -> None:
    assert texts(read("a.csv", "Office,Opens\nHarbour\nAirport,6 a.m.,daily\n")) == [
        "Office: Harbour",
        "Office: Airport; Opens: 6 a.m.; daily",
    ]


def test_empty_cells_and_empty_rows_say_nothing() -> None:
    assert texts(read("a.csv", "Office,Opens\n,\nHarbour,\n,6 a.m.\n")) == ["Office: Harbour", "Opens: 6 a.m."]


def test_nul_characters_are_left_out() -> None:
    assert texts(read("a.csv", b"Office,Op\x00ens\nHar\x00bour,9 a.m.\n")) == ["Office: Harbour; Opens: 9 a.m."]


def test_a_cell_longer_than_the_csv_modules_limit_is_read_whole() -> None:
    cell = "word " * 30_000 + "end"
    assert len(cell) > 131_072
    assert texts(read("a.csv", f"Office,Note\nHarbour,{cell}\n")) == [f"Office: Harbour; Note: {cell}"]


def test_a_row_of_a_column_headed_source_is_searched() -> None:
    assert kinds(read("a.csv", "Source,Told\nThe clerk,in May\n")) == [("text", "Source: The clerk; Told: in May")]


def test_a_table_of_one_row_is_read_without_headers() -> None:
    assert texts(read("a.csv", "Harbour,9 a.m.\n")) == ["Harbour; 9 a.m."]


def test_a_table_takes_its_title_from_its_file_name() -> None:
    assert read("lists/opening_hours-2024.csv", "Office,Opens\nHarbour,9\n").title == "Opening hours 2024"


def test_a_cell_that_equals_its_header_is_written_once() -> None:
    assert row_text(["Office", "Opens"], ["Office", "9 a.m."]) == "Office; Opens: 9 a.m."


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_cell_of_a_well_quoted_file_is_lost(rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["First", "Second", "Third"], *rows])
    expected = [row_text(["First", "Second", "Third"], row) for row in rows]
    assert texts(read("a.csv", file.getvalue())) == expected
