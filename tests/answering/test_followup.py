import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.followup import (
    CARRIED_WEIGHT,
    FOLLOWS_FROM,
    LONGEST_TOKENS,
    Signs,
    leans_on_history,
    prepare,
    probability,
)
from qa.answering.subject import MOST_WORDS, subject_words
from qa.indexing.tokens import tokenize
from qa.types import Turn

LIFTS = "Who repairs the lifts in Harbour House?"
MERIDIAN = "Meridian Engineering repairs the lifts of Harbour House and is paid by the quarter."
TREES = ("alder", "birch", "cedar", "damson", "elder", "fir", "gorse", "hazel", "ivy", "juniper", "larch", "maple")


def asked(text):
    return Turn("user", text)


def said(text):
    return Turn("assistant", text)


TALK = (asked(LIFTS), said(MERIDIAN))


@pytest.fixture(scope="module")
def index(build):
    files = {
        "lifts.md": f"# Lifts\n\n{MERIDIAN}\n\nThe lifts in Harbour House were inspected in May, and the next "
        "inspection is due in November.",
        "canteen.md": "# Canteen\n\nLunch in the canteen of Mill Street costs 4 pounds, soup 2 pounds.\n\n"
        "The canteen was inspected by the health office in March.",
        "leave.md": "# Leave\n\nA new member of staff gets 25 days of annual leave.\n\nParental leave is inspected and "
        "approved by the personnel office.",
        "pensions.md": "# Pensions\n\nThe pension fund of the harbour pilots is kept by Calder Bank.",
    }
    opened = build(files).open().index
    yield opened
    opened.close()


def test_every_word_of_a_first_question_weighs_one():
    query = prepare(LIFTS)

    assert query.terms == {"repair": 1.0, "lift": 1.0, "harbour": 1.0, "hous": 1.0}
    assert query.dense_texts == ((LIFTS, 1.0),)
    assert query.carried == ()


def test_a_word_that_stands_twice_weighs_two():
    assert prepare("Lift by lift, storey by storey: which lift?").terms == {"lift": 3.0, "storey": 2.0}


def test_only_the_beginning_of_a_very_long_question_is_searched():
    query = prepare(" ".join(f"word{number}" for number in range(5_000)))

    assert len(query.terms) == LONGEST_TOKENS
    assert "word0" in query.terms
    assert f"word{LONGEST_TOKENS}" not in query.terms


def test_a_follow_up_takes_over_the_words_of_the_question_and_of_its_answer(index):
    query = prepare("And when were they inspected?", TALK, index=index)

    assert {"lifts", "Harbour", "Meridian"} <= set(query.carried)
    assert query.terms["inspect"] == 1.0
    assert query.terms["lift"] == query.terms["meridian"] == CARRIED_WEIGHT


def test_what_is_searched_is_the_question_and_the_words_that_are_shown(index):
    question = "And when were they inspected?"
    query = prepare(question, TALK, index=index)

    # One index token of the two that a question needs to count fully by itself.
    assert query.dense_texts == ((question, 0.25), (" ".join([*query.carried, question]), 0.75))
    assert query.text == question


def test_a_question_of_pointing_words_alone_is_searched_by_what_it_takes_over(index):
    query = prepare("And when was that?", TALK, index=index)

    assert query.dense_texts == ((" ".join([*query.carried, "And when was that?"]), 1.0),)


def test_a_question_with_a_word_that_no_document_holds_stands_by_itself_unless_it_leans_on_the_dialogue(index):
    assert prepare("Please explain how to bake sourdough baguettes", TALK, index=index).carried == ()
    assert prepare("And when were they refurbished?", TALK, index=index).carried


def test_a_follow_up_finds_the_passage_on_its_subject(build):
    assistant = build(
        {
            "lifts.md": f"{MERIDIAN}\n\nThe lifts in Harbour House were inspected in May.",
            "canteen.md": "The canteen was inspected in March by the health office.",
        }
    ).open()
    query = prepare("And when were they inspected?", TALK, index=assistant.index)
    vector = assistant.index.encoder.encode_queries([query.dense_texts[1][0]])[0]

    best = max(assistant.index.candidates(query.terms, vector, 5), key=lambda found: found.lexical_score)

    assert "inspected in May" in assistant.index.chunks([best.row])[0].text


@pytest.mark.parametrize(
    "question",
    [
        "What does lunch in the canteen of Mill Street cost?",
        "How many days of annual leave does a new member of staff get?",
        "Which bank keeps the pension fund of the harbour pilots?",
    ],
)
def test_a_question_that_changes_the_subject_takes_nothing_over(index, question):
    assert prepare(question, TALK, index=index) == prepare(question)


def test_a_bare_answer_takes_over_what_the_assistant_asked(index):
    query = prepare("Yes.", [asked("I need some help."), said("Do you ask about parental leave?")], index=index)

    assert set(query.carried) == {"parental", "leave"}


def test_a_word_that_the_question_says_itself_is_not_taken_over(index):
    query = prepare("And who repairs those of the pilots?", TALK, index=index)

    assert "repairs" not in query.carried
    assert query.terms["repair"] == 1.0


def test_a_word_that_no_document_holds_is_not_taken_over(index):
    query = prepare("And when?", [asked("Do the lifts of Harbour House zzyzx?")], index=index)

    assert "lifts" in query.carried
    assert "zzyzx" not in query.carried


