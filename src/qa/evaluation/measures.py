"""The figures of a run, under the field's own names."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qa.evaluation.answers_match import best, exact, f1
from qa.evaluation.failures import Failure
from qa.evaluation.intervals import Bootstrap, Interval
from qa.evaluation.run import Result
from qa.evaluation.selective import Probabilities, Times, aurc_of_draws, calibration_error_of_draws

ALL, FOLLOW_UPS, NO_CATEGORY = "all", "follow-ups", "no category"
RANKING_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: how it is called, what it means, and which way is better.

    `kind` "mean" is a mean of values of single questions, which can be compared question by question; "ratio" is one
    whose questions depend on the run; "whole" is counted over all questions at once. A "share" lies between 0 and 1.
    """

    name: str
    label: str
    meaning: str
    kind: Literal["mean", "ratio", "whole"] = "mean"
    better: Literal["higher", "lower"] = "higher"
    unit: Literal["share", "ms"] = "share"


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("right", "right", "share of questions without a failure"),
        Measure("success_at_1", "Success@1", "share of answerable questions with a gold passage first"),
        Measure("success_at_5", "Success@5", "with one among the first five"),
        Measure("ndcg_at_10", "nDCG@10", "ranking of all needed passages, gain: the grade (linear), log2 discount"),
        Measure("mrr", "MRR", "mean of 1 / rank of the first gold passage, 0 beyond ten (RR@10)"),
        Measure("recall_at_5", "R@5", "share of the needed passages among the first five, where several are needed"),
        Measure("recall_at_10", "R@10", "the same among the first ten"),
        Measure("quote_at_1", "Quote@1", "share whose first quote holds half of the gold words or more"),
        Measure("quote_at_5", "Quote@5", "share with such a quote among the first five"),
        Measure("quote_exact", "quote exact", "share whose first quote is a gold quote, word for word"),
        Measure("quote_f1", "quote F1", "words that first quote and gold have in common, as F1"),
        Measure(
            "exact", "exact", "SQuAD 2.0 over all questions: the quote where one was given as the answer, else none"
        ),
        Measure("f1", "f1", "the same as F1 of the words"),
        Measure("has_ans_exact", "HasAns_exact", "exact over answerable questions"),
        Measure("has_ans_f1", "HasAns_f1", "f1 over answerable questions"),
        Measure("no_ans_exact", "NoAns_exact", "share of unanswerable questions that got no answer"),
        Measure("no_ans_f1", "NoAns_f1", "the same by definition"),
        Measure("answered", "answered", "share of answerable questions that were answered"),
        Measure("refused", "refused", "share of unanswerable questions that were not"),
        Measure("quote_validity", "quote validity", "share of answers whose quotes are all verbatim; must be 1"),
        Measure("coverage", "coverage", "share of all questions that were answered"),
        Measure(
            "selective_accuracy", "selective accuracy", "share of the answered ones with a gold passage first", "ratio"
        ),
        Measure("aurc", "AURC", "area under the risk-coverage curve", "whole", "lower"),
        Measure("ece", "ECE", "distance of confidence and truth, ten bins of equally many", "whole", "lower"),
        Measure("p50_ms", "latency p50", "median time to answer, ms", "whole", "lower", "ms"),
        Measure("p95_ms", "latency p95", "time within which 95 of 100 were answered, ms", "whole", "lower", "ms"),
    )
}
MEANS = tuple(name for name, measure in MEASURES.items() if measure.kind != "whole")
PAIRED = tuple(name for name, measure in MEASURES.items() if measure.kind == "mean")


@dataclass(frozen=True, slots=True)
class Scored:
    """What a question adds to the measures: its value in each mean, None where it does not count."""

    dialogue: str
    category: str
    is_follow_up: bool
    confidence: float
    right: bool
    seconds: float
    stale_gold: int
    values: Mapping[str, float | None]

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question."""
        return self.values["success_at_1"] is not None


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of a group of questions and their intervals; None where no question counts, or too few do."""

    questions: int
    answerable: int
    unanswerable: int
    stale_gold: int
    values: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]


def score(result: Result, dialogue: str) -> Scored:
    """Return what a result adds to the measures; `dialogue` names the question that its dialogue began with."""
    question = result.question
    return Scored(
        dialogue=dialogue,
        category=question.category,
        is_follow_up=question.parent_id is not None,
        confidence=result.answer.confidence,
        right=not question.unanswerable and result.passage_rank == 1,
        seconds=result.seconds,
        stale_gold=len(result.stale_gold),
        values={name: None if value is None else float(value) for name, value in _values(result).items()},
    )


def _values(result: Result) -> dict[str, float | None]:
    question, answer = result.question, result.answer
    answered, first = answer.outcome == "answered", answer.quotes[0].text if answer.quotes else ""
    given = first if answered else ""
    gold = [quote.quote for quote in question.gold]
    wanted = [] if question.unanswerable else list(question.answers) or gold
    by_words: dict[str, float | None] = {"exact": best(exact, given, wanted), "f1": best(f1, given, wanted)}
    over_all = {
        "right": result.failure is Failure.RIGHT,
        "quote_validity": result.quotes_verbatim,
        "coverage": answered,
        "selective_accuracy": result.passage_rank == 1 and not question.unanswerable if answered else None,
        **by_words,
    }
    none: dict[str, float | None] = dict.fromkeys(MEANS)
    if question.unanswerable:
        refused = {"no_ans_exact": by_words["exact"], "no_ans_f1": by_words["f1"], "refused": not answered}
        return {**none, **over_all, **refused}
    return {
        **none,
        **over_all,
        **_ranking(result),
        "quote_at_1": _within(result.quote_rank, 1),
        "quote_at_5": _within(result.quote_rank, 5),
        "quote_exact": best(exact, first, gold),
        "quote_f1": best(f1, first, gold),
        "has_ans_exact": by_words["exact"],
        "has_ans_f1": by_words["f1"],
        "answered": answered,
    }


