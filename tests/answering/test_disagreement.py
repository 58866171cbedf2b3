"""Quotes that differ by a number, a date or a negation are named together; quotes about two things are not."""

import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.disagreement import Source, differences
from qa.types import Difference


def sources(*texts: str, subject: str = "", dates: tuple[str, ...] = ()) -> list[Source]:
    return [Source(f"{place}.md", text, subject, dates[place] if dates else "") for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        (
            "Employees get 27 days of annual leave.",
            "Staff are entitled to 30 days of annual leave a year.",
            ("27 days", "30 days"),
        ),
        (
            "The bomb in Lahore on 3 May 2015 left 2 killed, 5 wounded.",
            "Three people were killed by the bomb in Lahore in May 2015.",
            ("2 killed", "Three people"),
        ),
        ("Parental leave lasts 12 weeks.", "Parental leave lasts twenty-six weeks.", ("12 weeks", "twenty-six weeks")),
        (
            "The budget of the agency was 1.5 million euros in 2020.",
            "In 2020 the budget of the agency was €1.8 million.",
            ("1.5 million euros", "€1.8 million"),
        ),
        (
            "The union has 1,400,000 members.",
            "The union has 1.9 million members.",
            ("1,400,000 members", "1.9 million members"),
        ),
        (
            "In 2019, 45 per cent of pupils passed the mathematics exam.",
            "Of all pupils, 52% passed the mathematics exam in 2019.",
            ("45 per cent", "52%"),
        ),
        (
            "An appeal must be filed within 30 days of the decision.",
            "Appeals must be filed within 14 days of the decision.",
            ("30 days", "14 days"),
        ),
        (
            "Gifts worth more than $50 must be declared to the ethics officer.",
            "Gifts worth more than $100 must be declared to the ethics officer.",
            ("$50", "$100"),
        ),
        (
            "Operation: Clean Harbour; Start: February 2017; Ships: 12 ships searched",
            "Operation Clean Harbour began in February 2017 and searched 15 ships.",
            ("12 ships", "15 ships"),
        ),
    ],
)
def test_the_same_thing_with_another_number_is_a_difference(first: str, second: str, values: tuple[str, str]) -> None:
    (found,) = differences(sources(first, second))
    assert (found.kind, found.places) == ("number", (0, 1))
    assert all(said.startswith(value) for said, value in zip(found.values, values, strict=True))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Employees get 27 days of annual leave.", "Employees get 10 days of sick leave."),
        ("The northern team runs three camps in Kunar.", "The southern team runs eight camps in Nangarhar."),
        ("Acme runs three shops in Leeds.", "Bolt runs eight shops in York."),
        ("The programme cost 3 million dollars in 2019.", "The programme cost 5 million dollars in 2020."),
        ("Grade 7 staff receive a bonus of 5 per cent.", "Grade 8 staff receive a bonus of 6 per cent."),
        ("Full-time employees receive 16 weeks of paid leave.", "Part-time employees receive 8 weeks of paid leave."),
        ("The notice period is three months for managers.", "The notice period is one month for trainees."),
        ("Parental leave accrues 2 days per month.", "Parental leave accrues 24 hours per month."),
        ("Employees earn 2 days of leave per month.", "Employees earn 5 days of leave per quarter."),
        ("Step 2 takes 5 days.", "Step 3 takes 10 days."),
        ("The office employs 120 people, 40 of them in Leeds.", "The office employs 40 people in Leeds."),
        ("The flood in Leeds killed 166 people.", "The flood in Leeds wounded 200 people."),
    ],
)
def test_numbers_of_two_things_are_none(first: str, second: str) -> None:
    assert differences(sources(first, second)) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The flood in Leeds killed 166 people.", "The flood in Leeds killed more than 160 people."),
        ("The flood in Leeds killed at least 143 people.", "The flood in Leeds killed 160 people or more."),
        ("The union has 1.5 million members.", "The union has 1,483,000 members."),
        ("The union has about 30 members.", "The union has 28 members."),
        ("Parental leave lasts 12 weeks.", "Parental leave lasts twelve weeks."),
        ("The union has one hundred and five members.", "The union has 105 members."),
    ],
)
def test_numbers_of_which_one_is_only_more_exact_agree(first: str, second: str) -> None:
    assert differences(sources(first, second)) == ()


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        (
            "President Musharraf banned LeJ on 14 August 2001.",
            "LeJ was banned in 2002.",
            ("14 August 2001", "2002"),
        ),
        (
            "The annual report is due on 31 March.",
            "The annual report is due by April 15.",
            ("31 March", "April 15"),
        ),
        ("Acme was founded in 1998 by two engineers.", "Acme was founded in 1999 in Leeds.", ("1998", "1999")),
    ],
)
def test_two_dates_of_what_happens_once_are_a_difference(first: str, second: str, values: tuple[str, str]) -> None:
    assert differences(sources(first, second)) == (Difference("date", (0, 1), values),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("LeJ was banned on 14 August 2001.", "LeJ was banned in August 2001."),
        ("LeJ was banned on 14 August 2001.", "LeJ was banned on 2001-08-14."),
        ("LeJ was banned on 14/08/2001.", "LeJ was banned on August 14, 2001."),
        ("The Anti-Terrorism Act was passed in 1997.", "The Anti-Terrorism Act was amended in 2014."),
        ("The Anti-Terrorism Act was signed in 1997.", "The amendment of the Anti-Terrorism Act was signed in 2014."),
        ("Parliamentary elections were held in 2013.", "Parliamentary elections were held in 2018."),
        ("The bridge was built in 1998.", "The tower was built in 1999."),
    ],
)
def test_dates_that_may_be_one_or_belong_to_two_events_are_none(first: str, second: str) -> None:
    assert differences(sources(first, second)) == ()


