import pytest

from kept_runs import kept_run, result
from qa.errors import QuestionError
from qa.evaluation import runs
from qa.evaluation.gate import broken, read_gate, require_groups
from qa.evaluation.sets import Gold, Question

QUESTIONS = [Question("a", "When?", (Gold("a.md", "x"),), False, "dates", None, "")]


@pytest.fixture
def gate(tmp_path):
    def make(text):
        path = tmp_path / "gate.yaml"
        path.write_text(text)
        return read_gate(path)

    return make


@pytest.fixture
def baseline(tmp_path):
    made = [result(1, id=str(number), category="dates" if number < 2 else "cranes") for number in range(10)]
    runs.write(kept_run(*made), tmp_path / "baseline.json")


def run_with(right, of=10):
    return kept_run(
        *(result(1 if n < right else 3, id=str(n), category="dates" if n < 2 else "cranes") for n in range(of))
    )


def test_thresholds_are_held_overall_and_by_category(gate):
    found = gate("at_least:\n  all: {success_at_1: 0.8}\n  cranes: {success_at_1: 0.8}\nat_most:\n  all: {p95_ms: 5}\n")

    assert broken(found, run_with(8)) == [
        "cranes: Success@1 is 0.750, at least 0.8 is needed.",
        "all: latency p95 is 10 ms, at most 5 is needed.",
    ]
    assert len(broken(found, run_with(10))) == 1


def test_a_measure_for_which_no_question_counts_is_not_passed(gate):
    assert broken(gate("at_least: {all: {refused: 0.5}}"), run_with(10)) == [
        "all: no question counts for refused; at least 0.5 is needed."
    ]


def test_a_run_may_fall_behind_the_baseline_by_the_tolerance(gate, baseline):
    found = gate(
        "no_worse_than: {baseline: baseline.json, tolerance: 0.2, measures: [success_at_1], categories: [all]}"
    )

    assert broken(found, run_with(8)) == []
    (reason,) = broken(found, run_with(7))
    assert reason == (
        "all: Success@1 is 0.700, the baseline's 1.000: it may fall by 0.2 at most (3 questions worse, 0 better)."
    )


def test_only_common_questions_are_held_against_the_baseline(gate, baseline):
    found = gate("no_worse_than: {baseline: baseline.json}")

    assert broken(found, run_with(10, of=20)) == []
    (reason,) = broken(found, kept_run(result(1, id="new")))
    assert "no question in common" in reason


def test_sets_and_baseline_lie_beside_the_gate(gate, baseline, tmp_path):
    found = gate("sets: [one.jsonl]\nno_worse_than: {baseline: baseline.json}")

    assert found.sets == (tmp_path / "one.jsonl",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at_leest: {all: {mrr: 1}}", 'field "at_leest": there is no such field'),
        ("at_least: {all: {mmr: 1}}", "field \"at_least.all.mmr\": there is no measure 'mmr'"),
        ("at_least: {all: {mrr: high}}", 'field "at_least.all.mrr"'),
        ("at_least: {all: {mrr: .nan}}", 'field "at_least.all.mrr"'),
        ("no_worse_than: {baseline: b.json, measures: [aurc]}", "cannot be compared question by question"),
        ("no_worse_than: {tolerance: 1}", 'field "no_worse_than.baseline"'),
        ("no_worse_than: {baseline: b.json}", "b.json cannot be read"),
        ("sets: [a.jsonl]", "it asks for nothing"),
        ("", "it asks for nothing"),
        ("- 1", "not a gate file"),
        ("a: [", "not YAML"),
        ("a: &a [1]\nb: *a", "has a reference"),
    ],
)
def test_a_gate_that_is_wrong_is_refused_by_file_and_field(gate, text, told):
    with pytest.raises(QuestionError) as error:
        gate(text)
    assert "gate.yaml" in str(error.value) or "b.json" in str(error.value)
    assert told in str(error.value)


def test_all_that_is_wrong_is_told_at_once(gate):
    with pytest.raises(QuestionError) as error:
        gate("at_least: {all: {mmr: 1, mrs: 2}}\nmore: 1")
    assert len(str(error.value).splitlines()) == 3


def test_a_category_that_no_question_has_is_refused(gate):
    require_groups(gate("at_least: {dates: {mrr: 0.5}}"), QUESTIONS)
    with pytest.raises(QuestionError, match="no question of the sets is of the category 'date': there are all, dates"):
        require_groups(gate("at_least: {date: {mrr: 0.5}}"), QUESTIONS)
