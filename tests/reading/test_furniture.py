import pytest

from qa.reading.furniture import (
    SHORTEST_PAGE,
    is_damaged_copy,
    is_furniture,
    printed_title,
    running_headers,
    set_aside,
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


@pytest.mark.parametrize(
    "text", ["Source: Harbour Gazette.", "Sources: Gazette; Tide", "Source: Gazette, section on fees, p. 3."]
)
def test_a_paragraph_of_sources_alone_has_no_body(text: str) -> None:
    assert source_list_start(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Sources close to the office say so.",
        "The source: a spring.",
        "Source:",
        "Sources: see the lists. The deadline for the application is 1 May.",
        "Source: the spring, which every visitor must pass before leaving.",
        "It rises here (source: where the river begins (in the hills). The deadline is 1 May.",
    ],
)
def test_a_sentence_about_sources_is_no_list(text: str) -> None:
    assert source_list_start(text) == len(text)


def pages(header: str, lines_each: int) -> list[str]:
    return [
        line for n in (1, 2, 3) for line in [header.format(n), *(f"Boats moor {n} {i}." for i in range(lines_each))]
    ]


def test_a_line_that_returns_page_after_page_with_another_number_is_a_running_header() -> None:
    assert running_headers(pages("Harbour rules {}", SHORTEST_PAGE)) == {0, 11, 22}


@pytest.mark.parametrize("header", ["Chapter {}", "Room {} costs 10 dollars.", "{}. Berth", "Rules"])
def test_chapters_sentences_items_and_lines_without_a_number_are_no_running_headers(header: str) -> None:
    assert running_headers(pages(header, SHORTEST_PAGE)) == set()


def test_lines_closer_than_a_page_are_running_headers_only_at_the_edges_of_pages() -> None:
    lines = pages("Employee {} has leave", 2)
    assert running_headers(lines) == set()
    assert running_headers(lines, edges=[0, 2, 3, 5, 6, 8]) == {0, 3, 6}


def test_a_browsers_print_header_names_the_title_when_it_returns_or_an_address_follows() -> None:
    header = "12/30/25, 9:41 AM Leave rules"
    assert printed_title([header, "Text.", header]) == "Leave rules"
    assert printed_title([header, "https://intranet.example/leave", "Text."]) == "Leave rules"
    assert printed_title([header, "Text."]) == ""


def test_dated_minutes_are_no_print_headers() -> None:
    assert (
        set_aside(["12/05/2024 14:30 The allowance rises to 300 euros.", "12/05/2024 15:10 They went home."]) == set()
    )


def test_a_single_address_stays_unless_it_cuts_a_sentence() -> None:
    assert set_aside(["Report fraud at once:", "fraud@harbour.example", "Be brief."]) == set()
    assert set_aside(["The fee is due when the", "https://harbour.example/2", "boat is moored."]) == {1}


def test_nothing_is_set_aside_where_nothing_would_be_left() -> None:
    assert set_aside(["https://harbour.example/1", "https://harbour.example/2"]) == set()


WHOLE = "formidable harbour master, a stern man of sixty,"


def test_a_line_with_letters_missing_is_a_worn_copy_of_the_next() -> None:
    assert is_damaged_copy("f mid bl h rb ur m st r, a st rn m n", WHOLE)


@pytest.mark.parametrize(
    "line",
    [
        "fmd hr ms",  # 8 letters: too few to say
        "the keeper of the lighthouse wrote to him",  # its letters stand in no such order
        "Formidable harbour master",  # whole words of it: a heading
        WHOLE + " and of good health, who kept the books",  # longer than the line it is held against
    ],
)
def test_another_line_is_no_worn_copy(line: str) -> None:
    assert not is_damaged_copy(line, WHOLE)