def test_what_one_allows_and_the_other_denies_is_a_difference_of_the_whole_sentences() -> None:
    allowed = "Employees may carry over unused annual leave to the next year."
    denied = "Employees may not carry over unused annual leave to the next year."
    assert differences(sources(allowed, denied)) == (Difference("negation", (0, 1), (allowed, denied)),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Employees may carry over leave with approval.", "Employees may not carry over leave without approval."),
        ("Smoking is permitted on the terrace.", "Smoking is not permitted in the offices."),
        ("Visitors may not bring dogs.", "Visitors must not bring dogs."),
    ],
)
def test_a_denial_of_something_else_or_under_another_condition_is_none(first: str, second: str) -> None:
    assert differences(sources(first, second)) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Passwords must have 12 characters.", "Passwords for administrators must have 16 characters."),
        ("Staff may carry over leave.", "Staff may not carry over sick leave."),
        ("You must keep records for 6 years.", "You must keep tax records for 7 years."),
        ("Visitors may not park in the yard.", "Visitors may park in the yard on Sundays."),
        ("Requests are answered within 5 working days.", "Urgent requests are answered within 2 working days."),
        ("The daily dose of aspirin is 20 mg.", "The daily dose of ibuprofen is 10 mg."),
        ("The dose for adults is 20 mg.", "The dose for children is 10 mg."),
        ("The company was founded in 1990.", "The company's Berlin office was founded in 2001."),
        ("The company was founded in 1990.", "They founded the company's office in 2001."),
        ("The report on water was published in 2020.", "The report on air was published in 2021."),
        ("The term begins on 3 May.", "The winter term begins on 5 November."),
        ("The rule takes effect on 3 May.", "The rule takes effect on 5 June for managers."),
        ("Last year 12 staff left.", "This year 20 staff left."),
        ("In the office 12 staff work.", "This year 20 staff work in the office."),
        ("In the morning the ward has 4 nurses.", "At night the ward has 2 nurses."),
        ("Applicants need 3 letters.", "Applicants to the doctoral programme need 2 letters."),
        ("The bombing of the market killed 12 people.", "The bombing of the mosque killed 30 people."),
    ],
)
def test_a_qualifier_that_only_one_has_makes_it_another_thing(first: str, second: str) -> None:
    assert differences(sources(first, second)) == differences(sources(second, first)) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Passwords must have 12 characters.", "Passwords must have 16 characters."),
        ("Staff may not work from home.", "Staff may work from home."),
        ("The term begins on 3 May.", "The term begins on 5 June."),
    ],
)
@pytest.mark.parametrize(
    ("subject", "other", "differ"),
    [
        ("Policy", "Policy", True),
        ("Policy", "Revised handbook 2023, version 2 › Section 3", True),
        ("Policy", "Policy › For administrators", False),
        ("Policy for administrators", "Policy", False),
        ("Policy for administrators", "Handbook for administrators", True),
        ("Grade 7 staff", "Grade 8 staff", False),
    ],
)
def test_a_title_or_heading_that_only_one_has_makes_it_another_thing(
    first: str, second: str, subject: str, other: str, *, differ: bool
) -> None:
    assert bool(differences([Source("a", first, subject), Source("b", second, other)])) is differ


