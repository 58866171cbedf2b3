import pytest

from documents import kinds, outline, read, searchable, texts
from qa.reading.blocks import DUPLICATE_MINIMUM, PULL_QUOTE_DISTANCE, clean

LONG = "The harbour office opens at nine in the morning and closes at five in the afternoon."
PULLED = "opens at nine in the morning and closes at five in the"


@pytest.mark.parametrize(
    "raw, shown",
    [
        ("nine\u00a0o'clock\u202fsharp", "nine o'clock sharp"),
        ("harbour\toffice", "harbour office"),
        ("har\u00adbour", "harbour"),
        ("har\u200bbour\u2060\ufeff", "harbour"),
        ("\u202eharbour\u202c \u2067office\u2069", "harbour office"),
        ("harbour\x07office\x00\x9d", "harbour office"),
        ("harbour\t \u3000office", "harbour office"),
        ("cafe\u0301", "café"),
        ("first \r\n\r\n second\rthird", "first\nsecond\nthird"),
        ("well-known – nine—ten ‘quoted’", "well-known – nine—ten ‘quoted’"),
        ("می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"),
        (" \u00a0\u200b ", ""),
    ],
)
def test_text_is_cleaned_of_what_nobody_sees(raw: str, shown: str) -> None:
    assert clean(raw) == shown
    assert clean(shown) == shown


def test_paragraphs_are_numbered_through_the_document_without_its_headings() -> None:
    document = read("a.md", "# Leave\n\nOne.\n\n## Sick\n\nTwo.\n\n- Three.\n")
    assert [p.number for p in document.paragraphs] == [1, 2, 3]
    assert document.text == "Leave\n\nOne.\n\nSick\n\nTwo.\n\nThree."


def test_a_paragraph_carries_its_headings_outermost_first() -> None:
    document = read("a.md", "# Rules\n\n## Leave\n\n### Sick\n\nCall.\n\n## Travel\n\nAsk.\n")
    assert [p.heading for p in document.paragraphs] == ["Leave › Sick", "Travel"]


def test_the_title_is_left_out_of_the_headings_that_a_paragraph_carries() -> None:
    document = read("a.md", "# Rules\n\nObey.\n\n# Annex\n\nSee.\n")
    assert document.title == "Rules"
    assert [p.heading for p in document.paragraphs] == ["", "Annex"]


def test_a_heading_that_stands_first_is_the_title() -> None:
    assert read("folder/leave-rules.md", "## Taking leave\n\nAsk.").title == "Taking leave"


def test_a_heading_that_comes_after_text_is_not_the_title() -> None:
    assert read("folder/leave_rules-2024.md", "Ask.\n\n# Annex\n\nSee.").title == "Leave rules 2024"


def test_a_document_of_headings_alone_is_searched_by_its_headings() -> None:
    document = read("a.md", "# Rules\n\n## Leave\n\n## Travel\n")
    assert kinds(document) == [("text", "Leave"), ("text", "Travel")]
    assert outline(document) == [(1, "Rules")]


def test_a_heading_with_nothing_below_it_is_searched() -> None:
    document = read("a.md", "# Rules\n\n## The car park closes at eight\n\n## Leave\n\nAsk Ann.")
    assert kinds(document) == [("text", "The car park closes at eight"), ("text", "Ask Ann.")]
    assert outline(document) == [(1, "Rules"), (2, "Leave")]


def test_another_section_may_say_the_same_of_its_own_subject() -> None:
    same = "Credit hours are not available with this kind of schedule."
    found = kinds(read("a.md", f"# Hours\n\n## Standard\n\n{same}\n\n## Compressed\n\n{same}"))
    assert found == [("text", same), ("text", same)]


def test_rows_of_a_table_are_never_duplicates() -> None:
    rows = ["Anna Miller of the office at the old harbour,300", "Anna Miller of the office at the old harbour,3000"]
    found = kinds(read("a.csv", "\n".join(["Name,Sum", *rows, rows[0]])))
    assert [kind for kind, _ in found] == ["text", "text", "text"]


