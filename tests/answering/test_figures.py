"""A figure is a number with what it counts or measures; figures are comparable where these are the same."""

import pytest

from qa.answering.figures import Figure, agree, comparable, qualifiers
from qa.answering.statements import statements_in


def figures(text: str) -> list[Figure]:
    return [figure for statement in statements_in(text) for figure in statement.figures]


def figure(text: str) -> Figure:
    (found,) = figures(text)
    return found


@pytest.mark.parametrize(
    ("text", "said", "run", "measure"),
    [
        ("It holds 27 days of leave.", "27 days", ("day",), "day"),
        ("It holds 27 other days of leave.", "27 other days", ("day",), "day"),
        ("It holds 2,500 former harbour wardens of Leeds.", "2,500 former harbour wardens", None, ""),
        ("It cost $50 a head.", "$50", None, "dollar"),
        ("Candidates: more than 150", "150", ("candid",), ""),
        ("The flood killed 166 people.", "166 people", ("peopl",), "killed"),
        ("The flood left 166 injured.", "166 injured", ("injur",), "wounded"),
        ("Of the pupils 45 per cent passed.", "45 per cent passed", ("pass",), "%"),
    ],
)
def test_a_number_says_what_it_counts(text: str, said: str, run: tuple[str, ...] | None, measure: str) -> None:
    found = figure(text)
    assert text[found.start : found.end] == said
    assert found.measure == measure
    assert run is None or found.run == run


def test_one_counts_only_where_a_unit_follows() -> None:
    assert figures("One of them left, and the other one stayed.") == []
    assert figure("They stayed one week.").measure == "week"


def test_how_often_belongs_to_the_figure() -> None:
    assert figure("Leave accrues 2 days per month.").rate == {"month"}
    assert figure("Leave accrues 2 days a head.").rate == frozenset()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Staff get 27 days of annual leave.", "Employees get 30 days of annual leave.", True),
        ("Staff get 27 days of annual leave.", "Employees get 30 hours of annual leave.", False),
        ("Staff get 2 days of leave per month.", "Staff get 5 days of leave per week.", False),
        ("Staff get 27 days of annual leave a year.", "Staff get 30 days of annual leave.", True),
        ("The flood killed 166 people.", "In the floods 170 died.", True),
        ("The flood killed 166 people.", "The flood injured 170 people.", False),
        ("The union has 12 ships.", "The union has 15 wardens.", False),
        ("It takes 5 days to repair the northern gate.", "The ferry runs 3 days in winter.", False),
    ],
)
def test_figures_of_the_same_measure_among_like_words_are_comparable(first: str, second: str, expected: bool) -> None:
    assert comparable(figure(first), figure(second), False) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("killed 166 people", "killed more than 160 people", True),
        ("has 1.5 million members", "has 1,483,000 members", True),
        ("has 1.5 million members", "has 1.8 million members", False),
        ("has 30 members", "has 28 members", False),
        ("within 14 days", "within 30 days", False),
        ("at least 7 killed", "at least 9 killed", True),
    ],
)
def test_figures_agree_where_both_may_be_the_same_number(first: str, second: str, expected: bool) -> None:
    assert agree(figure(first), figure(second)) == agree(figure(second), figure(first)) == expected


def test_qualifiers_stand_between_a_number_and_what_it_counts() -> None:
    assert qualifiers(("annual", "leav", "day"), {"day"}) == {"annual", "leav"}
    assert qualifiers(("day",), {"day"}) == frozenset()
    assert qualifiers(("annual", "leav"), {"week"}) == frozenset()
