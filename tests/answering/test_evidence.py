"""What speaks for a passage, signal by signal, on passages small enough to count by hand.

Word pieces point in one of four directions of four dimensions: AHEAD has a cosine of .5 with HALF, 0 with ASIDE and -1
with BACK; HALF and ASIDE have .5 in common.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering import evidence
from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS, Asked, gather
from qa.answering.followup import prepare
from qa.answering.search import search
from qa.answering.widening import widen
from qa.indexing.bm25 import K1
from qa.indexing.encoder import Encoded
from qa.indexing.protocol import Candidate, Passage
from qa.indexing.segment_terms import PassageTerms
from qa.indexing.token_states import SegmentedStates
from qa.types import Chunk, Sentence

AHEAD, BACK = np.full(4, 0.5, np.float32), np.full(4, -0.5, np.float32)
HALF = np.array([0.5, 0.5, 0.5, -0.5], np.float32)
ASIDE = np.array([0.5, 0.5, -0.5, -0.5], np.float32)
DIRECTIONS = [AHEAD, BACK, HALF, ASIDE]
BAN, LEJ, OUTLAW, GROUP = 1, 2, 7, 8
"""Rows of index terms."""


def starts(segments):
    return np.cumsum([0, *map(len, segments)])


def passage(*sentences, context=((), ()), vectors=None):
    """Return a passage of segments, each the pieces and the terms that stand in it; stored as an index stores them."""
    segments = [context, *sentences]
    pieces, terms = [of[0] for of in segments], [of[1] for of in segments]
    states = np.array([piece for of_segment in pieces for piece in of_segment], np.float32).reshape(-1, 4)
    return Passage(
        chunk=Chunk("a.md", 0, len(sentences), "x" * len(sentences), "", (1,)),
        sentences=[Sentence(place, place + 1) for place in range(len(sentences))],
        sentence_vectors=np.array(vectors if vectors is not None else [AHEAD] * len(sentences), np.float32),
        states=SegmentedStates(
            np.rint(states * 254).astype(np.int8), np.zeros(len(states), np.int32), starts(pieces).astype(np.int64)
        ),
        terms=PassageTerms(np.array([t for of in terms for t in of], np.int32), starts(terms).astype(np.int64)),
    )


def asked(*pieces, terms=None, found_as=None, neighbours=()):
    """Return a question of weighted word pieces."""
    return Asked(
        vector=AHEAD,
        states=np.array([piece for piece, _ in pieces], np.float32).reshape(-1, 4),
        weights=np.array([weight for _, weight in pieces], np.float32),
        terms=terms or {},
        found_as=found_as or {},
        neighbours=tuple(neighbours),
    )


def seen(question, *passages, lexical=0.0, dense=0.0):
    """Return the signals of the first passage and those of its sentences, by name."""
    candidates = [Candidate(row, lexical, dense, None, None) for row in range(len(passages))]
    found = gather(question, candidates, passages)[0]
    of_passage = dict(zip(PASSAGE_SIGNALS, found.passage.tolist(), strict=True))
    return of_passage, [dict(zip(SENTENCE_SIGNALS, row, strict=True)) for row in found.sentences.tolist()]


def test_bm25_counts_by_its_share_of_the_highest_that_these_terms_can_have():
    question = asked(terms={"ban": 1.0, "lej": 3.0}, found_as={"ban": (), "lej": ()})

    of_passage, _ = seen(question, passage(([], [])), lexical=2.0 * (K1 + 1))

    assert of_passage["bm25"] == pytest.approx(0.5)


def test_a_rarer_word_for_the_same_thing_counts_no_more_than_the_questions_own_can():
    question = asked(terms={"ban": 4.0}, found_as={"ban": ()})

    assert seen(question, passage(([], [])), lexical=30.0)[0]["bm25"] == 1.0


def test_the_cosine_of_a_passage_is_its_candidates_and_that_of_a_sentence_its_vectors():
    both = passage(([], []), ([], []), vectors=[HALF, BACK])

    of_passage, of_sentences = seen(asked(), both, dense=0.3)

    assert of_passage["cosine"] == 0.3
    assert [sentence["cosine"] for sentence in of_sentences] == [0.5, -1.0]


@pytest.mark.parametrize(
    ("here", "share"),
    [
        ([], 0.0),
        ([BAN], 2 / 8),
        ([LEJ], 6 / 8),
        ([LEJ, BAN], 1.0),
        ([OUTLAW, BAN], 2 / 8),
        ([OUTLAW, GROUP], 6 / 8),
    ],
)
def test_coverage_is_the_share_of_idf_that_a_passage_holds_itself_or_in_words_for_the_same_thing(here, share):
    question = asked(terms={"ban": 2.0, "lej": 6.0}, found_as={"ban": ((BAN,),), "lej": ((LEJ,), (OUTLAW, GROUP))})

    assert seen(question, passage(([], here)))[0]["coverage"] == pytest.approx(share)


def test_words_of_a_passage_may_stand_in_any_of_its_segments_and_not_in_another_passage():
    question = asked(terms={"lej": 6.0}, found_as={"lej": ((OUTLAW, GROUP),)})
    split = passage(([], [BAN]), ([], [GROUP]), context=([], [OUTLAW]))

    assert seen(question, split)[0]["coverage"] == 1.0
    assert seen(question, passage(([], [OUTLAW])), passage(([], [GROUP])))[0]["coverage"] == 0.0


def test_a_word_that_no_document_holds_is_not_covered():
    assert seen(asked(terms={"ban": 2.0}, found_as={"ban": ()}), passage(([], [BAN])))[0]["coverage"] == 0.0


def test_late_interaction_is_the_weighted_mean_of_the_most_alike_pieces():
    question = asked((AHEAD, 0.75), (ASIDE, 0.25))
    found = passage(([AHEAD, BACK], []), context=([HALF], []))

    of_passage, (of_sentence,) = seen(question, found)

    assert of_passage["late"] == pytest.approx(0.75 * 1.0 + 0.25 * 0.5)
    assert of_sentence["late"] == pytest.approx(0.75 * 1.0 + 0.25 * 0.0)


def test_a_sentence_is_not_credited_with_the_pieces_of_another():
    _, of_sentences = seen(asked((AHEAD, 1.0)), passage(([HALF], []), ([BACK], []), ([AHEAD], [])), passage(([], [])))

    assert [sentence["late"] for sentence in of_sentences] == [0.5, -1.0, 1.0]


def test_the_weakest_match_is_the_mean_of_the_two_worst_among_the_weightier_half():
    question = asked((AHEAD, 0.4), (HALF, 0.3), (HALF, 0.2), (BACK, 0.1))

    # The median weight is .25: AHEAD is found at 1, the first HALF at .5, and the lighter ones do not count.
    assert seen(question, passage(([AHEAD], [])))[0]["weakest"] == pytest.approx((1.0 + 0.5) / 2)


def test_a_question_of_one_piece_is_matched_as_badly_as_that_piece():
    assert seen(asked((AHEAD, 1.0)), passage(([HALF], [])))[0]["weakest"] == 0.5


@pytest.mark.parametrize(
    ("sentences", "shares"),
    [
        ([[BAN, LEJ]], [0.75]),
        ([[LEJ, BAN]], [0.0]),
        ([[BAN, OUTLAW, LEJ]], [0.0]),
        ([[BAN], [LEJ]], [0.0, 0.0]),
        ([[GROUP, BAN, LEJ, OUTLAW], [LEJ, OUTLAW]], [1.0, 0.25]),
    ],
)
def test_neighbours_stand_side_by_side_in_one_segment(sentences, shares):
    question = asked(neighbours=[(BAN, LEJ, 3.0), (LEJ, OUTLAW, 1.0)])

    _, of_sentences = seen(question, passage(*(([], terms) for terms in sentences)))

    assert [sentence["neighbours"] for sentence in of_sentences] == pytest.approx(shares)


def test_neighbours_do_not_reach_from_one_passage_into_the_next():
    question = asked(neighbours=[(BAN, LEJ, 3.0)])
    candidates = [Candidate(row, 0.0, 0.0, None, None) for row in range(2)]

    found = gather(question, candidates, [passage(([], [BAN])), passage(([], []), context=([], [LEJ]))])

    assert [of.sentences[:, SENTENCE_SIGNALS.index("neighbours")].tolist() for of in found] == [[0.0], [0.0]]


def test_nothing_found_has_no_evidence():
    assert gather(asked((AHEAD, 1.0)), [], []) == []


def test_passages_without_any_word_have_signals_of_zero():
    question = asked((AHEAD, 1.0), terms={"ban": 2.0}, found_as={"ban": ((BAN,),)}, neighbours=[(BAN, LEJ, 3.0)])

    of_passage, (of_sentence,) = seen(question, passage(([], []), vectors=[np.zeros(4)]))

    assert of_passage == dict.fromkeys(PASSAGE_SIGNALS, 0.0)
    assert of_sentence == dict.fromkeys(SENTENCE_SIGNALS, 0.0)


SEGMENT = st.tuples(st.lists(st.sampled_from(DIRECTIONS), max_size=3), st.lists(st.integers(0, 4), max_size=4))
PASSAGES = st.lists(st.tuples(SEGMENT, st.lists(SEGMENT, min_size=1, max_size=3)), min_size=1, max_size=4)
IDF = st.floats(0.01, 9)
PHRASE = st.lists(st.integers(0, 4), min_size=1, max_size=2).map(tuple)


@given(
    passages=PASSAGES,
    pieces=st.lists(st.tuples(st.sampled_from(DIRECTIONS), IDF), max_size=5),
    terms=st.dictionaries(st.sampled_from("abcd"), st.tuples(IDF, st.lists(PHRASE, max_size=2)), max_size=4),
    neighbours=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), IDF), max_size=3),
    share=st.floats(0, 1),
)
@settings(max_examples=150, deadline=None)
def test_every_signal_means_the_same_for_every_question(passages, pieces, terms, neighbours, share):
    total = sum(idf for _, idf in pieces)
    question = asked(
        *((piece, idf / total) for piece, idf in pieces),
        terms={term: idf for term, (idf, _) in terms.items()},
        found_as={term: tuple(phrases) for term, (_, phrases) in terms.items()},
        neighbours=neighbours,
    )
    highest = (K1 + 1) * sum(question.terms.values())
    made = [passage(*sentences, context=context) for context, sentences in passages]
    candidates = [Candidate(row, share * highest, share, None, None) for row in range(len(made))]

    for found, (_, sentences) in zip(gather(question, candidates, made), passages, strict=True):
        of_passage = dict(zip(PASSAGE_SIGNALS, found.passage, strict=True))
        assert found.sentences.shape == (len(sentences), len(SENTENCE_SIGNALS))
        assert np.abs([*found.passage, *found.sentences.ravel()]).max() <= 1.0 + 1e-6
        assert 0.0 <= of_passage["coverage"] <= 1.0 + 1e-9
        assert 0.0 <= of_passage["bm25"] <= 1.0 + 1e-9
        assert all(0.0 <= of <= 1.0 + 1e-9 for of in found.sentences[:, SENTENCE_SIGNALS.index("neighbours")])


class Numbered:
    """As much of an index as making a question ready asks for: its terms by row, all of idf 2 or as given."""

    def idf(self, term):
        return {"lej": 6.0}.get(term, 2.0)

    def term_rows(self, terms):
        rows = {"ban": BAN, "lej": LEJ, "outlaw": OUTLAW, "group": GROUP}
        return [rows.get(term) for term in terms]

    def piece_idf(self, pieces):
        return pieces.astype(np.float32)


def encoded(*pieces, vector=AHEAD):
    """Return a text whose word pieces have these idf."""
    return Encoded(
        vector, np.array(pieces, np.int32), np.zeros((len(pieces), 2), np.int32), np.tile(AHEAD, (len(pieces), 1))
    )


def made_ready(*texts, terms=None, tokens=(), stand_ins=None):
    return evidence.asked(Numbered(), texts, terms or {}, tokens, stand_ins or {})


def test_word_pieces_weigh_by_their_share_of_idf_and_texts_by_their_weight():
    question = made_ready((encoded(3, 1), 0.5), (encoded(2, 2), 0.5))

    assert question.weights.tolist() == pytest.approx([0.375, 0.125, 0.25, 0.25])
    assert question.states.shape == (4, 4)


def test_the_vector_of_several_texts_is_their_weighted_mean_at_unit_length():
    question = made_ready((encoded(1, vector=AHEAD), 0.5), (encoded(1, vector=ASIDE), 0.5))

    assert float(np.linalg.norm(question.vector)) == pytest.approx(1.0)
    assert float(question.vector @ AHEAD) == pytest.approx(float(question.vector @ ASIDE))


def test_a_term_counts_by_its_idf_and_its_weight_in_the_question():
    question = made_ready((encoded(1), 1.0), terms={"ban": 1.0, "lej": 0.5, "unheard": 1.0})

    assert question.terms == {"ban": 2.0, "lej": 3.0, "unheard": 2.0}
    assert question.found_as == {"ban": ((BAN,),), "lej": ((LEJ,),), "unheard": ()}


def test_words_for_the_same_thing_count_where_documents_can_hold_them_whole():
    question = made_ready(
        (encoded(1), 1.0), terms={"lej": 1.0}, stand_ins={"lej": [("outlaw", "group"), ("outlaw", "unheard")]}
    )

    assert question.found_as == {"lej": ((LEJ,), (OUTLAW, GROUP))}


def test_neighbours_weigh_as_much_as_the_commoner_of_both_and_nobody_is_its_own():
    question = made_ready((encoded(1), 1.0), tokens=["lej", "lej", "ban", "unheard", "group"])

    assert question.neighbours == ((LEJ, BAN, 2.0),)


def test_a_question_without_word_pieces_is_made_ready_all_the_same():
    question = made_ready((encoded(vector=np.zeros(4, np.float32)), 1.0))

    assert (question.weights.tolist(), question.vector.tolist()) == ([], [0.0] * 4)
    assert seen(question, passage(([AHEAD], [BAN])))[0] == dict.fromkeys(PASSAGE_SIGNALS, 0.0)


@pytest.fixture(scope="module")
def index(build):
    files = {
        "lifts.md": "# Lifts\n\nMeridian repairs the lifts at night. The lifts were inspected in May 2021.\n",
        "so.md": "# So\n\nSo they are, and so are we.\n",
    }
    return build(files).open().index


@pytest.mark.parametrize("question", ["what is the of and to?", "¿?", "\U0001f6a2", "So they are."])
@pytest.mark.parametrize("documents", [None, ["so.md"]])
def test_a_question_without_index_terms_has_only_meaning_to_go_by(index, question, documents):
    found = search(index, widen(prepare(question, index=index), index.vocabulary), 5, documents).found

    assert found
    for each in found:
        of_passage = dict(zip(PASSAGE_SIGNALS, each.evidence.passage, strict=True))
        assert (of_passage["bm25"], of_passage["coverage"]) == (0.0, 0.0)
        assert not each.evidence.sentences[:, SENTENCE_SIGNALS.index("neighbours")].any()
        assert np.isfinite(each.evidence.passage).all()
        assert np.isfinite(each.evidence.sentences).all()


def test_a_question_can_be_held_against_a_document_of_stop_words_alone(index):
    question = widen(prepare("Who repairs the lifts at night?", index=index), index.vocabulary)

    (found,) = search(index, question, 5, ["so.md"]).found

    assert dict(zip(PASSAGE_SIGNALS, found.evidence.passage, strict=True))["coverage"] == 0.0
