"""An answer as the HTML that the chat shows.

Gradio sanitises what a chat message holds; every character of document text that could mean something in Markdown
or HTML is written as an entity all the same, so that a document cannot format, link or script anything.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from qa.answering.permalink import quote_context
from qa.explained import also_searched
from qa.types import Answer, Chunk, Difference, Hit, Quote
from qa.web.ask.escaping import escape
from qa.web.ask.why import why_html

RELATED = "The documents do not clearly answer this. The nearest passages:"
NOTHING = "The documents do not answer this."
NOTHING_NEAR = "The documents do not answer this. The nearest passages, which may be about something else:"


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


def again(number: int, **wish: str) -> str:
    """Return the value of a button that asks the question of answer `number` of the dialogue again, otherwise."""
    return urlencode({"answer": number, **wish}).replace("&", "&amp;")


def answer_html(answer: Answer, titles: Mapping[str, str], number: int = 0, as_typed: bool = False) -> str:
    """Return one line of HTML: what was searched, the outcome, the best quote large, the further ones, and why.

    Each quote has its marker. `number` is that of the answer in the dialogue, from 0; `as_typed` says that no word was
    to be put right.
    """
    parts = [_searched(answer, number, as_typed), _also_searched(answer), _carried(answer, number)]
    if answer.outcome == "related":
        parts.append(f'<p class="qa-outcome">{RELATED}</p>')
    elif answer.outcome == "nothing":
        parts.append(f'<p class="qa-outcome">{NOTHING_NEAR if answer.quotes else NOTHING}</p>')
    numbered = [(place, *found) for place, found in enumerate(zip(answer.quotes, answer.hits, strict=True), start=1)]
    differences = list(answer.differences)
    if answer.outcome == "answered" and numbered:
        parts.append(_quote(*numbered.pop(0), titles, "qa-quote qa-best"))
        of_best = [difference for difference in differences if 0 in difference.places]
        parts.append(_differences(of_best, answer, titles))
        differences = [difference for difference in differences if difference not in of_best]
        if numbered:
            parts.append('<p class="qa-label">Further passages</p>')
    parts.extend(_quote(*found, titles, "qa-quote") for found in numbered)
    parts.append(_differences(differences, answer, titles))
    return f'<div class="qa-answer">{"".join(parts)}{why_html(answer)}</div>'


def _searched(answer: Answer, number: int, as_typed: bool) -> str:
    """Say which words were put right, with the way back; or that none was to be, with the way there."""
    if as_typed:
        button = (
            f'<button type="button" class="qa-again" value="{again(number, as_typed="0")}">Correct spelling</button>'
        )
        return f'<p class="qa-searched">Searched exactly as typed. {button}</p>'
    if not answer.corrections:
        return ""
    pairs = ", ".join(
        f"<strong>{escape(correction.searched)}</strong> instead of <em>{escape(correction.typed)}</em>"
        for correction in answer.corrections
    )
    typed = escape(", ".join(correction.typed for correction in answer.corrections))
    return (
        f'<p class="qa-searched">Showing results for {pairs}. <button type="button" class="qa-again"'
        f' value="{again(number, as_typed="1")}">Search for {typed} instead</button></p>'
    )


def _also_searched(answer: Answer) -> str:
    """Say which other words for the same thing were searched."""
    pairs = ", ".join(f"<strong>{escape(added)}</strong> for {escape(words)}" for added, words in also_searched(answer))
    return f'<p class="qa-searched">Also searched: {pairs}.</p>' if pairs else ""


def _carried(answer: Answer, number: int) -> str:
    """Name the words taken over from the dialogue, each a button that asks again without it."""
    if not answer.query.carried:
        return ""
    chips = "".join(
        f'<button type="button" class="qa-again qa-chip" value="{again(number, drop=word)}">'
        f'<span class="qa-unseen">Ask again without </span>{escape(word)}</button>'
        for word in answer.query.carried
    )
    alone = f'<button type="button" class="qa-again" value="{again(number, alone="1")}">Ask this by itself</button>'
    return f'<p class="qa-carried">Following on: {chips} {alone}</p>'


# Above this many characters a quote is no longer shown large: it is a table's row or a very long sentence.
LONG_QUOTE = 240
# What follows the number of a quote's further sentences: [1], [1b], [1c].
LETTERS = "bcdefghijklmnopqrstuvwxyz"


def _quote(number: int, quote: Quote, hit: Hit, titles: Mapping[str, str], css_class: str) -> str:
    if len(quote.text) > LONG_QUOTE:
        css_class += " qa-long"
    further = "".join(
        f'<p class="qa-words qa-more">“{escape(words.text)}” {_marker(f"{number}{letter}", words, hit)}'
        f"{_elsewhere(words, quote)}</p>"
        for letter, words in zip(LETTERS, quote.more, strict=False)
    )
    return (
        f'<div class="{css_class}"><p class="qa-words">“{escape(quote.text)}” {_marker(str(number), quote, hit)}</p>'
        f"{further}{_where(quote, titles)}{_standing(hit, titles)}</div>"
    )


def _marker(label: str, quote: Quote, hit: Hit) -> str:
    document = urlencode({"document": quote.paragraph.document_id})
    target = f"#source/{document}&{words_query(quote, hit.chunk)}&{source_query(quote)}"
    place = escape(f"Open {quote.paragraph.citation}")
    return f'<a class="qa-cite" href="{target.replace("&", "&amp;")}" title="{place}">[{label}]</a>'


def _elsewhere(words: Quote, quote: Quote) -> str:
    """Name the place of further words that stand in another paragraph than those cited below them."""
    if words.paragraph.citation == quote.paragraph.citation:
        return ""
    place = words.paragraph.citation.removeprefix(f"{words.paragraph.document_id}, ")
    return f' <span class="qa-place">{escape(place)}</span>'


def _where(quote: Quote, titles: Mapping[str, str]) -> str:
    paragraph = quote.paragraph
    title = escape(titles.get(paragraph.document_id, paragraph.document_id))
    heading = f' <span class="qa-heading">› {escape(paragraph.heading)}</span>' if paragraph.heading else ""
    return (
        f'<p class="qa-where"><span class="qa-title">{title}</span>{heading}'
        f' <span class="qa-citation">{escape(paragraph.citation)}</span></p>'
    )


def _differences(differences: Sequence[Difference], answer: Answer, titles: Mapping[str, str]) -> str:
    if not differences:
        return ""
    shown = "".join(_difference(difference, answer, titles) for difference in differences)
    return f'<p class="qa-label">Sources differ</p>{shown}'


def _difference(difference: Difference, answer: Answer, titles: Mapping[str, str]) -> str:
    """Show quotes that do not agree beside each other, the newest first, with what each says marked in its words."""
    sides = []
    for place, value in zip(difference.places, difference.values, strict=True):
        quote, hit = answer.quotes[place], answer.hits[place]
        before, marked, after = (escape(part) for part in parted(quote.text, value))
        words = f"{before}<mark>{marked}</mark>{after}" if marked else before
        sides.append(
            f'<div class="qa-side"><p class="qa-date">{escape(hit.date) or "No date"}</p>'
            f'<p class="qa-words">“{words}” {_marker(str(place + 1), quote, hit)}</p>{_where(quote, titles)}</div>'
        )
    return f'<div class="qa-differ">{"".join(sides)}</div>'


def parted(text: str, value: str) -> tuple[str, str, str]:
    """Return what stands before a value in a text, the value, and what follows; all before where it is not found.

    A value of digits is no part of a longer number: 5 stands neither in 15 nor in 2.5.
    """
    found = re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(value)}(?!\w)(?![.,]\d)", text) if value else None
    if found is None:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :]


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
