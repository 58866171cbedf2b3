"""An answer as the HTML that the chat shows.

Gradio sanitises what a chat message holds; every character of document text that could mean something in Markdown
or HTML is written as an entity all the same, so that a document cannot format, link or script anything.
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from qa.answering.permalink import quote_context
from qa.types import Answer, Chunk, Hit, Quote

RELATED = "The documents do not clearly answer this. The nearest passages:"
NOTHING = "The documents do not answer this."
NOTHING_NEAR = "The documents do not answer this. The nearest passages, which may be about something else:"


def escape(text: str) -> str:
    """Write all but letters, digits and spaces of ASCII as entities; a line break becomes <br>."""
    return "".join(
        "<br>" if c == "\n" else c if c.isalnum() or c == " " or not c.isascii() else f"&#{ord(c)};" for c in text
    )


def check_of(text: str) -> str:
    """Return a short hash of quoted words, by which the source viewer knows that they still stand there."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def source_query(quote: Quote) -> str:
    """Return the query of the source address that opens a quote's paragraph and marks its words."""
    return urlencode(
        {"p": quote.paragraph.number, "start": quote.start, "end": quote.end, "check": check_of(quote.text)}
    )


def words_query(quote: Quote, chunk: Chunk) -> str:
    """Return the query by which the source viewer finds a quote's words again in a document that has changed."""
    prefix, suffix = quote_context(chunk.text, quote.start - chunk.start, quote.end - chunk.start)
    return urlencode({"exact": quote.text, "prefix": prefix, "suffix": suffix})


def answer_html(answer: Answer, titles: Mapping[str, str]) -> str:
    """Return one line of HTML: the outcome, the best quote large, the further ones below, each with its marker."""
    parts = []
    if answer.outcome == "related":
        parts.append(f'<p class="qa-outcome">{RELATED}</p>')
    elif answer.outcome == "nothing":
        parts.append(f'<p class="qa-outcome">{NOTHING_NEAR if answer.quotes else NOTHING}</p>')
    numbered = [(number, *found) for number, found in enumerate(zip(answer.quotes, answer.hits, strict=True), start=1)]
    if answer.outcome == "answered" and numbered:
        parts.append(_quote(*numbered.pop(0), titles, "qa-quote qa-best"))
        if numbered:
            parts.append('<p class="qa-label">Further passages</p>')
    parts.extend(_quote(*found, titles, "qa-quote") for found in numbered)
    if answer.query.carried:
        words = escape(", ".join(answer.query.carried))
        parts.append(f'<p class="qa-carried">Taken over from the question before: {words}</p>')
    return f'<div class="qa-answer">{"".join(parts)}</div>'


# Above this many characters a quote is no longer shown large: it is a table's row or a very long sentence.
LONG_QUOTE = 240


def _quote(number: int, quote: Quote, hit: Hit, titles: Mapping[str, str], css_class: str) -> str:
    paragraph = quote.paragraph
    document = urlencode({"document": paragraph.document_id})
    target = f"#source/{document}&{words_query(quote, hit.chunk)}&{source_query(quote)}"
    place = escape(f"Open {paragraph.citation}")
    marker = f'<a class="qa-cite" href="{target.replace("&", "&amp;")}" title="{place}">[{number}]</a>'
    title = escape(titles.get(paragraph.document_id, paragraph.document_id))
    heading = f' <span class="qa-heading">› {escape(paragraph.heading)}</span>' if paragraph.heading else ""
    if len(quote.text) > LONG_QUOTE:
        css_class += " qa-long"
    return (
        f'<div class="{css_class}"><p class="qa-words">“{escape(quote.text)}” {marker}</p>'
        f'<p class="qa-where"><span class="qa-title">{title}</span>{heading}'
        f' <span class="qa-citation">{escape(paragraph.citation)}</span></p>{_standing(hit, titles)}</div>'
    )


# Places named in which a passage stands as well, before the rest is counted only.
LISTED = 3


def _standing(hit: Hit, titles: Mapping[str, str]) -> str:
    """Say by which document a passage's was replaced, and where else nearly the same words stand."""
    lines = ""
    if hit.replaced_by is not None:
        title = escape(titles.get(hit.replaced_by, hit.replaced_by))
        lines += f'<p class="qa-replaced">Replaced by {title} ({escape(hit.replaced_by)})</p>'
    if hit.also_in:
        more = f" and {len(hit.also_in) - LISTED} more" if len(hit.also_in) > LISTED else ""
        lines += f'<p class="qa-also">Also in {escape("; ".join(hit.also_in[:LISTED]))}{more}</p>'
    return lines
