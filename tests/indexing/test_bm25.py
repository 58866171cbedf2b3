import math
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.indexing.bm25 import FrozenBM25, freeze, lucene_bm25, term_weights

BOATS = [["boat", "boat", "net"], ["boat"], ["net", "storm", "storm", "gale"]]
VOCABULARY = st.sampled_from("a b c d e f پاکستان 学校 é zz".split())


def frozen(tokens_of_chunks: list[list[str]], folder: Path) -> FrozenBM25:
    freeze(tokens_of_chunks, folder)
    return FrozenBM25.open(folder, len(tokens_of_chunks))


def test_the_idf_is_lucenes(tmp_path: Path) -> None:
    index = frozen(BOATS, tmp_path)
    # ln(1 + (N - df + 0.5) / (df + 0.5)) with N = 3
    assert index.idf("boat") == pytest.approx(math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)))
    assert index.idf("gale") == pytest.approx(math.log(1 + (3 - 1 + 0.5) / (1 + 0.5)))


def test_the_scores_of_three_chunks_written_out(tmp_path: Path) -> None:
    # Lengths 3, 1 and 4, on average 8/3; "boat" stands in two of three chunks, so its idf is ln(1 + 1.5/2.5) = ln 1.6.
    first = math.log(1.6) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / (8 / 3)))
    second = math.log(1.6) * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1 / (8 / 3)))
    assert frozen(BOATS, tmp_path).scores({"boat": 1.0}) == pytest.approx([first, second, 0.0])


def test_terms_add_up_by_their_weights(tmp_path: Path) -> None:
    index = frozen(BOATS, tmp_path)
    together = index.scores({"boat": 2.0, "storm": 0.5})
    assert together == pytest.approx(2 * index.scores({"boat": 1.0}) + 0.5 * index.scores({"storm": 1.0}))


def test_a_term_in_every_chunk_still_scores_above_zero(tmp_path: Path) -> None:
    index = frozen([["boat"], ["boat", "net"], ["boat"]], tmp_path)
    assert index.idf("boat") > 0
    assert (index.scores({"boat": 1.0}) > 0).all()


def test_an_unknown_term_scores_nothing_and_has_the_highest_idf(tmp_path: Path) -> None:
    index = frozen(BOATS, tmp_path)
    assert index.scores({"lighthouse": 1.0}).tolist() == [0.0, 0.0, 0.0]
    assert index.idf("lighthouse") == pytest.approx(math.log(1 + (3 + 0.5) / 0.5))
    assert index.idf("lighthouse") > index.idf("gale") > index.idf("boat")


def test_no_terms_score_nothing(tmp_path: Path) -> None:
    assert frozen(BOATS, tmp_path).scores({}).tolist() == [0.0, 0.0, 0.0]


def test_chunks_without_tokens_are_rows_all_the_same(tmp_path: Path) -> None:
    scores = frozen([[], ["boat"], []], tmp_path).scores({"boat": 1.0})
    assert scores[1] > 0
    assert scores[0] == scores[2] == 0


def test_a_corpus_without_any_token_can_be_frozen_and_asked(tmp_path: Path) -> None:
    index = frozen([[], []], tmp_path)
    assert len(index) == 0
    assert index.scores({"boat": 1.0}).tolist() == [0.0, 0.0]


def test_what_is_frozen_is_plain_arrays_and_nothing_pickled(tmp_path: Path) -> None:
    freeze(BOATS, tmp_path)
    arrays = sorted(path for path in tmp_path.iterdir() if path.suffix == ".npy")
    assert len(arrays) == 5
    assert not any(np.load(path, allow_pickle=False).dtype.hasobject for path in arrays)
    assert (tmp_path / "terms.txt").read_text() == "boatgalenetstorm"


def test_arrays_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    freeze(BOATS, tmp_path)
    np.save(tmp_path / "idf.npy", np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="differ in length"):
        FrozenBM25.open(tmp_path, 3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(VOCABULARY, max_size=12), min_size=1, max_size=10).filter(any),
    st.lists(VOCABULARY, min_size=1, max_size=6),
)
def test_frozen_scores_equal_rank_bm25s_own(tokens_of_chunks: list[list[str]], query: list[str]) -> None:
    with TemporaryDirectory() as folder:
        index = frozen(tokens_of_chunks, Path(folder))
        expected = lucene_bm25(tokens_of_chunks).get_scores(query)
        scores = index.scores(term_weights(query))
        np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)
        holds_a_term = [any(term in chunk for term in query) for chunk in tokens_of_chunks]
        assert (scores > 0).tolist() == holds_a_term


def test_a_repeated_word_weighs_as_often_as_it_stands_there() -> None:
    assert term_weights(["boat", "net", "boat"]) == {"boat": 2.0, "net": 1.0}
    assert term_weights(["boat", "boat"], weight=0.5) == {"boat": 1.0}
