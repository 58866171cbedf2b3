"""Asking a set through `Assistant.ask`, as a reader does, and the plain retrievers beside it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from benchmarks.quality.passages import Found, PlainSearch, Read, Span, cited, first_with_gold, locate, span_of
from benchmarks.quality.questions import Question
from qa.answering.assistant import Assistant
from qa.indexing.index import LocalIndex
from qa.types import Answer, Outcome, Quote, Turn

History = Literal["own", "none", "foreign"]
"""The dialogue a question is asked after: its own, no one at all, or one about something else."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what came back.

    `passages` and `ranks` are by retriever ("product", "bm25", "dense", "rrf"): what was found, best first, and the
    1-based rank of the first passage that holds gold; for the product, which shows passages that say nearly the same
    once, also of one beside which a gold paragraph is cited as saying it too. `scores` say how sure each was: the
    product's confidence, the others' best score. `quotes` are (where, words); `quote_has_gold` tells whether the first
    has half of a gold span.
    """

    question: Question
    outcome: Outcome
    passages: Mapping[str, Sequence[Span]]
    ranks: Mapping[str, int | None]
    scores: Mapping[str, float]
    quotes: tuple[tuple[Span, str], ...]
    quote_has_gold: bool
    gold: tuple[Span, ...]
    verbatim: bool
    seconds: float


def ask_all(
    assistant: Assistant,
    index: LocalIndex,
    questions: Sequence[Question],
    history: History,
    k: int,
    step: Callable[[], None],
) -> list[Asked]:
    """Ask every question for `k` passages; `step` is called after each."""
    plain = PlainSearch(index)
    read = lru_cache(maxsize=256)(index.document)
    results = []
    for question in questions:
        turns = _turns(question, history)
        started = time.perf_counter()
        answer = assistant.ask(question.question, turns, k=k)
        seconds = time.perf_counter() - started
        results.append(_judged(read, plain.find(question.question), question, answer, seconds))
        step()
    return results


def _turns(question: Question, history: History) -> Sequence[Turn]:
    return {"own": question.history, "none": (), "foreign": question.foreign}[history]


def _judged(read: Read, found: Found, question: Question, answer: Answer, seconds: float) -> Asked:
    gold = locate(read, question.gold)
    passages = {"product": [span_of(hit.chunk) for hit in answer.hits], **found.passages}
    ranks = {name: first_with_gold(spans, gold) for name, spans in passages.items()}
    ranks["product"] = _first_cited(answer, cited(read, gold), ranks["product"])
    quotes = tuple((Span(q.paragraph.document_id, q.start, q.end), q.text) for q in answer.quotes)
    return Asked(
        question=question,
        outcome=answer.outcome,
        passages=passages,
        ranks=ranks,
        scores={"product": answer.confidence, **found.best_scores},
        quotes=quotes,
        quote_has_gold=bool(quotes) and any(_has_half(quotes[0][0], wanted) for wanted in gold),
        gold=tuple(gold),
        verbatim=all(_is_verbatim(read, quote) for shown in answer.quotes for quote in (shown, *shown.more)),
        seconds=seconds,
    )


def _first_cited(answer: Answer, gold: frozenset[str], first: int | None) -> int | None:
    """Return the rank of the first passage that holds gold, or beside which a gold paragraph is cited as the same."""
    also = (rank for rank, hit in enumerate(answer.hits, start=1) if not gold.isdisjoint(hit.also_in))
    return min((rank for rank in (first, next(also, None)) if rank is not None), default=None)


def _has_half(quote: Span, wanted: Span) -> bool:
    shared = min(quote.end, wanted.end) - max(quote.start, wanted.start)
    return quote.document == wanted.document and 2 * shared >= wanted.end - wanted.start


def _is_verbatim(read: Read, quote: Quote) -> bool:
    document, paragraph = read(quote.paragraph.document_id), quote.paragraph
    inside = paragraph.start <= quote.start < quote.end <= paragraph.end
    return document is not None and inside and document.text[quote.start : quote.end] == quote.text
