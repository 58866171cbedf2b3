import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree
from scipy.special import expit

from conftest import write_files
from qa.answering import confidence
from qa.answering.assistant import Assistant
from qa.answering.confidence import DEFAULT, FEATURES
from qa.errors import QuestionError
from qa.evaluation.calibrate import (
    Observation,
    fit,
    folds,
    held_out_confidence,
    observe,
    platt,
    refit,
)
from qa.evaluation.calibration_report import print_refit, refit_record
from qa.evaluation.curve import chart, picture
from qa.evaluation.run import Result
from qa.evaluation.selective import Point, auroc, calibration_error, curve, figures, wilson
from qa.evaluation.sets import Gold, Question
from qa.types import Answer, Query

SHARE = st.floats(0, 1)
OBSERVED = st.builds(
    Observation,
    dialogue=st.sampled_from("abcdefghij"),
    logit=st.floats(-8, 8) | st.just(float("-inf")),
    right=st.booleans(),
    answerable=st.booleans(),
)


def features(strength):
    """Return features that are all equally strong, "lacking" being a weakness."""
    return dict.fromkeys(FEATURES, strength) | {"lacking": 0.0}


def result(question_id, strength=0.5, right=True, **kept):
    """Return a result made by hand; without a strength nothing was found, `kept` overrides its question's fields."""
    question = Question(
        id=question_id,
        question="When was the quay rebuilt?",
        gold=() if kept.get("unanswerable") else (Gold("quay.md", "In 1987."),),
        unanswerable=kept.get("unanswerable", False),
        category="",
        parent_id=kept.get("parent_id"),
        answer="",
    )
    answer = Answer(
        question=question.question,
        outcome="related",
        confidence=0.123,
        quotes=(),
        hits=(),
        features={} if strength is None else features(strength),
        differences=(),
        corrections=(),
        expansions=(),
        query=Query(question.question, {}, (), ()),
        index_id="generation",
    )
    return Result(question, answer, 1 if right else None, None, True, kept.get("stale_gold", ()), 0.01)


