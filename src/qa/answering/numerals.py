"""Numbers as they are written: in digits or English words, exact or "more than", and the interval that each leaves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import regex

SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {w: 10 * v for v, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER_WORDS = frozenset([*SMALL, *TENS, *SCALES])

# "About 30" is 27 to 33.
ABOUT = 0.1

_SUFFIXES = {"k": 10**3, "m": 10**6, "bn": 10**9}
_FACTORS = {**SCALES, **_SUFFIXES, "": 1}
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupe"}
_NUMBER_WORD = "(?:" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")\b"
# What a number may begin with comes first: at most places of a text the search ends there.
_FIRST = r"(?=[\d$€£¥₹U" + "".join(sorted({word[0] for word in (*SMALL, *TENS)})) + "])"
_NUMBER = re.compile(
    rf"""{_FIRST}(?<![\w.,/#§¶'’:+-])(?P<currency>(?:US)?[$€£¥₹]\ ?)?
        (?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\ ?(?P<scale>{"|".join(SCALES)}|m|bn|k)\b)?
         |(?P<words>(?!{"|".join(SCALES)}){_NUMBER_WORD}(?:(?:[ -]|\ and\ ){_NUMBER_WORD})*))
        (?![\w/:’']|[.,–-]\d)(?P<percent>\ ?%|[ -]per[ ]?cent\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
# Matched from its end, which stands at the number, backwards.
_BOUND = regex.compile(
    r"""\b(?:
        (?P<at_most>up\ to|at\ most|(?:no\ more|not\ more|(?<!\bno\ |\bnot\ )(?:fewer|less))\ than|under|below
        |as\ many\ as|maximum(?:\ of)?|within)
      | (?P<at_least>(?:(?:more|no\ fewer|no\ less|not\ fewer|not\ less)\ than|over|at\ least|above|minimum(?:\ of)?
        |exceed(?:s|ed|ing)?|beyond|past)(?:\s+the)?)
      | (?P<about>about|around|roughly|approximately|nearly|almost|some|close\ to|ca\.)
    )\s*""",
    regex.VERBOSE | regex.IGNORECASE | regex.REVERSE,
)
_OR_MORE = re.compile(r"\+|\s+(?:or|and) (?:more|over|above)\b", re.IGNORECASE)
# As far before and behind a number as the longest of these reaches.
_BEFORE, _AFTER = 30, 10


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number at [start, end) of a text and the interval that it may lie in.

    `measure` is "%" or the index token of a currency where one is written with it, else "".
    """

    start: int
    end: int
    bounds: tuple[float, float]
    measure: str


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers of a text, first to last; "one" is one of them.

    >>> [number.bounds for number in numerals("at least 1.5 million of twenty-six million")]
    [(1500000.0, inf), (26000000.0, 26000000.0)]
    """
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        measure = "%" if match["percent"] else ""
        if match["currency"] and not measure:
            measure = _CURRENCIES.get(match["currency"].strip()[-1], "")
        before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
        yield Numeral(start, end, _bounds(_value(match), before, after), measure)


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        return float(match["digits"].replace(",", "")) * _FACTORS[(match["scale"] or "").casefold()]
    total, current = 0, 0
    for word in match["words"].casefold().replace("-", " ").split():
        if word == "hundred":
            current = max(1, current) * 100
        elif word in SCALES:
            total, current = total + max(1, current) * SCALES[word], 0
        else:
            current += SMALL.get(word, 0) + TENS.get(word, 0)
    return float(total + current)


def _bounds(value: float, before: str, after: str) -> tuple[float, float]:
    """Return the interval that a number may lie in: 30 is [30, 30], "more than 30" from 30 on, "about 30" [27, 33]."""
    said = _BOUND.match(before)
    kind = said.lastgroup if said else ""
    if kind == "at_most":
        return -inf, value
    if kind == "at_least" or _OR_MORE.match(after):
        return value, inf
    if kind == "about":
        return value * (1 - ABOUT), value * (1 + ABOUT)
    return value, value
