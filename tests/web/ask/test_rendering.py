import html
import re
import string
import unicodedata
from urllib.parse import parse_qs

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from answers import Titles, answer, quote
from qa.types import Correction, Difference, Document, Expansion, Metadata, Paragraph
from qa.web.answers import shown_answer
from qa.web.ask.escaping import escape
from qa.web.ask.exchange import Exchange, NearHeading, Suggestions
from qa.web.ask.rendering import LONG_QUOTE, exchange_html, parted
from qa.web.ask.suggestions import near_headings
from qa.web.asked import AskedScope
from qa.web.texts import LANGUAGES, texts

PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(string.punctuation)
TITLES = Titles({"port/fees.md": "Fees & <fines>"})
FAR = Titles()


def raw(made, titles=TITLES, language="en", number=0, **fields):
    """Return the HTML of an exchange in which a question got the answer `made`."""
    exchange = Exchange(number=number, question=made.question, answer=shown_answer(made, titles), **fields)
    return exchange_html(exchange, texts(language))


def rendered(made, *arguments, **fields):
    """Return the same as a tree of elements."""
    return lxml_html.fragment_fromstring(raw(made, *arguments, **fields))


def words_of(part, css_class):
    return [" ".join(found.text_content().split()) for found in part.find_class(css_class)]


def labels(part):
    """Return the numbers of the citations, in the order in which they stand."""
    return [found.removeprefix("[").removesuffix("]") for found in words_of(part, "qa-cite")]


def buttons(part, css_class):
    """Return what each button asks for, and what it is called."""
    return [
        ({key: values for key, (values,) in parse_qs(found.get("value")).items()}, found.text_content())
        for found in part.find_class(css_class)
    ]


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


def test_the_best_quote_stands_first_as_verbatim_and_the_further_ones_below():
    shown = rendered(answer(quote(), quote("A mooring costs 2 crowns."), quote("Fees are due in May.")))

    (best,) = shown.find_class("qa-best")
    assert words_of(best, "qa-badge") == ["Verbatim"]
    assert words_of(best, "qa-words") == ["“A berth costs 9 crowns.” [1]"]
    assert words_of(shown, "qa-label") == ["Further passages"]
    following = [part.get("class") for part in shown.iterchildren()]
    assert following[:4] == ["qa-quote qa-best", "qa-label", "qa-quote", "qa-quote"]
    assert labels(shown) == ["1", "2", "3"]
    assert words_of(shown, "qa-badge") == ["Verbatim"]


def test_a_single_quote_has_no_further_passages():
    assert words_of(rendered(answer(quote())), "qa-label") == []


def test_a_marker_leads_to_the_source_of_its_words_and_names_it():
    made = answer(quote())

    (marker,) = rendered(made).find_class("qa-cite")

    assert marker.get("href") == f"#{shown_answer(made, TITLES).passages[0].words.source}"
    assert marker.get("title") == "Open port/fees.md, ¶ 4"


def test_a_quote_names_title_heading_document_page_paragraph_and_date():
    shown = rendered(answer(quote(page="12"), dates=["2024-03"]))

    assert words_of(shown, "qa-title") == ["Fees & <fines>"]
    assert words_of(shown, "qa-heading") == ["› Berths"]
    assert words_of(shown, "qa-citation") == ["port/fees.md, p. 12, ¶ 4, 2024-03"]


def test_what_is_not_known_of_a_place_is_left_out():
    shown = rendered(answer(quote(heading="", document="new.md")))

    assert shown.find_class("qa-heading") == []
    assert words_of(shown, "qa-title") == ["new.md"]
    assert words_of(shown, "qa-citation") == ["new.md, ¶ 4"]


@pytest.mark.parametrize(
    ("outcome", "quotes", "sentence"),
    [
        ("related", [quote()], "The documents do not clearly answer this."),
        ("nothing", [quote()], "The documents do not answer this."),
        ("nothing", [], "The documents do not answer this."),
    ],
)
def test_what_is_no_answer_says_so_before_the_passages(outcome, quotes, sentence):
    shown = rendered(answer(*quotes, outcome=outcome))

    said = shown[0]
    assert (said.get("class"), said.findtext("p/strong")) == ("qa-outcome", sentence)
    assert shown.get("class") == f"qa-answer qa-{outcome}"
    assert shown.find_class("qa-best") == shown.find_class("qa-badge") == []
    assert len(labels(shown)) == len(quotes)
    near = outcome == "nothing" and quotes
    folded = [part.findtext("summary") for part in shown.find_class("qa-nearest")]
    assert folded == (["The nearest passages may be about something else:"] if near else [])


