"""What a question asks of the documents' dates, and how little that weighs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.timeliness import (
    MOST_BONUS,
    Wish,
    bonus,
    compatible,
    dates_in,
    names_year,
    recency,
    wish,
)

NOTHING = Wish()


def parts(text: str) -> list[tuple[int, int, int]]:
    return [(date.year, date.month, date.day) for date in dates_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "14 August 2001",
        "14th of August, 2001",
        "August 14, 2001",
        "14 Aug. 2001",
        "2001-08-14",
        "14/08/2001",
        "08/14/2001",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert parts(f"It was banned on {text}.") == [(2001, 8, 14)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in August 2001", [(2001, 8, 0)]),
        ("in 2001-08", [(2001, 8, 0)]),
        ("since 2001", [(2001, 0, 0)]),
        ("by 31 March", [(0, 3, 31)]),
        ("from 14 March 2019 to 2 May 2020", [(2019, 3, 14), (2020, 5, 2)]),
        ("you may 5 times march 3 miles", []),
        ("1,990 people, $2000, 12.2019, COVID-2019, 2019-nCoV, 1999.5 and 2000%", []),
    ],
)
def test_dates_are_as_exact_as_they_are_written(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert parts(text) == expected


def test_dates_are_compared_as_exactly_as_both_are_known() -> None:
    day, month, year, other = dates_in("14 August 2001; August 2001; 2001; September 2001")
    assert compatible(day, month) and compatible(month, year) and compatible(year, other)
    assert not compatible(day, other)
    assert not compatible(month, other)


def test_dates_of_documents_sort_newest_highest_and_undated_lowest() -> None:
    rising = ["", "2018", "2018-12", "2018-12-31", "2019", "2019-04", "2019-04-01", "2019-04-02T08:00:00"]
    assert all(recency(older) < recency(newer) for older, newer in pairwise(rising))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the latest travel policy?", Wish(latest=True)),
        ("who is running the group these days", Wish(latest=True)),
        ("Is it still allowed?", Wish(latest=True)),
        ("Which rules held in March 2021?", Wish(periods=("2021-03",))),
        ("how many days of leave in the 2023 handbook", Wish(periods=("2023",))),
        ("from 2018 to 2020, how many?", Wish(periods=("2018", "2020"))),
        ("What has changed since 2020?", Wish(since="2020")),
        ("What was the latest version in 2019?", Wish(periods=("2019",))),
        ("What held before 2019?", NOTHING),
        ("Do you know how much it is?", NOTHING),
        ("May I work 2,000 hours?", NOTHING),
        ("When is it due, 31 March?", NOTHING),
        ("", NOTHING),
    ],
)
def test_a_question_asks_for_the_latest_for_a_time_or_for_neither(question: str, expected: Wish) -> None:
    assert wish(question) == expected


def test_the_latest_document_gets_a_tenth_and_every_year_of_age_halves_that() -> None:
    latest = Wish(latest=True)
    assert bonus(latest, "2023", "2023", False) == pytest.approx(0.1)
    assert bonus(latest, "2022", "2023", False) == pytest.approx(0.05)
    assert bonus(latest, "2021", "2023", False) == pytest.approx(0.025)


def test_a_document_of_the_year_asked_for_counts_unless_the_passage_names_a_year() -> None:
    asked = Wish(periods=("2021-03",))
    assert bonus(asked, "2021-03-15", "", False) == bonus(asked, "2021", "", False) == MOST_BONUS
    assert bonus(asked, "2021-04", "", False) == bonus(asked, "2022", "", False) == 0
    assert bonus(asked, "2021-03-15", "", text_names_year=names_year("The rules of 2021 hold.")) == 0


def test_since_a_year_is_weaker_than_in_a_year() -> None:
    asked = Wish(since="2020")
    assert bonus(asked, "2020-01", "", False) == bonus(asked, "2023", "", False) == 0.05
    assert bonus(asked, "2019-12", "", False) == 0


_DATES = st.dates().map(str) | st.sampled_from(["", "2019", "2019-04"])
_QUESTIONS = st.sampled_from(["What is the latest?", "In 2019?", "As of April 2019?", "Since 2018?", "How many?"])


@given(_QUESTIONS, _DATES, _DATES, st.booleans())
def test_a_date_never_weighs_more_than_a_tenth(question: str, date: str, newest: str, named: bool) -> None:
    assert 0 <= bonus(wish(question), date, newest, named) <= MOST_BONUS


@given(_DATES, _DATES, st.booleans())
def test_a_question_that_asks_for_no_time_and_a_document_without_date_get_nothing(
    date: str, newest: str, named: bool
) -> None:
    assert bonus(NOTHING, date, newest, named) == 0
    assert bonus(wish("What is the latest?"), "", newest, named) == 0


@given(st.text())
def test_any_text_is_read_and_dates_lie_in_it_one_behind_the_other(text: str) -> None:
    found = list(dates_in(text))
    assert all(0 <= date.start < date.end <= len(text) for date in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    wish(text)
