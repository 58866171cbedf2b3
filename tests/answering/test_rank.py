import numpy as np
import pytest

from qa.answering.rank import by_best_sentence, fuse, sentence_scores
from qa.indexing.protocol import Candidate


def candidate(row=0, lexical=0.0, dense=0.0):
    return Candidate(row, lexical, dense, None, None)


def test_fusion_adds_two_fifths_of_the_share_of_the_best_bm25_and_three_fifths_of_the_cosine():
    fused = fuse([candidate(0, lexical=8.0, dense=0.5), candidate(1, lexical=4.0, dense=0.6)])

    assert fused.tolist() == pytest.approx([0.4 * 8 / 8 + 0.6 * 0.5, 0.4 * 4 / 8 + 0.6 * 0.6])
    assert fused.tolist() == pytest.approx([0.70, 0.56])


def test_without_a_word_in_common_the_cosine_alone_decides():
    assert fuse([candidate(0, dense=0.5), candidate(1, dense=-0.1)]).tolist() == pytest.approx([0.30, -0.06])


def test_nothing_to_fuse_gives_nothing():
    assert fuse([]).tolist() == []


def test_a_sentence_scores_three_fifths_for_its_meaning_and_two_fifths_for_the_words_it_holds():
    scores = sentence_scores(np.array([0.5, 0.2], np.float32), np.array([0.25, 1.0]))

    assert scores.tolist() == pytest.approx([0.6 * 0.5 + 0.4 * 0.25, 0.6 * 0.2 + 0.4 * 1.0])
    assert scores.tolist() == pytest.approx([0.40, 0.52])


def test_the_best_sentence_adds_half_of_its_score_and_may_turn_the_order():
    ranked = by_best_sentence(
        [candidate(4), candidate(9)], [0.60, 0.50], [np.array([0.10, 0.20, 0.05]), np.array([0.70])]
    )

    assert [found.candidate.row for found in ranked] == [9, 4]
    assert [found.score for found in ranked] == pytest.approx([0.50 + 0.5 * 0.70, 0.60 + 0.5 * 0.20])
    assert [found.sentence for found in ranked] == [0, 1]
    assert [found.sentence_score for found in ranked] == pytest.approx([0.70, 0.20])


def test_the_first_of_two_equal_sentences_is_the_best():
    assert by_best_sentence([candidate()], [0.0], [np.array([0.1, 0.3, 0.3])])[0].sentence == 1


def test_equal_scores_keep_the_order_of_rows():
    ranked = by_best_sentence([candidate(7), candidate(2), candidate(5)], [0.5, 0.5, 0.5], [np.array([0.4])] * 3)

    assert [found.candidate.row for found in ranked] == [2, 5, 7]


def test_no_candidates_give_no_ranking():
    assert by_best_sentence([], [], []) == []
