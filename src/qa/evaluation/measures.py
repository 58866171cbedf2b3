"""The figures of a run, under the field's own names."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from qa.evaluation.run import Result


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures over the questions of a run; those over an empty set of questions are None.

    Success@k: share of answerable questions with a gold passage among the first k. MRR: mean of 1 / rank of the
    first gold passage, 0 beyond ten. Quote@1: share whose first quote holds at least half of the gold. Answered:
    share of answerable questions with the outcome "answered"; refused: share of unanswerable ones without. Quote
    validity: share of answers whose quotes are all verbatim, which must be 1.
    """

    questions: int
    answerable: int
    unanswerable: int
    success_at_1: float | None
    success_at_5: float | None
    mrr: float | None
    quote_at_1: float | None
    quote_at_5: float | None
    answered: float | None
    refused: float | None
    quote_validity: float
    stale_gold: int
    median_ms: float


def measure(results: Sequence[Result]) -> Measures:
    """Return the measures of a run's results, which must not be empty."""
    answerable = [result for result in results if not result.question.unanswerable]
    unanswerable = [result for result in results if result.question.unanswerable]
    return Measures(
        questions=len(results),
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        success_at_1=_share([_within(r.passage_rank, 1) for r in answerable]),
        success_at_5=_share([_within(r.passage_rank, 5) for r in answerable]),
        mrr=_share([1 / r.passage_rank if r.passage_rank else 0.0 for r in answerable]),
        quote_at_1=_share([_within(r.quote_rank, 1) for r in answerable]),
        quote_at_5=_share([_within(r.quote_rank, 5) for r in answerable]),
        answered=_share([r.answer.outcome == "answered" for r in answerable]),
        refused=_share([r.answer.outcome != "answered" for r in unanswerable]),
        quote_validity=sum(r.quotes_verbatim for r in results) / len(results),
        stale_gold=sum(len(r.stale_gold) for r in results),
        median_ms=1000 * median(result.seconds for result in results),
    )


def _within(rank: int | None, k: int) -> bool:
    return rank is not None and rank <= k


def _share(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
