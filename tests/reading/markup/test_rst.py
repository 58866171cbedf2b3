import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from messy_files import TEXTS
from qa.errors import CorpusError
from qa.reading.markup.rst import parse
from qa.reading.parsed import Limits, Parsed


def read(source: str) -> Parsed:
    return parse(source.encode(), Limits())


def told(source: str, kind: str = "text") -> list[str]:
    return [block.text for block in read(source).blocks if block.kind == kind]


def outline(source: str) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in read(source).blocks if block.kind == "heading"]


def test_headings_have_the_depth_of_their_sections() -> None:
    source = "=====\nLeave\n=====\n\nAsk.\n\nSick days\n=========\n\nCall.\n\nAbroad\n------\n\nWrite.\n"
    assert outline(source) == [(1, "Leave"), (2, "Sick days"), (3, "Abroad")]
    assert told(source) == ["Ask.", "Call.", "Write."]
    assert read(source).metadata.title == "Leave"


def test_sections_of_equal_rank_are_no_title() -> None:
    source = "Leave\n=====\n\nAsk.\n\nTravel\n======\n\nBook.\n"
    assert outline(source) == [(1, "Leave"), (1, "Travel")]
    assert read(source).metadata.title == ""


def test_who_wrote_it_and_when_is_read() -> None:
    parsed = read("Leave\n=====\n\n:Author: Ann Lee\n:Date: 2026-03-01\n:Room: 4\n\nAsk.\n")
    assert (parsed.metadata.author, parsed.metadata.date) == ("Ann Lee", "2026-03-01")
    assert [block.text for block in parsed.blocks][1:] == ["Author: Ann Lee", "Date: 2026-03-01", "Room: 4", "Ask."]


def test_wrapped_lines_are_joined_and_marks_dropped() -> None:
    source = "Ask *early*, with ``form 7``\nfrom the `office <http://x.example>`_.\n"
    assert told(source) == ["Ask early, with form 7 from the office."]


def test_items_of_lists_are_paragraphs_with_their_numbers() -> None:
    source = "3. Fill in.\n\n   - in ink\n\n4. Sign.\n\n   Twice.\n\n#. Send.\n"
    assert told(source) == ["3. Fill in.", "in ink", "4. Sign.", "Twice.", "5. Send."]


def test_letters_number_a_list_too() -> None:
    assert told("a. Fill in.\nb. Sign.\n") == ["a. Fill in.", "b. Sign."]


def test_a_definition_carries_its_term() -> None:
    assert told("leave\n  Days off.\n\n  Paid.\n") == ["leave: Days off.", "Paid."]


def test_a_field_and_an_option_carry_their_names() -> None:
    assert told("Text.\n\n:Room: 4\n\n-v  more words\n")[1:] == ["Room: 4", "-v: more words"]


@pytest.mark.parametrize(
    "table",
    [
        "+---------+-------+\n| Office  | Opens |\n+=========+=======+\n| Harbour | nine  |\n+---------+-------+\n",
        "======= =====\nOffice  Opens\n======= =====\nHarbour nine\n======= =====\n",
        ".. list-table::\n   :header-rows: 1\n\n   * - Office\n     - Opens\n   * - Harbour\n     - nine\n",
        '.. csv-table::\n   :header: "Office", "Opens"\n\n   "Harbour", "nine"\n',
    ],
)
def test_a_row_of_a_table_carries_its_header(table: str) -> None:
    assert told(table, "row") == ["Office: Harbour; Opens: nine"]


def test_a_broken_table_is_kept_as_it_stands() -> None:
    broken = "== ==\na  b\nharbour office\n== ==\n"
    assert "harbour" in " ".join(block.text for block in read(broken).blocks)


def test_preformatted_text_keeps_its_lines() -> None:
    assert told("::\n\n  qa index\n  qa ask\n\n| first\n| second\n") == ["qa index\nqa ask", "first\nsecond"]


