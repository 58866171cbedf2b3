import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.followup import LONGEST_CHAIN, LONGEST_TOKENS, leans_on_history, prepare
from qa.indexing.tokens import tokenize
from qa.types import Turn

LIFTS = "Who repairs the lifts in Harbour House?"


def asked(text):
    return Turn("user", text)


def said(text):
    return Turn("assistant", text)


def test_every_word_of_a_first_question_weighs_one():
    query = prepare(LIFTS)

    assert query.terms == {"repair": 1.0, "lift": 1.0, "harbour": 1.0, "hous": 1.0}
    assert query.dense_texts == ((LIFTS, 1.0),)
    assert query.carried == ()


def test_a_word_that_stands_twice_weighs_two():
    assert prepare("Lift by lift, storey by storey: which lift?").terms == {"lift": 3.0, "storey": 2.0}


def test_words_taken_over_weigh_half_and_are_listed_in_their_order():
    query = prepare("And when were they inspected?", [asked(LIFTS), said("Meridian does.")])

    assert query.terms == {"inspect": 1.0, "repair": 0.5, "lift": 0.5, "harbour": 0.5, "hous": 0.5}
    assert query.carried == ("repairs", "lifts", "Harbour", "House")


def test_a_follow_up_is_searched_half_alone_and_half_after_what_it_follows():
    query = prepare("And when were they inspected?", [asked(LIFTS), said("Meridian does.")])

    assert query.dense_texts == (
        ("And when were they inspected?", 0.5),
        (f"{LIFTS} And when were they inspected?", 0.5),
    )


def test_the_text_of_the_question_stays_as_it_was_asked():
    assert prepare("And then?", [asked(LIFTS)]).text == "And then?"


def test_a_word_that_the_question_says_itself_is_not_taken_over():
    query = prepare("And who repairs those in Mill Street?", [asked(LIFTS)])

    assert query.terms == {"repair": 1.0, "mill": 1.0, "street": 1.0, "lift": 0.5, "harbour": 0.5, "hous": 0.5}
    assert query.carried == ("lifts", "Harbour", "House")


def test_a_word_that_two_earlier_questions_share_is_taken_over_once():
    query = prepare("Why?", [asked(LIFTS), asked("And are the lifts there old?")])

    assert query.terms["lift"] == 0.5
    assert query.carried.count("lifts") == 1


def test_pointing_words_are_not_taken_over():
    query = prepare("Why?", [asked("Is that one the same as the others in Harbour House?")])

    assert query.carried == ("Harbour", "House")


@pytest.mark.parametrize(
    "question",
    [
        "What does the canteen in Mill Street charge for lunch?",
        "How many days of leave does a new member of staff get?",
        "Budget of Harbour House",
    ],
)
def test_a_question_that_stands_by_itself_takes_nothing_over(question):
    assert prepare(question, [asked(LIFTS), said("Meridian does.")]) == prepare(question)


def test_a_chain_of_follow_ups_reaches_back_to_the_subject():
    dialogue = [asked(LIFTS), said("Meridian."), asked("When were they inspected?"), said("In May.")]

    query = prepare("And by whom?", dialogue)

    assert query.carried == ("repairs", "lifts", "Harbour", "House", "inspected")


def test_a_chain_ends_at_the_question_that_stands_by_itself():
    dialogue = [
        asked("Which bank keeps the pension fund of the harbour pilots?"),
        asked(LIFTS),
        asked("When were they inspected?"),
    ]

    assert "pension" not in prepare("And by whom?", dialogue).carried


def test_a_chain_is_followed_back_a_limited_number_of_questions():
    subjects = ["alder", "birch", "cedar", "damson", "elder", "fir"]
    dialogue = [asked(f"And {tree}?") for tree in subjects]

    assert prepare("And then?", dialogue).carried == tuple(subjects[-LONGEST_CHAIN:])


def test_what_the_assistant_said_is_not_taken_over():
    query = prepare("And when?", [asked(LIFTS), said("Meridian looks after them, at Quayside.")])

    assert not {"meridian", "quaysid"} & set(query.terms)
    assert all("Meridian" not in text for text, _ in query.dense_texts)


def test_a_follow_up_without_anything_before_it_is_searched_as_it_stands():
    assert prepare("And when?", [said("Good morning."), asked("  ")]) == prepare("And when?")


@pytest.mark.parametrize(
    ("word", "token"),
    [("U.S.", "us"), ("1,500", "1500"), ("F16", "f16"), ("विद्यालय", "विद्यालय"), ("O’Hara", "o'hara")],
)
def test_a_word_is_taken_over_as_the_index_cuts_it(word, token):
    query = prepare("And why?", [asked(f"Which report on {word} was withdrawn?")])

    assert tokenize(word) == [token]
    assert query.terms[token] == 0.5


def test_only_the_beginning_of_a_very_long_question_is_searched():
    query = prepare(" ".join(f"word{number}" for number in range(5_000)))

    assert len(query.terms) == LONGEST_TOKENS
    assert "word0" in query.terms
    assert f"word{LONGEST_TOKENS}" not in query.terms


@pytest.mark.parametrize(
    "question",
    ["And in Mill Street?", "When was it built?", "Who else?", "How much?", "what about leave in August", "Why not?"],
)
def test_a_question_that_points_back_or_names_nothing_leans_on_the_dialogue(question):
    assert leans_on_history(question)


@pytest.mark.parametrize(
    "question", [LIFTS, "Who founded Meridian?", "opening hours of the reading room", "What happened in 2019?"]
)
def test_a_question_that_names_its_subject_does_not_lean_on_the_dialogue(question):
    assert not leans_on_history(question)


@given(
    question=st.text(max_size=60), earlier=st.lists(st.sampled_from([LIFTS, "And why?", "Is it new?", ""]), max_size=4)
)
@settings(max_examples=100, deadline=None)
def test_own_words_outweigh_carried_ones_whatever_is_asked(question, earlier):
    query = prepare(question, [asked(text) for text in earlier])

    own = set(tokenize(question))
    assert all(query.terms[token] >= 1.0 for token in own)
    assert all(weight == 0.5 for token, weight in query.terms.items() if token not in own)
    assert sum(weight for _, weight in query.dense_texts) == 1.0
