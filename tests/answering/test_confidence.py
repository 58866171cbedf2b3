import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.confidence import DEFAULT, FEATURES, FILE, Calibration, features, load, outcome, probability, save
from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS, Evidence
from qa.errors import IndexDamagedError

COSINES = ("cosine", "late", "weakest", "sentence cosine")
SEEN = st.fixed_dictionaries({name: st.floats(-1 if name in COSINES else 0, 1) for name in FEATURES})
OWN = replace(DEFAULT, intercept=-1.5, answered_from=0.7, questions=40, fitted_on="questions.jsonl", encoder="abc")


def evidence(sentences, **passage):
    """Return evidence with these cosines of its sentences, all other signals of which are .9."""
    rows = [[cosine if name == "cosine" else 0.9 for name in SENTENCE_SIGNALS] for cosine in sentences]
    return Evidence(np.array([passage.get(name, 0.0) for name in PASSAGE_SIGNALS]), np.array(rows))


def test_the_features_are_the_passages_signals_and_what_its_quote_says():
    found = evidence([0.1, 0.6], bm25=0.8, cosine=0.5, coverage=1.0, late=0.4, weakest=0.2)

    assert features(found, 1, "How many prisoners were freed?", "14 days on, most prisoners were freed.") == {
        "cosine": 0.5,
        "coverage": 1.0,
        "late": 0.4,
        "weakest": 0.2,
        "sentence cosine": 0.6,
        "lacking": 0.0,
        "undenied": 0.0,
    }


@pytest.mark.parametrize(
    ("question", "quoted", "lacking"),
    [
        ("How many prisoners were freed?", "The talks on the prisoners began in November.", 1.0),
        ("What is the code of room XK4472?", "The code of room XK4471 hangs at the reception.", 1.0),
        ("What is the code of room XK4471?", "The code of room XK4471 hangs at the reception.", 0.0),
        ("What was built in the 19th century?", "The mill was built then.", 0.0),
        ("How many prisoners were freed?", "The 14 talks went on for long until most of those prisoners left.", 0.5),
        ("How many prisoners were freed?", "In the end 120 prisoners were freed.", 0.0),
        ("Why were the prisoners freed?", "The talks on the prisoners began in November.", 0.0),
    ],
)
def test_a_number_is_lacking_where_one_is_asked_for_and_the_quote_holds_none(question, quoted, lacking):
    assert features(evidence([0.5]), 0, question, quoted)["lacking"] == lacking


@pytest.mark.parametrize(
    ("question", "quoted", "undenied"),
    [
        ("Which staff are not entitled to leave?", "All staff are entitled to leave.", 1.0),
        ("Which staff are not entitled to leave?", "Trainees are not entitled to leave.", 0.0),
        ("Which staff are entitled to leave?", "All staff are entitled to leave.", 0.0),
        ("Which staff are entitled to leave?", "Trainees are not entitled to leave.", 0.0),
    ],
)
def test_a_denial_that_is_asked_for_is_missed_in_a_quote_that_denies_nothing(question, quoted, undenied):
    assert features(evidence([0.5]), 0, question, quoted)["undenied"] == undenied


def test_the_calibration_weighs_every_feature_and_no_other():
    assert set(DEFAULT.weights) == set(FEATURES)


def test_a_probability_follows_from_the_weights():
    calibration = replace(DEFAULT, intercept=-2.0, weights={"cosine": 4.0, "lacking": -1.0})

    assert probability(calibration, {"cosine": 0.5, "lacking": 0.0}) == 0.5
    assert probability(calibration, {"cosine": 0.5, "lacking": 1.0}) == pytest.approx(0.2689, abs=1e-4)


@given(SEEN)
@settings(deadline=None)
def test_a_probability_lies_between_zero_and_one(seen):
    assert 0.0 < probability(DEFAULT, seen) < 1.0


@pytest.mark.parametrize(("intercept", "expected"), [(-1e6, 0.0), (-800.0, 0.0), (800.0, 1.0), (1e6, 1.0)])
def test_no_weight_is_too_large_for_a_probability(intercept, expected):
    found = probability(replace(DEFAULT, intercept=intercept), dict.fromkeys(FEATURES, 0.5))

    assert found == pytest.approx(expected)


@pytest.mark.parametrize("name", FEATURES)
@given(seen=SEEN, more=st.floats(0.01, 1))
@settings(max_examples=50, deadline=None)
def test_each_feature_counts_in_the_direction_of_its_weight(name, seen, more):
    changed = probability(DEFAULT, {**seen, name: seen[name] + more}) - probability(DEFAULT, seen)

    assert changed * DEFAULT.weights[name] > 0


def test_what_is_asked_for_and_lacking_makes_an_answer_less_probable():
    assert DEFAULT.weights["lacking"] < 0
    assert DEFAULT.weights["undenied"] < 0


