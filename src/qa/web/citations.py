"""Addresses of cited words: how the page, the API and an exported chat lead to the place in the source."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from qa.answering.permalink import quote_context
from qa.types import Chunk, Quote


def check_of(text: str) -> str:
    """Return a short hash of quoted words, by which the source viewer knows that they still stand there."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def words_query(quoted: Quote, chunk: Chunk) -> str:
    """Return the query by which the source viewer finds a quote's words again in a document that has changed."""
    return _words_query(quoted.text, *quote_context(chunk.text, quoted.start - chunk.start, quoted.end - chunk.start))


def _words_query(exact: str, prefix: str, suffix: str) -> str:
    return urlencode({"exact": exact, "prefix": prefix, "suffix": suffix})


def source_query(quoted: Quote) -> str:
    """Return the query of the source address that opens a quote's paragraph and marks its words."""
    return _place_query(quoted.paragraph.number, quoted.start, quoted.end, quoted.text)


def _place_query(number: int, start: int, end: int, text: str) -> str:
    return urlencode({"p": number, "start": start, "end": end, "check": check_of(text)})


def source_address(quoted: Quote, chunk: Chunk) -> str:
    """Return the address, below the page's own, at which a quote's words are opened and marked."""
    document = quote(quoted.paragraph.document_id)
    return f"source/{document}?{words_query(quoted, chunk)}&{source_query(quoted)}#hit"


def address_of_record(quoted: Mapping[str, Any], passage: Mapping[str, Any] | None) -> str:
    """Return the same for a quote and its passage as `qa.answering.record` keeps them, None where that is not kept."""
    text, start, end = quoted["text"], quoted["start"], quoted["end"]
    context = quote_context(passage["text"], start - passage["start"], end - passage["start"]) if passage else ("", "")
    place = _place_query(quoted["paragraph"], start, end, text)
    return f"source/{quote(quoted['document'])}?{_words_query(text, *context)}&{place}#hit"


def words_address(document: str, exact: str) -> str:
    """Return the address, below the page's own, at which some words of a document are looked up and marked."""
    return f"source/{quote(document)}?{_words_query(exact, '', '')}#hit"
