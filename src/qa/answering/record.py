"""An answer as JSON: the same for `qa ask --json`, batches and every interface to come."""

from typing import Any

from qa.types import Answer, Hit, Quote


def answer_record(answer: Answer, question_id: str | None = None) -> dict[str, Any]:
    """Return the answer as a dict of plain JSON values; scores keep six decimals."""
    return {
        "id": question_id,
        "question": answer.question,
        "outcome": answer.outcome,
        "confidence": round(answer.confidence, 6),
        "quotes": [_quote(quote) for quote in answer.quotes],
        "passages": [_passage(hit) for hit in answer.hits],
        "index": answer.index_id,
    }


def _quote(quote: Quote) -> dict[str, Any]:
    paragraph = quote.paragraph
    return {
        "text": quote.text,
        "document": paragraph.document_id,
        "paragraph": paragraph.number,
        "page": paragraph.page,
        "heading": paragraph.heading,
        "start": quote.start,
        "end": quote.end,
        "score": round(quote.score, 6),
    }


def _passage(hit: Hit) -> dict[str, Any]:
    return {
        "text": hit.chunk.text,
        "document": hit.chunk.document_id,
        "paragraphs": list(hit.chunk.paragraphs),
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": round(hit.score, 6),
        "lexical_rank": hit.lexical_rank,
        "dense_rank": hit.dense_rank,
        "also_in": list(hit.also_in),
        "replaced_by": hit.replaced_by,
    }