def observations(count=200, slope=2.0, offset=-1.0, seed=0):
    """Return observations whose answers are right with the probability that this scaling of their logits gives."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1.5, count)
    right = random.random(count) < expit(slope * logits + offset)
    return [
        Observation(f"q{place}", float(logit), bool(hit), bool(hit) or place % 2 == 0)
        for place, (logit, hit) in enumerate(zip(logits, right, strict=True))
    ]


def results(count=100):
    """Return results of which the stronger are right more often; every fifth question follows the one before."""
    random = np.random.default_rng(1)
    made = []
    for place in range(count):
        strength = float(random.random())
        right = bool(random.random() < strength)
        parent_id = f"q{place - 1}" if place % 5 == 4 else None
        made.append(
            result(f"q{place}", strength, right, unanswerable=not right and place % 2 == 0, parent_id=parent_id)
        )
    return made


def fitted(of=None, precision=0.7):
    return refit(results() if of is None else of, "our.jsonl", precision, "fingerprint")


FITTED = fitted()


# What is learned


def test_the_scaling_that_made_the_answers_right_is_found_again():
    slope, offset = platt(observations(20_000))

    assert slope == pytest.approx(2.0, abs=0.1)
    assert offset == pytest.approx(-1.0, abs=0.1)


def test_the_slope_stays_positive_even_where_the_surest_answers_are_wrong():
    assert platt(observations(slope=-2.0))[0] > 0


def test_a_confidence_that_separates_right_from_wrong_is_not_scaled_to_certainty():
    separated = [Observation(str(place), place - 19.5, place >= 20, True) for place in range(40)]

    slope, offset = platt(separated)

    # With 20 wrong answers the aim is 1 / 22 = 0.045, not 0.
    assert 0.02 < np.mean([expit(slope * one.logit + offset) for one in separated[:20]]) < 0.2


@given(found=st.fixed_dictionaries(dict.fromkeys(FEATURES, SHARE)))
@hypothesis_settings(deadline=None, max_examples=50)
def test_the_calibration_says_what_the_scaling_says_and_keeps_the_order_of_answers(found):
    own = confidence.probability(DEFAULT, found)
    expected = expit(FITTED.scaling.slope * np.log(own / (1 - own)) + FITTED.scaling.offset)

    assert confidence.probability(FITTED.calibration, found) == pytest.approx(float(expected), abs=1e-9)


def test_the_calibration_says_what_it_was_fitted_on():
    calibration = FITTED.calibration

    assert (calibration.questions, calibration.fitted_on) == (100, "our.jsonl")
    assert (calibration.target_precision, calibration.encoder) == (0.7, "fingerprint")


def test_the_calibration_in_force_while_asking_does_not_matter():
    # Every answer above claims a confidence of 0.123: its features count, not what was made of them.
    (one,) = observe([result("a", 0.8)])

    assert expit(one.logit) == pytest.approx(confidence.probability(DEFAULT, features(0.8)))


def test_an_answer_is_right_if_the_documents_answer_and_the_first_passage_does():
    found = observe([result("a"), result("b", right=False), result("c", right=False, unanswerable=True)])

    assert [(one.right, one.answerable) for one in found] == [(True, True), (False, True), (False, False)]


def test_a_question_for_which_nothing_was_found_is_never_answered():
    nothing = [result(f"n{place}", None, right=False) for place in range(10)]

    done = fitted([*results(), *nothing])

    assert max(point.answered for point in done.curve) == 100
    assert done.after.answerable["nothing"] >= 10


# Cross-validation


@given(st.lists(OBSERVED, min_size=1, max_size=60))
@hypothesis_settings(deadline=None)
def test_every_question_is_in_one_fold_and_no_dialogue_in_two(observed):
    dealt = folds(observed)

    assert sorted(place for fold in dealt for place in fold) == list(range(len(observed)))
    for dialogue in {one.dialogue for one in observed}:
        assert sum(any(observed[place].dialogue == dialogue for place in fold) for fold in dealt) == 1


def test_a_follow_up_of_a_follow_up_belongs_to_the_same_dialogue():
    chain = [result("a"), result("b", parent_id="a"), result("c", parent_id="b"), result("d")]

    assert [one.dialogue for one in observe(chain)] == ["a", "a", "a", "d"]


def test_the_confidence_of_a_question_does_not_depend_on_its_own_dialogue():
    observed = observations(60)
    before = held_out_confidence(observed)
    (fold,) = (fold for fold in folds(observed) if 7 in fold)
    others = [place for place in range(60) if place not in fold]

    slope, offset = platt([observed[place] for place in others])

    assert before[7] == pytest.approx(float(expit(slope * observed[7].logit + offset)))


def test_on_many_questions_the_precision_aimed_at_holds_for_questions_not_seen():
    precision, seen, unseen = 0.8, observations(4000, seed=1), observations(4000, seed=2)

    scaling = fit(seen, precision)

    answered = [one for one in unseen if expit(scaling.slope * one.logit + scaling.offset) >= scaling.answered_from]
    assert scaling.reached
    assert sum(one.right for one in answered) / len(answered) == pytest.approx(precision, abs=0.03)


# Thresholds


def test_the_lowest_threshold_that_reaches_the_precision_is_chosen():
    reaching = [point for point in FITTED.curve if point.answered >= 10 and 1 - point.error >= 0.7 - 1e-9]
    assert FITTED.scaling.reached
    assert FITTED.chosen == min(reaching, key=lambda point: point.threshold)
    assert FITTED.calibration.answered_from == FITTED.chosen.threshold


def test_a_precision_that_cannot_be_reached_is_said_and_the_best_threshold_for_a_tenth_chosen(capsys):
    flat = [replace(one, passage_rank=1 if place % 2 else None) for place, one in enumerate(results())]

    done = fitted([replace(one, question=replace(one.question, unanswerable=False)) for one in flat], 0.95)
    print_refit(done, None)

    assert not done.scaling.reached
    assert done.chosen.coverage >= 0.1
    assert done.chosen.error == min(point.error for point in done.curve if point.coverage >= 0.1)
    assert "No threshold makes 95% of the answered questions right" in " ".join(capsys.readouterr().out.split())


def test_at_most_a_twentieth_of_the_answerable_questions_is_told_nothing():
    observed = observations(400)
    scaling = fit(observed, 0.8)

    held_out = held_out_confidence(observed)
    answerable = np.array([one.answerable for one in observed])
    told_nothing = held_out[answerable] < scaling.related_from

    assert 0.04 < told_nothing.mean() <= 0.05


@given(precision=st.floats(0.05, 0.95), seed=st.integers(0, 50))
@hypothesis_settings(deadline=None, max_examples=30)
def test_related_never_begins_above_answered(precision, seed):
    scaling = fit(observations(60, seed=seed), precision)

    assert 0 < scaling.related_from <= scaling.answered_from < 1


# What cannot be fitted on


@pytest.mark.parametrize(
    ("of", "lacking"),
    [
        (results(39), "39 questions (at least 40)"),
        ([result(f"q{place}", right=place < 9) for place in range(50)], "9 questions whose first passage answers them"),
        ([result(f"q{place}", right=place >= 9) for place in range(50)], "9 questions whose first passage does not"),
        (
            [result("q0"), *(result(f"q{place}", right=place < 25, parent_id="q0") for place in range(1, 50))],
            "1 separate dialogues",
        ),
    ],
)
def test_a_set_that_is_too_small_or_too_uniform_is_refused_in_one_sentence(of, lacking):
    with pytest.raises(QuestionError) as refused:
        fitted(of)

    assert lacking in str(refused.value)
    assert str(refused.value).startswith("The confidence cannot be fitted on our.jsonl, which has only ")
    assert str(refused.value).count(". ") == 0


@pytest.mark.parametrize("precision", [0.0, 1.0, 80, -0.1, float("nan")])
def test_a_precision_that_cannot_be_aimed_at_is_refused(precision):
    with pytest.raises(QuestionError, match="between 0 and 1"):
        fitted(precision=precision)


# Figures


def test_the_wilson_interval_is_that_of_the_textbook():
    assert wilson(7, 10) == pytest.approx((0.3968, 0.8922), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(0, 300), st.integers(1, 300))
def test_a_share_lies_within_its_interval(hits, count):
    hits = min(hits, count)
    low, high = wilson(hits, count)

    assert 0.0 <= low <= hits / count + 1e-12
    assert hits / count - 1e-12 <= high <= 1.0


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    # Right: 0.9, 0.5; wrong: 0.5, 0.1. Of four pairs three are in order and one is equal.
    assert auroc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])) == 3.5 / 4


def test_the_calibration_error_is_the_mean_distance_within_ten_bins():
    # Two questions a bin, of which one is right: distances .4, .3, ... .5 of the bin's confidence from one half.
    sure = np.repeat(np.arange(1, 11) / 10, 2)
    right = np.tile([True, False], 10)

    assert calibration_error(sure, right) == pytest.approx(np.mean(np.abs(np.arange(1, 11) / 10 - 0.5)))


def test_the_curve_answers_equal_confidences_together_and_what_found_nothing_never():
    points = curve(np.array([0.0, 0.7, 0.9, 0.7]), np.array([False, True, True, False]))

    assert points == [Point(0.9, 1, 0, 0.25, 0.0), Point(0.7, 3, 1, 0.75, 1 / 3)]


def test_the_figures_count_outcomes_apart_for_answerable_and_unanswerable_questions():
    found = figures(
        np.array([0.9, 0.8, 0.5, 0.1]),
        ["answered", "answered", "related", "nothing"],
        np.array([True, False, True, False]),
        np.array([True, False, True, False]),
    )

    assert found.answerable == {"answered": 1, "related": 1, "nothing": 0}
    assert found.unanswerable == {"answered": 1, "related": 0, "nothing": 1}
    assert (found.answered, found.right, found.precision, found.coverage) == (2, 1, 0.5, 0.5)


def test_without_an_answered_question_there_is_no_precision():
    found = figures(np.array([0.2, 0.1]), ["related"] * 2, np.array([True, False]), np.array([True, True]))

    assert (found.precision, found.precision_low, found.precision_high) == (None, 0.0, 1.0)


# What is shown


def test_the_chart_fits_a_terminal_and_points_at_what_was_chosen():
    lines = chart(FITTED.curve, FITTED.chosen, 0.3).splitlines()

    assert max(map(len, lines)) <= 80
    share = FITTED.chosen.coverage
    assert lines[-1].index("▲") == pytest.approx(6 + share * 74, abs=1)
    assert f"chosen: {share:.0%} answered" in lines[-1]
    (target,) = (line for line in lines if line.startswith(" 30%"))
    assert "┄" in target


@given(st.lists(OBSERVED, min_size=2, max_size=60), SHARE, st.integers(0, 59))
@hypothesis_settings(deadline=None)
def test_any_curve_can_be_drawn(observed, target, place):
    sure = expit(np.array([one.logit for one in observed]))
    points = curve(sure, np.array([one.right for one in observed]))
    if not points:
        return
    chosen = points[place % len(points)]

    lines = chart(points, chosen, target).splitlines()

    assert len(lines) == 15
    assert max(map(len, lines)) <= 80
    etree.fromstring(picture(points, chosen, target, "a & b"))


def test_the_picture_marks_the_target_and_the_chosen_point_for_light_and_dark_pages():
    drawn = picture(FITTED.curve, FITTED.chosen, 0.3, "<our>.jsonl")

    root = etree.fromstring(drawn)
    words = " ".join(root.itertext())
    assert "prefers-color-scheme: dark" in words
    assert "aimed at: 30%" in words
    assert f"chosen: {FITTED.chosen.coverage:.0%} answered" in words
    assert "<our>.jsonl" in words
    assert len(root.findall("{*}circle")) == 1


def test_the_report_fits_a_terminal_and_says_how_its_figures_were_made(capsys):
    print_refit(FITTED, None)

    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "cross-validated" in shown
    assert "Nothing was saved." in shown


def test_the_report_says_what_is_wrong_with_the_set(capsys):
    gone = Gold("quay.md", "The quay is new.")
    answerable = [replace(one, question=replace(one.question, unanswerable=False)) for one in results()]

    print_refit(fitted([replace(answerable[0], stale_gold=(gone,)), *answerable[1:]]), None)

    shown = " ".join(capsys.readouterr().out.split())
    assert "Gold quotes that no longer stand in their documents: 1." in shown
    assert "The set has no question that the documents do not answer" in shown


def test_a_confidence_that_tells_nothing_apart_is_called_so(capsys):
    reverse = [result(f"q{place}", place / 60, right=place < 30) for place in range(60)]

    print_refit(fitted(reverse), None)

    assert "does not tell right answers from wrong ones" in " ".join(capsys.readouterr().out.split())


def test_the_record_holds_calibration_figures_and_curve_as_json():
    record = json.loads(json.dumps(refit_record(FITTED, "generation", None), allow_nan=False))

    assert (record["set"], record["index"], record["saved"]) == ("our.jsonl", "generation", None)
    assert record["calibration"]["answered_from"] == record["chosen"]["threshold"]
    assert record["curve"][0].keys() == {"threshold", "answered", "wrong", "coverage", "error"}
    assert record["before"].keys() == record["after"].keys()


# The command

HARBOURS = {
    name: (cranes, year)
    for name, cranes, year in zip(
        "Aldby Borre Corvig Dunmar Elsund Farnes Gilvik Hestad Ilsoy Jorpe Kalnes Lomvik Marsund Norvik Osby".split(),
        range(3, 18),
        range(1901, 1916),
        strict=True,
    )
}
FILES = {
    f"{name.lower()}.md": f"# {name}\n\nThe harbour of {name} has {cranes} cranes.\n\n"
    f"## History\n\nThe lighthouse of {name} was built in {year}.\n"
    for name, (cranes, year) in HARBOURS.items()
}
UNANSWERABLE = "Which planet has most moons?|Who composed the opera?|How is bread baked?|What do zebras eat?"


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture
def question_set(tmp_path):
    lines = []
    for name, (cranes, year) in HARBOURS.items():
        document = f"{name.lower()}.md"
        gold = {"document": document, "quote": f"The harbour of {name} has {cranes} cranes."}
        lines.append({"id": name, "question": f"How many cranes are in {name}?", "gold": [gold]})
        gold = {"document": document, "quote": f"The lighthouse of {name} was built in {year}."}
        follow_up = {"id": f"{name}-2", "question": "And when was its lighthouse built?", "parent_id": name}
        lines.append({**follow_up, "gold": [gold]})
        lines.append({"id": f"{name}-3", "question": f"Who is the mayor of {name}?", "unanswerable": True})
    for number, question in enumerate(UNANSWERABLE.split("|")):
        lines.append({"id": f"u{number}", "question": question, "unanswerable": True})
    path = tmp_path / "our.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def qa(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "qa.cli", *map(str, arguments)],
        env={name: value for name, value in os.environ.items() if not name.startswith("QA_")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_command_saves_what_asking_follows_and_later_builds_keep(built, question_set):
    done = qa("calibrate", question_set, "--index", built.index, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)

    assistant = Assistant.open(built.index)
    answer = assistant.ask("How many cranes are in Aldby?")
    assert assistant.calibration.fitted_on == str(question_set)
    assert answer.confidence == confidence.probability(confidence.Calibration(**record["calibration"]), answer.features)

    for number in range(2):  # the second build deletes the generation that was calibrated
        write_files(built.corpus, {f"new-{number}.md": "# New\n\nThe new harbour has no crane yet.\n"})
        built.rebuild()
    assert Assistant.open(built.index).calibration == assistant.calibration
    examined = qa("doctor", "--corpus", built.corpus, "--index", built.index)
    assert (examined.returncode, examined.stderr) == (0, "")


def test_the_command_mends_a_calibration_that_cannot_be_used(built, question_set):
    path = confidence.save(replace(DEFAULT, encoder="another"), built.index)

    assert "run `qa calibrate` again" in qa("ask", "What?", "--index", built.index).stderr
    assert qa("calibrate", question_set, "--index", built.index).returncode == 0
    assert qa("ask", "How many cranes are in Aldby?", "--index", built.index).returncode == 0
    assert path.is_file()


def test_a_dry_run_saves_nothing_and_draws_the_curve(built, question_set, tmp_path):
    (built.index / confidence.FILE).unlink(missing_ok=True)
    drawn = tmp_path / "curve.svg"

    done = qa("calibrate", question_set, "--index", built.index, "--dry-run", "--picture", drawn)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Nothing was saved.\n")
    assert not (built.index / confidence.FILE).exists()
    assert etree.parse(drawn).getroot().tag.endswith("svg")


def test_a_picture_that_cannot_be_written_is_named(built, question_set, tmp_path):
    nowhere = tmp_path / "nowhere" / "curve.svg"

    done = qa("calibrate", question_set, "--index", built.index, "--dry-run", "--picture", nowhere)

    assert done.returncode == 2
    assert re.fullmatch(r"qa: [^\n]+\n", done.stderr)
    assert str(nowhere) in done.stderr


def test_a_precision_in_percent_is_refused_before_any_question_is_asked(built, question_set):
    done = qa("calibrate", question_set, "--index", built.index, "--precision", "80")

    assert (done.returncode, done.stdout) == (2, "")
    assert "0.8 for 80 of 100" in done.stderr


def test_the_command_explains_itself_with_an_example():
    assert "Example: qa calibrate " in qa("calibrate", "--help").stdout
