"""Which words of a passage are quoted: the sentence that answers, the next one, and the other things of a list."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.expectation import expectation
from qa.answering.quote import (
    EXPECTED_SHARE,
    FURTHER_SHARE,
    LONGEST_WORDS,
    MOST_FURTHER,
    asks_for_several,
    choose,
    further,
    quote,
)
from qa.types import Chunk, Paragraph, Sentence

BEFORE = 7
"""Where the chunk begins in its document."""


def passage(*texts, body_end=None):
    """Return a chunk of sentences, these, and the one paragraph that it stands in; without `body_end` all is body."""
    text, sentences = " ".join(texts), []
    place = BEFORE
    for sentence in texts:
        sentences.append(Sentence(place, place + len(sentence)))
        place += len(sentence) + 1
    end = BEFORE + len(text)
    paragraph = Paragraph("a.md", 1, BEFORE, end, body_end or end, None, "", "text")
    return Chunk("a.md", BEFORE, end, text, "", (1,)), sentences, paragraph


def quoted(texts, best, body_end=None):
    chunk, sentences, paragraph = passage(*texts, body_end=body_end)
    return quote(chunk, sentences, best, paragraph, 0.3)


def others(texts, scores, best, several=False):
    chunk, sentences, paragraph = passage(*texts)
    found = quote(chunk, sentences, best, paragraph, scores[best])
    return list(further(chunk, sentences, np.array(scores), found, several))


def test_the_sentence_that_scores_highest_is_quoted():
    assert choose(np.array([0.1, 0.3, 0.2]), ["One.", "Two.", "Three."], None) == 1


def test_the_first_of_sentences_that_score_alike_is_quoted():
    assert choose(np.array([0.3, 0.3]), ["One.", "Two."], None) == 0


@pytest.mark.parametrize(("behind", "chosen"), [(EXPECTED_SHARE - 0.001, 1), (EXPECTED_SHARE + 0.001, 0)])
def test_a_sentence_that_holds_what_is_asked_for_may_score_a_little_less(behind, chosen):
    texts = ["The talks on the prisoners began.", "At last 120 prisoners were freed."]
    wanted = expectation("How many prisoners were freed?")

    assert choose(np.array([0.2, 0.2 - behind]), texts, wanted) == chosen


def test_a_number_of_something_else_counts_for_half_of_that():
    texts = ["The talks began.", "They lasted 14 days, which was a long time for everybody among those prisoners."]
    wanted = expectation("How many prisoners were freed?")

    assert choose(np.array([0.2, 0.2 - EXPECTED_SHARE / 2 + 0.001]), texts, wanted) == 1
    assert choose(np.array([0.2, 0.2 - EXPECTED_SHARE / 2 - 0.001]), texts, wanted) == 0


def test_the_next_sentence_is_taken_along():
    found = quoted(["The quay is old.", "It was rebuilt in 1987.", "It has cranes."], best=0)

    assert found.text == "The quay is old. It was rebuilt in 1987."
    assert (found.start, found.end) == (BEFORE, BEFORE + len(found.text))
    assert (found.paragraph.number, found.score, found.more) == (1, 0.3, ())


@pytest.mark.parametrize(("words", "sentences"), [(LONGEST_WORDS - 3, 2), (LONGEST_WORDS - 2, 1)])
def test_both_have_at_most_sixty_words(words, sentences):
    following = " ".join(["word"] * words) + "."

    assert quoted(["Old it is.", following], best=0).text.count(".") == sentences


def test_the_last_sentence_stands_alone():
    assert quoted(["The quay is old.", "It was rebuilt."], best=1).text == "It was rebuilt."


def test_what_follows_the_body_of_a_paragraph_is_not_taken_along():
    body_end = BEFORE + len("The quay is old.")

    assert quoted(["The quay is old.", "Sources: Gazette."], best=0, body_end=body_end).text == "The quay is old."


@pytest.mark.parametrize(
    "question",
    [
        "Which documents do I need?",
        "What are the steps?",
        "What steps must I take?",
        "List the fees.",
        "Please name the groups in the north",
        "Who were the founders?",
        "How can I apply?",
        "Who else was there?",
        "Which three groups are banned?",
    ],
)
def test_a_question_may_ask_for_several_things(question):
    assert asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who repairs the lifts?",
        "What is the address of the office?",
        "What process applies?",
        "What was the status of the talks?",
        "When does the ferry leave?",
        "The list of fees",
        "",
    ],
)
def test_most_questions_ask_for_one(question):
    assert not asks_for_several(question)


def test_what_a_colon_announces_is_quoted_too():
    texts = ["We close on:", *(f"{'long ' * LONGEST_WORDS}day {number}." for number in range(12))]

    assert others(texts, [0.3] + [0.0] * 12, best=0) == list(range(1, 1 + MOST_FURTHER))


def test_after_a_full_stop_nothing_more_is_quoted_for_a_question_about_one_thing():
    assert others(["One.", "Two.", "Three."], [0.3, 0.3, 0.3], best=0) == []


def test_for_several_things_what_scores_nearly_as_well_is_quoted_in_order_of_the_text():
    scores = [0.3 * FURTHER_SHARE, 0.3, 0.0, 0.3 * FURTHER_SHARE - 0.001, 0.29]

    # The second sentence is the best, and takes the third along.
    assert others(["One.", "Two.", "Three.", "Four.", "Five."], scores, best=1, several=True) == [0, 4]


def test_no_more_than_eight_further_sentences_are_quoted():
    assert len(others(["One."] * 20, [0.3] * 20, best=3, several=True)) == MOST_FURTHER


WORDS = st.lists(st.sampled_from(["quay", "crane", "of", "1987"]), min_size=1, max_size=40).map(" ".join)
SENTENCES = st.lists(st.tuples(WORDS, st.sampled_from([".", ":", "!"]), st.floats(-0.3, 0.3)), min_size=1, max_size=12)


@given(SENTENCES, st.sampled_from([None, "How many cranes?", "When was it built?"]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_all_that_is_quoted_is_verbatim_and_nothing_is_quoted_twice(made, question, several):
    texts, scores = [words + end for words, end, _ in made], np.array([score for *_, score in made])
    chunk, sentences, paragraph = passage(*texts)

    best = choose(scores, texts, expectation(question) if question else None)
    first = quote(chunk, sentences, best, paragraph, float(scores[best]))
    more = list(further(chunk, sentences, scores, first, several))

    assert chunk.text[first.start - BEFORE : first.end - BEFORE] == first.text
    assert first.text.startswith(texts[best])
    assert more == sorted(set(more))
    assert len(more) <= MOST_FURTHER
    assert all(sentences[i].end <= first.start or first.end <= sentences[i].start for i in more)
