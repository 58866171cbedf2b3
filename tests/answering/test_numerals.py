"""Numbers are read in digits and in words, with the interval that their wording leaves."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.numerals import numerals


def values(text: str) -> list[float]:
    return [number.bounds[0] for number in numerals(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("1,400,000", 1_400_000),
        ("1.5 million", 1_500_000),
        ("5m", 5_000_000),
        ("2.5 bn", 2_500_000_000),
        ("three", 3),
        ("twenty-six", 26),
        ("one hundred and five", 105),
        ("two thousand five hundred", 2_500),
        ("three million", 3_000_000),
    ],
)
def test_a_number_has_one_value_however_it_is_written(text: str, value: float) -> None:
    assert values(f"There are {text} of them.") == [value]


@pytest.mark.parametrize(
    "text", ["hundreds", "million people", "COVID-19", "9:40", "3/4", "§4", "12.2019.1", "the 3rd", "someone", "B2"]
)
def test_what_is_no_number_of_things_is_none(text: str) -> None:
    assert values(f"This is {text}") == []


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("exactly 30", (30, 30)),
        ("more than 30", (30, inf)),
        ("at least 30", (30, inf)),
        ("Over 30", (30, inf)),
        ("exceeding the 30", (30, inf)),
        ("no less than 30", (30, inf)),
        ("not fewer than 30", (30, inf)),
        ("less than 30", (-inf, 30)),
        ("30 or more", (30, inf)),
        ("30+", (30, inf)),
        ("no more than 30", (-inf, 30)),
        ("up to 30", (-inf, 30)),
        ("within 30", (-inf, 30)),
        ("as many as 30", (-inf, 30)),
        ("about 30", (27, 33)),
        ("some 30", (27, 33)),
        ("it is over. 30", (30, 30)),
    ],
)
def test_the_words_around_a_number_bound_it(text: str, bounds: tuple[float, float]) -> None:
    (number,) = numerals(text)
    assert number.bounds == pytest.approx(bounds)


@pytest.mark.parametrize(
    ("text", "measure"),
    [("45 per cent", "%"), ("45%", "%"), ("$45", "dollar"), ("US$ 45", "dollar"), ("€1.8 million", "euro"), ("45", "")],
)
def test_percent_and_currency_stand_with_the_number(text: str, measure: str) -> None:
    assert [number.measure for number in numerals(f"It was {text}.")] == [measure]


@given(st.integers(0, 10**12 - 1))
def test_digits_are_read_with_and_without_separators(value: int) -> None:
    assert values(f"There are {value} of them, or {value:,}.") == [value, value]


@given(st.text(st.sampled_from("0123456789.,%$ -thousandwentyfiv") | st.characters(), max_size=60))
def test_every_number_stands_in_its_text_one_behind_the_other(text: str) -> None:
    last = 0
    for number in numerals(text):
        assert last <= number.start < number.end <= len(text)
        assert number.bounds[0] <= number.bounds[1]
        last = number.end
