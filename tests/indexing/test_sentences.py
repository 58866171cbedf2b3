import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messy_files import TEXTS
from qa.indexing.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_a_full_stop_question_mark_or_exclamation_mark_ends_a_sentence() -> None:
    assert sentences("It opens. Who knows? Go! It closes") == ["It opens.", "Who knows?", "Go!", "It closes"]


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Ann Doe met Dr. Roe and Lt. Col. Poe.",
        "Pay Rs. 500 by Jan. 5 at No. 7, see Fig. 3 and pp. 4 ff.",
        "J. R. Roe wrote to the U.S. Department of Boats.",
        "Some fees, e.g. Harbour dues, rose by 3.5 per cent.",
        "The firm Roe, Poe et al. Sons sells approx. 1,500 nets.",
    ],
)
def test_abbreviations_initials_and_decimals_end_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "first, second",
    [
        ("He lives in the U.S.", "The group left."),
        ("It closes at 5 p.m.", "After that, ring."),
        ("It was sold to Roe Inc.", "The firm grew."),
        ("They wrote to Roe, Poe etc.", "He answered."),
        ("It is an area of 3.5.", "Larger ones exist."),
    ],
)
def test_an_abbreviation_ends_a_sentence_before_a_word_that_starts_one(first: str, second: str) -> None:
    assert sentences(f"{first} {second}") == [first, second]


def test_the_number_of_a_list_item_is_no_sentence() -> None:
    assert sentences("3. Sign the form. Send it.") == ["3. Sign the form.", "Send it."]
    assert sentences("2.1. Sign the form. Send it.") == ["2.1. Sign the form.", "Send it."]


def test_a_year_ends_a_sentence() -> None:
    assert sentences("It opened in 2014. Boats came.") == ["It opened in 2014.", "Boats came."]


@pytest.mark.parametrize("closing", ['."', ".”", ".’", ".)", ".»", "?”)", "!]"])
def test_closing_marks_belong_to_the_sentence_they_close(closing: str) -> None:
    assert sentences(f"“(It is over{closing} Boats came.") == [f"“(It is over{closing}", "Boats came."]


@pytest.mark.parametrize(
    "text", ["“Stop!” he said.", "“Why?” she asked.", "He waited... and left.", "He waited… and left."]
)
def test_a_sentence_that_goes_on_in_lower_case_has_not_ended(text: str) -> None:
    assert sentences(text) == [text]


def test_an_ellipsis_before_a_capital_ends_a_sentence() -> None:
    assert sentences("He waited... Boats came. He left… Boats went.") == [
        "He waited...",
        "Boats came.",
        "He left…",
        "Boats went.",
    ]


def test_urdu_hindi_and_chinese_stops_end_sentences() -> None:
    assert sentences("یہ پہلا ہے۔ یہ دوسرا ہے۔") == ["یہ پہلا ہے۔", "یہ دوسرا ہے۔"]
    assert sentences("کیا یہ ہے؟ ہاں۔") == ["کیا یہ ہے؟", "ہاں۔"]
    assert sentences("यह पहला है। यह दूसरा है॥ अंत") == ["यह पहला है।", "यह दूसरा है॥", "अंत"]
    assert sentences("学校。规则！对") == ["学校。", "规则！", "对"]


def test_a_line_break_of_preformatted_text_ends_a_sentence() -> None:
    assert sentences("qa index\nqa ask\n\nqa serve") == ["qa index", "qa ask", "qa serve"]


def test_text_without_any_stop_is_one_sentence() -> None:
    assert sentences("Office: Harbour; Opens: 9 a.m.") == ["Office: Harbour; Opens: 9 a.m."]


def test_white_space_alone_holds_no_sentence() -> None:
    assert split_sentences(" \n\t ") == []
    assert split_sentences("") == []


@settings(max_examples=200, deadline=None)
@given(TEXTS | st.text(st.sampled_from('aA.!?… \n"”)(1۔।。'), max_size=60))
def test_sentences_hold_every_character_once_and_no_white_space_around(text: str) -> None:
    spans = split_sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert [position for span in spans for position in span] == sorted(position for span in spans for position in span)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert not any("\n" in text[start:end] for start, end in spans)