def test_nothing_in_common_is_no_answer_and_everything_in_common_is_one():
    nothing = dict.fromkeys(FEATURES, 0.0)
    everything = {**dict.fromkeys(FEATURES, 1.0), "lacking": 0.0, "undenied": 0.0}

    assert outcome(DEFAULT, probability(DEFAULT, nothing)) == "nothing"
    assert outcome(DEFAULT, probability(DEFAULT, everything)) == "answered"


@pytest.mark.parametrize("calibration", [DEFAULT, OWN], ids=["the product's", "the organisation's"])
@pytest.mark.parametrize(
    ("border", "beside", "expected"),
    [
        ("answered_from", 0.0, "answered"),
        ("answered_from", -1e-9, "related"),
        ("related_from", 0.0, "related"),
        ("related_from", -1e-9, "nothing"),
    ],
)
def test_the_outcome_follows_from_the_confidence_at_its_borders(calibration, border, beside, expected):
    assert outcome(calibration, getattr(calibration, border) + beside) == expected


def test_the_borders_of_the_scale_are_an_answer_and_nothing():
    assert (outcome(DEFAULT, 1.0), outcome(DEFAULT, 0.0)) == ("answered", "nothing")


def test_a_calibration_is_read_as_it_was_saved(tmp_path):
    path = save(OWN, tmp_path)

    assert load(tmp_path, "abc") == OWN
    assert [file.name for file in tmp_path.iterdir()] == [path.name] == [FILE]


@given(
    intercept=st.floats(-20, 20), weights=st.lists(st.floats(-20, 20), min_size=len(FEATURES), max_size=len(FEATURES))
)
@settings(max_examples=30, deadline=None)
def test_every_figure_survives_saving(tmp_path_factory, intercept, weights):
    folder = tmp_path_factory.mktemp("calibration")
    calibration = replace(OWN, intercept=intercept, weights=dict(zip(FEATURES, weights, strict=True)))
    save(calibration, folder)

    assert load(folder, "abc") == calibration


@pytest.mark.parametrize(
    "fields",
    [
        {"related_from": 0.0, "answered_from": 0.0},
        {"related_from": 1, "answered_from": 1, "target_precision": 1},
        {"questions": 0, "fitted_on": "", "intercept": -1000},
    ],
)
def test_values_at_the_border_of_what_is_possible_are_read(tmp_path, fields):
    save(replace(OWN, **fields), tmp_path)

    assert load(tmp_path, "abc") == replace(OWN, **fields)


def test_an_index_without_a_calibration_has_the_products_own(tmp_path):
    assert load(tmp_path, "whatever") is DEFAULT


@pytest.mark.parametrize("encoder", ["", "abd"])
def test_a_calibration_of_another_encoder_is_refused(tmp_path, encoder):
    save(OWN, tmp_path)

    with pytest.raises(IndexDamagedError, match="was fitted with another model: run `qa calibrate` again, or delete"):
        load(tmp_path, encoder)


def changed(**fields: object) -> bytes:
    known = {name: getattr(OWN, name) for name in Calibration.__slots__}
    return json.dumps({**known, **fields}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[1, 2]",
        b"{}",
        changed(colour="green"),
        changed(weights={"cosine": 1.0}),
        changed(weights=None),
        changed(weights=list(FEATURES)),
        changed(weights=dict.fromkeys(FEATURES, "much")),
        changed(intercept="low"),
        changed(intercept=float("nan")),
        changed(answered_from=None),
        changed(related_from="0.2"),
        b"[" * 100_000,
        b'{"weights": ' * 100_000,
        changed(intercept=10**400),
        changed(intercept=1e999),
        changed(intercept=1000.5),
        changed(intercept=True),
        changed(weights=dict.fromkeys(FEATURES, -1e300)),
        changed(weights=dict.fromkeys(FEATURES, 10**400)),
        changed(weights={name: [1.0] for name in FEATURES}),
        changed(answered_from=1.01),
        changed(related_from=-0.01),
        changed(answered_from=0.2, related_from=0.3),
        changed(target_precision=0),
        changed(target_precision=1.5),
        changed(target_precision=None),
        changed(questions=-1),
        changed(questions=40.5),
        changed(questions=True),
        changed(fitted_on=None),
        changed(encoder=["abc"]),
        changed(**{"two\nlines": 1}),
        changed(weights={"two\nlines": 1}),
        b'{"intercept": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_damaged_calibration_is_refused_in_one_sentence(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(IndexDamagedError) as refused:
        load(tmp_path, "abc")

    message = str(refused.value)
    assert message.startswith(f"The calibration {tmp_path / FILE} cannot be used (")
    assert message.endswith("): run `qa calibrate` again, or delete the file.")
    assert "\n" not in message
