"""Questions that ask for the same: by the meaning of their words, and by the names in them.

Average linkage keeps what is merely near a neighbour of a group from joining it (Sokal and Michener 1958, "A
statistical method for evaluating systematic relationships").
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.answering.question import clean_question
from qa.errors import QuestionError
from qa.indexing.encoder import Encoder, Vectors
from qa.indexing.tokens import tokenize

ALIKE_FROM = 0.5
"""Mean cosine from which questions stand in one group: of pairs that people wrote for the same, two thirds and more."""
SAME_FROM = 0.85
"""Cosine from which a question is taken for one that is there already."""
SHARED_WORDS = 0.6
"""The share of their words (Jaccard) that it has in common with that: "closed" means nearly the same as "opened"."""
OTHER_NAMES = 0.2
"""What the likeness of two questions loses that name different things: who founded this group, who founded that."""

_ASKING = frozenset({"who", "when", "where", "why", "how"})
_WORD = re.compile(r"[^\W_]+")


def question_vectors(encoder: Encoder, questions: Sequence[str]) -> Vectors:
    """Return a unit row for each question."""
    return np.array([read.vector for read in encoder.read_queries(questions)], np.float32)


def grouped(questions: Sequence[str], vectors: Vectors) -> list[list[int]]:
    """Return the places of questions that ask for the same, in groups; `vectors` are unit rows, one for each."""
    if len(questions) < 2:
        return [[place] for place in range(len(questions))]
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = 1.0 - _likeness(questions, vectors)
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform(apart.clip(min=0.0), checks=False), "average")
    groups: dict[int, list[int]] = {}
    for place, group in enumerate(fcluster(tree, 1.0 - ALIKE_FROM, "distance").tolist()):
        groups.setdefault(group, []).append(place)
    return sorted(groups.values())


def _likeness(questions: Sequence[str], vectors: Vectors) -> NDArray[np.float32]:
    likeness = vectors @ vectors.T
    named = [(place, *_names(question)) for place, question in enumerate(questions)]
    naming = [entry for entry in named if entry[1]]
    for number, (one, names, words, short) in enumerate(naming):
        for other, other_names, other_words, other_short in naming[:number]:
            if _differ(names, words, short, other_names, other_words, other_short):
                likeness[one, other] -= OTHER_NAMES
                likeness[other, one] -= OTHER_NAMES
    return likeness


def _names(question: str) -> tuple[set[str], set[str], bool]:
    """Return the names and figures in a question, all its words, and whether the names are acronyms only."""
    found = _WORD.findall(question)
    capitals = {word for word in found if sum(letter.isupper() for letter in word) > 1}
    names = capitals | {word for word in found[1:] if word[0].isupper()} | {word for word in found if word.isdigit()}
    return {name.casefold() for name in names}, {word.casefold() for word in found}, names == capitals


def _differ(
    names: set[str], words: set[str], short: bool, other_names: set[str], other_words: set[str], other_short: bool
) -> bool:
    """Tell whether two questions name different things; an acronym may stand for a name written out."""
    if not names or not other_names or short != other_short:
        return False
    return not (names & other_words or other_names & words)


class AskedAlready:
    """The questions that sets and drafts hold; tells whether one asks the same as another."""

    def __init__(self, questions: Iterable[tuple[str, str]], encoder: Encoder) -> None:
        """Take where each question stands, and its words."""
        self._encoder = encoder
        self._places: dict[str, str] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._holding: dict[str, list[str]] = {}
        for place, question in questions:
            self.add(place, question)

    def add(self, place: str, question: str) -> None:
        """Take a further question."""
        key = _cleaned(question)
        if key in self._places:
            return
        self._places[key], self._words[key] = place, frozenset(tokenize(key))
        for word in self._words[key]:
            self._holding.setdefault(word, []).append(key)

    def place_of(self, question: str) -> str | None:
        """Return where the same question stands, in these or nearly these words; None where it is new."""
        key = _cleaned(question)
        if key in self._places:
            return self._places[key]
        words = set(tokenize(key))
        near = dict.fromkeys(other for word in words for other in self._holding.get(word, ()))
        asks = _asks(key)
        near = {
            other: None
            for other in near
            if _share(words, self._words[other]) >= SHARED_WORDS and (not asks or _asks(other) in ("", asks))
        }
        if not near:
            return None
        own, *others = question_vectors(self._encoder, [key, *near])
        cosines = np.array(others) @ own
        best = list(near)[int(cosines.argmax())]
        # Case is folded here: only figures are told apart by `_names`, names by the words that are shared.
        same = cosines.max() >= SAME_FROM and not _differ(*_names(key), *_names(best))
        return self._places[best] if same else None


def _asks(question: str) -> str:
    """Return what a question begins to ask by, "" where it does so with no such word: "who", "when"."""
    return next((word for word in _WORD.findall(question) if word in _ASKING), "")


def _share(words: set[str], others: frozenset[str]) -> float:
    return len(words & others) / max(1, len(words | others))


def _cleaned(question: str) -> str:
    try:
        return clean_question(question).casefold().rstrip(" ?")
    except QuestionError:
        return ""
