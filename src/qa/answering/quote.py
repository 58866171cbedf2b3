"""Choosing the words to quote: the sentence that answers, what goes on from it, and the other things of a list."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.answering.expectation import Expectation, fulfilled
from qa.types import Chunk, Paragraph, Quote, Sentence

# Answers often stand in the sentence after the one that names the subject. Taking it along as long as both are short
# found the gold words in the first quote for 74 instead of 67 of 100 questions on the tuning half of SQuAD 2.0, and
# for 35 instead of 24 on that of the shipped set, for 11 more words a quote.
LONGEST_WORDS = 60
# What a sentence gains that holds the number, date or name asked for, beside scores that sum to .3 at most: of 100
# first quotes on the tuning halves, 5 more of the shipped set hold the answer, and 0.5 more of SQuAD 2.0.
EXPECTED_SHARE = 0.04
# For a question about several things, further sentences that score at least this share of the best one's.
FURTHER_SHARE = 0.75
MOST_FURTHER = 8

_SEVERAL = re.compile(
    r"^\s*(?:please\s+)?(?:list|name|enumerate|summari[sz]e)\b"
    r"|\b(?:which|what)\s+(?:are|were)\b"
    r"|\b(?:which|what)\s+(?:\w+\s+){0,2}?(?!is\b|was\b|does\b|has\b|this\b|us\b|process\b|class\b|address\b|status\b)"
    r"\w{2,}(?<!ss)s\s+(?:are|were|do|did|have|can|must|may|should|will|of|in|on|at|for|to|that|apply|count)\b"
    r"|\b(?:who are|who were|what else|who else|how can i|how do i|what do i need|what must i|what steps|"
    r"in which ways)\b",
    re.IGNORECASE,
)


def asks_for_several(question: str) -> bool:
    """Tell whether a question asks for several things: "Which documents do I need?", "What are the steps?"."""
    return _SEVERAL.search(question) is not None


def choose(scores: NDArray[np.float64], texts: Sequence[str], wanted: Expectation | None) -> int:
    """Return the place of the sentence to quote, by score and by whether it holds what is asked for."""
    if wanted is None:
        return int(np.argmax(scores))
    return int(
        np.argmax([score + EXPECTED_SHARE * fulfilled(wanted, t) for score, t in zip(scores, texts, strict=True)])
    )


def quote(chunk: Chunk, sentences: Sequence[Sentence], best: int, paragraph: Paragraph, score: float) -> Quote:
    """Return sentence `best` of the chunk, with the next one of its paragraph if both have at most 60 words."""
    start, end = sentences[best].start, sentences[best].end
    if best + 1 < len(sentences):
        following = sentences[best + 1]
        together = chunk.text[start - chunk.start : following.end - chunk.start]
        if following.end <= paragraph.body_end and len(together.split()) <= LONGEST_WORDS:
            end = following.end
    return Quote(paragraph, start, end, chunk.text[start - chunk.start : end - chunk.start], score)


def further(
    chunk: Chunk, sentences: Sequence[Sentence], scores: NDArray[np.float64], quoted: Quote, several: bool
) -> Iterator[int]:
    """Yield the places of further sentences to quote from the same passage, at most eight, in order of the text.

    After a quote that ends with a colon, what it announces; for a question about several things, what scores nearly as
    well as the best sentence.
    """
    behind = [place for place, sentence in enumerate(sentences) if sentence.start >= quoted.end]
    if quoted.text.rstrip().endswith(":"):
        yield from behind[:MOST_FURTHER]
    elif several:
        beside = (place for place, sentence in enumerate(sentences) if sentence.end <= quoted.start)
        bound = FURTHER_SHARE * float(scores.max(initial=0.0))
        yield from [place for place in sorted([*beside, *behind]) if scores[place] >= bound][:MOST_FURTHER]
