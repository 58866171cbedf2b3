"""The subject of a dialogue, as the few words that a follow-up may take over."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import regex

from qa.indexing.tokens import tokenize
from qa.types import Turn

# Words as the tokeniser cuts them, but for abbreviations ("U.S."), which stay whole.
WORD = regex.compile(r"\b\p{L}(?:\.\p{L})+\b|\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:[-'’][\p{L}\p{M}\p{N}]+)*")
# Words that point back at something said before, wherever they stand ("IT" in capitals does not).
POINTING = frozenset("he she it they him them his hers its their theirs former latter same others else".split())
# Words that point, count or join, and what people say to each other rather than ask about: no chip to show.
_NO_SUBJECT = POINTING | frozenset(
    "that this these those her one ones here there then now yes yeah yep no nope not none ok okay sure hello hi hey hm "
    "hmm oh um well good please thank thanks sorry want wants need needs know tell say said help get gets got getting "
    "give gives go goes going make makes let like think come came able may might must shall am cannot also just really "
    "already still ever never even only very too much many more most less every each any all both some few other "
    "another own while until since before after about again however because though although yet onto upon out up off "
    "over down first start become became plus able something someone anything anyone everything everyone "
    "today yesterday tomorrow".split()
)
_CONTRACTED = regex.compile(r"(?:n['’]t|['’](?:m|re|ve|ll|d))$", regex.IGNORECASE)

# Shown one by one to be removed. On the tuning half of DialDoc, 6, 8 and 10 words found 75, 76 and 78 of 100 passages
# of follow-ups among the first five.
MOST_WORDS = 8
# What was said one question earlier counts this much less.
DECAY = 0.7
# A reply of more words than this counts less for each of them: five quotes of 60 words would bury the question. A reply
# of 60 words counts 15 / 60 = .25 a word.
REPLY_WORDS = 15


@dataclass(frozen=True, slots=True)
class SubjectWord:
    """A word as it was said, with its index tokens."""

    text: str
    tokens: tuple[str, ...]


def subject_words(
    history: Sequence[Turn], idf: Callable[[str], float], known: Collection[str] = ()
) -> tuple[SubjectWord, ...]:
    """Return up to eight words of the dialogue (oldest turn first), the most telling first.

    A word counts by the idf of its rarest token, once in each turn that says it, less the longer ago. Words whose
    tokens are all `known`, or that no document holds, are left out.
    """
    telling: dict[tuple[str, ...], float] = {}
    said: dict[tuple[str, ...], str] = {}
    weight = 1.0
    for turn in reversed(history):
        words = _words(turn.content)
        for tokens, text in words.items():
            share = min(1.0, REPLY_WORDS / len(words)) if turn.role == "assistant" else 1.0
            telling[tokens] = telling.get(tokens, 0.0) + weight * share * _rarest(tokens, idf)
            said.setdefault(tokens, text)
        if turn.role == "user":
            weight *= DECAY
    return _most_telling(telling, said, known)


def _rarest(tokens: tuple[str, ...], idf: Callable[[str], float]) -> float:
    """Return the highest idf of a word's tokens, 0 if no document holds any."""
    unheard_of = idf("")  # no token is empty
    return max((value for value in map(idf, tokens) if value < unheard_of), default=0.0)


def _words(text: str) -> dict[tuple[str, ...], str]:
    """Return the words of a turn that may name a subject, by their tokens."""
    words: dict[tuple[str, ...], str] = {}
    for word in WORD.findall(text):
        tokens = tuple(tokenize(word))
        names = word.casefold() not in _NO_SUBJECT and not _CONTRACTED.search(word) and not word[0].isdecimal()
        if tokens and names:
            words.setdefault(tokens, word)
    return words


def _most_telling(
    telling: dict[tuple[str, ...], float], said: dict[tuple[str, ...], str], known: Collection[str]
) -> tuple[SubjectWord, ...]:
    seen = set(known)
    chosen: list[SubjectWord] = []
    for tokens in sorted(telling, key=lambda tokens: -telling[tokens]):
        if len(chosen) < MOST_WORDS and telling[tokens] > 0 and not seen.issuperset(tokens):
            seen.update(tokens)
            chosen.append(SubjectWord(said[tokens], tokens))
    return tuple(chosen)
