"""The words of a text as they are compared: those that say what it is about, by their stems, and where they stand."""

import calendar
import re
from bisect import bisect, bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from qa.answering.numerals import NUMBER_WORDS, SCALES
from qa.indexing.tokens import tokenize

Word = tuple[int, int, str]
"""A word, or its stem, at [start, end) of a text."""

BLOT = "·"
"""What stands in the place of a character that is not to be looked at."""

# Words on each side of a number or date, within its clause, that tell what it is about.
NEIGHBOURS = 4

_WORD = re.compile(r"[^\W_]+(?:['’.&][^\W_]+)*")
_NO_SUBJECT = NUMBER_WORDS | {name.casefold() for name in calendar.month_name}
_CLAUSE_END = re.compile(rf"(?=[;()—,.ABW{BLOT}])(?:[;()—]|,\s|\.\s|\b(?:and|while|but|{BLOT}+)\s)", re.IGNORECASE)
_NO_START = re.compile(r"[^.!?:;\n]*")


def stems(words: str) -> frozenset[str]:
    """Return the index tokens of words, those that say nothing of a subject too."""
    return frozenset(tokenize(words))


# Neither subject nor measure: words that stand around numbers of every kind.
_WEAK = stems(
    "more less least most about around roughly approximately nearly almost over under up some many few much also only "
    "all any other than while during since after before until between among may might must shall not never no cannot "
    "per total number well yet still now given report reported reportedly say says said according source section "
    "text passage one two date place"
) | stems(" ".join(SCALES))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word's index token, the last of several, "" for a stop word or one that says nothing of the subject."""
    token = next(reversed(tokenize(word)), "")
    return "" if token in _WEAK else token


def words_in(text: str) -> list[Word]:
    """Return the words of a text, number words and names of months left out."""
    return [(m.start(), m.end(), m[0]) for m in _WORD.finditer(text) if m[0].casefold() not in _NO_SUBJECT]


def stemmed(words: Sequence[Word]) -> list[Word]:
    """Return the stems of those words that say something of a subject."""
    return [(start, end, found) for start, end, word in words if (found := stem(word))]


def first_stem(text: str, start: int) -> str:
    """Return the stem of the first word behind `start` that says something, "" where there is none."""
    return next((found for match in _WORD.finditer(text, start) if (found := stem(match[0]))), "")


def names_in(text: str, words: Sequence[Word]) -> Iterator[str]:
    """Yield the stems of capitalised words; of the first of a sentence only where it can be no common word."""
    for place, (start, _, word) in enumerate(words):
        if not word[0].isupper():
            continue
        first = not place or not _NO_START.fullmatch(text, words[place - 1][1], start)
        follows_name = place + 1 < len(words) and words[place + 1][2][0].isupper()
        if (not first or follows_name or sum(c.isupper() for c in word) > 1) and (found := stem(word)):
            yield found


def blotted(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the text with these spans blotted out and every other character in its place."""
    for start, end in spans:
        text = text[:start] + BLOT * (end - start) + text[end:]
    return text


class Surroundings:
    """The words around the numbers and dates of a sentence, which are blotted out in `plain`."""

    def __init__(self, plain: str, content: Sequence[Word]) -> None:
        self._content = content
        self._starts = [start for start, _, _ in content]
        ends = [match.span() for match in _CLAUSE_END.finditer(plain)]
        self._clause_starts = [0, *(end for _, end in ends)]
        self._clause_ends = [*(start for start, _ in ends), len(plain)]

    def behind(self, place: int) -> Iterator[Word]:
        """Yield the words from a place on."""
        return islice(self._content, bisect_left(self._starts, place), None)

    def sides(self, start: int, end: int) -> tuple[list[str], list[str]]:
        """Return the words before and behind a span within its clause, each side from the nearest on."""
        left = self._clause_starts[bisect(self._clause_starts, start) - 1]
        right = self._clause_ends[bisect_left(self._clause_ends, end)]
        first, last = bisect_left(self._starts, left), bisect_left(self._starts, right)
        before, behind = bisect_left(self._starts, start), bisect_left(self._starts, end)
        nearest = self._content[max(first, before - NEIGHBOURS) : before]
        after = self._content[behind : min(last, behind + NEIGHBOURS)]
        return [word for _, _, word in reversed(nearest)], [word for _, _, word in after]
