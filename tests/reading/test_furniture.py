import pytest

from qa.reading.furniture import (
    is_damaged_copy,
    is_furniture,
    printed_title,
    running_headers,
    source_list_start,
)


@pytest.mark.parametrize(
    "line",
    [
        "https://intranet.example/leave?id=7",
        "www.example.org/a www.example.org/b",
        "(https://intranet.example/leave)",
        "https://intranet.example/leave 3/12",
        "clerk@harbour.example",
        "Page 4 of 7",
        "4/7",
        "p. 12",
        "– 12 –",
        "12/30/25, 9:41 AM Leave rules",
        "30.12.2025, 09:41",
    ],
)
def test_addresses_page_numbers_and_print_headers_are_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Write to clerk@harbour.example before noon.",
        "See https://intranet.example/leave for the form.",
        "1,500 forms",
        "2024",
        "Page 4 explains the form.",
        "4 of the 7 offices",
        "",
    ],
)
def test_text_with_an_address_or_a_number_in_it_is_no_furniture(line: str) -> None:
    assert not is_furniture(line)


def test_a_closing_list_of_sources_starts_at_the_space_before_its_bracket() -> None:
    text = "The office moved. (Sources: Harbour Gazette, Daily Tide)"
    assert text[: source_list_start(text)] == "The office moved."


@pytest.mark.parametrize(
    "ending",
    [
        "(Source: Harbour Gazette)",
        "( sources : Harbour Gazette).",
        "(Sources: Harbour Gazette (evening edition), Daily Tide)",
        "(Sources: Harbour Gazette, Daily Tide",
    ],
)
def test_a_list_may_be_single_dotted_nested_or_unclosed(ending: str) -> None:
    assert source_list_start(f"The office moved. {ending}") == len("The office moved.")


def test_a_source_in_the_middle_of_a_paragraph_is_no_closing_list() -> None:
    text = "(Source: Harbour Gazette) and more text."
    assert source_list_start(text) == len(text)


def test_the_last_of_two_brackets_is_the_list() -> None:
    text = "It moved (Source: Gazette) in May. (Source: Daily Tide)"
    assert text[: source_list_start(text)] == "It moved (Source: Gazette) in May."


@pytest.mark.parametrize("text", ["Source: Harbour Gazette.", "Sources: Gazette; Tide", "References: see below"])
def test_a_paragraph_of_sources_alone_has_no_body(text: str) -> None:
    assert source_list_start(text) == 0


@pytest.mark.parametrize("text", ["Sources close to the office say so.", "The source: a spring.", "Source:"])
def test_a_sentence_about_sources_is_no_list(text: str) -> None:
    assert source_list_start(text) == len(text)


def test_a_line_that_returns_with_another_number_is_a_running_header() -> None:
    lines = ["Harbour rules 1", "Boats moor here.", "Harbour rules 2", "Bring papers.", "Harbour rules 3", "Pay."]
    assert running_headers(lines) == {"Harbour rules 1", "Harbour rules 2", "Harbour rules 3"}


def test_a_line_that_comes_twice_or_holds_no_number_is_no_running_header() -> None:
    assert running_headers(["Rules 1", "Rules 2", "Not applicable", "Not applicable", "Not applicable"]) == set()


def test_list_items_that_differ_by_their_numbers_are_no_running_headers() -> None:
    assert running_headers(["1. Berth 1", "2. Berth 2", "3. Berth 3"]) == set()


def test_a_browsers_print_header_names_the_title() -> None:
    assert printed_title(["", "12/30/25, 9:41 AM Leave rules", "Text."]) == "Leave rules"
    assert printed_title(["Text."]) == ""


WHOLE = "formidable harbour master, a stern man of sixty,"


def test_a_line_with_letters_missing_is_a_worn_copy_of_the_next() -> None:
    assert is_damaged_copy("f mid bl h rb ur m st r, a st rn m n", WHOLE)


@pytest.mark.parametrize(
    "line",
    [
        "fmd hr ms",  # 8 letters: too few to say
        "the keeper of the lighthouse wrote to him",  # its letters stand in no such order
        WHOLE + " and of good health, who kept the books",  # longer than the line it is held against
    ],
)
def test_another_line_is_no_worn_copy(line: str) -> None:
    assert not is_damaged_copy(line, WHOLE)
