"""An answer as the HTML that the chat shows, in the visitor's language; quotes stay in their own.

Gradio sanitises what a chat message holds; every character of document text that could mean something in Markdown
or HTML is written as an entity all the same, so that a document cannot format, link or script anything.
"""

import html
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from qa.web.answers import Differing, Passage, ShownAnswer, Words
from qa.web.ask.escaping import escape
from qa.web.ask.exchange import Exchange
from qa.web.ask.why import why_html
from qa.web.texts import Texts

# Above this many characters a quote is no longer shown large: it is a table's row or a very long sentence.
LONG_QUOTE = 240
# What is headed so often is taken for a row of a table, whose cells are joined by "; ".
FEWEST_CELLS = 3
_CELL = re.compile(r"(?:\A|(?<=; ))[^:;\n]{1,80}: ")
# Places named in which a passage stands as well, before the rest is counted only.
LISTED = 3


def exchange_html(exchange: Exchange, texts: Texts) -> str:
    """Return one line of HTML for what a question got, or for the sentence that says why it could not be asked."""
    if exchange.answer is None:
        return f'<div class="qa-refusal">{escape(exchange.refusal)}</div>'
    answer = exchange.answer
    css_class = f"qa-answer qa-{answer.outcome}"
    parts = [
        _linked(exchange, texts),
        _searched(exchange, answer, texts),
        _also_searched(answer, texts),
        _carried(exchange, answer, texts),
        _scope(exchange, answer, texts),
        _outcome(exchange, answer, texts),
        *_passages(answer, texts),
        _actions(exchange, texts),
        why_html(answer, texts),
        _suggestions(exchange, texts),
    ]
    return f'<div class="{css_class}" id="answer-{exchange.number}">{"".join(parts)}</div>'


def wish(number: int, **wished: str) -> str:
    """Return the value of a button that does something with answer `number` of the dialogue."""
    return escape(urlencode({"answer": number, **wished}))


def _button(css_class: str, value: str, label: str, title: str = "") -> str:
    """Return a button whose label is HTML already."""
    titled = f' title="{escape(title)}"' if title else ""
    return f'<button type="button" class="{css_class}" value="{value}"{titled}>{label}</button>'


def _linked(exchange: Exchange, texts: Texts) -> str:
    if exchange.answer is None or exchange.linked_index in ("", exchange.answer.index):
        return ""
    return f'<p class="qa-note">{escape(texts("ask.linked"))}</p>'


def _searched(exchange: Exchange, answer: ShownAnswer, texts: Texts) -> str:
    """Say which words were put right, with the way back; or that none was to be, with the way there."""
    if exchange.as_typed:
        value, label = wish(exchange.number, as_typed="0"), escape(texts("ask.correct_spelling"))
        return f'<p class="qa-searched">{escape(texts("ask.as_typed"))} {_button("qa-again", value, label)}</p>'
    if not answer.corrections:
        return ""
    pairs = ", ".join(
        _filled(
            texts("ask.corrected_pair"),
            searched=f"<strong>{escape(pair.searched)}</strong>",
            typed=f"<em>{escape(pair.typed)}</em>",
        )
        for pair in answer.corrections
    )
    typed = ", ".join(pair.typed for pair in answer.corrections)
    value, label = wish(exchange.number, as_typed="1"), escape(texts("ask.search_typed", words=typed))
    said = _filled(texts("ask.corrected"), pairs=pairs)
    return f'<p class="qa-searched">{said} {_button("qa-again", value, label)}</p>'


def _also_searched(answer: ShownAnswer, texts: Texts) -> str:
    """Say which other words for the same thing were searched."""
    pairs = ", ".join(
        _filled(
            texts("ask.also_searched_pair"),
            added=f"<strong>{escape(pair.searched)}</strong>",
            words=escape(pair.typed),
        )
        for pair in answer.also_searched
    )
    return f'<p class="qa-searched">{_filled(texts("ask.also_searched"), pairs=pairs)}</p>' if pairs else ""


def _filled(text: str, **values: str) -> str:
    """Return a text as HTML with its `{names}` replaced by HTML."""
    parts = re.split(r"\{(\w+)\}", text)
    return "".join(values[part] if place % 2 else escape(part) for place, part in enumerate(parts))


