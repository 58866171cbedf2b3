import html
import re
import string
import unicodedata
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.types import Answer, Chunk, Hit, Paragraph, Query, Quote
from qa.web.rendering import LONG_QUOTE, NOTHING, NOTHING_NEAR, RELATED, answer_html, check_of, escape, source_query

PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(string.punctuation)
TITLES = {"port/fees.md": "Fees & <fines>"}
QUERY = Query("What does a berth cost?", {}, (), ())


def quote(text="A berth costs 9 crowns.", heading="Berths", document="port/fees.md"):
    paragraph = Paragraph(document, 4, 100, 100 + len(text), 100 + len(text), None, heading, "text")
    return Quote(paragraph, 100, 100 + len(text), text, 0.7)


def answer(*quotes, outcome="answered", carried=()):
    chunks = (Chunk(q.paragraph.document_id, q.start, q.end, q.text, q.paragraph.heading, (4,)) for q in quotes)
    hits = tuple(Hit(chunk, 0.7, 1, 1) for chunk in chunks)
    return Answer(QUERY.text, outcome, 0.7, quotes, hits, replace(QUERY, carried=carried), "generation")


@given(st.text(PRINTABLE | st.just("\n")))
@settings(max_examples=200, deadline=None)
def test_escaped_text_reads_as_it_was(text):
    assert html.unescape(escape(text).replace("<br>", "\n")) == text


def test_a_line_break_is_shown_as_one():
    assert escape("At six.\nAt nine.") == "At six&#46;<br>At nine&#46;"


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(string.punctuation)))
@settings(max_examples=200, deadline=None)
def test_no_mark_of_markdown_or_html_survives_escaping(text):
    left = re.sub(r"<br>|&#\d+;", "", escape(text))

    assert not set(left) & set(string.punctuation)
    assert not any(unicodedata.category(c) == "Cc" for c in left if c.isascii())


def test_a_check_of_words_changes_with_the_words():
    assert check_of("A berth costs 9 crowns.") == check_of("A berth costs 9 crowns.")
    assert check_of("A berth costs 9 crowns.") != check_of("A berth costs 8 crowns.")
    assert re.fullmatch("[0-9a-f]{12}", check_of("A berth costs 9 crowns."))


def test_the_address_of_a_source_names_paragraph_offsets_and_check():
    assert parse_qs(source_query(quote())) == {
        "p": ["4"],
        "start": ["100"],
        "end": ["123"],
        "check": [check_of("A berth costs 9 crowns.")],
    }


def test_the_best_quote_is_large_and_the_further_ones_are_below():
    shown = answer_html(answer(quote(), quote("A mooring costs 2 crowns."), quote("Fees are due in May.")), TITLES)

    best, _, further = shown.partition('<p class="qa-label">Further passages</p>')
    assert best.count("qa-best") == 1
    assert "A berth costs 9 crowns&#46;" in best
    assert re.findall(r"\[(\d)\]</a>", best) == ["1"]
    assert re.findall(r"\[(\d)\]</a>", further) == ["2", "3"]
    assert "qa-best" not in further


def test_a_single_quote_has_no_further_passages():
    assert "Further passages" not in answer_html(answer(quote()), TITLES)


def test_a_marker_leads_to_the_source_of_its_quote():
    (href,) = re.findall(r'class="qa-cite" href="([^"]*)"', answer_html(answer(quote()), TITLES))

    fragment = html.unescape(href).removeprefix("#source/")
    assert parse_qs(fragment)["document"] == ["port/fees.md"]
    assert fragment.endswith(source_query(quote()))


def test_a_quote_names_title_heading_and_citation():
    shown = html.unescape(answer_html(answer(quote()), TITLES))

    assert '<span class="qa-title">Fees & <fines></span>' in shown
    assert '<span class="qa-heading">› Berths</span>' in shown
    assert '<span class="qa-citation">port/fees.md, ¶ 4</span>' in shown


def test_a_quote_outside_any_section_names_no_heading():
    assert "qa-heading" not in answer_html(answer(quote(heading="")), TITLES)


def test_a_document_without_a_known_title_is_called_by_its_id():
    assert '<span class="qa-title">new&#46;md</span>' in answer_html(answer(quote(document="new.md")), TITLES)


@pytest.mark.parametrize(
    ("outcome", "quotes", "sentence"),
    [
        ("related", [quote()], RELATED),
        ("nothing", [quote()], NOTHING_NEAR),
        ("nothing", [], NOTHING),
    ],
)
def test_what_is_no_answer_says_so_before_the_passages(outcome, quotes, sentence):
    shown = answer_html(answer(*quotes, outcome=outcome), TITLES)

    assert shown.startswith(f'<div class="qa-answer"><p class="qa-outcome">{sentence}</p>')
    assert "qa-best" not in shown
    assert shown.count("qa-cite") == len(quotes)


def test_words_taken_over_are_listed():
    shown = html.unescape(answer_html(answer(quote(), carried=("berth", "<Skarholm>")), TITLES))

    assert "Taken over from the question before: berth, <Skarholm></p>" in shown
    assert "qa-carried" not in answer_html(answer(quote()), TITLES)


def test_a_long_quote_is_not_shown_large():
    assert "qa-long" in answer_html(answer(quote("x" * (LONG_QUOTE + 1))), TITLES)
    assert "qa-long" not in answer_html(answer(quote("x" * LONG_QUOTE)), TITLES)


@given(text=st.text(PRINTABLE, min_size=1), name=st.text(PRINTABLE, min_size=1), heading=st.text(PRINTABLE))
@example(text="<b>", name='"><img src=x onerror=alert(1)>', heading="</span><script>alert(1)</script>")
@settings(max_examples=100, deadline=None)
def test_no_document_can_add_a_tag_or_an_attribute(text, name, heading):
    hostile = answer_html(answer(quote(text, heading, name), carried=(text,)), {name: text})
    plain = answer_html(answer(quote("x", heading and "x", "x"), carried=("x",)), {"x": "x"})

    tags = re.compile(r"<[^>]*>")
    shape = re.compile(r'(?<=href=")[^"]*|(?<=title=")[^"]*| qa-long')
    assert [shape.sub("", tag) for tag in tags.findall(hostile)] == [shape.sub("", tag) for tag in tags.findall(plain)]
    assert "\n" not in hostile
