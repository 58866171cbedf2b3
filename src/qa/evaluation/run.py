"""Asking every question of a set through `Assistant.ask`, and holding the answers against the gold."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.answering.assistant import Assistant
from qa.evaluation.anchors import anchor, places
from qa.evaluation.answers_match import f1
from qa.evaluation.failures import Failure, Needed, State, classify
from qa.evaluation.sets import Gold, Question, by_id, history_of
from qa.types import Answer, Chunk, Document, Quote, Turn

DEPTH = 10
_CITED_ALIKE = 0.5
"""F1 of gold words and of a quote from another place, from which on they say the same."""

Read = Callable[[str], Document | None]
"""Returns a document of the index by its id."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a gold quote stands: half-open offsets in a document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gold quote stands and how it was found: the 1-based rank of the first passage that holds it, if any.

    `nearest` is the text most like a stale quote, empty where none is.
    """

    state: State
    spans: tuple[Span, ...]
    rank: int | None
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One question's answer beside its gold.

    `passage_rank` and `quote_rank` are the 1-based ranks of the first passage and the first quote that hold gold words,
    None where none of the first ten does; a passage beside which a gold paragraph is cited as saying the same holds it.
    `stale_gold` are gold quotes that no longer stand in their document. `places` has one entry for each gold quote;
    `candidate_rank` is that of the first candidate with words that are needed and were not shown, of
    `candidate_count`, looked for where some were not.
    """

    question: Question
    answer: Answer
    passage_rank: int | None
    quote_rank: int | None
    quotes_verbatim: bool
    stale_gold: tuple[Gold, ...]
    seconds: float
    failure: Failure = Failure.RIGHT
    places: tuple[Place, ...] = ()
    candidate_rank: int | None = None
    candidate_count: int = 0


def run(
    assistant: Assistant, questions: Sequence[Question], progress: Callable[[int, int], None] | None = None
) -> list[Result]:
    """Ask every question, follow-ups with the dialogue before them, and return a result for each, in order."""
    questions_by_id = by_id(questions)
    read = lru_cache(maxsize=256)(assistant.index.document)
    results = []
    for done, question in enumerate(questions):
        if progress:
            progress(done, len(questions))
        history = history_of(question, questions_by_id)
        started = time.perf_counter()
        answer = assistant.ask(question.question, history, k=DEPTH)
        seconds = time.perf_counter() - started
        results.append(judge(assistant, question, answer, seconds, history, read))
    if progress:
        progress(len(questions), len(questions))
    return results


def judge(
    assistant: Assistant,
    question: Question,
    answer: Answer,
    seconds: float,
    history: Sequence[Turn] = (),
    read: Read | None = None,
) -> Result:
    """Hold an answer against its question's gold; `history` is the dialogue that the question was asked after."""
    read = read or assistant.index.document
    stands = tuple(_place(read, gold, answer) for gold in question.gold)
    spans = [span for place in stands for span in place.spans]
    groups = _groups(question, stands)
    missing = [group for group in groups if all(place.rank is None for _, place in group)]
    sought = [place for group in missing for _, place in group if place.state == "indexed"]
    candidates = assistant.candidates(question.question, history) if sought else []
    needed = [_needed(answer, group, candidates) for group in groups]
    ranks = [piece.candidate_rank for piece in needed if piece.candidate_rank is not None]
    return Result(
        question=question,
        answer=answer,
        passage_rank=min((place.rank for place in stands if place.rank is not None), default=None),
        quote_rank=_first_touching([_span(quote) for quote in answer.quotes], spans),
        quotes_verbatim=all(_is_verbatim(read, quote) for shown in answer.quotes for quote in (shown, *shown.more)),
        stale_gold=tuple(g for g, place in zip(question.gold, stands, strict=True) if not place.spans),
        seconds=seconds,
        failure=classify(question.unanswerable, answer.outcome, needed),
        places=stands,
        candidate_rank=min(ranks, default=None),
        candidate_count=len(candidates),
    )


def locate(assistant: Assistant, gold: Gold) -> list[Span]:
    """Return every place where a gold quote stands in its document, none if it no longer does."""
    return _spans(assistant.index.document(gold.document), gold)


