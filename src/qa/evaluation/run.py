"""Asking every question of a set through `Assistant.ask`, and holding the answers against the gold."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.answering.assistant import Assistant
from qa.evaluation.sets import Gold, Question, by_id, history_of
from qa.types import Answer, Quote

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Span:
    """Where a gold quote stands: half-open offsets in a document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Result:
    """One question's answer beside its gold.

    `passage_rank` and `quote_rank` are the 1-based ranks of the first passage and the first quote that hold gold words,
    None where none of the first ten does; a passage beside which a gold paragraph is cited as saying the same holds it.
    `stale_gold` are gold quotes that no longer stand in their document.
    """

    question: Question
    answer: Answer
    passage_rank: int | None
    quote_rank: int | None
    quotes_verbatim: bool
    stale_gold: tuple[Gold, ...]
    seconds: float


def run(
    assistant: Assistant, questions: Sequence[Question], progress: Callable[[int, int], None] | None = None
) -> list[Result]:
    """Ask every question, follow-ups with the dialogue before them, and return a result for each, in order."""
    questions_by_id = by_id(questions)
    results = []
    for done, question in enumerate(questions):
        if progress:
            progress(done, len(questions))
        history = history_of(question, questions_by_id)
        started = time.perf_counter()
        answer = assistant.ask(question.question, history, k=DEPTH)
        seconds = time.perf_counter() - started
        results.append(judge(assistant, question, answer, seconds))
    if progress:
        progress(len(questions), len(questions))
    return results


def judge(assistant: Assistant, question: Question, answer: Answer, seconds: float) -> Result:
    """Hold an answer against its question's gold."""
    located = [(gold, locate(assistant, gold)) for gold in question.gold]
    spans = [span for _, found in located for span in found]
    passages = [Span(hit.chunk.document_id, hit.chunk.start, hit.chunk.end) for hit in answer.hits]
    quotes = [Span(quote.paragraph.document_id, quote.start, quote.end) for quote in answer.quotes]
    return Result(
        question=question,
        answer=answer,
        passage_rank=_first_rank(_first_touching(passages, spans), _first_citing(assistant, answer, spans)),
        quote_rank=_first_touching(quotes, spans),
        quotes_verbatim=all(
            _is_verbatim(assistant, quote) for shown in answer.quotes for quote in (shown, *shown.more)
        ),
        stale_gold=tuple(gold for gold, found in located if not found),
        seconds=seconds,
    )


def locate(assistant: Assistant, gold: Gold) -> list[Span]:
    """Return every place where a gold quote stands in its document, none if it no longer does."""
    document = assistant.index.document(gold.document)
    words = " ".join(gold.quote.split())
    if document is None or not words:
        return []
    return [Span(gold.document, found.start(), found.end()) for found in re.finditer(re.escape(words), document.text)]


def _first_touching(found: Sequence[Span], gold: Sequence[Span]) -> int | None:
    for rank, span in enumerate(found, start=1):
        if any(_holds(span, wanted) for wanted in gold):
            return rank
    return None


def _first_citing(assistant: Assistant, answer: Answer, gold: Sequence[Span]) -> int | None:
    """Return the rank of the first passage beside which a gold paragraph is cited as saying nearly the same."""
    citations = {citation for span in gold for citation in _citations(assistant, span)}
    return next((rank for rank, hit in enumerate(answer.hits, start=1) if citations & set(hit.also_in)), None)


def _citations(assistant: Assistant, span: Span) -> list[str]:
    document = assistant.index.document(span.document_id)
    paragraphs = document.paragraphs if document else ()
    return [p.citation for p in paragraphs if p.start < span.end and span.start < p.end]


def _first_rank(*ranks: int | None) -> int | None:
    return min((rank for rank in ranks if rank is not None), default=None)


def _holds(span: Span, wanted: Span) -> bool:
    """Tell whether a span holds at least half of the wanted characters: a gold quote may run over two sentences."""
    if span.document_id != wanted.document_id:
        return False
    overlap = min(span.end, wanted.end) - max(span.start, wanted.start)
    return overlap * 2 >= wanted.end - wanted.start


def _is_verbatim(assistant: Assistant, quote: Quote) -> bool:
    document = assistant.index.document(quote.paragraph.document_id)
    return document is not None and document.text[quote.start : quote.end] == quote.text
