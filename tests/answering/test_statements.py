"""A sentence taken apart: numbers and dates apart from its words, dates hold for the sentences behind them."""

import pytest

from qa.answering.statements import Statement, statements_in, topic


def statement(text: str) -> Statement:
    (found,) = statements_in(text)
    return found


def test_numbers_dates_and_labels_are_no_words() -> None:
    found = statement("Under Section 7 the 3 wardens of Leeds closed the gate on 4 May 2019.")
    assert found.words == {"warden", "leed", "close", "gate"}
    assert found.labels == {"section 7"}
    assert found.names == {"leed"}
    assert [(date.year, date.month, date.day) for date in found.dates] == [(2019, 5, 4)]
    assert [figure.run for figure in found.figures] == [("warden",)]


@pytest.mark.parametrize("label", ["section 7", "grade B", "step 2", "GS 15", "rule 4.2"])
def test_a_name_that_holds_a_number_is_a_label_and_no_figure(label: str) -> None:
    found = statement(f"The wardens follow {label} today")
    assert found.labels == {label.casefold()}
    assert not found.figures


def test_words_are_qualified_by_those_right_before_them() -> None:
    found = statement("Annual leave and sick-leave of staff members, paid late")
    assert found.qualified["leav"] == {"annual", "sick"}
    assert "member" not in found.qualified


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("They may not go.", 1),
        ("They don't go and never will.", 2),
        ("They can’t go; they cannot.", 2),
        ("They no longer go.", 1),
        ("Another note on knots.", 0),
    ],
)
def test_negations_are_found_with_where_they_end(text: str, count: int) -> None:
    found = statement(text)
    assert len(found.negations) == count
    assert all(text[end - 1].isalpha() and not text[end].isalpha() for end in found.negations)


def test_a_date_holds_for_the_sentences_behind_it() -> None:
    first, second, third = statements_in("It opened on 3 May 2015. It has two gates. It closed in 2018.")
    assert second.dates == ()
    assert second.time == first.dates == first.time
    assert third.time == third.dates != first.dates


def test_a_topic_is_the_words_and_names_of_the_whole_quote_and_its_subject() -> None:
    found = topic("The wardens of Leeds met. They paid their fees.", "Harbour rules › Fees")
    assert found.words == {"warden", "leed", "met", "paid", "fee"}
    assert found.names == {"leed"}
    assert found.subject == {"harbour", "rule", "fee"}
    assert found.labels == frozenset()


def test_labels_of_a_heading_are_those_of_whom_it_is_for_not_of_where_it_stands() -> None:
    assert topic("They met.", "Chapter 3 › Section 2 › Grade 7").labels == {"grade 7"}


def test_whose_for_whom_and_when_are_found() -> None:
    found = statement("This year the harbour's gate was closed for visitors.")
    assert found.periods == {"this year"}
    assert found.possessives == {"harbour"}
    assert found.beneficiaries == {"visitor"}


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("The gate of the harbour was closed by wardens.", {"gate", "harbour"}),
        ("The wardens closed the gate.", {"warden"}),
        ("The gate.", set()),
    ],
)
def test_the_subject_stands_before_the_verb(text: str, subject: set[str]) -> None:
    assert statement(text).before_verb({"close"}) == subject