def test_an_answer_has_no_such_sentence():
    shown = rendered(answer(quote()))

    assert shown.find_class("qa-outcome") == []
    assert shown.get("class") == "qa-answer qa-answered"


def test_why_nothing_was_asked_is_said_in_place_of_an_answer():
    refused = Exchange(number=0, question="?", refusal="There is no <b>question</b>: write one.")

    shown = lxml_html.fragment_fromstring(exchange_html(refused, texts("en")))

    assert (shown.get("class"), shown.text_content()) == ("qa-refusal", "There is no <b>question</b>: write one.")
    assert len(shown) == 0


def test_each_word_taken_over_is_a_button_that_asks_again_without_it():
    shown = rendered(answer(quote(), carried=("berth", "<Skarholm> & more")), number=3)

    (carried,) = shown.find_class("qa-carried")
    assert carried.text.strip() == "Following on:"
    assert buttons(carried, "qa-again") == [
        ({"answer": "3", "drop": "berth"}, "Ask again without berth"),
        ({"answer": "3", "drop": "<Skarholm> & more"}, "Ask again without <Skarholm> & more"),
        ({"answer": "3", "alone": "1"}, "Ask this by itself"),
    ]
    assert rendered(answer(quote())).find_class("qa-carried") == []


@given(st.lists(st.text(PRINTABLE, min_size=1), min_size=1, max_size=3))
@example(["a&b=c;d", "ü%20", 'x"><b>', "1+1"])
@settings(max_examples=50, deadline=None)
def test_a_button_names_its_word_whatever_that_is(carried):
    shown = rendered(answer(quote(), carried=carried))

    assert [wished["drop"] for wished, _ in buttons(shown, "qa-chip")] == carried


def test_other_words_that_were_searched_are_said_but_for_spellings():
    searched = [
        Expansion("synonym", "PTO", "<b>annual leave", ("pto",), ()),
        Expansion("spelling", "colour", "color", ("colour",), ()),
    ]

    shown = rendered(answer(quote(), expansions=searched))

    assert words_of(shown, "qa-searched") == ["Also searched: <b>annual leave for PTO."]
    assert shown.xpath("//*[@class='qa-searched']/strong/text()") == ["<b>annual leave"]


def test_what_was_put_right_is_said_with_a_button_for_what_was_typed():
    corrected = answer(quote(), corrections=[Correction("brth", "berth"), Correction("kost", "cost")])

    shown = rendered(corrected, number=2)

    said = "Showing results for berth instead of brth, cost instead of kost. Search for brth, kost instead"
    assert words_of(shown, "qa-searched") == [said]
    assert shown.xpath("//*[@class='qa-searched']/strong/text()") == ["berth", "cost"]
    assert shown.xpath("//*[@class='qa-searched']/em/text()") == ["brth", "kost"]
    assert buttons(shown, "qa-again") == [({"answer": "2", "as_typed": "1"}, "Search for brth, kost instead")]


def test_what_was_searched_as_typed_can_be_put_right_again():
    shown = rendered(answer(quote()), number=2, as_typed=True)

    assert words_of(shown, "qa-searched") == ["Searched exactly as typed. Correct spelling"]
    assert buttons(shown, "qa-again") == [({"answer": "2", "as_typed": "0"}, "Correct spelling")]


def test_what_was_searched_is_said_where_it_is_not_everything():
    limited = AskedScope(collections=["Leave"], documents=["port/<fees>.md"], since="2024")

    assert words_of(rendered(answer(quote()), scope=limited), "qa-searched") == [
        "Searched in: Leave, port/<fees>.md, 2024 –"
    ]
    assert words_of(rendered(answer(quote())), "qa-searched") == []


@pytest.mark.parametrize(("linked", "said"), [("", 0), ("generation", 0), ("an earlier one", 1)])
def test_that_a_shared_answer_may_differ_is_said_where_the_documents_have_changed(linked, said):
    shown = rendered(answer(quote()), linked_index=linked)

    assert len(shown.find_class("qa-note")) == said


def test_further_words_stand_below_the_quote_each_with_its_own_marker():
    listed = quote("Bring with you:", more=[quote("a rope,"), quote("a lamp.", number=5)])

    shown = rendered(answer(listed))

    assert labels(shown) == ["1", "1b", "1c"]
    hrefs = [parse_qs(marker.get("href").partition("?")[2]) for marker in shown.find_class("qa-cite")]
    assert [href["exact"] for href in hrefs] == [["Bring with you:"], ["a rope,"], ["a lamp."]]
    assert words_of(shown, "qa-place") == ["¶ 5"]