def _spans(document: Document | None, gold: Gold) -> list[Span]:
    found = places(document.text, gold.quote) if document else ()
    return [Span(gold.document, start, end) for start, end in found]


def _place(read: Read, gold: Gold, answer: Answer) -> Place:
    document = read(gold.document)
    spans = _spans(document, gold)
    if document is None:
        return Place("not indexed", (), None)
    if not spans:
        return Place("stale", (), None, anchor(document, gold).nearest)
    passages = [_span_of(hit.chunk) for hit in answer.hits]
    citations = {citation for span in spans for citation in _citations(document, span)}
    cited = next((rank for rank, hit in enumerate(answer.hits, start=1) if citations & set(hit.also_in)), None)
    ranks = [rank for rank in (_first_touching(passages, spans), cited) if rank is not None]
    searched = ranks or any(_is_searched(document, span) for span in spans)
    return Place("indexed" if searched else "not indexed", tuple(spans), min(ranks, default=None))


def _is_searched(document: Document, span: Span) -> bool:
    """Tell whether a place lies in what is searched; less than half of it may lie outside, as between paragraphs."""
    inside = sum(
        max(0, min(paragraph.body_end, span.end) - max(paragraph.start, span.start))
        for paragraph in document.paragraphs
        if paragraph.kind == "text"
    )
    return 2 * inside >= span.end - span.start


def _groups(question: Question, places: Sequence[Place]) -> list[list[tuple[Gold, Place]]]:
    """Return the gold quotes that are alternatives together, with their places, in order of their groups."""
    groups: dict[int, list[tuple[Gold, Place]]] = {}
    for gold, place in zip(question.gold, places, strict=True):
        groups.setdefault(gold.group, []).append((gold, place))
    return [groups[number] for number in sorted(groups)]


def _needed(answer: Answer, group: Sequence[tuple[Gold, Place]], candidates: Sequence[Chunk]) -> Needed:
    places = [place for _, place in group]
    states = {place.state for place in places}
    spans = [span for place in places for span in place.spans]
    rank = min((place.rank for place in places if place.rank is not None), default=None)
    return Needed(
        # A group is as well off as the best of its alternatives.
        state="indexed" if "indexed" in states else "stale" if "stale" in states else "not indexed",
        passage_rank=rank,
        candidate_rank=_first_touching([_span_of(chunk) for chunk in candidates], spans) if rank is None else None,
        quoted=rank is not None and _is_quoted(answer.quotes[rank - 1], [gold for gold, _ in group], spans),
    )


def _is_quoted(quote: Quote, gold: Sequence[Gold], spans: Sequence[Span]) -> bool:
    """Tell whether what is quoted of a passage holds gold words, or words nearly like them from another place."""
    quoted = (quote, *quote.more)
    return _first_touching([_span(one) for one in quoted], spans) is not None or any(
        f1(one.text, wanted.quote) >= _CITED_ALIKE for one in quoted for wanted in gold
    )


def _first_touching(found: Sequence[Span], gold: Sequence[Span]) -> int | None:
    for rank, span in enumerate(found, start=1):
        if any(_holds(span, wanted) for wanted in gold):
            return rank
    return None


def _citations(document: Document, span: Span) -> list[str]:
    return [p.citation for p in document.paragraphs if p.start < span.end and span.start < p.end]


def _holds(span: Span, wanted: Span) -> bool:
    """Tell whether a span holds at least half of the wanted characters: a gold quote may run over two sentences."""
    if span.document_id != wanted.document_id:
        return False
    overlap = min(span.end, wanted.end) - max(span.start, wanted.start)
    return overlap * 2 >= wanted.end - wanted.start


def _span(quote: Quote) -> Span:
    return Span(quote.paragraph.document_id, quote.start, quote.end)


def _span_of(chunk: Chunk) -> Span:
    return Span(chunk.document_id, chunk.start, chunk.end)


def _is_verbatim(read: Read, quote: Quote) -> bool:
    document = read(quote.paragraph.document_id)
    return document is not None and document.text[quote.start : quote.end] == quote.text