def test_titles_that_tell_only_the_kind_of_document_hide_no_difference() -> None:
    policy = Source("a", "Employees get 27 days of annual leave.", "Leave policy")
    circular = Source("b", "Employees get 30 days of annual leave.", "Leave circular 2025")
    (found,) = differences([policy, circular])
    assert [value[:7] for value in found.values] == ["27 days", "30 days"]


def test_all_quotes_that_differ_on_one_thing_are_one_difference_newest_document_first() -> None:
    said = [f"Employees get {days} days of annual leave." for days in (27, 30, 30, 28)]
    found = differences(sources(*said, dates=("2019", "2023-05", "", "2019-04")))
    assert found == (Difference("number", (1, 3, 0, 2), ("30 days", "28 days", "27 days", "30 days")),)


def test_a_date_at_the_head_of_a_quote_holds_for_its_later_sentences() -> None:
    quotes = (
        "A bomber struck a rally in Quetta on 13 July 2018. He killed 149 people at the rally in Quetta.",
        "On 7 May 2013 a bomber struck a rally in Quetta. He killed 20 people at the rally in Quetta.",
    )
    assert differences(sources(*quotes)) == ()


def test_quotes_of_one_document_are_not_held_against_each_other() -> None:
    first, second = sources("Employees get 27 days of annual leave.", "Employees get 30 days of annual leave.")
    assert differences([first, second])
    assert not differences([first, Source(first.document_id, second.text, second.subject)])


def test_a_replaced_document_and_its_successor_are_no_second_time_marked() -> None:
    old = Source("2019.md", "Employees get 27 days of annual leave.", "", replaced_by="2023.md")
    new = Source("2023.md", "Employees get 30 days of annual leave.", "")
    assert differences([old, new]) == differences([new, old]) == ()


def test_no_quotes_and_empty_quotes_have_no_differences() -> None:
    assert differences([]) == ()
    assert differences(sources("", " ", "27", "30")) == ()


_TEXTS = st.lists(
    st.text(st.sampled_from("27 30%$,.;:()'-\nnottwodaysofleaveinMarch 2019") | st.characters(), max_size=80)
    | st.sampled_from(
        [
            "Employees get 27 days of annual leave.",
            "Employees get 30 days of annual leave.",
            "Employees do not get annual leave.",
            "Annual leave ended in 2019.",
            "Annual leave ended on 1 March 2020.",
        ]
    ),
    max_size=6,
)


@given(_TEXTS)
def test_every_value_stands_in_its_quote_and_a_difference_names_several_quotes(texts: list[str]) -> None:
    for found in differences(sources(*texts)):
        assert len(set(found.places)) == len(found.places) == len(found.values) >= 2
        assert all(value in texts[place] for place, value in zip(found.places, found.values, strict=True))


@given(_TEXTS)
def test_a_quote_never_differs_from_the_same_words_elsewhere(texts: list[str]) -> None:
    for text in texts:
        assert differences(sources(text, text)) == ()


def test_the_order_of_the_quotes_does_not_matter() -> None:
    quotes = sources(*(f"Employees get {days} days of annual leave." for days in (27, 30, 28)))
    for order in permutations(quotes):
        (found,) = differences(order)
        assert {order[place].document_id: value for place, value in zip(found.places, found.values, strict=True)} == {
            "0.md": "27 days",
            "1.md": "30 days",
            "2.md": "28 days",
        }


def test_five_quotes_take_a_few_milliseconds_at_most() -> None:
    quotes = sources(
        *(
            f"On {day} May 2015 a bomber struck a market in Lahore. At least {day + 9} people were killed and "
            f"{day * 3} wounded, the police said, among them 4 children; the market had been shut for two weeks."
            for day in range(1, 6)
        )
    )
    differences(quotes)
    spent = []
    for _ in range(5):
        start = time.thread_time()
        differences(quotes)
        spent.append(time.thread_time() - start)
    # About 1 ms where all are alike; where no two quotes are, .1 ms.
    assert min(spent) < 0.02
