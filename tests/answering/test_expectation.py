"""What kind of thing a question asks for, and whether a sentence holds one that the question does not name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.expectation import expectation, fulfilled


def kind(question):
    wanted = expectation(question)
    return wanted.kind if wanted else None


def held(question, text):
    return fulfilled(expectation(question), text)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many prisoners were freed?", "number"),
        ("What is the total number of boats?", "number"),
        ("How much does lunch cost?", "number"),
        ("What was the death toll of the flood?", "number"),
        ("What percentage of the staff is part-time?", "share"),
        ("Which share of the fees is refunded?", "share"),
        ("On what date was the quay opened?", "day"),
        ("When was the quay opened?", "date"),
        ("In which year did the pier burn?", "date"),
        ("Who repairs the lifts?", "name"),
        ("Where is the key kept?", "name"),
        ("Which company repairs the lifts?", "name"),
        ("Why is the gate closed?", None),
        ("What is a dredger?", None),
        ("Is the pier open?", None),
        ("", None),
    ],
)
def test_a_question_asks_for_one_kind_of_thing_or_for_any_words(question, expected):
    assert kind(question) == expected


@pytest.mark.parametrize(
    "question", ["When should I ask for leave?", "When do I need a doctor's note?", "When can I go?"]
)
def test_when_something_is_to_be_done_asks_for_a_condition_as_often_as_for_a_date(question):
    assert kind(question) is None


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("How many prisoners were freed?", "At the gate 120 prisoners were freed.", 1.0),
        ("How many prisoners were freed?", "Twelve of the prisoners were freed.", 1.0),
        (
            "How many prisoners were freed?",
            "The 14 talks went on until most of those held there as prisoners left.",
            0.5,
        ),
        ("How many prisoners were freed?", "The talks on the prisoners began in November.", 0.0),
        ("How many prisoners were freed?", "The prisoners were freed in 2019.", 0.0),
        ("How much does lunch cost?", "Lunch costs 4 crowns.", 1.0),
        ("What percentage of the staff is part-time?", "Some 40% of them are.", 1.0),
        ("What percentage of the staff is part-time?", "A third of them are.", 1.0),
        ("What percentage of the staff is part-time?", "There are 40 of them.", 1.0),
        ("What percentage of the staff is part-time?", "There are 40 clerks.", 0.0),
        ("When was the quay opened?", "It was opened in 1987.", 1.0),
        ("When was the quay opened?", "It was opened in May.", 1.0),
        ("When was the quay opened?", "It may be opened again.", 0.0),
        ("What day was the quay opened?", "It was opened on 3 May.", 1.0),
        ("What day was the quay opened?", "It was opened on May 3rd, 1987.", 1.0),
        ("What day was the quay opened?", "It was opened in May 1987.", 0.0),
        ("Who repairs the lifts?", "The lifts are repaired by Meridian.", 1.0),
        ("Who repairs the lifts?", "The lifts are repaired at night.", 0.0),
    ],
)
def test_a_sentence_holds_such_a_thing_or_one_of_something_else_perhaps_or_none(question, text, share):
    assert held(question, text) == share


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the rule of 2019 changed?", "The rule of 2019 was changed."),
        ("Who heads Harbour House?", "Harbour House is headed well."),
        ("How many of the 12 boats left?", "Of the 12 boats most left."),
    ],
)
def test_what_the_question_names_itself_is_no_answer(question, text):
    assert held(question, text) == 0.0


@given(
    st.sampled_from(["How many boats left?", "When did it open?", "Who left?", "What date was it?", "What % is it?"])
)
def test_a_question_does_not_answer_itself(question):
    assert held(question, question) == 0.0


@given(question=st.text(max_size=60), text=st.text(max_size=80))
def test_any_words_can_be_held_against_any_question(question, text):
    wanted = expectation(question)

    assert wanted is None or fulfilled(wanted, text) in (0.0, 0.5, 1.0)
