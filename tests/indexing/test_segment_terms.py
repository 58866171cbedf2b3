"""Which term stands where in a passage is kept, and comes back as the words that were cut."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.indexing import bm25, segment_terms
from qa.indexing.bm25 import FrozenBM25
from qa.indexing.segment_terms import SegmentTerms

_TOKEN = st.sampled_from(["boat", "net", "Zebra", "île", "学校", "یا", "two words", "\u2028"]) | st.text(min_size=1)
_PASSAGES = st.lists(st.lists(st.lists(_TOKEN, max_size=4), min_size=1, max_size=4), max_size=5)


def written(passages: list[list[list[str]]], folder: Path) -> tuple[FrozenBM25, SegmentTerms]:
    bm25.freeze([[token for segment in passage for token in segment] for passage in passages], folder)
    segment_terms.write(passages, folder)
    return FrozenBM25.open(folder, len(passages)), SegmentTerms(folder)


@given(_PASSAGES.filter(lambda passages: any(token for p in passages for s in p for token in s)))
def test_tokens_come_back_as_they_were_cut(tmp_path_factory, passages: list[list[list[str]]]) -> None:
    lexical, terms = written(passages, tmp_path_factory.mktemp("terms"))
    assert len(terms) == sum(map(len, passages))
    first = 0
    for passage in passages:
        found = terms.of(first, len(passage))
        words = [lexical.term(row) for row in found.terms.tolist()]
        starts = found.starts.tolist()
        assert [words[a:b] for a, b in pairwise(starts)] == passage
        first += len(passage)


def test_a_term_has_the_row_of_its_postings(tmp_path: Path) -> None:
    lexical, terms = written([[["boat"], ["net", "boat"]], [["anchor"]]], tmp_path)
    assert terms.of(0, 2).terms.tolist() == [
        lexical.term_row("boat"),
        lexical.term_row("net"),
        lexical.term_row("boat"),
    ]
    assert lexical.term_row("anchor") == 0


def test_parts_that_differ_in_length_are_refused(tmp_path: Path) -> None:
    written([[["boat"], ["net", "boat"]]], tmp_path)
    np.save(tmp_path / "segment_terms.npy", np.zeros(2, np.int32))
    with pytest.raises(ValueError, match="differ in length"):
        SegmentTerms(tmp_path)
