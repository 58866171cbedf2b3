import json
import math
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from kept_runs import GOLD, result, scored
from qa.evaluation.answers_match import best, exact, f1
from qa.evaluation.intervals import Bootstrap
from qa.evaluation.measures import MEASURES, by_group, measure, ndcg
from qa.evaluation.selective import aurc, aurc_of_draws, calibration_error, calibration_error_of_draws, risks
from qa.evaluation.sets import Gold

EXAMPLES = json.loads((Path(__file__).parent / "squad_examples.json").read_text(encoding="utf-8"))
RANKS = st.none() | st.integers(1, 10)


def values(*results):
    return measure(scored(*results)).values


def test_success_is_the_share_of_questions_with_gold_words_among_the_first_passages():
    found = values(result(1), result(3), result(5), result(6), result(None))

    assert (found["success_at_1"], found["success_at_5"]) == (1 / 5, 3 / 5)


def test_mrr_is_the_mean_of_one_over_the_rank():
    assert values(result(1), result(2), result(4), result(None))["mrr"] == (1 + 1 / 2 + 1 / 4 + 0) / 4


def test_quotes_are_measured_apart_from_passages():
    found = values(result(1, 1), result(1, 4), result(1, None), result(None, None))

    assert (found["quote_at_1"], found["quote_at_5"], found["success_at_1"]) == (1 / 4, 2 / 4, 3 / 4)


def test_answered_counts_answerable_and_refused_unanswerable_questions():
    found = measure(
        scored(
            result(1, outcome="answered"),
            result(1, outcome="related"),
            result(1, outcome="nothing"),
            result(outcome="answered", unanswerable=True),
            result(outcome="related", unanswerable=True),
            result(outcome="nothing", unanswerable=True),
            result(outcome="nothing", unanswerable=True),
        )
    )

    assert (found.questions, found.answerable, found.unanswerable) == (7, 3, 4)
    assert (found.values["answered"], found.values["refused"]) == (1 / 3, 3 / 4)
    assert (found.values["coverage"], found.values["selective_accuracy"]) == (2 / 7, 1 / 2)


def test_what_has_no_questions_has_no_figure():
    only_unanswerable = values(result(unanswerable=True))

    assert {only_unanswerable[name] for name in ("success_at_1", "mrr", "ndcg_at_10", "answered", "recall_at_5")} == {
        None
    }
    assert values(result(1))["refused"] is None
    assert values(result(1))["recall_at_5"] is None
    assert values(result(1, outcome="related"))["selective_accuracy"] is None


def test_recall_is_the_share_of_several_needed_passages():
    several = (GOLD, Gold("crane.md", "x", group=1), Gold("pier.md", "y", group=2), Gold("mole.md", "z", group=2))

    found = values(result(1, gold=several, ranks=(1, 7, None, 4)), result(2))

    assert found["recall_at_5"] == pytest.approx(2 / 3)
    assert found["recall_at_10"] == 1.0


def test_short_answers_are_compared_where_there_are_some_and_gold_quotes_where_there_are_none():
    short = values(result(1, 1, answers=("1987", "in 1987"), quotes=["In 1987."]))
    whole = values(result(1, 1, quotes=["the quay was rebuilt in 1987"]))

    assert (short["has_ans_exact"], short["has_ans_f1"], short["quote_exact"]) == (1.0, 1.0, 0.0)
    assert (whole["has_ans_exact"], whole["quote_exact"], whole["quote_f1"]) == (1.0, 1.0, 1.0)


def test_a_quote_that_was_not_given_as_the_answer_is_no_answer():
    withheld = values(result(1, 1, outcome="related", quotes=[GOLD.quote]))
    wrongly_given = values(result(outcome="answered", unanswerable=True, quotes=["Anything."]))

    assert (withheld["has_ans_f1"], withheld["f1"], withheld["quote_f1"]) == (0.0, 0.0, 1.0)
    assert (wrongly_given["no_ans_exact"], wrongly_given["no_ans_f1"], wrongly_given["exact"]) == (0.0, 0.0, 0.0)
    assert values(result(outcome="nothing", unanswerable=True))["no_ans_exact"] == 1.0


