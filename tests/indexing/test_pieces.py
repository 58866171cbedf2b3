"""What a build takes over from the generation before must be what it would have computed."""

import numpy as np
import pytest

from qa.indexing import tokens
from qa.indexing.index import BM25, SENTENCE_VECTORS, LocalIndex
from qa.indexing.pieces import pieces_of, tokenize
from qa.indexing.token_states import as_float
from qa.types import Chunk

FILES = {
    f"{name}.md": f"# {name.title()}\n\n## First\n\nThe {name} is closed above nine metres. It opens at dawn.\n\n"
    f"## Second\n\nThe keeper of the {name} rings the bell twice in winter.\n"
    for name in ("gate", "lock", "pier", "quay", "weir")
}


@pytest.fixture(scope="module")
def updated(build):
    """An index updated twice: a document changed, one removed, one added, so that every row moved."""
    built = build(FILES)
    (built.corpus / "gate.md").unlink()
    (built.corpus / "lock.md").write_text("# Lock\n\nThe lock is 60 metres long.\n")
    (built.corpus / "again.md").write_text("# Again\n\nصلى ﷺ closed. ﷺ\n")
    built.rebuild()
    (built.corpus / "zebra.md").write_text("# Zebra\n\nA zebra crossing leads to the weir.\n")
    return built, built.rebuild()


@pytest.fixture(scope="module")
def both(updated, new_index):
    """The updated index and one built from nothing over the same documents."""
    from qa.indexing.build import build_index

    built, _ = updated
    fresh = new_index()
    build_index(built.corpus, fresh)
    opened = LocalIndex.open(built.index), LocalIndex.open(fresh)
    yield opened
    for index in opened:
        index.close()


def test_only_what_changed_is_embedded(updated):
    assert updated[1].added == ("zebra.md",)
    assert (updated[1].embedded_count, updated[1].chunk_count) == (1, 9)


def test_the_parts_are_those_of_an_index_built_from_nothing(both):
    updated, fresh = both

    assert [c.text for c in updated.library.all_chunks()] == [c.text for c in fresh.library.all_chunks()]
    rows = range(fresh.vector_count)
    np.testing.assert_allclose(updated.chunk_vectors(rows), fresh.chunk_vectors(rows), atol=2e-3)
    stored = [np.load(index.generation.folder / SENTENCE_VECTORS).astype(np.float32) for index in both]
    np.testing.assert_allclose(*stored, atol=2e-3)
    folders = [index.generation.folder / BM25 for index in both]
    names = sorted(path.name for path in folders[0].iterdir())
    assert names == sorted(path.name for path in folders[1].iterdir())
    assert all((folders[0] / name).read_bytes() == (folders[1] / name).read_bytes() for name in names)


def test_tokens_of_known_chunks_are_not_cut_again(both, monkeypatch):
    index, _ = both
    known = pieces_of(index.document("weir.md"), index.encoder.fingerprint)
    cut = []
    monkeypatch.setattr(tokens, "fingerprint", lambda: index.generation.manifest.recipe["tokenizer"])
    monkeypatch.setattr(tokens, "tokenize", lambda text: cut.append(text) or ["cut"])

    assert tokenize(known, index)[1] == [
        ["weir", "second"],
        ["keeper", "weir", "ring", "bell", "twice", "winter"],
    ]
    assert cut == []
    assert tokenize(known, None) == [[["cut"], ["cut"], ["cut"]], [["cut"], ["cut"]]]


def test_tokens_of_another_tokeniser_are_cut_again(both, monkeypatch):
    index, _ = both
    known = pieces_of(index.document("weir.md"), index.encoder.fingerprint)
    monkeypatch.setattr(tokens, "fingerprint", lambda: "another")
    monkeypatch.setattr(tokens, "tokenize", lambda text: ["cut"])

    assert tokenize(known, index) == [[["cut"], ["cut"], ["cut"]], [["cut"], ["cut"]]]


def test_taken_over_and_computed_anew_all_is_the_same(both):
    """Every row moved in the two updates; batches differ, so that vectors agree to the rounding of the arithmetic."""
    updated, fresh = both
    rows = range(updated.vector_count)
    for one, other in zip(updated.passages(rows), fresh.passages(rows), strict=True):
        assert one.chunk == other.chunk
        assert one.states.pieces.tolist() == other.states.pieces.tolist()
        assert one.states.starts.tolist() == other.states.starts.tolist()
        np.testing.assert_allclose(as_float(one.states.states), as_float(other.states.states), atol=0.006)
        assert one.terms.terms.tolist() == other.terms.terms.tolist()
        assert one.terms.starts.tolist() == other.terms.starts.tolist()


def test_segments_are_the_context_and_the_sentences(both):
    index, _ = both
    first, second = pieces_of(index.document("weir.md"), "model")
    assert first.segments == ["Weir › First\n", "The weir is closed above nine metres.", "It opens at dawn."]
    assert second.segments == ["Weir › Second\n", "The keeper of the weir rings the bell twice in winter."]


def test_a_key_depends_on_the_model_and_the_text(both):
    index, _ = both
    document = index.document("weir.md")
    first, second = pieces_of(document, "model")

    assert first.key != second.key
    assert first.key != pieces_of(document, "another")[0].key
    assert isinstance(first.chunk, Chunk)
    assert first.text == "Weir › First\nThe weir is closed above nine metres. It opens at dawn."