def test_admonitions_and_footnotes_are_text() -> None:
    source = ".. note:: Ask early.\n\n.. admonition:: Beware\n\n   Of dogs.\n\nSee [1]_.\n\n.. [1] The rules.\n"
    assert told(source) == ["Ask early.", "Beware", "Of dogs.", "See [1].", "[1] The rules."]


def test_comments_are_left_out() -> None:
    assert told(".. not for readers\n\nAsk.\n") == ["Ask."]


def test_substitutions_are_made() -> None:
    assert told(".. |who| replace:: the clerk\n\nAsk |who| and |nobody|.\n") == ["Ask the clerk and |nobody|."]


# Sphinx


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (":ref:`the rules <rules>`", "the rules"),
        (":doc:`leave`", "leave"),
        (":py:func:`~os.path.join`", "join"),
        (":any:`!plain`", "plain"),
        ("`words`:unknown:", "words"),
    ],
)
def test_the_text_of_an_unknown_role_is_kept(role: str, shown: str) -> None:
    assert told(f"See {role} first.\n") == [f"See {shown} first."]


def test_the_text_of_an_unknown_directive_is_kept() -> None:
    source = ".. versionadded:: 1.2\n   Ask early.\n\n.. card:: Sick days\n   :width: 4\n\n   Call, see :ref:`x <y>`.\n"
    assert told(source) == ["versionadded 1.2", "Ask early.", "Sick days", "Call, see x."]


def test_an_unknown_directive_inside_another_is_read() -> None:
    assert told(".. tabs::\n\n   .. tab:: Harbour\n\n      Opens at nine.\n") == ["Harbour", "Opens at nine."]


def test_instructions_to_the_program_are_furniture() -> None:
    source = ".. toctree::\n   :maxdepth: 2\n\n   leave\n   travel\n\n.. automodule:: harbour\n\nAsk.\n"
    assert told(source) == ["Ask."]
    assert "leave\ntravel" in "\n".join(told(source, "furniture"))


# Safety


@pytest.mark.parametrize(
    "directive",
    [
        ".. include:: {}",
        ".. literalinclude:: {}",
        ".. csv-table:: Secrets\n   :file: {}",
        ".. raw:: html\n   :file: {}",
        ".. include:: {}\n   :literal:",
    ],
)
def test_no_other_file_is_read(directive: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the code is 1234\n")
    parsed = read(f"Ask.\n\n{directive.format(secret)}\n")
    assert "1234" not in " ".join(block.text for block in parsed.blocks)
    assert parsed.notes and parsed.notes[0].startswith("what it takes from elsewhere was not read")


def test_raw_pages_are_read_for_their_text() -> None:
    assert told(".. raw:: html\n\n   <p>Ask <b>early</b>.</p><script>x()</script>\n") == ["Ask early."]


def test_the_day_of_reading_is_not_written_into_the_text() -> None:
    assert told(".. |today| date::\n\nAs of |today|.\n\n.. date::\n") == ["As of |today|."]


def test_substitutions_of_substitutions_end() -> None:
    lines = [".. |a0| replace:: word"]
    lines += [f".. |a{depth}| replace:: {f'|a{depth - 1}| ' * 10}" for depth in range(1, 7)]
    start = time.monotonic()
    try:
        read("\n".join([*lines, "", "Ask |a8|.", ""]))
    except CorpusError as error:
        assert str(error)
    assert time.monotonic() - start < 10


def test_a_line_too_long_to_be_read_is_told() -> None:
    with pytest.raises(CorpusError, match="line of more than"):
        read("Ask.\n\n" + "x" * 50_001)


def test_quotes_nested_too_deeply_are_read_or_refused() -> None:
    source = "\n\n".join(" " * depth + f"level {depth}" for depth in range(600))
    try:
        assert read(source).blocks
    except CorpusError as error:
        assert "nested" in str(error)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_messy_text_is_read_or_refused(text: str) -> None:
    try:
        read(text.encode("utf-8", "replace").decode())
    except CorpusError as error:
        assert str(error)
