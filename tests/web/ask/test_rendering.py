import html
import re
import string
import unicodedata
from urllib.parse import parse_qs

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from answers import answer, quote
from qa.types import Correction, Difference, Expansion
from qa.web.ask.escaping import escape
from qa.web.ask.rendering import LONG_QUOTE, NOTHING, NOTHING_NEAR, RELATED, answer_html, check_of, parted, source_query

PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(string.punctuation)
TITLES = {"port/fees.md": "Fees & <fines>"}


def buttons(shown):
    """Return what each button asks for, and what it is called."""
    found = re.findall(r'<button type="button" class="[^"]*" value="([^"]*)">(.*?)</button>', shown)
    named = ((value, html.unescape(re.sub("<[^>]*>", "", name))) for value, name in found)
    return [({key: values for key, (values,) in parse_qs(html.unescape(value)).items()}, name) for value, name in named]


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


def test_each_word_taken_over_is_a_button_that_asks_again_without_it():
    shown = answer_html(answer(quote(), carried=("berth", "<Skarholm> & more")), TITLES, 3)

    assert '<p class="qa-carried">Following on: <button' in shown
    assert buttons(shown) == [
        ({"answer": "3", "drop": "berth"}, "Ask again without berth"),
        ({"answer": "3", "drop": "<Skarholm> & more"}, "Ask again without <Skarholm> & more"),
        ({"answer": "3", "alone": "1"}, "Ask this by itself"),
    ]
    assert "qa-carried" not in answer_html(answer(quote()), TITLES)


def test_other_words_that_were_searched_are_said_but_for_spellings():
    searched = [
        Expansion("synonym", "PTO", "<b>annual leave", ("pto",), ()),
        Expansion("spelling", "colour", "color", ("colour",), ()),
    ]

    shown = answer_html(answer(quote(), expansions=searched), TITLES)

    assert '<p class="qa-searched">Also searched: <strong>&#60;b&#62;annual leave</strong> for PTO.</p>' in shown
    assert "color" not in shown.partition("<details")[0]


def test_what_was_put_right_is_said_with_a_button_for_what_was_typed():
    corrected = answer(quote(), corrections=[Correction("brth", "berth"), Correction("kost", "cost")])

    shown = answer_html(corrected, TITLES, 2)

    assert shown.startswith(
        '<div class="qa-answer"><p class="qa-searched">Showing results for '
        "<strong>berth</strong> instead of <em>brth</em>, <strong>cost</strong> instead of <em>kost</em>. "
    )
    assert buttons(shown) == [({"answer": "2", "as_typed": "1"}, "Search for brth, kost instead")]


def test_what_was_searched_as_typed_can_be_put_right_again():
    shown = answer_html(answer(quote()), TITLES, 2, as_typed=True)

    assert "Searched exactly as typed." in shown
    assert buttons(shown) == [({"answer": "2", "as_typed": "0"}, "Correct spelling")]


def test_further_words_stand_below_the_quote_each_with_its_own_marker():
    listed = quote("Bring with you:", more=[quote("a rope,"), quote("a lamp.", number=5)])

    shown = answer_html(answer(listed), TITLES)

    assert re.findall(r">\[(\w+)\]</a>", shown) == ["1", "1b", "1c"]
    hrefs = [html.unescape(href) for href in re.findall(r'class="qa-cite" href="([^"]*)"', shown)]
    assert [parse_qs(href)["exact"] for href in hrefs] == [["Bring with you:"], ["a rope,"], ["a lamp."]]
    assert re.findall('<span class="qa-place">(.*?)</span>', html.unescape(shown)) == ["¶ 5"]


def test_sources_that_differ_stand_beside_each_other_in_the_order_given_with_date_value_and_marker():
    old, new = quote("A berth costs 9 crowns, for 19 days."), quote("It is 12 crowns.", document="new.md")
    differing = answer(old, new, dates=("2019", ""), differences=[Difference("number", (1, 0), ("12", "9"))])

    shown = html.unescape(answer_html(differing, TITLES))

    best, _, rest = shown.partition('<p class="qa-label">Sources differ</p>')
    block, _, further = rest.partition('<p class="qa-label">Further passages</p>')
    assert "qa-best" in best
    assert block.count("qa-side") == 2
    assert re.findall('<p class="qa-date">(.*?)</p>', block) == ["No date", "2019"]
    assert "“It is <mark>12</mark> crowns.”" in block
    assert "“A berth costs <mark>9</mark> crowns, for 19 days.”" in block
    assert re.findall(r"\[(\d)\]</a>", block) == ["2", "1"]
    assert re.findall(r"\[(\d)\]</a>", further) == ["2"]