def _ranking(result: Result) -> dict[str, float | None]:
    rank = result.passage_rank
    groups: dict[int, list[tuple[int, int | None]]] = {}
    for gold, place in zip(result.question.gold, result.places, strict=True):
        groups.setdefault(gold.group, []).append((gold.grade, place.rank))
    firsts = [min((rank for _, rank in group if rank), default=None) for group in groups.values()]
    several = len(groups) > 1
    return {
        "success_at_1": _within(rank, 1),
        "success_at_5": _within(rank, 5),
        "mrr": 1 / rank if rank is not None and rank <= RANKING_DEPTH else 0.0,
        "ndcg_at_10": ndcg(list(groups.values())),
        "recall_at_5": sum(_within(first, 5) for first in firsts) / len(firsts) if several else None,
        "recall_at_10": sum(_within(first, 10) for first in firsts) / len(firsts) if several else None,
    }


def ndcg(groups: Sequence[Sequence[tuple[int, int | None]]], depth: int = RANKING_DEPTH) -> float:
    """Return nDCG with the grade as gain (linear, as in trec_eval) and the discount log2(rank + 1).

    What is judged is a group of alternatives, each given as (grade, rank), None where it was not found: a reader who
    has one of them needs no other. A group counts with the alternative that adds most; its best grade is the ideal.
    Groups in the same passage count one behind the other, so that nothing exceeds the ideal.

    Of two groups of grades 2 and 1 with only the lesser found, at rank 2: (1 / log2 3) / (2 + 1 / log2 3) = .240.
    """
    found = [max(_gains(group), default=(0.0, 0, 0)) for group in groups]
    gained, last = 0.0, 0
    for _, rank, grade in sorted((one for one in found if one[1]), key=lambda one: (one[1], -one[2])):
        last = max(rank, last + 1)
        gained += grade / math.log2(last + 1) if last <= depth else 0.0
    ideal = sorted((max(grade for grade, _ in group) for group in groups), reverse=True)[:depth]
    return gained / sum(grade / math.log2(place + 2) for place, grade in enumerate(ideal))


def _gains(group: Sequence[tuple[int, int | None]]) -> list[tuple[float, int, int]]:
    return [(grade / math.log2(rank + 1), rank, grade) for grade, rank in group if rank is not None]


def _within(rank: int | None, k: int) -> bool:
    return rank is not None and rank <= k


def measure(scored: Sequence[Scored]) -> Measured:
    """Return the measures of some questions, at least one, with their intervals."""
    matrix = np.array([[_number(one.values[name]) for name in MEANS] for one in scored])
    draws = Bootstrap([one.dialogue for one in scored])
    values: dict[str, float | None] = {}
    intervals: dict[str, Interval | None] = {}
    for column, (name, interval) in enumerate(zip(MEANS, draws.means(matrix), strict=True)):
        counted = matrix[:, column][~np.isnan(matrix[:, column])]
        values[name] = float(counted.mean()) if len(counted) else None
        intervals[name] = interval
    values |= whole_figures(scored)
    intervals |= {name: draws.whole(figure) for name, figure in _wholes(scored).items()}
    answerable = sum(one.answerable for one in scored)
    return Measured(
        questions=len(scored),
        answerable=answerable,
        unanswerable=len(scored) - answerable,
        stale_gold=sum(one.stale_gold for one in scored),
        values={name: values[name] for name in MEASURES},
        intervals={name: intervals[name] for name in MEASURES},
    )


def whole_figures(scored: Sequence[Scored]) -> dict[str, float]:
    """Return the measures that are no means of some questions, at least one."""
    once = np.ones((1, len(scored)), dtype=np.int64)
    return {name: float(figure(once)[0]) for name, figure in _wholes(scored).items()}


def _wholes(scored: Sequence[Scored]) -> dict[str, Callable[[Times], Probabilities]]:
    confidence = np.array([one.confidence for one in scored])
    right = np.array([one.right for one in scored])
    milliseconds = 1000 * np.array([one.seconds for one in scored])
    return {
        "aurc": lambda times: aurc_of_draws(confidence, right, times),
        "ece": lambda times: calibration_error_of_draws(confidence, right, times),
        "p50_ms": lambda times: _quantile(milliseconds, times, 0.5),
        "p95_ms": lambda times: _quantile(milliseconds, times, 0.95),
    }


def _quantile(values: Probabilities, times: Times, share: float) -> Probabilities:
    """Return the value that this share of the drawn ones does not exceed, in each row of `times`."""
    order = np.argsort(values, kind="stable")
    drawn = np.cumsum(times[:, order], axis=1)
    place = (drawn < np.ceil(share * drawn[:, -1:])).sum(axis=1)
    found: Probabilities = values[order][place]
    return found


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def by_group(scored: Sequence[Scored]) -> dict[str, list[Scored]]:
    """Return the questions by group, none of them empty: all, follow-ups, and each category."""
    groups = {ALL: list(scored), FOLLOW_UPS: [one for one in scored if one.is_follow_up]}
    for one in sorted(scored, key=lambda one: one.category):
        groups.setdefault(group_of(one.category), []).append(one)
    return {name: group for name, group in groups.items() if group}


def group_of(category: str) -> str:
    """Return how the group of a category is called; a category's name may be that of another group."""
    return f"category {category}" if category in (ALL, FOLLOW_UPS, NO_CATEGORY) else category or NO_CATEGORY
