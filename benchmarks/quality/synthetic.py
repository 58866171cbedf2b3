"""A corpus of any size, made by code: the shipped documents' words and made-up ones, as frequent as Zipf's law says."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

VOCABULARY = 50_000
PARAGRAPHS_OF_DOCUMENT = 250
PARAGRAPHS_OF_SECTION = 10
# Two of these exceed the length up to which paragraphs share a chunk, one never that at which it is cut.
FEWEST_WORDS, MOST_WORDS = 85, 110
SENTENCE_WORDS = 18
_SYLLABLES = "ba do fe gi ka lo mu ne pi ra so tu va we xi zo".split()
_SEED = 7


def write(folder: Path, paragraphs: int, known: Path) -> None:
    """Write Markdown files of 250 paragraphs each, each paragraph a passage, the same ones whenever asked.

    The most frequent words are those of the text files below `known`, by their frequency there: real questions then
    find what they ask for, and are cut into as few word pieces as in any corpus.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = vocabulary(known)
    weights = 1.0 / np.arange(1, len(words) + 1)
    chance = np.random.default_rng(_SEED)
    bounds = np.cumsum(weights / weights.sum())
    for first in range(0, paragraphs, PARAGRAPHS_OF_DOCUMENT):
        lengths = chance.integers(FEWEST_WORDS, MOST_WORDS + 1, min(PARAGRAPHS_OF_DOCUMENT, paragraphs - first))
        drawn = (words[row] for row in np.searchsorted(bounds, chance.random(int(lengths.sum()))).tolist())
        text = "\n\n".join(_blocks(first, lengths.tolist(), drawn))
        (folder / f"volume-{first // PARAGRAPHS_OF_DOCUMENT:04}.md").write_text(f"{text}\n", encoding="utf-8")


def vocabulary(known: Path) -> list[str]:
    """Return 50,000 words, the most frequent first."""
    counts: Counter[str] = Counter()
    for path in sorted(known.rglob("*.md")):
        counts.update(word for word in path.read_text(encoding="utf-8").split() if word.isalpha())
    real = [word for word, _ in counts.most_common(VOCABULARY)]
    made = (_made_up(number) for number in range(VOCABULARY))
    return [*real, *(word for word in made if word not in counts)][:VOCABULARY]


def _made_up(number: int) -> str:
    return "".join(_SYLLABLES[number >> shift & 15] for shift in (0, 4, 8, 12))


def _blocks(first: int, lengths: list[int], words: Iterator[str]) -> Iterator[str]:
    yield f"# Volume {first // PARAGRAPHS_OF_DOCUMENT}"
    for number, length in enumerate(lengths):
        if number % PARAGRAPHS_OF_SECTION == 0:
            yield f"## Section {number // PARAGRAPHS_OF_SECTION}"
        own = [next(words) for _ in range(length)]
        sentences = (" ".join(own[start : start + SENTENCE_WORDS]) for start in range(0, length, SENTENCE_WORDS))
        yield " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)
