import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS, Evidence
from qa.answering.rank import PASSAGE_WEIGHTS, SENTENCE_WEIGHTS, by_evidence, fuse, sentence_scores
from qa.indexing.bm25 import K1
from qa.indexing.protocol import Candidate


def candidate(row=0, lexical=0.0, dense=0.0):
    return Candidate(row, lexical, dense, None, None)


def evidence(passage=0.0, *sentences):
    """Return evidence all of whose signals are `passage`, and all those of each sentence its number."""
    rows = [[strength] * len(SENTENCE_SIGNALS) for strength in sentences or (0.0,)]
    return Evidence(np.full(len(PASSAGE_SIGNALS), passage), np.array(rows))


SENTENCE_SHARE = sum(SENTENCE_WEIGHTS.values())
PASSAGE_SHARE = sum(PASSAGE_WEIGHTS.values())


def test_fusion_adds_three_fifths_of_the_share_of_the_highest_bm25_and_two_fifths_of_the_cosine():
    fused = fuse([candidate(0, lexical=4.4, dense=0.5), candidate(1, lexical=2.2, dense=0.6)], {"lifts": 4.0})

    assert fused.tolist() == pytest.approx([0.6 * 4.4 / 8.8 + 0.4 * 0.5, 0.6 * 2.2 / 8.8 + 0.4 * 0.6])
    assert fused.tolist() == pytest.approx([0.50, 0.39])


def test_a_fused_score_does_not_depend_on_the_other_candidates():
    alone = fuse([candidate(1, lexical=2.2, dense=0.6)], {"lifts": 4.0})

    assert fuse([candidate(0, lexical=8.0), candidate(1, lexical=2.2, dense=0.6)], {"lifts": 4.0})[1] == alone[0]


def test_the_highest_bm25_is_that_of_all_terms_together():
    assert fuse([candidate(lexical=6 * (K1 + 1))], {"lifts": 4.0, "night": 2.0}).tolist() == pytest.approx([0.6])


def test_a_rarer_word_for_the_same_thing_counts_no_more_than_the_questions_own_can():
    assert fuse([candidate(lexical=30.0, dense=0.5)], {"lifts": 4.0}).tolist() == pytest.approx([0.6 + 0.4 * 0.5])


def test_without_a_word_to_search_the_cosine_alone_decides():
    assert fuse([candidate(0, dense=0.5), candidate(1, dense=-0.1)], {}).tolist() == pytest.approx([0.20, -0.04])


def test_nothing_to_fuse_gives_nothing():
    assert fuse([], {}).tolist() == []


def test_all_weights_are_positive_and_sum_to_one():
    weights = [*PASSAGE_WEIGHTS.values(), *SENTENCE_WEIGHTS.values()]

    assert all(weight > 0 for weight in weights)
    assert sum(weights) == pytest.approx(1.0)
    assert (tuple(PASSAGE_WEIGHTS), tuple(SENTENCE_WEIGHTS)) == (PASSAGE_SIGNALS, SENTENCE_SIGNALS)


def test_a_sentence_scores_the_weighted_sum_of_its_signals():
    found = evidence(0.9, 0.0, 0.0)
    found.sentences[1, SENTENCE_SIGNALS.index("neighbours")] = 0.5

    assert sentence_scores(found).tolist() == pytest.approx([0.0, 0.5 * SENTENCE_WEIGHTS["neighbours"]])


def test_a_passage_scores_its_signals_its_best_sentence_and_its_date():
    ranked = by_evidence([candidate(4), candidate(9)], [evidence(0.5, 0.1, 0.2), evidence(0.4, 0.9)], [0.0, 0.1])

    assert [found.candidate.row for found in ranked] == [9, 4]
    assert [found.score for found in ranked] == pytest.approx(
        [0.4 * PASSAGE_SHARE + 0.9 * SENTENCE_SHARE + 0.1, 0.5 * PASSAGE_SHARE + 0.2 * SENTENCE_SHARE]
    )
    assert [found.sentence for found in ranked] == [0, 1]
    assert [found.sentence_score for found in ranked] == pytest.approx([0.9 * SENTENCE_SHARE, 0.2 * SENTENCE_SHARE])


def test_the_first_of_two_equal_sentences_is_the_best():
    assert by_evidence([candidate()], [evidence(0.0, 0.1, 0.3, 0.3)], [0.0])[0].sentence == 1


def test_equal_scores_keep_the_order_of_rows():
    ranked = by_evidence([candidate(7), candidate(2), candidate(5)], [evidence(0.5)] * 3, [0.0] * 3)

    assert [found.candidate.row for found in ranked] == [2, 5, 7]


def test_no_candidates_give_no_ranking():
    assert by_evidence([], [], []) == []


SHARE = st.floats(0, 1)


@given(st.lists(st.tuples(SHARE, st.lists(SHARE, min_size=1, max_size=4)), max_size=8))
@settings(max_examples=50, deadline=None)
def test_scores_lie_between_zero_and_one_and_every_candidate_is_ranked_once(found):
    gathered = [evidence(passage, *sentences) for passage, sentences in found]
    ranked = by_evidence([candidate(row) for row in range(len(found))], gathered, [0.0] * len(found))

    assert sorted(r.candidate.row for r in ranked) == list(range(len(found)))
    assert all(0.0 <= r.sentence_score <= r.score <= 1.0 + 1e-9 for r in ranked)
    assert [r.score for r in ranked] == sorted((r.score for r in ranked), reverse=True)