def test_sources_that_differ_stand_in_the_place_of_the_best_in_the_order_given_with_date_value_and_marker():
    old, new = quote("A berth costs 9 crowns, for 19 days."), quote("It is 12 crowns.", document="new.md")
    differing = answer(
        old,
        new,
        quote("Berths are swept."),
        dates=("2019", ""),
        differences=[Difference("number", (1, 0), ("12", "9"))],
    )

    shown = rendered(differing)

    (block,) = shown.find_class("qa-differs")
    assert [part.get("class") for part in shown.iterchildren()][:2] == ["qa-differs qa-first", "qa-label"]
    assert words_of(block, "qa-label") == ["Sources differ"]
    assert words_of(block, "qa-date") == ["No date", "2019"]
    assert words_of(block, "qa-words") == ["“It is 12 crowns.” [2]", "“A berth costs 9 crowns, for 19 days.” [1]"]
    assert block.xpath(".//mark/text()") == ["12", "9"]
    assert words_of(block, "qa-title") == ["new.md", "Fees & <fines>"]
    assert labels(shown) == ["2", "1", "3"]


def test_a_difference_among_further_passages_stands_behind_the_best():
    quotes = [quote(), quote("It is 12 crowns."), quote("It is 9 crowns.")]
    differing = answer(*quotes, differences=[Difference("number", (1, 2), ("12", "9"))])

    shown = rendered(differing)

    assert [part.get("class") for part in shown.iterchildren()][:3] == ["qa-quote qa-best", "qa-differs", "qa-label"]


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


def test_what_replaced_a_document_and_where_else_its_words_stand_is_said():
    titled = Titles({"2026.md": "Fees of <2026>"})
    shown = rendered(answer(quote(), replaced_by="2026.md", also_in=("a", "b", "c", "d", "e")), titled)

    assert words_of(shown, "qa-replaced") == ["Replaced by Fees of <2026> (2026.md)"]
    assert words_of(shown, "qa-also") == ["Also in a; b; c and 2 more"]
    assert words_of(rendered(answer(quote(), replaced_by="2026.md")), "qa-replaced") == [
        "Replaced by 2026.md (2026.md)"
    ]
    assert words_of(rendered(answer(quote(), also_in=("a", "b", "c"))), "qa-also") == ["Also in a; b; c"]


def test_an_answer_is_copied_linked_and_judged_with_buttons_that_name_it():
    acts = buttons(rendered(answer(quote()), number=7), "qa-act")

    assert [wished for wished, _ in acts] == [
        {"answer": "7", "act": act} for act in ("copy", "link", "up", "down", "test")
    ]
    assert all(name for _, name in acts)


def test_what_to_ask_and_to_open_next_stands_below():
    near = NearHeading(heading="Late <fees>", source="source/port/fees.md?p=9&x=1#p9")
    suggested = Suggestions(questions=["Who <b>pays</b>?", "When?"], headings=[near])

    shown = rendered(answer(quote()), suggestions=suggested)

    (below,) = shown.find_class("qa-suggestions")
    assert shown[-1] is below
    assert [(part.get("value"), part.text_content()) for part in below.find_class("qa-ask")] == [
        ("Who <b>pays</b>?", "Who <b>pays</b>?"),
        ("When?", "When?"),
    ]
    assert [(part.get("href"), part.text_content()) for part in below.find_class("qa-near")] == [
        (f"#{near.source}", "Late <fees>")
    ]
    assert rendered(answer(quote())).find_class("qa-suggestions") == []


def test_below_an_answer_stands_why_its_passages_are_these():
    (why,) = rendered(answer(quote())).find_class("qa-why")

    assert why.findtext("summary") == "Why these passages?"
    assert [part.text_content() for part in why.iter("p")] == [
        "How likely the first passage answers: 70 of 100.",
        "port/fees.md, ¶ 4",
        "Holds these words of the question: berth, cost. Found by its words.",
        "Words (BM25): rank 1, 7.31",
        "Meaning (cosine): not among the best, 0.410",
    ]
    rows = [[cell.text_content() for cell in row] for row in why.xpath(".//tbody/tr")]
    assert rows == [
        ["date that is asked for", "", "", "+0.100"],
        ["Sentence: words side by side", "", "1.00", "+0.080"],
        ["meaning", "", "0.41", "+0.057"],
        ["rare words (BM25)", "", "0.50", "+0.030"],
    ]
    assert why.xpath(".//i/@style") == ["width:100%", "width:80%", "width:57%", "width:30%"]