def _carried(exchange: Exchange, answer: ShownAnswer, texts: Texts) -> str:
    """Name the words taken over from the dialogue, each a button that asks again without it."""
    if not answer.carried:
        return ""
    unseen = f'<span class="qa-unseen">{escape(texts("ask.drop"))} </span>'
    chips = "".join(
        _button("qa-again qa-chip", wish(exchange.number, drop=word), f"{unseen}{escape(word)}")
        for word in answer.carried
    )
    alone = _button("qa-again", wish(exchange.number, alone="1"), escape(texts("ask.alone")))
    return f'<p class="qa-carried">{escape(texts("ask.following"))} {chips} {alone}</p>'


def _scope(exchange: Exchange, answer: ShownAnswer, texts: Texts) -> str:
    if exchange.scope.is_everything or answer.outcome == "nothing":
        return ""
    return f'<p class="qa-searched">{escape(texts("ask.scope", scope=exchange.scope.in_words))}</p>'


def _outcome(exchange: Exchange, answer: ShownAnswer, texts: Texts) -> str:
    """Say that the documents do not answer, or not clearly; where only some of them were searched, that too."""
    if answer.outcome == "answered":
        return ""
    hint = texts("ask.related_hint" if answer.outcome == "related" else "ask.nothing_hint")
    if answer.outcome == "nothing" and not exchange.scope.is_everything:
        hint = texts("ask.nothing_in_scope", scope=exchange.scope.in_words)
    said = f"<p><strong>{escape(texts(f'ask.{answer.outcome}'))}</strong></p><p>{escape(hint)}</p>"
    return f'<div class="qa-outcome">{said}</div>'


def _passages(answer: ShownAnswer, texts: Texts) -> list[str]:
    """Return what answers, large, and the further passages.

    Where sources differ from the best passage, that does not stand alone: all of them stand beside each other, the
    newest first, and are not shown again.
    """
    places = list(range(len(answer.passages)))
    parts = []
    if any(side.passage == 0 for found in answer.differences for side in found.sides):
        parts.append(_differences(answer.differences, answer, texts, "qa-differs qa-first"))
        shown = {side.passage for found in answer.differences for side in found.sides}
        places = [place for place in places if place not in shown]
    else:
        if answer.outcome == "answered" and places:
            parts.append(_passage(answer.passages[places.pop(0)], texts, "qa-quote qa-best", badge=True))
        parts.append(_differences(answer.differences, answer, texts))
    if answer.outcome == "answered" and places:
        parts.append(f'<p class="qa-label">{escape(texts("ask.further"))}</p>')
    further = [_passage(answer.passages[place], texts, "qa-quote") for place in places]
    if answer.outcome == "nothing" and further:
        # Whoever trusts the sentence above need not read what may be about something else.
        summary = f"<summary>{escape(texts('ask.nothing_near'))}</summary>"
        return [*parts, f'<details class="qa-nearest">{summary}{"".join(further)}</details>']
    return [*parts, *further]


def _passage(passage: Passage, texts: Texts, css_class: str, badge: bool = False) -> str:
    if len(passage.words.text) > LONG_QUOTE:
        css_class += " qa-long"
    verbatim = (
        f'<p class="qa-badge" title="{escape(texts("ask.verbatim_title"))}">{escape(texts("ask.verbatim"))}</p>'
        if badge
        else ""
    )
    further = "".join(
        f'<p class="qa-words qa-more">“{escape(words.text)}” {_marker(words, texts)}'
        f"{_elsewhere(words, passage, texts)}</p>"
        for words in passage.more
    )
    return (
        f'<div class="{css_class}">{verbatim}<p class="qa-words">“{_laid_out(passage.words.text)}”'
        f" {_marker(passage.words, texts)}</p>{further}{_where(passage, texts)}{_standing(passage, texts)}</div>"
    )


