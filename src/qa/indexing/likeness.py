"""Documents and paragraphs that say nearly the same: MinHash finds candidates, counting decides.

Broder 1997, "On the resemblance and containment of documents", computed over arrays of all texts at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import regex
from numpy.typing import NDArray

from qa.indexing.library import Library

SHINGLE_WORDS = 3
# A heading, a date line or a signature repeats without anybody's having copied it.
SHORTEST_WORDS = 8
ALIKE_FROM = 0.8
# 32 bands of 4: of pairs that are .8 alike one in 20 million is missed, (1 - .8^4)^32; of those .3 alike one in four
# becomes a candidate, which counting then drops.
BANDS = 32
BAND_ROWS = 4
# A bucket larger than this holds boilerplate: its members are held against the first alone, not each against each.
LARGEST_BUCKET = 50

# Stop words and endings included: "may" for "must" is a difference. Characters where no spaces are written.
_WORD = regex.compile(
    r"(?V1)[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|"
    r"[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]+"
)

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two texts by name, and the share of their shingles of three words that both have (Jaccard, exact)."""

    first: str
    second: str
    jaccard: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """The near-duplicates of an index: documents by id, paragraphs of different documents by citation."""

    documents: tuple[Alike, ...]
    paragraphs: tuple[Alike, ...]


def likeness(library: Library, threshold: float = ALIKE_FROM) -> Likeness:
    """Return the documents, and the paragraphs of different documents, that are at least `threshold` alike.

    Where many are the same, each is paired with the first of them only.
    """
    documents: dict[str, list[str]] = {}
    paragraphs: dict[str, list[str]] = {}
    document_of: dict[str, str] = {}
    for document_id, citation, text in _searchable(library):
        words = words_in(text)
        documents.setdefault(document_id, []).extend(words)
        paragraphs[citation] = words
        document_of[citation] = document_id
    return Likeness(
        documents=tuple(alike(documents, threshold)),
        paragraphs=tuple(alike(paragraphs, threshold, document_of)),
    )


def _searchable(library: Library) -> Iterator[tuple[str, str, str]]:
    for document_id, _ in library.titles():
        document = library.document(document_id)
        for paragraph in document.paragraphs if document else ():
            if document and paragraph.kind == "text":
                yield document_id, paragraph.citation, document.text[paragraph.start : paragraph.body_end]


def alike(
    words_of: Mapping[str, Sequence[str]], threshold: float = ALIKE_FROM, group_of: Mapping[str, str] | None = None
) -> list[Alike]:
    """Return the pairs of named texts that are at least `threshold` alike, most alike first.

    Texts of fewer than eight words are left out. With `group_of`, texts of one group are not compared.
    """
    names = [name for name, words in words_of.items() if len(words) >= SHORTEST_WORDS]
    if len(names) < 2:
        return []
    shingles = _shingles([words_of[name] for name in names])
    groups = [group_of[name] for name in names] if group_of else list(range(len(names)))
    found = []
    for first, second in sorted(_candidates(shingles)):
        if groups[first] != groups[second]:
            common = len(np.intersect1d(shingles[first], shingles[second], assume_unique=True))
            jaccard = common / (len(shingles[first]) + len(shingles[second]) - common)
            if jaccard >= threshold:
                found.append(Alike(names[first], names[second], round(jaccard, 4)))
    return sorted(found, key=lambda pair: (-pair.jaccard, pair.first, pair.second))


def words_in(text: str) -> list[str]:
    """Return the words of a text in order, without case and punctuation.

    >>> words_in("It's 1,500: read 学校!")
    ['it', 's', '1', '500', 'read', '学', '校']
    """
    return [str(word) for word in _WORD.findall(text.casefold())]


def _shingles(texts: Sequence[Sequence[str]]) -> list[Hashes]:
    """Return each text's shingles as sorted 64-bit hashes, each once."""
    vocabulary: dict[str, int] = {}
    numbers = np.fromiter((vocabulary.setdefault(word, len(vocabulary)) for text in texts for word in text), np.uint64)
    hashes = _mixed(numbers)
    windows = np.zeros(len(hashes) - SHINGLE_WORDS + 1, np.uint64)
    for place in range(SHINGLE_WORDS):
        windows = _mixed(windows + hashes[place : place + len(windows)])
    starts = np.cumsum([0, *(len(text) for text in texts)])
    return [np.unique(windows[start : end - SHINGLE_WORDS + 1]) for start, end in pairwise(starts)]


def _mixed(numbers: Hashes) -> Hashes:
    """Spread numbers over 64 bits, one to one (the finaliser of SplitMix64)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _candidates(shingles: Sequence[Hashes]) -> set[tuple[int, int]]:
    """Return the pairs whose MinHash signatures agree in all rows of at least one band."""
    flat = np.concatenate(shingles)
    starts = np.cumsum([0, *(len(one) for one in shingles)])[:-1]
    # Multiplying mixed hashes by an odd number orders them anew.
    keys = np.random.default_rng(7).integers(0, 2**63, (BANDS, BAND_ROWS), dtype=np.uint64) * np.uint64(2) + np.uint64(
        1
    )
    pairs: set[tuple[int, int]] = set()
    for band in keys:
        signature = np.zeros(len(shingles), np.uint64)
        for key in band:
            signature = _mixed(signature ^ np.minimum.reduceat(flat * key, starts))
        for bucket in _buckets(signature):
            within = combinations(bucket, 2) if len(bucket) <= LARGEST_BUCKET else ((bucket[0], b) for b in bucket[1:])
            pairs.update(within)
    return pairs


def _buckets(signature: Hashes) -> Iterator[list[int]]:
    """Yield the places of each value that stands in more than one place, in order."""
    order = np.argsort(signature, kind="stable")
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(signature[order])) + 1, [len(order)]])
    for number in np.flatnonzero(np.diff(bounds) > 1):
        yield [int(place) for place in order[bounds[number] : bounds[number + 1]]]
