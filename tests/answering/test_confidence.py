from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.confidence import ANSWERED_FROM, RELATED_FROM, Evidence, coverage, outcome, probability

SHARE = st.floats(0, 1)
COSINE = st.floats(-1, 1)
EVIDENCE = st.builds(Evidence, COSINE, COSINE, SHARE, SHARE)


def test_coverage_is_the_share_of_idf_that_is_found():
    assert coverage({"ban": 2.0, "lej": 6.0}, {"lej", "outlaw"}) == 6 / 8


def test_coverage_is_one_when_every_word_is_found():
    assert coverage({"ban": 2.0, "lej": 6.0}, {"ban", "lej", "outlaw"}) == 1.0


def test_coverage_is_zero_when_no_word_is_found():
    assert coverage({"ban": 2.0}, {"outlaw"}) == 0.0


def test_a_question_without_words_is_not_covered():
    assert coverage({}, {"outlaw"}) == 0.0


@given(EVIDENCE)
@settings(deadline=None)
def test_a_probability_lies_between_zero_and_one(evidence):
    assert 0.0 < probability(evidence) < 1.0


@pytest.mark.parametrize("feature", [field.name for field in fields(Evidence)])
@given(evidence=EVIDENCE, more=st.floats(0.01, 1))
@settings(max_examples=50, deadline=None)
def test_more_evidence_of_any_kind_makes_an_answer_more_probable(feature, evidence, more):
    stronger = replace(evidence, **{feature: getattr(evidence, feature) + more})

    assert probability(stronger) > probability(evidence)


def test_nothing_in_common_is_no_answer_and_everything_in_common_is_one():
    assert outcome(probability(Evidence(0.0, 0.0, 0.0, 0.0))) == "nothing"
    assert outcome(probability(Evidence(1.0, 1.0, 1.0, 1.0))) == "answered"


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        (1.0, "answered"),
        (ANSWERED_FROM, "answered"),
        (ANSWERED_FROM - 1e-9, "related"),
        (RELATED_FROM, "related"),
        (RELATED_FROM - 1e-9, "nothing"),
        (0.0, "nothing"),
    ],
)
def test_the_outcome_follows_from_the_confidence_at_its_borders(confidence, expected):
    assert outcome(confidence) == expected
