"""What speaks for each passage as an answer: every signal at most 1, and the same for every question.

Nothing is rescaled by the best score of the question at hand, so that a score can also tell that nothing answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qa.indexing.bm25 import K1
from qa.indexing.encoder import Encoded, Vectors
from qa.indexing.protocol import Candidate, Index, Passage
from qa.indexing.token_states import as_float

Signals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as passages are held against it.

    `vector` is its unit vector; `states` (pieces, token dimension) are its word pieces', each weighed by its share of
    their idf. `terms` gives the idf of each index term, `found_as` the sets of term rows that stand for it: its own,
    and those of words for the same thing. `neighbours` are terms that stand side by side in it.
    """

    vector: Vectors
    states: Vectors
    weights: NDArray[np.float32]
    terms: Mapping[str, float]
    found_as: Mapping[str, tuple[tuple[int, ...], ...]]
    neighbours: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signals of one passage, and of each of its sentences.

    `passage`: in the order of `PASSAGE_SIGNALS`; `sentences`: (sentences, signals) in that of `SENTENCE_SIGNALS`.
    """

    passage: Signals
    sentences: Signals


PASSAGE_SIGNALS = ("bm25", "cosine", "coverage", "late", "weakest")
"""What is looked at in a whole passage, its title and headings among it.

`bm25`: share of the highest score that these terms can have; `cosine`; `coverage`: idf-weighted share of the question's
terms that it holds; `late`: late interaction, the weighted mean over the question's word pieces of the most alike one;
`weakest`: the mean of the two weightier word pieces that are matched worst.
"""
SENTENCE_SIGNALS = ("cosine", "late", "neighbours")
"""What is looked at in a sentence; `neighbours` is the share of the question's neighbouring terms that are here too."""


def asked(
    index: Index,
    encoded: Sequence[tuple[Encoded, float]],
    terms: Mapping[str, float],
    tokens: Sequence[str],
    stand_ins: Mapping[str, Sequence[Sequence[str]]],
) -> Asked:
    """Make a question ready to be held against passages.

    `encoded` weighs the texts that make up the dense query, `terms` the question's index terms; `tokens` are its
    tokens in order, and `stand_ins` the sequences of tokens that count for a term as well.
    """
    mean = np.sum([weight * text.vector for text, weight in encoded], axis=0)
    length = float(np.linalg.norm(mean))
    shares = []
    for text, weight in encoded:
        idf = index.piece_idf(text.pieces)
        shares.append(weight * idf / (idf.sum() or 1.0))
    idf_of = {term: index.idf(term) * weight for term, weight in terms.items()}
    rows = {term: tuple(_rows(index, words) for words in ((term,), *stand_ins.get(term, ()))) for term in terms}
    own = [(first, second) for first, second in pairwise(tokens) if first != second]
    return Asked(
        vector=(mean / length if length else mean).astype(np.float32),
        states=np.concatenate([text.states for text, _ in encoded]),
        weights=np.concatenate(shares).astype(np.float32),
        terms=idf_of,
        found_as={term: tuple(words for words in alternatives if words) for term, alternatives in rows.items()},
        neighbours=tuple(
            (first_row, second_row, min(index.idf(first), index.idf(second)))
            for (first, second) in own
            for first_row, second_row in [index.term_rows([first, second])]
            if first_row is not None and second_row is not None
        ),
    )


def _rows(index: Index, words: Sequence[str]) -> tuple[int, ...]:
    """Return the rows of the terms of a phrase, none if no chunk can hold it whole."""
    rows = [row for row in index.term_rows(words) if row is not None]
    return tuple(rows) if len(rows) == len(words) else ()


