"""What kind of thing a question asks for, and how far a sentence holds one that the question does not name itself.

"How many prisoners were freed?" asks for a number of prisoners: "The talks on the prisoners began in November" is about
the right thing and does not answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from qa.indexing.tokens import tokenize

Kind = Literal["number", "share", "date", "day", "name"]

_NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "million millions billion billions dozen dozens half third quarter none nobody twice once several".split()
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_HOW_MANY = regex.compile(
    r"\b(?:how many|(?:what|which) (?:is |was |were |are )?(?:the )?(?:total )?(?:number|amount) of|"
    r"(?:total )?number of)\b",
    regex.IGNORECASE,
)
_HOW_MUCH = regex.compile(
    r"\b(?:how much (?:money|aid|does|did|is|was|do|will)|death toll|total number)\b", regex.IGNORECASE
)
_SHARE = regex.compile(
    r"\b(?:what|which) (?:\w+ )?(?:percentage|per cent|percent|proportion|share|fraction)\b|%", regex.IGNORECASE
)
_DAY = regex.compile(r"\b(?:(?:what|which|exact) (?:date|day)|date of)\b", regex.IGNORECASE)
# "When should I ask?" asks for a condition as often as for a date.
_DATE = regex.compile(
    r"\b(?:when (?:did|was|were|had)|(?:what|which) (?:year|month|century|decade)|how long ago|since when)\b",
    regex.IGNORECASE,
)
_NAME = regex.compile(
    r"\b(?:who|whom|whose|where|(?:what|which) (?:is|was|were|are) the (?:\w+ )?names?|by name|code ?name|"
    r"(?:which|what) (?:person|man|woman|country|city|town|place|company|group|province|state|jail|prison|minister|"
    r"organi[sz]ation|university|school|river|team))\b",
    regex.IGNORECASE,
)
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’-]*|\p{N}[\p{N}.,]*(?:st|nd|rd|th)?%?")
_DAY_OF_MONTH = regex.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?")
_YEAR = regex.compile(r"(?:1[0-9]|20)\d\d(?:s|-\d\d)?")
_CODE = regex.compile(r"(?=[\p{L}-]*\p{N})(?=[\p{N}-]*\p{L})[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*")
_ORDINAL = regex.compile(r"\d+(?:st|nd|rd|th|s)", regex.IGNORECASE)
_DENIAL = regex.compile(
    r"\b(?:not|never|no|without|cannot|none|nor|neither|nobody|nothing|except|unable|fail(?:s|ed)?|lack(?:s|ed)?|"
    r"\w+n['’]t)\b",
    regex.IGNORECASE,
)
# "8,000 of the prisoners", "prisoners: some 120": a number is one of a thing if no more words than this lie between.
NEAR = 4


@dataclass(frozen=True, slots=True)
class Expectation:
    """The kind of thing asked for; `of` are the index tokens of what is counted, `named` the question's own words."""

    kind: Kind
    of: frozenset[str]
    named: frozenset[str]


def expectation(question: str) -> Expectation | None:
    """Return what a question asks for, None where it is a matter of any words."""
    named = frozenset(word.casefold() for word in _WORD.findall(question))
    counted = _HOW_MANY.search(question)
    if _SHARE.search(question):
        return Expectation("share", frozenset(), named)
    if counted:
        return Expectation("number", frozenset(tokenize(question[counted.end() :])[:2]), named)
    if _HOW_MUCH.search(question):
        return Expectation("number", frozenset(), named)
    if _DAY.search(question):
        return Expectation("day", frozenset(), named)
    if _DATE.search(question):
        return Expectation("date", frozenset(), named)
    return Expectation("name", frozenset(), named) if _NAME.search(question) else None


def fulfilled(wanted: Expectation, text: str) -> float:
    """Return 1.0 where a text holds what is wanted, 0.5 where it holds such a thing but perhaps of something else."""
    words = _WORD.findall(text)
    places = list(_places(wanted, words))
    if not places:
        return 0.0
    if not wanted.of:
        return 1.0
    counted = [place for place, word in enumerate(words) if not wanted.of.isdisjoint(tokenize(word))]
    near = any(abs(place - other) <= NEAR for place in places for other in counted if place != other)
    return 1.0 if near else 0.5


def _places(wanted: Expectation, words: list[str]) -> Iterator[int]:
    """Yield where words of the wanted kind stand that the question does not name."""
    for place, word in enumerate(words):
        folded = word.casefold()
        if folded not in wanted.named and _is_a(wanted.kind, word, folded, words, place):
            yield place


def _is_a(kind: Kind, word: str, folded: str, words: list[str], place: int) -> bool:
    if kind == "number":
        year = _YEAR.fullmatch(word.rstrip(".,")) is not None
        return (word[0].isdecimal() and not year) or folded in _NUMBER_WORDS
    if kind == "share":
        following = " ".join(words[place + 1 : place + 3]).casefold()
        return word.endswith("%") or (
            (word[0].isdecimal() or folded in _NUMBER_WORDS)
            and following.startswith(("per cent", "percent", "in ", "of "))
        )
    if kind == "date":
        return _YEAR.fullmatch(word.rstrip(".,")) is not None or (folded in _MONTHS and word[0].isupper())
    if kind == "day":
        beside = words[max(0, place - 1) : place + 2]
        return folded in _MONTHS and any(_DAY_OF_MONTH.fullmatch(other.rstrip(".,")) for other in beside)
    return word[0].isupper() and (place > 0 or len(word) > 3)


def codes(text: str) -> frozenset[str]:
    """Return the codes of a text, folded: words of letters and digits, as "XK4472" or "B-12"."""
    return frozenset(match[0].casefold() for match in _CODE.finditer(text) if not _ORDINAL.fullmatch(match[0]))


def denies(text: str) -> bool:
    """Tell whether a text says that something is not so: "Which staff are not entitled to it?"."""
    return _DENIAL.search(text) is not None
