import pytest

from qa.evaluation.measures import measure
from qa.evaluation.report import print_run, run_record
from qa.evaluation.run import Result
from qa.evaluation.sets import Gold, Question
from qa.types import Answer, Query

GOLD = Gold("quay.md", "The quay was rebuilt in 1987.")


def result(passage_rank=None, quote_rank=None, outcome="answered", **kept):
    """Return a result made by hand; `kept` overrides the fields of question and result."""
    question = Question(
        id=kept.get("id", "q"),
        question="When was the quay rebuilt?",
        gold=() if kept.get("unanswerable") else (GOLD,),
        unanswerable=kept.get("unanswerable", False),
        category=kept.get("category", ""),
        parent_id=kept.get("parent_id"),
        answer="",
    )
    answer = Answer(
        question=question.question,
        outcome=outcome,
        confidence=0.5,
        quotes=(),
        hits=(),
        features={},
        differences=(),
        corrections=(),
        expansions=(),
        query=Query(question.question, {}, (), ()),
        index_id="generation",
    )
    return Result(
        question,
        answer,
        passage_rank,
        quote_rank,
        kept.get("quotes_verbatim", True),
        kept.get("stale_gold", ()),
        kept.get("seconds", 0.01),
    )


def test_success_is_the_share_of_questions_with_gold_words_among_the_first_passages():
    measures = measure([result(1), result(3), result(5), result(6), result(None)])

    assert measures.success_at_1 == 1 / 5
    assert measures.success_at_5 == 3 / 5


def test_mrr_is_the_mean_of_one_over_the_rank():
    assert measure([result(1), result(2), result(4), result(None)]).mrr == (1 + 1 / 2 + 1 / 4 + 0) / 4


def test_quotes_are_measured_apart_from_passages():
    measures = measure([result(1, 1), result(1, 4), result(1, None), result(None, None)])

    assert (measures.quote_at_1, measures.quote_at_5) == (1 / 4, 2 / 4)
    assert measures.success_at_1 == 3 / 4


def test_answered_counts_answerable_and_refused_unanswerable_questions():
    measures = measure(
        [
            result(1, outcome="answered"),
            result(1, outcome="related"),
            result(1, outcome="nothing"),
            result(outcome="answered", unanswerable=True),
            result(outcome="related", unanswerable=True),
            result(outcome="nothing", unanswerable=True),
            result(outcome="nothing", unanswerable=True),
        ]
    )

    assert (measures.questions, measures.answerable, measures.unanswerable) == (7, 3, 4)
    assert measures.answered == 1 / 3
    assert measures.refused == 3 / 4


def test_unanswerable_questions_do_not_count_for_retrieval():
    measures = measure([result(1, 1), result(None, unanswerable=True)])

    assert (measures.success_at_1, measures.mrr, measures.quote_at_1) == (1.0, 1.0, 1.0)


def test_what_has_no_questions_has_no_figure():
    only_unanswerable = measure([result(unanswerable=True)])

    assert only_unanswerable.success_at_1 is None
    assert only_unanswerable.mrr is None
    assert only_unanswerable.answered is None
    assert measure([result(1)]).refused is None


def test_quote_validity_is_the_share_of_answers_whose_quotes_are_all_verbatim():
    assert measure([result(1), result(1, quotes_verbatim=False), result(1), result(1)]).quote_validity == 3 / 4


def test_stale_gold_is_counted_quote_by_quote():
    assert measure([result(1, stale_gold=(GOLD, GOLD)), result(1), result(1, stale_gold=(GOLD,))]).stale_gold == 3


def test_the_median_time_is_in_milliseconds():
    times = [result(1, seconds=seconds) for seconds in (0.5, 0.002, 0.003, 0.004)]

    assert measure(times[:3]).median_ms == pytest.approx(3.0)
    assert measure(times).median_ms == pytest.approx((3.0 + 4.0) / 2)


def test_a_record_holds_the_measures_overall_for_follow_ups_and_by_category():
    results = [
        result(1, id="a", category="dates"),
        result(2, id="b", category="dates", parent_id="a"),
        result(None, id="c", outcome="nothing", unanswerable=True),
    ]

    record = run_record("set.jsonl", "generation", results)

    assert (record["set"], record["index"]) == ("set.jsonl", "generation")
    assert {group: found["questions"] for group, found in record["measures"].items()} == {
        "all": 3,
        "follow-ups": 1,
        "no category": 1,
        "dates": 2,
    }
    assert record["measures"]["dates"]["mrr"] == (1 + 1 / 2) / 2
    assert record["measures"]["follow-ups"]["success_at_1"] == 0.0


def test_a_record_holds_every_question_with_its_ranks_and_its_answer():
    gone = Gold("quay.md", "The quay is new.")

    record = run_record("set.jsonl", "generation", [result(2, 3, id="a", stale_gold=(gone,))])

    (question,) = record["questions"]
    assert (question["passage_rank"], question["quote_rank"], question["unanswerable"]) == (2, 3, False)
    assert question["stale_gold"] == [{"document": "quay.md", "quote": "The quay is new."}]
    assert (question["answer"]["id"], question["answer"]["index"]) == ("a", "generation")


def test_a_report_shows_the_figures_of_each_group_and_names_stale_gold(capsys):
    gone = Gold("quay.md", "The [old] quay.")

    print_run("set.jsonl", [result(1, 1, category="dates"), result(4, None, id="q-2", stale_gold=(gone,))])

    shown = capsys.readouterr().out
    figures = {words[0]: words[1:] for line in shown.splitlines() if (words := line.split())}
    assert figures["all"] == ["2", "0.500", "1.000", "0.625", "0.500", "0.500", "1.000", "-", "1.000", "10"]
    assert figures["dates"][:4] == ["1", "1.000", "1.000", "1.000"]
    assert max(map(len, shown.splitlines())) <= 88
    assert "stale gold: q-2: not in quay.md: 'The [old] quay.'" in shown