def gather(question: Asked, candidates: Sequence[Candidate], passages: Sequence[Passage]) -> list[Evidence]:
    """Return the evidence of each passage, which `candidates` names with their scores."""
    if not passages:
        return []
    segments = _Segments(passages)
    alike = _alike(question, passages, segments.count)
    coverage = _coverage(question, passages, segments)
    neighbours = _neighbours(question, segments)
    late = alike @ question.weights
    highest = sum(idf * (K1 + 1) for idf in question.terms.values()) or 1.0
    gathered = []
    for place, (candidate, passage) in enumerate(zip(candidates, passages, strict=True)):
        own = slice(int(segments.firsts[place]), int(segments.firsts[place + 1]))
        sentences = slice(own.start + 1, own.stop)
        best = alike[own].max(axis=0)
        cosines = passage.sentence_vectors @ question.vector
        signals = {
            "bm25": min(1.0, candidate.lexical_score / highest),  # a rarer synonym may score higher
            "cosine": candidate.dense_score,
            "coverage": coverage[place],
            "late": float(best @ question.weights),
            "weakest": _weakest(best, question.weights),
        }
        by_sentence = {
            "cosine": cosines,
            "late": late[sentences],
            "neighbours": neighbours[sentences],
        }
        gathered.append(
            Evidence(
                np.array([signals[name] for name in PASSAGE_SIGNALS]),
                np.stack([by_sentence[name] for name in SENTENCE_SIGNALS], axis=1).astype(np.float64),
            )
        )
    return gathered


class _Segments:
    """The segments of several passages, one behind the other: passage p's are those from `firsts[p]` to the next."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.firsts = np.cumsum([0, *(len(passage.sentences) + 1 for passage in passages)])
        self.count = int(self.firsts[-1])
        self.terms = np.concatenate([passage.terms.terms for passage in passages])
        lengths = np.concatenate([np.diff(passage.terms.starts) for passage in passages])
        self.of_term = np.repeat(np.arange(self.count), lengths)

    def holding(self, places: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the segments in which the terms at these places stand."""
        found = np.zeros(self.count, np.bool_)
        found[self.of_term[places]] = True
        return found


def _weakest(best: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """Return the mean of the two worst matches among the weightier half of the word pieces."""
    if not len(best):
        return 0.0
    return float(np.sort(best[weights >= np.median(weights)])[:2].mean())


def _alike(question: Asked, passages: Sequence[Passage], segments: int) -> NDArray[np.float32]:
    """Return, for each segment and word piece of the question, how alike the segment's most alike piece is."""
    found = np.zeros((segments, len(question.weights)), np.float32)
    states = np.concatenate([passage.states.states for passage in passages])
    lengths = np.concatenate([np.diff(passage.states.starts) for passage in passages])
    filled = np.flatnonzero(lengths)
    if len(filled) and len(question.weights):
        starts = np.cumsum(lengths) - lengths
        found[filled] = np.maximum.reduceat(as_float(states) @ question.states.T, starts[filled], axis=0)
    return found


def _coverage(question: Asked, passages: Sequence[Passage], segments: _Segments) -> Signals:
    """Return the idf-weighted share of the question's terms that each passage holds, or words for the same thing."""
    coverage = np.zeros(len(passages))
    for term, idf in question.terms.items():
        here = np.zeros(len(passages), np.bool_)
        for words in question.found_as[term]:
            held = np.array([segments.holding(segments.terms == row) for row in words])
            here |= np.logical_or.reduceat(held, segments.firsts[:-1], axis=1).all(axis=0)
        coverage += idf * here
    return coverage / (sum(question.terms.values()) or 1.0)


def _neighbours(question: Asked, segments: _Segments) -> Signals:
    found = np.zeros(segments.count)
    total = sum(idf for _, _, idf in question.neighbours)
    if not total or not len(segments.terms):
        return found
    same_segment = segments.of_term[:-1] == segments.of_term[1:]
    for first, second, idf in question.neighbours:
        together = (segments.terms[:-1] == first) & (segments.terms[1:] == second) & same_segment
        found += idf * segments.holding(np.append(together, False))
    return found / total