def test_quote_validity_is_the_share_of_answers_whose_quotes_are_all_verbatim():
    assert values(result(1), result(1, quotes_verbatim=False), result(1), result(1))["quote_validity"] == 3 / 4


def test_stale_gold_is_counted_quote_by_quote():
    assert measure(scored(result(1, stale_gold=(GOLD, GOLD)), result(1), result(1, stale_gold=(GOLD,)))).stale_gold == 3


def test_times_are_in_milliseconds():
    found = values(*(result(1, seconds=seconds / 1000) for seconds in range(1, 101)))

    assert (found["p50_ms"], found["p95_ms"]) == pytest.approx((50.0, 95.0))


def test_groups_are_all_follow_ups_and_each_category():
    questions = scored(
        result(1, id="a", category="dates"), result(2, id="b", category="dates", parent_id="a"), result(category="all")
    )

    assert {name: len(group) for name, group in by_group(questions).items()} == {
        "all": 3,
        "follow-ups": 1,
        "dates": 2,
        "category all": 1,
    }


# Held against other implementations


def trec(groups):
    """Return judgements and a ranking of ten, in which each group is a document at its place."""
    taken, ranking = 0, {}
    for name, (_, rank) in sorted(
        ((n, g) for n, g in groups.items() if g[1]), key=lambda item: (item[1][1], -item[1][0])
    ):
        taken = max(rank, taken + 1)
        ranking[taken] = name
    qrels = [Qrel("q", name, grade) for name, (grade, _) in groups.items()]
    run = [ScoredDoc("q", ranking.get(place, f"other {place}"), 100 - place) for place in range(1, 31)]
    return qrels, run


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(1, 3), RANKS), min_size=1))
def test_ranking_measures_equal_those_of_ir_measures(groups):
    qrels, run = trec(groups)
    theirs = ir_measures.calc_aggregate([nDCG @ 10], qrels, run)

    assert ndcg([[pair] for pair in groups.values()]) == pytest.approx(theirs[nDCG @ 10], abs=1e-6)


@given(st.lists(RANKS, min_size=1, max_size=8))
def test_ranks_are_counted_as_ir_measures_counts_them(ranks):
    placed = {rank for rank in ranks if rank}
    ranks = list(dict.fromkeys(ranks))
    gold = tuple(Gold(f"{place}.md", "x", group=place) for place in range(len(ranks)))
    ours = values(result(min(placed, default=None), gold=gold, ranks=tuple(ranks)))
    qrels = [Qrel("q", f"{place}.md", 1) for place in range(len(ranks))]
    names = {rank: f"{place}.md" for place, rank in enumerate(ranks) if rank}
    run = [ScoredDoc("q", names.get(place, f"other {place}"), 100 - place) for place in range(1, 11)]
    theirs = ir_measures.calc_aggregate([RR @ 10, Success @ 1, Success @ 5, R @ 5, R @ 10, nDCG @ 10], qrels, run)

    assert ours["mrr"] == pytest.approx(theirs[RR @ 10])
    assert (ours["success_at_1"], ours["success_at_5"]) == (theirs[Success @ 1], theirs[Success @ 5])
    assert ours["ndcg_at_10"] == pytest.approx(theirs[nDCG @ 10], abs=1e-6)
    if len(ranks) > 1:
        assert (ours["recall_at_5"], ours["recall_at_10"]) == pytest.approx((theirs[R @ 5], theirs[R @ 10]))


def test_one_of_several_alternatives_is_all_that_is_needed():
    assert ndcg([[(1, 1), (1, None), (1, 9)]]) == 1.0
    assert ndcg([[(1, 1), (2, 2)]]) == pytest.approx(2 / math.log2(3) / 2)
    assert ndcg([[(2, None)], [(1, 2)]]) == pytest.approx(0.240, abs=0.001)


@given(st.lists(st.lists(st.tuples(st.integers(1, 4), RANKS), min_size=1, max_size=4), min_size=1, max_size=12))
def test_no_ranking_is_better_than_the_ideal(groups):
    assert 0.0 <= ndcg(groups) <= 1.0 + 1e-9