@pytest.mark.parametrize(
    ("ranks", "said"),
    [
        ({"lexical_rank": 1, "dense_rank": None}, "Found by its words."),
        ({"lexical_rank": None, "dense_rank": 2}, "Found by its meaning."),
        ({"lexical_rank": 3, "dense_rank": 1}, "Found by its words and by its meaning."),
    ],
)
def test_why_says_how_a_passage_was_found(ranks, said):
    assert said in rendered(answer(quote(), **ranks)).find_class("qa-why")[0].text_content()


def test_where_no_passage_is_there_is_none_to_explain():
    assert rendered(answer(outcome="nothing")).find_class("qa-why") == []


def test_a_long_quote_is_not_shown_large():
    assert rendered(answer(quote("x" * (LONG_QUOTE + 1)))).find_class("qa-long")
    assert not rendered(answer(quote("x" * LONG_QUOTE))).find_class("qa-long")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_shown_in_every_language_and_quotes_stay_as_they_are(language):
    shown = rendered(everything("Ein Liegeplatz kostet 9.", "fees.md", "Fees"), language=language)
    nothing = rendered(answer(quote("Ein Satz."), outcome="nothing"), language=language)

    assert words_of(shown, "qa-words")[0] == "“Ein Liegeplatz kostet 9.” [1]"
    assert words_of(nothing, "qa-words") == ["“Ein Satz.” [1]"]
    for part in (shown, nothing):
        assert not re.search(r"\{\w+\}", part.text_content())


def everything(text, name, heading):
    """Make an answer in which the words of a document stand wherever they can."""
    first = quote(text, heading, name, more=[quote(text, number=5, document=name)], page=text)
    return answer(
        first,
        quote(text, document=name),
        carried=(text,),
        dates=(text, text),
        differences=[Difference("number", (0, 1), (text, "x"))],
        corrections=[Correction(text, text)],
        expansions=[Expansion("synonym", text, text, (), ())],
        also_in=(text,) * 5,
        replaced_by=name,
    )


def beside(text, name):
    """Return a document in which a heading that reads `text` stands beside the cited paragraph."""
    paragraphs = [Paragraph(name, n, 0, 1, 1, None, heading, "text") for n, heading in ((1, "own"), (2, f"h{text}"))]
    return Document(name, name, text, "", "", (), tuple(paragraphs), Metadata(), ())


@given(
    text=st.text(PRINTABLE, min_size=1),
    name=st.text(PRINTABLE, min_size=1),
    heading=st.text(PRINTABLE),
    language=st.sampled_from(list(LANGUAGES)),
)
@example("<b>", '"><img src=x onerror=alert(1)>', "</span><script>alert(1)</script>", "en")
@example("<b>", '"><img src=x onerror=alert(1)>', "</span><script>alert(1)</script>", "ar")
@example("{added} {words} {pairs}", "{title}", "{document}", "de")
@settings(max_examples=100, deadline=None)
def test_no_document_can_add_a_tag_or_an_attribute(text, name, heading, language):
    def shown(text, name, heading):
        return raw(
            everything(text, name, heading),
            Titles({name: text}),
            language,
            scope=AskedScope(documents=[name], collections=[text], since="2024"),
            suggestions=Suggestions(questions=[text], headings=near_headings(beside(text, name), 1)),
        )

    tags = re.compile(r"<[^>]*>")
    shape = re.compile(r'(?<=href=")[^"]*|(?<=title=")[^"]*|(?<=value=")[^"]*| qa-long')
    hostile = [shape.sub("", tag) for tag in tags.findall(shown(text, name, heading)) if "mark>" not in tag]
    plain = [shape.sub("", tag) for tag in tags.findall(shown("x", "x", heading and "x")) if "mark>" not in tag]
    assert hostile == plain
    assert "\n" not in shown(text, name, heading)


def test_no_address_that_a_browser_hands_back_can_add_a_tag_or_an_attribute():
    hostile = '"><script>alert(1)</script><a href="'
    made = shown_answer(answer(quote()), FAR).model_dump()
    made["passages"][0]["words"]["source"] = hostile
    near = {"heading": "Fees", "source": hostile}
    kept = {"number": 0, "question": "?", "answer": made, "suggestions": {"headings": [near]}}

    shown = lxml_html.fragment_fromstring(exchange_html(Exchange.model_validate(kept), texts("en")))

    assert shown.xpath(".//script") == []
    assert shown.xpath(".//a/@href") == [f"#{hostile}"] * 2
