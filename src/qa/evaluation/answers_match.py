"""How alike two answers are, as SQuAD 2.0 counts it (Rajpurkar et al. 2018)."""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


def words_of(text: str) -> list[str]:
    """Return the words that are compared: lower case, without ASCII punctuation, then without English articles."""
    return _ARTICLE.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split()


def exact(found: str, wanted: str) -> float:
    """Return 1 where both have the same words in the same order, else 0."""
    return float(words_of(found) == words_of(wanted))


def f1(found: str, wanted: str) -> float:
    """Return the harmonic mean of precision and recall of the words, each counted as often as it stands there.

    An answer without words, which stands for "no answer", is right beside another one and wrong beside all else.
    """
    ours, theirs = Counter(words_of(found)), Counter(words_of(wanted))
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def best(measure: Callable[[str, str], float], found: str, wanted: Sequence[str]) -> float:
    """Return the measure against the wanted answer that fits best; without one, "no answer" is wanted."""
    return max(measure(found, one) for one in [text for text in wanted if words_of(text)] or [""])