def test_a_paragraph_is_not_pulled_from_itself() -> None:
    assert kinds(read("a.md", f"...“{LONG}”...")) == [("text", f"...“{LONG}”...")]


def test_numbers_that_differ_by_their_point_are_no_repetition() -> None:
    sentences = [f"The travel allowance of the harbour staff rose by {n} percent." for n in ("1.5", "15")]
    assert [kind for kind, _ in kinds(read("a.md", "\n\n".join(sentences)))] == ["text", "text"]


def test_a_closing_list_of_sources_is_shown_but_not_searched() -> None:
    document = read("a.md", "The office moved in May. (Sources: Harbour Gazette, Daily Tide)")
    assert texts(document) == ["The office moved in May. (Sources: Harbour Gazette, Daily Tide)"]
    assert searchable(document) == "The office moved in May."


@pytest.mark.parametrize("sources", ["Source: Harbour Gazette, 3 May.", "(Sources: Harbour Gazette (evening), Tide)"])
def test_a_paragraph_of_sources_alone_is_not_searched(sources: str) -> None:
    document = read("a.md", f"The office moved.\n\n{sources}")
    assert kinds(document) == [("text", "The office moved."), ("sources", sources)]


def test_a_list_of_sources_that_is_never_closed_reaches_to_the_end() -> None:
    assert searchable(read("a.md", "It moved. (Sources: Gazette (evening), Tide")) == "It moved."


def test_a_source_that_the_sentence_goes_on_after_is_text() -> None:
    text = "(Source: Gazette) and more text."
    assert searchable(read("a.md", text)) == text


def test_a_pull_quote_after_its_paragraph_is_a_duplicate() -> None:
    assert [kind for kind, _ in kinds(read("a.md", f"{LONG}\n\nBring papers.\n\n“{PULLED}”"))] == [
        "text",
        "text",
        "duplicate",
    ]


def test_a_pull_quote_before_its_paragraph_is_a_duplicate() -> None:
    assert [kind for kind, _ in kinds(read("a.md", f"{PULLED.upper()}\n\nBring papers.\n\n{LONG}"))] == [
        "duplicate",
        "text",
        "text",
    ]


def test_what_only_a_list_of_sources_repeats_is_searched_all_the_same() -> None:
    named = "The Harbour Gazette of the third of May, evening edition"
    assert kinds(read("a.md", f"{named}\n\nSource: {named}"))[0] == ("text", named)
    assert kinds(read("a.md", f"{named}\n\nSee there. (Source: {named})"))[0] == ("text", named)


def test_paragraphs_that_differ_only_in_their_sources_are_repetitions() -> None:
    found = kinds(read("a.md", f"{LONG} (Source: Gazette)\n\n{LONG} (Source: Tide)"))
    assert [kind for kind, _ in found] == ["text", "duplicate"]


def test_a_pull_quote_stands_near_its_paragraph() -> None:
    between = "".join(f"Note {n}.\n\n" for n in range(PULL_QUOTE_DISTANCE))
    assert kinds(read("a.md", f"{LONG}\n\n{between}{PULLED}"))[-1] == ("text", PULLED)


def test_of_two_equal_paragraphs_however_far_apart_the_later_is_the_duplicate() -> None:
    between = "".join(f"Note {n}.\n\n" for n in range(3 * PULL_QUOTE_DISTANCE))
    found = kinds(read("a.md", f"{LONG}\n\n{between}{LONG}"))
    assert (found[0], found[-1]) == (("text", LONG), ("duplicate", LONG))


def test_a_short_repetition_may_well_be_meant() -> None:
    short = "Not applicable to the harbour staff"
    assert len(short) < DUPLICATE_MINIMUM
    assert [kind for kind, _ in kinds(read("a.md", f"{short}\n\nOther.\n\n{short}"))] == ["text", "text", "text"]


def test_every_duplicate_has_its_words_in_a_searched_paragraph() -> None:
    document = read("a.md", f"{PULLED}\n\n{LONG}\n\n{LONG}\n\nSee: {LONG} Daily.")
    assert PULLED in searchable(document)
    assert [kind for kind, _ in kinds(document)] == ["duplicate", "duplicate", "duplicate", "text"]
