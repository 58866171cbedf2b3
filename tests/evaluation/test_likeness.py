"""Questions that ask for the same stand together; those about something else stand apart."""

import time

import numpy as np
import pytest

from qa.evaluation.likeness import AskedAlready, grouped, question_vectors

SAME = [
    ["How many days of annual leave do I get?", "how much holiday am I entitled to per year", "annual leave days"],
    ["When is the flood gate closed?", "at what water level do they shut the flood gate", "flood gate closing height"],
    ["Where can I park my car?", "staff parking where", "is there a car park for employees?"],
    ["How do I claim travel expenses?", "travel expense reimbursement procedure", "money back for a business trip"],
    ["What is the sick pay policy?", "do I get paid when I am ill", "sick leave pay"],
    ["Who do I call when my laptop is broken?", "laptop not working who to contact"],
    ["wifi password for visitors", "how can guests get on the wifi?"],
]  # fmt: skip
NAMED = [
    ["How many people were killed in the Peshawar school attack?", "death toll Peshawar army public school"],
    ["How many people were killed in the Quetta bombing?", "Quetta blast dead"],
    ["Who founded Lashkar-e-Taiba?", "founder of LeT lashkar"],
    ["Who founded Jaish-e-Mohammad?", "who started jaish e mohammed?"],
]


@pytest.fixture(scope="module")
def encoder(build):
    return build({"a.md": "# A\n\nThe flood gate is closed above nine metres.\n"}).open().index.encoder


@pytest.mark.parametrize("wanted", [SAME, NAMED], ids=["wordings", "names"])
def test_paraphrases_stand_together_and_other_subjects_apart(encoder, wanted):
    questions = [question for group in wanted for question in group]

    groups = grouped(questions, question_vectors(encoder, questions))

    assert sorted(sorted(questions[place] for place in group) for group in groups) == sorted(map(sorted, wanted))


def test_every_question_is_in_one_group(encoder):
    questions = [f"Question {number} about {number % 7}?" for number in range(40)]

    groups = grouped(questions, question_vectors(encoder, questions))

    assert sorted(place for group in groups for place in group) == list(range(40))


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_are_grouped_too(count):
    assert grouped(["Where?"] * count, np.ones((count, 4), np.float32)) == [[0]] * count


def test_a_thousand_are_grouped_within_seconds():
    vectors = np.random.default_rng(7).normal(size=(1_000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    started = time.perf_counter()

    groups = grouped([f"Where is Harbour {number}?" for number in range(1_000)], vectors)

    print(f"{len(groups)} groups in {time.perf_counter() - started:.1f} s")
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("when is the FLOOD gate closed", "set: 1"),
        ("When is the flood gate closed ?", "set: 1"),
        ("When are the flood gates closed?", "set: 1"),
        ("Who closes the flood gate?", None),
        ("When is the crane closed?", None),
        ("When were the 12 ferries built?", None),
        ("Who?", None),
    ],
)
def test_a_question_that_is_asked_already_is_known(encoder, question, place):
    known = AskedAlready(
        [("set: 1", "When is the flood gate closed?"), ("set: 2", "When were the 11 ferries built?")], encoder
    )

    assert known.place_of(question) == place
