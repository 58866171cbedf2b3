"""The figures, each a function of ranks, scores and words, under the field's own names."""

import math
import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import rankdata

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def ndcg(ranking: Sequence[str], gains: Mapping[str, int], depth: int = 10) -> float:
    """Return nDCG as trec_eval counts it: linear gain, divided by log2(rank + 1).

    With gains 2 and 1 and only the lesser document found, at rank 2: (1 / log2 3) / (2 + 1 / log2 3) = .240.
    """
    found = sum(gains.get(document, 0) / math.log2(rank + 1) for rank, document in enumerate(ranking[:depth], start=1))
    best = sorted(gains.values(), reverse=True)[:depth]
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, start=1))
    return found / ideal if ideal else 0.0


def success(ranks: Sequence[int | None], depth: int) -> float:
    """Return the share of 1-based ranks, None for not found, that are at most `depth`."""
    return sum(rank is not None and rank <= depth for rank in ranks) / len(ranks)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return how often a positive scores above a negative, ties counting half (Mann and Whitney's U).

    Of positives .9 and .4 and a negative of .4, one pair is won and one is even: .75.
    """
    ranks = rankdata(scores)
    chosen = np.array(positive, dtype=bool)
    wins = float(ranks[chosen].sum()) - chosen.sum() * (chosen.sum() + 1) / 2
    return float(wins / (chosen.sum() * (~chosen).sum()))


def normalised(text: str) -> list[str]:
    """Return the words of a text as SQuAD compares them: lower case, without punctuation and articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def token_f1(found: str, wanted: str) -> float:
    """Return the F1 of the words of two texts as bags (Rajpurkar et al. 2016)."""
    ours, theirs = Counter(normalised(found)), Counter(normalised(wanted))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


def holds(text: str, answer: str) -> bool:
    """Tell whether the words of an answer stand in a text, one after the other; both normalised."""
    words, wanted = normalised(text), normalised(answer)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(words)} "


def risks(confidences: Sequence[float], right: Sequence[bool]) -> list[float]:
    """Return the share of wrong answers among the n most confident ones, for n from 1 on.

    Equally confident answers are taken in together, with their mean: the order of questions must not matter.
    """
    wrong: dict[float, list[bool]] = {}
    for confidence, is_right in zip(confidences, right, strict=True):
        wrong.setdefault(confidence, []).append(not is_right)
    counted = 0.0
    shares: list[float] = []
    for confidence in sorted(wrong, reverse=True):
        group = wrong[confidence]
        for _ in group:
            counted += sum(group) / len(group)
            shares.append(counted / (len(shares) + 1))
    return shares


def aurc(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the area under the risk-coverage curve (Geifman and El-Yaniv 2017); lower is better.

    Right, wrong, right by falling confidence: risks 0, 1/2, 1/3 at coverages 1/3, 2/3, 1, mean .278.
    """
    shares = risks(confidences, right)
    return sum(shares) / len(shares)


def precision_at_coverage(confidences: Sequence[float], right: Sequence[bool], coverage: float) -> float:
    """Return the share of right answers among the most confident ones that make up `coverage` of all."""
    return 1.0 - risks(confidences, right)[max(1, round(coverage * len(right))) - 1]
