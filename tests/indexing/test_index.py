import threading
from pathlib import Path

import numpy as np
import pytest

from qa.errors import IndexDamagedError
from qa.indexing import tokens
from qa.indexing.bm25 import term_weights
from qa.indexing.generation import open_current
from qa.indexing.index import LocalIndex
from qa.indexing.tokens import tokenize

PLACES = [f"Port {name}" for name in "Alma Brom Cora Dent Evan Fife Gale Hove Iona Jute".split()]
THINGS = ["boats", "nets", "storms"]


@pytest.fixture(scope="module")
def index(build) -> LocalIndex:
    """Thirty documents of two sections each; the second is the same in every one."""
    files = {
        f"{place[5:].lower()}/{thing}.md": (
            f"# {place}\n\nThe wardens of {place} keep a register of {thing}.\n\n"
            "## Notice\n\nRing the bell twice before you enter.\n"
        )
        for place in PLACES
        for thing in THINGS
    }
    return build(files).open().index


def asked(index: LocalIndex, question: str, depth: int, documents: list[str] | None = None):
    vector = index.encoder.encode_queries([question])[0]
    return index.candidates(term_weights(tokenize(question)), vector, depth, documents)


def test_each_candidate_has_both_scores_whichever_retriever_found_it(index: LocalIndex) -> None:
    question = "register of storms in Port Gale"
    found = asked(index, question, 5)
    vector = index.encoder.encode_queries([question])[0]
    cosines = index.chunk_vectors(range(60)) @ vector
    scores = index.lexical.scores(term_weights(tokenize(question)))
    assert {None} != {c.lexical_rank for c in found} != {1, 2, 3, 4, 5}
    for candidate in found:
        assert candidate.dense_score == pytest.approx(cosines[candidate.row], abs=1e-5)
        assert candidate.lexical_score == pytest.approx(scores[candidate.row])


def test_ranks_count_from_one_by_descending_score(index: LocalIndex) -> None:
    found = asked(index, "register of storms in Port Gale", 5)
    for rank, score in (("lexical_rank", "lexical_score"), ("dense_rank", "dense_score")):
        ranked = sorted((c for c in found if getattr(c, rank)), key=lambda c: getattr(c, rank))
        assert [getattr(c, rank) for c in ranked] == [1, 2, 3, 4, 5]
        assert [getattr(c, score) for c in ranked] == sorted((getattr(c, score) for c in ranked), reverse=True)


def test_the_best_of_both_retrievers_is_the_chunk_that_was_meant(index: LocalIndex) -> None:
    best = [c.row for c in asked(index, "register of storms in Port Gale", 5) if c.lexical_rank == c.dense_rank == 1]
    assert [chunk.document_id for chunk in index.chunks(best)] == ["gale/storms.md"]


def test_candidates_come_by_row_each_once(index: LocalIndex) -> None:
    rows = [c.row for c in asked(index, "wardens ring the bell", 20)]
    assert rows == sorted(set(rows))


def test_documents_are_filtered_before_ranking(index: LocalIndex) -> None:
    found = asked(index, "register of boats in Port Alma", 3, ["jute/storms.md"])
    chunks = index.chunks([c.row for c in found])
    assert [(chunk.document_id, chunk.heading) for chunk in chunks] == [
        ("jute/storms.md", ""),
        ("jute/storms.md", "Notice"),
    ]
    assert found[0].lexical_rank == found[0].dense_rank == 1


@pytest.mark.parametrize("documents", [[], ["nowhere.md"]])
def test_a_filter_that_leaves_no_document_finds_nothing(index: LocalIndex, documents: list[str]) -> None:
    assert asked(index, "register of boats", 3, documents) == []


def test_fewer_chunks_than_wanted_are_all_there_are(index: LocalIndex) -> None:
    found = asked(index, "register of boats", 1_000)
    assert [c.row for c in found] == list(range(60))
    assert all(c.dense_rank is not None for c in found)


def test_ties_are_broken_by_row(index: LocalIndex) -> None:
    notices = [c.row for c in asked(index, "bell", 1_000) if c.lexical_rank is not None]
    assert len(notices) == 30
    found = asked(index, "bell", 4)
    assert [c.row for c in found if c.lexical_rank] == notices[:4]
    assert [c.lexical_rank for c in found if c.lexical_rank] == [1, 2, 3, 4]
    assert found == asked(index, "bell", 4)


def test_a_question_without_index_terms_is_answered_by_meaning_alone(index: LocalIndex) -> None:
    found = asked(index, "who are you?", 4)
    assert len(found) == 4
    assert all(c.lexical_rank is None and c.lexical_score == 0 for c in found)