def _laid_out(text: str) -> str:
    """Return the words of a quote as HTML: those of a table's row, "Place: Quay; Depth: 4 m", cell by cell."""
    starts = [match.start() for match in _CELL.finditer(text)]
    if len(starts) < FEWEST_CELLS or starts[0] != 0:
        return escape(text)
    cells = (text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
    return "".join(f'<span class="qa-cell">{escape(cell)}</span>' for cell in cells)


def _marker(words: Words, texts: Texts) -> str:
    title = escape(texts("ask.open", citation=words.citation))
    return f'<a class="qa-cite" href="#{html.escape(words.source)}" title="{title}">[{escape(words.label)}]</a>'


def _elsewhere(words: Words, passage: Passage, texts: Texts) -> str:
    """Name the place of further words that stand in another paragraph than those cited below them."""
    if words.paragraph == passage.words.paragraph:
        return ""
    return f' <span class="qa-place">{escape(_place(words, texts))}</span>'


def _place(words: Words, texts: Texts) -> str:
    page = [texts("ask.page", page=words.page)] if words.page is not None else []
    return ", ".join([*page, texts("ask.paragraph", number=words.paragraph)])


def _where(passage: Passage, texts: Texts) -> str:
    heading = f' <span class="qa-heading">› {escape(passage.heading)}</span>' if passage.heading else ""
    facts = [_place(passage.words, texts), passage.date]
    return (
        f'<p class="qa-where"><span class="qa-title">{escape(passage.title or passage.document)}</span>{heading}'
        f' <span class="qa-citation"><bdi>{escape(passage.document)}</bdi>'
        f"{''.join(f', <bdi>{escape(fact)}</bdi>' for fact in facts if fact)}</span></p>"
    )


def _differences(
    differences: Sequence[Differing], answer: ShownAnswer, texts: Texts, css_class: str = "qa-differs"
) -> str:
    if not differences:
        return ""
    shown = "".join(_difference(found, answer, texts) for found in differences)
    return (
        f'<div class="{css_class}"><p class="qa-label">{escape(texts("ask.differ"))}</p>'
        f'<p class="qa-hint">{escape(texts("ask.differ_hint"))}</p>{shown}</div>'
    )


def _difference(difference: Differing, answer: ShownAnswer, texts: Texts) -> str:
    """Show quotes that do not agree beside each other, the newest first, with what each says marked in its words."""
    sides = []
    for side in difference.sides:
        passage = answer.passages[side.passage]
        before, marked, after = (escape(part) for part in parted(passage.words.text, side.value))
        words = f"{before}<mark>{marked}</mark>{after}" if marked else before
        sides.append(
            f'<div class="qa-side"><p class="qa-date">{escape(passage.date or texts("ask.no_date"))}</p>'
            f'<p class="qa-words">“{words}” {_marker(passage.words, texts)}</p>{_where(passage, texts)}'
            f"{_standing(passage, texts)}</div>"
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


def _standing(passage: Passage, texts: Texts) -> str:
    """Say by which document a passage's was replaced, and where else nearly the same words stand."""
    lines = ""
    if passage.replaced_by:
        title = passage.replaced_by_title or passage.replaced_by
        said = texts("ask.replaced", title=title, document=passage.replaced_by)
        lines += f'<p class="qa-replaced">{escape(said)}</p>'
    if passage.also_in:
        places = "; ".join(passage.also_in[:LISTED])
        if len(passage.also_in) > LISTED:
            places = f"{places} {texts('ask.and_more', count=len(passage.also_in) - LISTED)}"
        lines += f'<p class="qa-also">{escape(texts("ask.also_in", places=places))}</p>'
    return lines


def _actions(exchange: Exchange, texts: Texts) -> str:
    actions = "".join(
        _button(f"qa-act qa-act-{name}", wish(exchange.number, act=name), escape(texts(f"ask.{name}")))
        for name in ("copy", "link", "up", "down")
    )
    # Shown to trainers alone: the page knows whether its visitor is one.
    test = _button("qa-act qa-act-test", wish(exchange.number, act="test"), escape(texts("growing.save")))
    return f'<div class="qa-actions">{actions}{test}</div>'


def _suggestions(exchange: Exchange, texts: Texts) -> str:
    """Offer questions to ask next, and headings near the best passage to open."""
    asks = "".join(
        _button("qa-ask", escape(suggestion), escape(suggestion)) for suggestion in exchange.suggestions.questions
    )
    opens = "".join(
        f'<a class="qa-near" href="#{html.escape(place.source)}">{escape(place.heading)}</a>'
        for place in exchange.suggestions.headings
    )
    shown = f'<p class="qa-label">{escape(texts("ask.next"))}</p><div class="qa-next">{asks}</div>' if asks else ""
    near = f'<p class="qa-label">{escape(texts("ask.near"))}</p><div class="qa-next">{opens}</div>' if opens else ""
    return f'<div class="qa-suggestions">{shown}{near}</div>' if shown or near else ""
