"""Finding quoted words again in a document as it is now, by the words themselves and what stands around them.

The terms are those of the W3C's TextQuoteSelector (Web Annotation Data Model, 4.2.4): `exact` are the words, `prefix`
and `suffix` the text before and after.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from qa.indexing.sentences import split_sentences
from qa.types import Document, Paragraph

Status = Literal["unchanged", "moved", "changed", "gone"]

VERSION_LENGTH = 12
CONTEXT = 32
# Where words repeat, more context tells them apart; an address does not grow beyond this.
LONGEST_CONTEXT = 512
# Two unlike English sentences share about half of their letters in order; from here on it is the same one, reworded.
NEARLY_THE_SAME = 70
# A passage that lacks more than three quarters of the quote's slices of five characters is not even compared.
_SLICE = 5
_SLICES_SHARED = 0.25
# Likeness counts from 70 to 100; the surroundings may outweigh it, for a register's entries differ by a number only.
_WEIGHT_OF_CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Located:
    """What became of quoted words, and where they or the nearest passage stand now; no paragraph when gone."""

    status: Status
    paragraph: Paragraph | None
    start: int
    end: int


def version_of(document: Document) -> str:
    """Return the version that a permalink names: the beginning of the SHA-256 of the document's file."""
    return document.sha256[:VERSION_LENGTH]


def split_version(address: str) -> tuple[str, str]:
    """Return the document's id and the version that "<document>@<version>" names, "" where it names none.

    A document's own id may hold an "@", but never ends like a version: it ends with the ending of its format.

    >>> split_version("minutes@board.md@0123456789ab")
    ('minutes@board.md', '0123456789ab')
    """
    found = re.fullmatch(f"(.+)@([0-9a-f]{{{VERSION_LENGTH}}})", address, re.DOTALL)
    return (found[1], found[2]) if found else (address, "")


def quote_context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return prefix and suffix of a quote: long enough to tell it from every other place with the same words."""
    length = CONTEXT
    while True:
        first = max(0, start - length)
        around = text[first : end + length]
        unique = text.find(around) == first and text.find(around, first + 1) == -1
        if unique or length >= LONGEST_CONTEXT:
            return text[first:start], text[end : end + length]
        length *= 2


def find_quote(document: Document, exact: str, prefix: str, suffix: str, number: int) -> Located:
    """Return what became of the words `exact` that were quoted from paragraph `number`.

    The same words between the same surroundings come first, then the same words in the same paragraph, then those
    with the most alike surroundings, then the nearest; without the same words, the passage most like them.
    """
    places = list(_places(document, exact))
    if places:
        text = document.text

        def fitness(place: tuple[Paragraph, int, int]) -> tuple[bool, bool, int, int]:
            paragraph, start, end = place
            return (
                text.endswith(prefix, 0, start) and text.startswith(suffix, end),
                paragraph.number == number,
                _shared_around(text, start, end, prefix, suffix),
                -abs(paragraph.number - number),
            )

        paragraph, start, end = max(places, key=fitness)
        return Located("unchanged" if paragraph.number == number else "moved", paragraph, start, end)
    return _nearest(document, exact, prefix, suffix, number)


def _places(document: Document, exact: str) -> Iterator[tuple[Paragraph, int, int]]:
    """Yield every place of the same words inside one paragraph; if there is none, with other white space between."""
    starts = [paragraph.start for paragraph in document.paragraphs]
    spans = list(_exact_spans(document.text, exact)) or list(_spaced_spans(document.text, exact))
    for start, end in spans:
        row = bisect_right(starts, start) - 1
        if row >= 0 and end <= document.paragraphs[row].end:
            yield document.paragraphs[row], start, end


def _exact_spans(text: str, exact: str) -> Iterator[tuple[int, int]]:
    start = text.find(exact) if exact else -1
    while start >= 0:
        yield start, start + len(exact)
        start = text.find(exact, start + 1)


def _spaced_spans(text: str, exact: str) -> Iterator[tuple[int, int]]:
    words = exact.split()
    if words:
        yield from (match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), text))


def _shared_around(text: str, start: int, end: int, prefix: str, suffix: str) -> int:
    """Return how many characters right before and right behind a range are those of prefix and suffix."""
    before, after = text[max(0, start - len(prefix)) : start], text[end : end + len(suffix)]
    return _shared(prefix[::-1], before[::-1]) + _shared(suffix, after)


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _nearest(document: Document, exact: str, prefix: str, suffix: str, number: int) -> Located:
    """Return the run of sentences most like the quoted words, if any is nearly the same."""
    text = document.text
    best, found = (0.0, 0), Located("gone", None, 0, 0)
    for paragraph, start, end in _runs(document, exact):
        alike = fuzz.ratio(exact, text[start:end], score_cutoff=NEARLY_THE_SAME)
        if not alike:
            continue
        around = _shared_around(text, start, end, prefix, suffix) / max(1, len(prefix + suffix))
        score = (alike + _WEIGHT_OF_CONTEXT * around, -abs(paragraph.number - number))
        if found.paragraph is None or score > best:
            best, found = score, Located("changed", paragraph, start, end)
    return found


def _runs(document: Document, exact: str) -> Iterator[tuple[Paragraph, int, int]]:
    """Yield runs of neighbouring sentences, up to one more than were quoted, of the paragraphs that may hold them."""
    slices = {exact[i : i + _SLICE] for i in range(0, len(exact), _SLICE)}
    longest = len(split_sentences(exact)) + 1
    for paragraph in document.paragraphs:
        words = document.text[paragraph.start : paragraph.end]
        if sum(piece in words for piece in slices) <= _SLICES_SHARED * len(slices):
            continue
        sentences = split_sentences(words)
        for first, (start, _) in enumerate(sentences):
            for _, end in sentences[first : first + longest]:
                yield paragraph, paragraph.start + start, paragraph.start + end
