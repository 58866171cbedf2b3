"""Every word piece of every passage has its state, in the segment of the sentence it stands in."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import read
from qa.indexing.encoder import Encoded, OnnxEncoder
from qa.indexing.generation import open_current
from qa.indexing.pieces import embed, pieces_of
from qa.indexing.sentences import split_sentences
from qa.indexing.token_states import SegmentedStates, TokenStates, as_float, segmented, write

DIMENSION = 4


def states_of(count: int) -> np.ndarray:
    return np.arange(count * DIMENSION, dtype=np.float32).reshape(count, DIMENSION) / 1_000


def encoded(text: str, longest: int = 10**6) -> Encoded:
    """Words as pieces, each with the length of its text so far as its number."""
    offsets = []
    place = 0
    for word in text.split(" "):
        if word:
            offsets.append((place, place + len(word)))
        place += len(word) + 1
    offsets = offsets[:longest]
    pieces = np.array([len(text[:start]) for start, _ in offsets], np.int32)
    return Encoded(
        np.zeros(DIMENSION, np.float32), pieces, np.array(offsets, np.int32).reshape(-1, 2), states_of(len(offsets))
    )


def cut(found: SegmentedStates) -> list[list[int]]:
    return [found.pieces[start:end].tolist() for start, end in pairwise(found.starts)]


def bounds_of(text: str) -> list[tuple[int, int]]:
    """Sentences behind a context that ends at the first line break."""
    before = text.index("\n") + 1
    return [(before + start, before + end) for start, end in split_sentences(text[before:])]


TEXT = "Port \nBoats moor. Nets dry here. Fees rise."


def alone(text: str) -> list[Encoded]:
    return [encoded(text[start:end]) for start, end in bounds_of(text)]


def test_pieces_stand_in_the_segment_of_their_sentence() -> None:
    found = segmented(encoded(TEXT.replace("\n", " ")), bounds_of(TEXT), alone(TEXT))
    words = [[TEXT[place:].split(maxsplit=1)[0] for place in segment] for segment in cut(found)]
    assert words == [["Port"], ["Boats", "moor."], ["Nets", "dry", "here."], ["Fees", "rise."]]


def test_a_sentence_beyond_what_the_model_reads_at_once_is_read_alone() -> None:
    # The first four words alone are read: of "Nets dry here." one, of "Fees rise." none.
    found = segmented(encoded(TEXT.replace("\n", " "), longest=4), bounds_of(TEXT), alone(TEXT))
    context, first, second, third = cut(found)
    assert len(context) == 1 and len(first) == 2
    assert second == [0, 5, 9] == alone(TEXT)[1].pieces.tolist()
    assert third == alone(TEXT)[2].pieces.tolist()
    np.testing.assert_allclose(as_float(found.states[3:6]), states_of(3), atol=0.003)


def test_a_sentence_too_long_even_alone_keeps_what_was_read() -> None:
    text = "Port \n" + "boat " * 50
    whole = encoded(text.replace("\n", " "), longest=20)
    read_alone = [encoded(text[start:end], longest=15) for start, end in bounds_of(text)]
    assert cut(segmented(whole, bounds_of(text), read_alone))[1] == whole.pieces[1:].tolist()


_WORDS = st.lists(st.sampled_from(["Boats", "moor.", "Nets", "dry!", "Fees", "rise.\n", "here"]), max_size=30)


@given(_WORDS, st.integers(0, 40))
def test_segments_sum_to_all_pieces_and_miss_none_that_was_read(words: list[str], longest: int) -> None:
    text = "Port \n" + " ".join(words)
    whole = encoded(text.replace("\n", " "), longest)
    found = segmented(whole, bounds_of(text), alone(text))
    assert len(found.starts) == len(bounds_of(text)) + 2
    assert found.starts[0] == 0 and found.starts[-1] == len(found.pieces) == len(found.states)
    assert (np.diff(found.starts) >= 0).all()
    assert len(found.pieces) >= len(whole.pieces)
    read_alone = [len(e.pieces) for e in alone(text)]
    assert [len(segment) for segment in cut(found)[1:]] == read_alone or longest < len(text.split())


def passages_of(*lengths: tuple[int, ...]) -> list[SegmentedStates]:
    chance = np.random.default_rng(3)
    found = []
    for segments in lengths:
        total = sum(segments)
        found.append(
            SegmentedStates(
                chance.integers(-127, 128, (total, DIMENSION)).astype(np.int8),
                chance.integers(0, 9, total).astype(np.int32),
                np.cumsum([0, *segments]),
            )
        )
    return found


@pytest.mark.parametrize("lengths", [[], [()], [(3,)], [(0, 0), (2, 0, 4)], [(1, 2), (0,), (3, 0, 0, 5)]])
def test_what_was_written_is_found_again_passage_by_passage(tmp_path: Path, lengths: list[tuple[int, ...]]) -> None:
    passages = passages_of(*lengths)
    write(passages, DIMENSION, tmp_path / "states")
    found = TokenStates(tmp_path / "states")
    assert found.shape == (sum(len(segments) for segments in lengths), DIMENSION)
    first = 0
    for passage, segments in zip(passages, lengths, strict=True):
        again = found.of(first, len(segments))
        assert again.states.tolist() == passage.states.tolist()
        assert again.pieces.tolist() == passage.pieces.tolist()
        assert again.starts.tolist() == passage.starts.tolist()
        first += len(segments)


def test_the_idf_of_a_piece_counts_the_passages_that_hold_it(tmp_path: Path) -> None:
    empty = np.zeros((0, DIMENSION), np.int8)
    pieces = [[7, 7, 2], [2], [2, 9], []]
    passages = [
        SegmentedStates(np.resize(empty, (len(p), DIMENSION)), np.array(p, np.int32), np.array([0, len(p)]))
        for p in pieces
    ]
    write(passages, DIMENSION, tmp_path / "states")

    def idf(frequency: int) -> float:
        return math.log(1 + (4 - frequency + 0.5) / (frequency + 0.5))

    found = TokenStates(tmp_path / "states").idf([2, 7, 9, 3, 10, 30_000])
    assert found.tolist() == pytest.approx([idf(3), idf(1), idf(1), idf(0), idf(0), idf(0)], rel=1e-6)
    assert TokenStates(tmp_path / "states").idf([]).tolist() == []


@pytest.fixture(scope="module")
def encoder(exported: Path) -> OnnxEncoder:
    return OnnxEncoder(open_current(exported).folder / "encoder")


def test_states_come_back_from_one_byte_each_with_an_error_below_4_thousandths(encoder: OnnxEncoder) -> None:
    texts = ["Fees are paid once a quarter at the counter.", "صوبے میں تعلیم لازمی ہے۔", "A 1,500 m² pier; § 7 (b)."]
    for whole in encoder.read_queries(texts):
        kept = segmented(whole, [(0, 10**6)], [whole])
        assert np.abs(as_float(kept.states) - whole.states).max() < 0.004


def test_a_long_passage_has_states_for_each_of_its_sentences(encoder: OnnxEncoder) -> None:
    sentences = " ".join(f"Harbourmaster Ploughwright inspected brigantine {n} by lanternlight." for n in range(20))
    (piece,) = pieces_of(read("log.md", f"# Log\n\n{sentences}\n"), "model")
    (whole,) = (found for _, found in encoder.read_documents([piece.text]))
    assert whole.offsets[-1, 1] < len(piece.text)  # the model does not read that much at once
    found = embed([piece], encoder, None, lambda *_: None).states[0]
    lengths = np.diff(found.starts)
    assert len(lengths) == 21
    assert lengths[1:].min() >= 12
    (last,) = encoder.read_queries([piece.segments[-1]])
    np.testing.assert_allclose(as_float(found.states[-lengths[-1] :]), last.states, atol=0.006)
