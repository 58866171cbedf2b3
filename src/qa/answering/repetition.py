"""Passages that say nearly the same, of which an answer shows one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import regex

from qa.indexing.tokens import tokenize

# Of the index tokens of both passages, the share that both have, and of their pairs of neighbouring tokens: one word of
# thirty changes two tokens of 31 and four pairs of 31; another order changes the pairs alone.
ALIKE_FROM = 0.9
PAIRS_ALIKE_FROM = 0.8
# Words by which two passages of like wording say different things: names, and whatever holds a digit.
_TELLING = regex.compile(r"[\p{Lu}\p{Lt}][\p{L}\p{M}\p{N}.'’-]*|[\p{L}.,]*\p{N}[\p{L}\p{N}.,]*")
_NEGATIONS = frozenset(tokenize("no not never none nor neither without except unless cannot don't doesn't isn't"))


@dataclass(frozen=True, slots=True)
class _Wording:
    tokens: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    telling: frozenset[str]


def fold(texts: Sequence[str], terms: Sequence[Iterable[int]]) -> list[list[int]]:
    """Return the places of the texts in groups that say nearly the same, each led by its first, in order of these.

    `terms[i]` are the index terms of text i, by number. A text joins a group when it says nearly the same as its
    leader.
    """
    words = [frozenset(of_text) for of_text in terms]
    groups: list[list[int]] = []
    for place, text in enumerate(texts):
        for group in groups:
            leader = group[0]
            # Taking two texts apart costs a hundred times as much as holding two sets of numbers against each other.
            if text == texts[leader] or (
                _jaccard(words[place], words[leader]) >= ALIKE_FROM and say_the_same(text, texts[leader])
            ):
                group.append(place)
                break
        else:
            groups.append([place])
    return groups


def say_the_same(first: str, second: str) -> bool:
    """Tell whether two passages are alike but for small words.

    At least 0.9 of their index tokens and 0.8 of their pairs of neighbouring tokens are common to both (Jaccard), and
    no name, number or negation stands in only one of them: "27 days" and "30 days" are two answers.
    """
    return first == second or _say_the_same(_wording(first), _wording(second))


def _wording(text: str) -> _Wording:
    tokens = tokenize(text)
    telling = (token for match in _TELLING.finditer(text) for token in tokenize(match[0]))
    return _Wording(frozenset(tokens), frozenset(pairwise(tokens)), frozenset(telling) | _NEGATIONS)


def _say_the_same(first: _Wording, second: _Wording) -> bool:
    if not first.tokens or not second.tokens:
        return False
    if (first.tokens ^ second.tokens) & (first.telling | second.telling):
        return False
    return (
        _jaccard(first.tokens, second.tokens) >= ALIKE_FROM and _jaccard(first.pairs, second.pairs) >= PAIRS_ALIKE_FROM
    )


def _jaccard(first: frozenset[Any], second: frozenset[Any]) -> float:
    if not first or not second:
        return float(first == second)
    # Sets of 8 and 10 cannot have more than 8 of 10 in common.
    most = min(len(first), len(second)) / max(len(first), len(second))
    return len(first & second) / len(first | second) if most >= PAIRS_ALIKE_FROM else most
