"""Addresses of cited words: how the page, the API and an exported chat lead to the place in the source."""

import hashlib
from urllib.parse import quote, urlencode

from qa.answering.permalink import quote_context
from qa.types import Chunk, Quote


def check_of(text: str) -> str:
    """Return a short hash of quoted words, by which the source viewer knows that they still stand there."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def words_query(quoted: Quote, chunk: Chunk) -> str:
    """Return the query by which the source viewer finds a quote's words again in a document that has changed."""
    prefix, suffix = quote_context(chunk.text, quoted.start - chunk.start, quoted.end - chunk.start)
    return urlencode({"exact": quoted.text, "prefix": prefix, "suffix": suffix})


def source_query(quoted: Quote) -> str:
    """Return the query of the source address that opens a quote's paragraph and marks its words."""
    return urlencode(
        {"p": quoted.paragraph.number, "start": quoted.start, "end": quoted.end, "check": check_of(quoted.text)}
    )


def source_address(quoted: Quote, chunk: Chunk) -> str:
    """Return the address, below the page's own, at which a quote's words are opened and marked."""
    document = quote(quoted.paragraph.document_id)
    return f"source/{document}?{words_query(quoted, chunk)}&{source_query(quoted)}#hit"
