import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.pdf.hyphenation import join_lines, known_words


def joined(*lines: str, elsewhere: str = "") -> str:
    return join_lines(lines, known_words([elsewhere, *lines]))


def test_lines_are_joined_with_a_space() -> None:
    assert joined("The harbour", "opens at nine.") == "The harbour opens at nine."


def test_a_word_divided_at_a_lines_end_is_put_together() -> None:
    assert joined("The govern-", "ment met.") == "The government met."


def test_a_word_that_the_file_has_in_one_is_put_together_though_both_halves_are_words() -> None:
    elsewhere = "They were under no cover; the tide was out. Nobody went undercover."
    assert joined("He went under-", "cover that night.", elsewhere=elsewhere) == "He went undercover that night."


def test_the_hyphen_stays_where_the_file_has_the_word_with_it_elsewhere() -> None:
    elsewhere = "The counter-militancy budget was passed."
    assert joined("The counter-", "militancy plan", elsewhere=elsewhere) == "The counter-militancy plan"


def test_the_hyphen_stays_where_the_file_has_both_halves_as_words() -> None:
    elsewhere = "Militancy grew. The counter closed."
    assert joined("The counter-", "militancy plan", elsewhere=elsewhere) == "The counter-militancy plan"


def test_a_syllable_that_is_a_short_word_by_chance_does_not_keep_the_hyphen() -> None:
    assert joined("It was an-", "other day.", elsewhere="An other way.") == "It was another day."


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Lashkar-e-", "Jhangvi", "Lashkar-e-Jhangvi"),
        ("non-", "European", "non-European"),
        ("2019-", "2020", "2019-2020"),
        ("the ISO-", "9001 norm", "the ISO-9001 norm"),
    ],
)
def test_the_hyphen_stays_before_a_capital_or_a_digit(first: str, second: str, expected: str) -> None:
    assert joined(first, second) == expected


def test_a_dash_keeps_its_space() -> None:
    assert joined("the plan -", "such as it was") == "the plan - such as it was"


def test_a_soft_hyphen_at_a_lines_end_always_goes() -> None:
    elsewhere = "The counter is open; militancy is not."
    assert joined("counter\xad", "militancy", elsewhere=elsewhere) == "countermilitancy"


def test_halves_of_divided_words_are_no_known_words() -> None:
    assert known_words(["The govern-", "ment met."]) == {"the", "met"}


@given(st.lists(st.text(st.sampled_from("abC -‐1\xad"), max_size=6), max_size=5))
def test_letters_and_digits_are_never_lost(lines: list[str]) -> None:
    text = join_lines(lines, known_words(lines))
    assert [c for c in text if c.isalnum()] == [c for line in lines for c in line if c.isalnum()]
