"""An answer as JSON: the same for `qa ask --json`, batches and every interface to come."""

from collections.abc import Mapping
from typing import Any

from qa.types import Answer, Correction, Difference, Expansion, Hit, Quote, Reasons


def answer_record(answer: Answer, question_id: str | None = None, explain: bool = False) -> dict[str, Any]:
    """Return the answer as a dict of plain JSON values; scores keep six decimals.

    With `explain`, it also holds the weights of the terms that were searched, what the confidence is made of, and of
    each passage why it stands where it stands.
    """
    return {
        "id": question_id,
        "question": answer.question,
        "outcome": answer.outcome,
        "confidence": round(answer.confidence, 6),
        "quotes": [{**_quote(quote), "more": [_quote(further) for further in quote.more]} for quote in answer.quotes],
        "passages": [_passage(hit, explain) for hit in answer.hits],
        "differences": [_difference(difference) for difference in answer.differences],
        "corrections": [_correction(correction) for correction in answer.corrections],
        "expansions": [_expansion(expansion) for expansion in answer.expansions],
        "carried": list(answer.query.carried),
        **(_explanation(answer) if explain else {}),
        "index": answer.index_id,
    }


def _explanation(answer: Answer) -> dict[str, Any]:
    return {"terms": _rounded(answer.query.terms), "features": _rounded(answer.features)}


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


def _passage(hit: Hit, explain: bool) -> dict[str, Any]:
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
        "date": hit.date,
        **({"reasons": _reasons(hit.reasons)} if explain else {}),
    }


def _reasons(reasons: Reasons) -> dict[str, Any]:
    return {
        "terms": list(reasons.terms),
        "lexical_score": round(float(reasons.lexical_score), 6),
        "dense_score": round(float(reasons.dense_score), 6),
        "fused_score": round(float(reasons.fused_score), 6),
        "fused_rank": reasons.fused_rank,
        "signals": _rounded(reasons.signals),
        "shares": _rounded(reasons.shares),
    }


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    # Numbers from NumPy arrays are none that json knows.
    return {name: round(float(number), 6) for name, number in numbers.items()}


def _difference(difference: Difference) -> dict[str, Any]:
    return {"kind": difference.kind, "places": list(difference.places), "values": list(difference.values)}


def _correction(correction: Correction) -> dict[str, Any]:
    return {"typed": correction.typed, "searched": correction.searched}


def _expansion(expansion: Expansion) -> dict[str, Any]:
    return {"kind": expansion.kind, "words": expansion.words, "added": expansion.added}
