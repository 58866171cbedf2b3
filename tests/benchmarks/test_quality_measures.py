import math
import random

import pytest
from benchmarks.quality import measures
from hypothesis import given
from hypothesis import strategies as st

SCORED = st.lists(st.tuples(st.integers(0, 5).map(float), st.booleans()), min_size=2, max_size=30)


def test_ndcg_divides_linear_gains_by_the_logarithm_of_the_rank() -> None:
    found = (1 / math.log2(3)) / (2 / math.log2(2) + 1 / math.log2(3))
    assert measures.ndcg(["nothing", "lesser"], {"best": 2, "lesser": 1}) == pytest.approx(found)
    assert measures.ndcg(["best", "lesser"], {"best": 2, "lesser": 1}) == 1.0


def test_ndcg_looks_at_ten_documents_alone() -> None:
    others = [f"other-{number}" for number in range(10)]
    assert measures.ndcg([*others, "best"], {"best": 1}) == 0.0
    # Of eleven relevant documents no ranking can show more than ten.
    assert measures.ndcg(others, dict.fromkeys([*others, "one too many"], 1)) == pytest.approx(1.0)


def test_success_counts_ranks_up_to_the_depth() -> None:
    assert measures.success([1, 3, None, 6], 1) == 0.25
    assert measures.success([1, 3, None, 6], 5) == 0.5


def test_auroc_counts_won_pairs_and_half_of_even_ones() -> None:
    assert measures.auroc([0.9, 0.4, 0.4], [True, True, False]) == 0.75
    assert measures.auroc([0.1, 0.9], [True, False]) == 0.0


@given(SCORED)
def test_auroc_is_the_share_of_pairs_in_the_right_order(scored: list[tuple[float, bool]]) -> None:
    yes = [score for score, positive in scored if positive]
    no = [score for score, positive in scored if not positive]
    if yes and no:
        pairs = [1.0 if y > n else 0.5 if y == n else 0.0 for y in yes for n in no]
        scores, positive = zip(*scored, strict=True)
        assert measures.auroc(scores, positive) == pytest.approx(sum(pairs) / len(pairs))


def test_token_f1_compares_bags_of_words_without_articles_and_punctuation() -> None:
    assert measures.token_f1("The lift, in 1998.", "lift in 1998") == 1.0
    # Two of three words here and two of two there: 2 · 2 / (3 + 2).
    assert measures.token_f1("lift works again", "lift works") == pytest.approx(0.8)
    assert measures.token_f1("", "lift") == 0.0


def test_a_quote_holds_an_answer_as_whole_words_in_a_row() -> None:
    assert measures.holds("It opened on the 3rd of May, 1998.", "3rd of May 1998")
    assert not measures.holds("It opened in 19981.", "1998")
    assert not measures.holds("May the 3rd", "3rd May")
    assert not measures.holds("Anything at all", "the")


def test_the_risk_of_a_share_of_answers_is_that_of_its_most_confident() -> None:
    confidences, right = [0.9, 0.8, 0.7, 0.6], [True, False, True, False]
    assert measures.risks(confidences, right) == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert measures.aurc(confidences, right) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert measures.precision_at_coverage(confidences, right, 0.5) == 0.5


@given(SCORED, st.randoms())
def test_the_order_of_equally_confident_answers_does_not_matter(
    scored: list[tuple[float, bool]], chance: random.Random
) -> None:
    shuffled = scored.copy()
    chance.shuffle(shuffled)
    for first, second in zip(measures.risks(*_apart(scored)), measures.risks(*_apart(shuffled)), strict=True):
        assert first == pytest.approx(second)


def _apart(scored: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [score for score, _ in scored], [right for _, right in scored]
