import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.repetition import fold, say_the_same
from qa.indexing.tokens import tokenize

RULE = (
    "The flood gate of the harbour is closed whenever the river stands above nine metres, and the keeper on duty rings "
    "the bell on the eastern quay twice before the gate moves, so that boats can leave the basin in time."
)


def folded(texts):
    """Group texts whose index terms are numbered as an index would number them."""
    tokens = [tokenize(text) for text in texts]
    numbers = {token: number for number, token in enumerate(sorted({t for of_text in tokens for t in of_text}))}
    return fold(texts, [[numbers[token] for token in of_text] for of_text in tokens])


def test_the_same_words_say_the_same():
    assert say_the_same(RULE, RULE.upper().replace(",", ""))


def test_words_without_substance_and_endings_make_no_difference():
    assert say_the_same(RULE, RULE.replace("boats can leave", "a boat could leave").replace("the bell", "a bell"))


def test_one_word_of_forty_makes_no_difference():
    assert say_the_same(RULE, RULE.replace("twice", "clearly"))


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("twice", "3 times"),
        ("The flood gate", "Not the flood gate"),
        ("is closed", "is not closed"),
        ("the eastern quay", "Fisher Quay"),
        ("of the harbour", "of Karachi"),
        ("nine metres", "9 metres"),
    ],
)
def test_a_number_a_name_or_a_negation_makes_one(words, others):
    assert words in RULE
    assert not say_the_same(RULE, RULE.replace(words, others))


def test_another_order_of_the_same_words_says_something_else():
    assert not say_the_same("The pilot warned the captain.", "The captain warned the pilot.")


def test_short_passages_that_differ_by_a_word_are_two():
    assert not say_the_same("The pier is closed in winter.", "The pier is closed in summer.")


def test_nothing_but_stop_words_is_alike_only_word_for_word():
    assert say_the_same("What is it?", "What is it?")
    assert not say_the_same("What is it?", "Who are they?")


def test_a_group_is_led_by_its_first_and_stands_where_that_stands():
    texts = ["First words of all.", RULE, "Other words.", RULE.replace("twice", "clearly"), "First words of all", RULE]

    assert folded(texts) == [[0, 4], [1, 3, 5], [2]]


def test_the_same_words_word_for_word_need_no_index_term():
    assert fold(["What is it?", "Who are they?", "What is it?"], [[], [], []]) == [[0, 2], [1]]


@settings(deadline=None)
@given(st.lists(st.text(max_size=30) | st.sampled_from([RULE, RULE.replace("twice", "clearly")]), max_size=12))
def test_every_text_is_in_one_group_and_alike_to_its_leader(texts):
    groups = folded(texts)

    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)
    assert all(group == sorted(group) for group in groups)
    assert all(say_the_same(texts[group[0]], texts[place]) for group in groups for place in group)