def test_removed_words_are_left_out_with_all_their_tokens(index):
    query = prepare("And when were they inspected?", TALK, ["Meridian", "Harbour House"], index=index)

    assert "lifts" in query.carried
    assert {"meridian", "harbour", "hous"}.isdisjoint(query.terms)
    assert not re.search("Meridian|Harbour|House", " ".join(text for text, _ in query.dense_texts))


def test_no_other_word_steps_in_for_a_removed_one(index):
    question = "And when were they inspected?"
    whole = prepare(question, TALK, index=index).carried

    assert prepare(question, TALK, whole[:1], index=index).carried == whole[1:]


def test_a_question_whose_carried_words_are_all_removed_is_asked_without_history(index):
    question = "And when were they inspected?"

    assert prepare(question, TALK, prepare(question, TALK, index=index).carried, index=index) == prepare(question)


def test_a_word_is_removed_from_the_question_by_nobody(index):
    assert prepare(LIFTS, TALK, ["lifts"], index=index).terms["lift"] == 1.0


def test_a_follow_up_without_a_question_before_it_is_searched_as_it_stands(index):
    assert prepare("And when?", [said("Good morning, here are the lifts.")], index=index) == prepare("And when?")


def test_without_an_index_the_wording_decides():
    assert prepare("And when?", TALK).carried
    assert prepare("What does the canteen in Mill Street charge for lunch?", TALK).carried == ()


def test_telling_words_come_first_and_few_are_taken():
    rarity = {token: 1.0 + place for place, tree in enumerate(TREES) for token in tokenize(tree)}

    words = subject_words([asked(" ".join(TREES))], lambda token: rarity.get(token, 99.0))

    assert tuple(word.text for word in words) == TREES[::-1][:MOST_WORDS]


def test_words_said_long_ago_count_less_than_those_just_said():
    words = subject_words([asked("alder"), asked("birch"), asked("cedar")], lambda token: 1.0 if token else 2.0)

    assert [word.text for word in words] == ["cedar", "birch", "alder"]


def test_a_word_that_question_and_answer_share_comes_before_the_others():
    words = subject_words([asked("alder and birch"), said("cedar, birch")], lambda token: 1.0 if token else 2.0)

    assert words[0].text == "birch"


def test_a_long_reply_does_not_bury_the_question():
    reply = " ".join(f"word{number}" for number in range(60))

    words = subject_words([asked("alder and birch"), said(reply)], lambda token: 1.0 if token else 2.0)

    assert {"alder", "birch"} == {word.text for word in words[:2]}


def test_a_bare_number_is_no_subject():
    words = subject_words([asked("Did 371,000 soldiers guard it in 2018?")], lambda token: 1.0 if token else 9.0)

    assert {word.text for word in words} == {"soldiers", "guard"}


def test_pointing_words_and_small_talk_are_no_subject():
    words = subject_words([asked("Hello, I don't know that one, please help: the others?")], lambda token: 1.0)

    assert words == ()


@pytest.mark.parametrize(
    ("word", "token"),
    [("U.S.", "us"), ("F16", "f16"), ("विद्यालय", "विद्यालय"), ("O’Hara", "o'hara")],
)
def test_a_word_is_taken_over_as_the_index_cuts_it(word, token):
    query = prepare("And why?", [asked(f"Which report on {word} was withdrawn?")])

    assert tokenize(word) == [token]
    assert query.terms[token] == CARRIED_WEIGHT


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


def test_the_same_question_goes_on_near_the_passages_of_the_dialogue_and_changes_the_subject_far_from_them():
    near, far = Signs(False, 4, 0.65, 0.05), Signs(False, 4, 0.65, 0.35)

    assert probability(near) >= FOLLOWS_FROM > probability(far)


@given(distance=st.floats(0, 1), cosine=st.floats(-1, 1), tokens=st.integers(0, 30))
def test_a_pointing_word_never_speaks_for_another_subject(distance, cosine, tokens):
    assert probability(Signs(True, tokens, cosine, distance)) >= probability(Signs(False, tokens, cosine, distance))


@given(
    question=st.text(max_size=60) | st.sampled_from(["And when were they inspected?", "Why?", "Is it?"]),
    earlier=st.lists(st.sampled_from([LIFTS, MERIDIAN, "And why?", "Is TTP-led Île-de-France new?", ""]), max_size=4),
    dropped=st.lists(st.sampled_from(["lifts", "Harbour", "TTP-led", "Meridian Engineering", ""]), max_size=3),
)
@settings(max_examples=100, deadline=None)
def test_every_term_comes_from_the_question_or_from_a_word_that_is_shown(index, question, earlier, dropped):
    history = [asked(text) if place % 2 == 0 else said(text) for place, text in enumerate(earlier)]
    for searched in (index, None):
        query = prepare(question, history, dropped, index=searched)

        own = set(tokenize(question))
        carried = {token for word in query.carried for token in tokenize(word)}
        assert set(query.terms) == own | carried
        assert all(query.terms[token] >= 1.0 for token in own)
        assert all(query.terms[token] == CARRIED_WEIGHT for token in carried - own)
        assert carried.isdisjoint(token for word in dropped for token in tokenize(word))
        assert len(query.carried) <= MOST_WORDS
        assert sum(weight for _, weight in query.dense_texts) == 1.0
