"""Acronyms and what they stand for, as documents introduce them: "annual performance review (APR)"."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from qa.indexing.tokens import tokenize

# Of what the documents say that a short form stands for, one long form must make up this share.
DOMINANT_SHARE = 0.8
_LONGEST_SHORT = 10

_BRACKETED = regex.compile(r"\s\(([^()\[\]\n]{2,80})\)")
# What a long form cannot run across.
_BREAK = regex.compile(r"[.;:!?]\s|[()\[\]“”\"\n]")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’&][\p{L}\p{M}\p{N}]+)*")
_SHORT = regex.compile(r"(?=[^\p{Lu}]*\p{Lu})[\p{L}\p{N}][\p{L}\p{N}.&/-]*")


@dataclass(frozen=True, slots=True)
class Acronym:
    """A short form with the one long form that the documents introduce it by, and how often they do."""

    short: str
    long: str
    count: int


def find_acronyms(texts: Iterable[str]) -> list[Acronym]:
    """Return the clean pairs of short and long form that the texts introduce, by short form.

    Pairs are those of Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical
    text" (2003); long forms with the same index tokens are one, and a short form is left out unless 80 of 100 of its
    introductions agree.
    """
    longs: defaultdict[str, defaultdict[tuple[str, ...], Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    shorts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for short, long in introductions(text):
            tokens, long_tokens = tokenize(short), tuple(tokenize(long))
            if len(tokens) == 1 and long_tokens and tokens[0] not in long_tokens:
                shorts[tokens[0]][short] += 1
                longs[tokens[0]][long_tokens][long] += 1
    found = []
    for token, meanings in longs.items():
        counts = max(meanings.values(), key=lambda counts: (counts.total(), _most_frequent(counts)))
        if counts.total() >= DOMINANT_SHARE * sum(other.total() for other in meanings.values()):
            found.append(Acronym(_most_frequent(shorts[token]), _most_frequent(counts), counts.total()))
    return sorted(found, key=lambda acronym: acronym.short)


def _most_frequent(counts: Counter[str]) -> str:
    return min(counts, key=lambda form: (-counts[form], form))


def introductions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each short form with its long form, where one stands in brackets behind the other.

    >>> list(introductions("The Board of Trade (BoT) met."))
    [('BoT', 'Board of Trade')]
    """
    for match in _BRACKETED.finditer(text):
        inner = match[1].strip()
        before = text[max(0, match.start() - 200) : match.start()]
        if _is_short(inner):
            long = long_form(inner, _clause(before))
            if long:
                yield inner, long
        elif words := _WORD.findall(before):
            short = words[-1]
            if before.endswith(short) and _is_short(short) and long_form(short, inner) == inner:
                yield short, inner


def _is_short(text: str) -> bool:
    """Tell whether a text looks like a short form: 2 to 10 characters, one word, half of its letters capitals."""
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return 2 <= len(text) <= _LONGEST_SHORT and bool(_SHORT.fullmatch(text)) and 2 * capitals >= len(letters)


def _clause(before: str) -> str:
    """Return what stands behind the last break of a text."""
    end = 0
    for match in _BREAK.finditer(before):
        end = match.end()
    return before[end:]


def long_form(short: str, before: str) -> str:
    """Return the end of `before` that `short` abbreviates, empty where there is none.

    Its letters are matched from the last to the first, each as near to the end as can be, and the first at the
    beginning of a word. For n letters, the long form has two words at least and n + 5 or 2n at most, whichever is
    fewer; it is longer than the short form, and does not hold it as a word.
    """
    letters = [c.casefold() for c in short if c.isalnum()]
    folded = before.casefold()
    if len(folded) != len(before):  # a letter that folds to two
        return ""
    place = len(folded)
    for rank in range(len(letters) - 1, -1, -1):
        place = folded.rfind(letters[rank], 0, place)
        while rank == 0 and place > 0 and folded[place - 1].isalnum():
            place = folded.rfind(letters[0], 0, place)
        if place < 0:
            return ""
    long = before[place:].strip()
    words = _WORD.findall(long)
    fits = len(long) > len(short) and len(words) <= min(len(letters) + 5, 2 * len(letters))
    return long if fits and len(words) > 1 and short not in words else ""
