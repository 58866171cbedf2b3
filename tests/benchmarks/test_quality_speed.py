from pathlib import Path

import numpy as np
import pytest
from benchmarks.quality import synthetic
from benchmarks.quality.large_index import build_large
from benchmarks.quality.speed import timed

from conftest import write_files
from qa.indexing.encoder import OnnxEncoder
from qa.indexing.index import LocalIndex

KNOWN = {"known.md": "harbour harbour harbour pilot pilot ferry"}


@pytest.fixture
def known(tmp_path: Path) -> Path:
    return write_files(tmp_path / "known", KNOWN)


def test_the_most_frequent_words_are_those_of_real_documents(known: Path):
    words = synthetic.vocabulary(known)
    assert words[:3] == ["harbour", "pilot", "ferry"]
    assert len(words) == len(set(words)) == synthetic.VOCABULARY


def test_a_made_up_corpus_is_the_same_whenever_written(known: Path, tmp_path: Path):
    for name in ("first", "second"):
        synthetic.write(tmp_path / name, 260, known)
    first, second = ({p.name: p.read_text() for p in (tmp_path / name).iterdir()} for name in ("first", "second"))
    assert first == second
    assert sorted(first) == ["volume-0000.md", "volume-0001.md"]


def test_a_large_index_has_a_passage_for_each_paragraph_and_drawn_vectors(
    known: Path, tmp_path: Path, build, new_index
):
    real = build(KNOWN).open().index
    computed = OnnxEncoder.read_documents
    synthetic.write(tmp_path / "corpus", 120, known)
    index = new_index()
    build_large(tmp_path / "corpus", index, real)
    large = LocalIndex.open(index)
    assert large.vector_count == 120
    vectors = large.chunk_vectors(range(120))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    # The one real vector with noise of half its length: cosine 1 / sqrt(1.25) = .894.
    assert (vectors @ real.chunk_vectors([0])[0]).mean() == pytest.approx(0.894, abs=0.02)
    (passage,) = large.passages([0])
    # A word of the made-up documents is one word piece.
    assert len(passage.states.pieces) >= len(passage.chunk.text.split())
    assert OnnxEncoder.read_documents is computed


def test_a_question_is_timed_beside_its_encoding(build):
    timing = timed(build(KNOWN).open().index, ["Where is the ferry?", "Who is the pilot?"], 5.0)
    assert timing.questions == 2
    assert timing.ratio == timing.ask_ms / timing.encode_ms