@pytest.mark.parametrize("example", EXAMPLES["examples"], ids=lambda example: repr(example["found"]))
def test_exact_and_f1_equal_those_of_a_second_implementation_of_squad_2(example):
    assert best(exact, example["found"], example["wanted"]) == example["exact"]
    assert best(f1, example["found"], example["wanted"]) == pytest.approx(example["f1"])


def test_the_sums_over_questions_equal_those_of_a_second_implementation_of_squad_2():
    made = [
        result(
            outcome="answered" if example["found"] else "nothing",
            unanswerable=not example["wanted"],
            answers=tuple(example["wanted"]),
            quotes=[example["found"] or "withheld"],
        )
        for example in EXAMPLES["examples"]
    ]

    found, totals = values(*made), EXAMPLES["totals"]

    names = {"exact": "exact", "f1": "f1", "has_ans_exact": "HasAns_exact", "has_ans_f1": "HasAns_f1"}
    for ours, theirs in {**names, "no_ans_exact": "NoAns_exact", "no_ans_f1": "NoAns_f1"}.items():
        assert 100 * found[ours] == pytest.approx(totals[theirs]), ours


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=40), st.data())
def test_the_area_under_the_curve_of_a_draw_is_that_of_the_drawn_questions(answers, data):
    confidence, right = np.array([sure for sure, _ in answers]), np.array([hit for _, hit in answers])
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(answers), max_size=len(answers))))
    times[0] += 1
    drawn = np.repeat(np.arange(len(answers)), times)

    assert aurc(confidence, right) == pytest.approx(risks(confidence, right).mean())
    assert aurc_of_draws(confidence, right, times[np.newaxis])[0] == pytest.approx(
        aurc(confidence[drawn], right[drawn])
    )
    assert calibration_error_of_draws(confidence, right, times[np.newaxis])[0] == pytest.approx(
        calibration_error(confidence[drawn], right[drawn])
    )


def test_risks_of_right_wrong_and_right():
    assert risks(np.array([0.9, 0.8, 0.7]), np.array([True, False, True])).tolist() == pytest.approx([0, 1 / 2, 1 / 3])


# Intervals


def test_the_interval_of_a_share_is_near_that_of_theory():
    hits = np.array([[float(place < 70)] for place in range(100)])

    ((low, high),) = Bootstrap(range(100)).means(hits)

    assert (low, high) == pytest.approx((0.61, 0.79), abs=0.015)  # .7 ± 1.96 · √(.7 · .3 / 100)
    assert Bootstrap(range(100)).means(hits) == [(low, high)]


def test_questions_of_one_dialogue_are_drawn_together():
    hits = np.array([[float(place % 20 < 10)] for place in range(200)])

    ((low, high),) = Bootstrap([place // 10 for place in range(200)]).means(hits)
    ((alone_low, alone_high),) = Bootstrap(range(200)).means(hits)

    assert high - low > 2 * (alone_high - alone_low)


def test_too_few_dialogues_get_no_interval():
    few = measure(scored(*(result(1, id=str(place)) for place in range(9))))
    enough = measure(scored(*(result(1, id=str(place)) for place in range(10))))

    assert set(few.intervals.values()) == {None}
    assert enough.intervals["success_at_1"] == (1.0, 1.0)
    assert enough.intervals["refused"] is None


def test_every_measure_lies_in_its_interval():
    random = np.random.default_rng(1)
    made = [
        result(
            int(random.integers(1, 11)),
            int(random.integers(1, 11)),
            "answered" if random.random() < 0.5 else "nothing",
            id=str(place),
            unanswerable=place % 4 == 0,
            confidence=float(random.random()),
            seconds=float(random.random()),
            quotes=[GOLD.quote[: int(random.integers(4, 29))]],
        )
        for place in range(200)
    ]

    found = measure(scored(*made))

    assert set(found.values) == set(found.intervals) == set(MEASURES)
    for name, value in found.values.items():
        # ECE is a mean of distances: of drawn questions, which agree less, it is larger.
        if found.intervals[name] is not None and name != "ece":
            assert found.intervals[name][0] <= value <= found.intervals[name][1], name