def test_a_passage_has_its_chunk_and_unit_vectors_of_its_sentences(index: LocalIndex) -> None:
    (found,) = index.passages([0])
    assert [found.chunk] == index.chunks([0])
    assert len(found.sentences) == len(found.sentence_vectors) == 1
    assert found.sentence_vectors.dtype == np.float32
    assert np.linalg.norm(found.sentence_vectors[0]) == pytest.approx(1.0, abs=1e-3)
    assert (found.sentences[0].start, found.sentences[0].end) == (found.chunk.start, found.chunk.end)


def test_a_passage_has_a_segment_for_its_context_and_one_for_each_sentence(index: LocalIndex) -> None:
    rows = range(60)
    for row, passage in zip(rows, index.passages(rows), strict=True):
        assert len(passage.states.starts) == len(passage.terms.starts) == len(passage.sentences) + 2
        assert passage.states.starts[0] == passage.terms.starts[0] == 0
        assert passage.states.starts[-1] == len(passage.states.pieces) == len(passage.states.states)
        assert passage.terms.starts[-1] == len(passage.terms.terms)
        first, count = index.library.sentences([row])[0][0], len(passage.sentences)
        context, *sentences = index.segment_tokens(row, first, count)
        assert context == tokenize(f"{index.title_of(passage.chunk.document_id)} › {passage.chunk.heading}")
        texts = [
            passage.chunk.text[s.start - passage.chunk.start : s.end - passage.chunk.start] for s in passage.sentences
        ]
        assert sentences == [tokenize(text) for text in texts]


def test_terms_are_numbered_as_in_the_passages(index: LocalIndex) -> None:
    (passage,) = index.passages([0])
    warden, nothing = index.term_rows(["warden", "zeppelin"])
    assert nothing is None
    assert warden in passage.terms.terms
    assert index.lexical.term(warden) == "warden"


def test_passages_come_in_the_order_they_are_asked_for(index: LocalIndex) -> None:
    assert [passage.chunk for passage in index.passages([5, 0, 3])] == index.chunks([5, 0, 3])
    assert index.passages([]) == []


def test_threads_find_what_one_alone_finds(index: LocalIndex) -> None:
    questions = [f"register of {thing} in {place}" for place in PLACES for thing in THINGS]
    alone = [asked(index, question, 5) for question in questions]
    together: dict[int, object] = {}

    def ask(start: int) -> None:
        for place in range(start, len(questions), 4):
            together[place] = asked(index, questions[place], 5)

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[place] for place in range(len(questions))] == alone


def test_another_tokeniser_than_the_indexs_own_is_refused(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "STOP_WORDS", tokens.STOP_WORDS | {"harbour"})
    with pytest.raises(IndexDamagedError, match="built with another tokeniser"):
        LocalIndex.open(exported)


def test_a_generation_that_is_deleted_while_it_is_opened_is_refused_in_a_sentence(new_index) -> None:
    generation = open_current(new_index())
    (generation.folder / "library.sqlite").unlink()
    with pytest.raises(IndexDamagedError, match=r"cannot be opened .*run `qa index`"):
        LocalIndex.open_generation(generation)


def test_documents_bear_the_day_they_take_effect_else_their_date(build) -> None:
    index = build(
        {
            "dated.md": "---\ndate: 2019-04-01\n---\n# Fees\n\nFees are due.\n",
            "effective.md": "---\ndate: 2019-04-01\neffective_from: 2020\n---\n# Fares\n\nFares are due.\n",
            "undated.md": "# Tolls\n\nTolls are due.\n",
        }
    )
    opened = LocalIndex.open(index.index)
    assert [opened.date_of(name) for name in ("dated.md", "effective.md", "undated.md", "nowhere.md")] == [
        "2019-04-01",
        "2020",
        "",
        "",
    ]


@pytest.mark.parametrize(
    "part", ["token_states/states.npy", "token_states/segment_starts.npy", "bm25/segment_terms.npy"]
)
def test_parts_that_do_not_fit_together_are_refused_in_a_sentence(new_index, part: str) -> None:
    """As after a fault of a build: the hashes are right, the contents are not."""
    generation = open_current(new_index())
    path = generation.folder / part
    array = np.load(path)[:-1]
    path.unlink()
    np.save(path, array)
    with pytest.raises(IndexDamagedError, match=r"[Rr]un `qa index`"):
        LocalIndex.open_generation(generation)