def test_a_difference_among_further_passages_stands_behind_them():
    quotes = [quote(), quote("It is 12 crowns."), quote("It is 9 crowns.")]
    differing = answer(*quotes, differences=[Difference("number", (1, 2), ("12", "9"))])

    shown = answer_html(differing, TITLES)

    assert shown.index("Further passages") < shown.index("Sources differ")


@pytest.mark.parametrize(
    ("text", "value", "marked"),
    [
        ("In 2015 it was 5 crowns.", "5", (15, 16)),
        ("It is 2.5 or 5,000 or 5.", "5", (22, 23)),
        ("It is 5", "5", (6, 7)),
        ("It is 15 crowns.", "5", None),
        ("No berth is free.", "No berth is free.", (0, 17)),
        ("It is free.", "", None),
    ],
)
def test_a_value_is_found_as_a_whole(text, value, marked):
    before, found, after = parted(text, value)

    assert before + found + after == text
    assert (len(before), len(before + found)) == (marked or (len(text), len(text)))


def test_below_an_answer_stands_why_it_is_this_one():
    explained = answer(
        quote(), carried=("Skarholm",), expansions=[Expansion("acronym", "PTO", "paid time off", ("pto",), ())]
    )

    why = html.unescape(answer_html(explained, TITLES)).partition('<details class="qa-why">')[2]

    lines = re.findall("<p>(.*?)</p>", why)
    assert lines == [
        "Confidence 0.70: answered. Index generation.",
        "Confidence from: meaning 0.41, no number, date, name or code as asked for 0.50",
        "Taken over from the dialogue: Skarholm",
        "Searched besides: paid time off for PTO (acronym)",
        "Holds berth, cost",
        "words: rank 1, BM25 7.31",
        "meaning: not among the best, cosine 0.410",
        "together: rank 2, 0.388",
    ]
    rows = re.findall(
        r'<th scope="row">(.*?)</th><td><i style="width:(\d+)%"></i></td><td>(.*?)</td><td>(.*?)</td>', why
    )
    assert rows == [
        ("date that is asked for", "100", "", "+0.100"),
        ("sentence: words side by side", "80", "1.00", "+0.080"),
        ("meaning", "57", "0.41", "+0.057"),
        ("rare words (BM25)", "30", "0.50", "+0.030"),
    ]


def test_nothing_found_is_explained_too():
    assert "Confidence 0.70: nothing" in html.unescape(answer_html(answer(outcome="nothing"), TITLES))


def test_a_long_quote_is_not_shown_large():
    assert "qa-long" in answer_html(answer(quote("x" * (LONG_QUOTE + 1))), TITLES)
    assert "qa-long" not in answer_html(answer(quote("x" * LONG_QUOTE)), TITLES)


@given(text=st.text(PRINTABLE, min_size=1), name=st.text(PRINTABLE, min_size=1), heading=st.text(PRINTABLE))
@example(text="<b>", name='"><img src=x onerror=alert(1)>', heading="</span><script>alert(1)</script>")
@settings(max_examples=100, deadline=None)
def test_no_document_can_add_a_tag_or_an_attribute(text, name, heading):
    def shown(text, name, heading):
        first = quote(text, heading, name, more=[quote(text, number=5, document=name)])
        made = answer(
            first,
            quote(text, document=name),
            carried=(text,),
            dates=(text, text),
            differences=[Difference("number", (0, 1), (text, "x"))],
            corrections=[Correction(text, text)],
            expansions=[Expansion("synonym", text, text, (), ())],
        )
        return answer_html(made, {name: text})

    tags = re.compile(r"<[^>]*>")
    shape = re.compile(r'(?<=href=")[^"]*|(?<=title=")[^"]*|(?<=value=")[^"]*| qa-long')
    hostile = [shape.sub("", tag) for tag in tags.findall(shown(text, name, heading)) if "mark>" not in tag]
    plain = [shape.sub("", tag) for tag in tags.findall(shown("x", "x", heading and "x")) if "mark>" not in tag]
    assert hostile == plain
    assert "\n" not in shown(text, name, heading)
