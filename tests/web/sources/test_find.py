"""Finding words within one document."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from qa.reading.blocks import Block, compose
from qa.types import Metadata
from qa.web.sources.find import MOST_LISTED, find, folded, places, snippet, wanted

FERRY = "The last  ferry to Skarholm\nleaves at 23:40, says the harbour master’s board."
STREET = "In der Großen Straße liegt die FÄHRE – bei Sturm im Hafen."
MANY = "The gate is closed. The gate is opened. A gate-keeper has no gate."


def document_of(*paragraphs, heading="Ferries and gates"):
    blocks = [Block("heading", heading, 1), *(Block("text", words) for words in paragraphs)]
    return compose("town/ferries.md", "0" * 64, blocks, Metadata(title="Timetable"))


TOWN = document_of(FERRY, STREET, MANY)


def found(words, document=TOWN):
    return [document.text[part.start : part.end] for part in find(document, words)]


def marked(words, document=TOWN):
    return [document.text[m.start : m.end] for part in find(document, words) for m in places(document, part, words)]


@pytest.mark.parametrize(
    ("words", "places_marked"),
    [
        ("FERRY to", ["ferry", "to"]),
        ('"ferry to skarholm leaves"', ["ferry to Skarholm\nleaves"]),
        ("“ferry to”", ["ferry to"]),
        ("master's", ["master’s"]),
        ("STRASSE", ["Straße"]),
        ("strass", ["Straß"]),
        ("fähre", ["FÄHRE"]),
        ("fa\u0308hre", ["FÄHRE"]),
        ('"fähre - bei"', ["FÄHRE – bei"]),
        ("23:40", ["23:40"]),
    ],
)
def test_words_are_found_whatever_their_case_their_spaces_and_their_typography(words, places_marked):
    assert marked(words) == places_marked


def test_a_passage_holds_all_the_words_in_any_order():
    assert found("skarholm ferry") == [TOWN.text[p.start : p.end] for p in TOWN.paragraphs[:1]]
    assert found('"skarholm ferry"') == []


def test_headings_are_found_in_the_order_of_the_text():
    assert found("gate") == ["Ferries and gates", MANY]


def test_every_place_of_a_passage_is_marked_and_overlapping_ones_together():
    assert marked("gate", TOWN) == ["gate", "gate", "gate", "gate", "gate"]
    assert marked('"the gate" "gate is closed"') == ["The gate is closed", "The gate"]


@pytest.mark.parametrize("words", ["", "  \n", '""', '" "', '"'])
def test_nothing_is_looked_for_where_no_word_was_given(words):
    assert wanted(words) == []
    assert find(TOWN, words) == []


LETTERS = st.text(alphabet="aAbBßßSsäÄıİΣσς “”\"'’-–\n\u00a0", max_size=60)


@given(LETTERS, LETTERS)
def test_every_passage_found_really_holds_every_word(text, words):
    document = document_of(text, f"x {text} y", "no such thing")

    for part in find(document, words):
        within = folded(document.text[part.start : part.end])
        marks = places(document, part, words)
        assert all(needle in within for needle in wanted(words))
        assert marks
        assert all(part.start <= mark.start < mark.end <= part.end for mark in marks)
        assert all(one.end < other.start for one, other in pairwise(marks))
        pieces = [piece.text for run in snippet(document, part, words) for piece in run.pieces]
        assert "".join(pieces).strip("…") in document.text


@given(st.text(alphabet="aAbBßßSsäÄıİΣσς'’-–\n\u00a0", max_size=60))
def test_a_paragraph_is_found_by_its_own_words(text):
    document = document_of(f"a {text}")
    paragraph = document.paragraphs[0]

    assert paragraph in find(document, document.text[paragraph.start : paragraph.end])


def test_a_long_passage_is_cut_between_words_around_the_first_place():
    document = document_of("before " * 100 + "ferry " + "behind " * 100)

    (part,) = find(document, "ferry before behind")
    shown = "".join(piece.text for run in snippet(document, part, "ferry") for piece in run.pieces)

    assert shown.startswith("…before before")
    assert shown.endswith("behind…")
    assert "before ferry behind" in shown


# -- on the page


def parsed(client, path, **query):
    response = client.get(path, params=query)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def test_the_page_lists_what_was_found_with_a_link_to_each_place(client):
    page = parsed(client, "/source/notices/gate.md", find="THE harbour")

    (hit,) = page.xpath("//ol[not(ancestor::nav)]/li")
    assert page.xpath("//*[@role='status']")[0].text_content().strip() == "Passages found: 1"
    assert hit.xpath(".//mark/text()") == ["The", "harbour", "the"]
    assert hit.find_class("section")[0].text_content() == "Who"
    assert hit.xpath("a/@href") == ["?find=THE+harbour&hit=1#p2"]
    assert page.xpath("//input[@name='find']/@value") == ["THE harbour"]


def test_a_place_that_was_found_is_shown_among_its_neighbours_with_the_ways_on(client):
    page = parsed(client, "/source/register.md", find='"entry 50"', hit=2)

    assert page.xpath("//*[@class='steps']/*[@role='status']/text()") == ["Passage 2 of 11"]
    assert [part.get("id") for part in page.find_class("here")] == ["p500"]
    assert page.xpath("//*[@id='p500']//mark/text()") == ["Entry 50"]
    assert page.xpath("//*[@class='steps']/a/@href") == [
        "?find=%22entry+50%22&hit=1#p50",
        "?find=%22entry+50%22&hit=3#p501",
        "?find=%22entry+50%22",
    ]


def test_a_number_beyond_the_last_place_shows_the_last(client):
    page = parsed(client, "/source/register.md", find='"entry 50"', hit=10**9)

    assert [part.get("id") for part in page.find_class("here")] == ["p509"]


@pytest.mark.parametrize(("words", "place"), [("when", "h2"), ("flood gate", "title")])
def test_a_heading_that_was_found_is_led_to(client, words, place):
    page = parsed(client, "/source/notices/gate.md", find=words)
    (link, *_) = page.xpath("//ol[not(ancestor::nav)]/li/a")

    address, _, fragment = link.get("href").partition("#")
    assert fragment == place
    assert parsed(client, f"/source/notices/gate.md{address}").xpath(f"//*[@id='{place}']")


def test_no_more_is_listed_than_a_reader_looks_through_and_the_page_says_so(client):
    page = parsed(client, "/source/register.md", find="entry")

    assert len(page.xpath("//ol/li")) == MOST_LISTED
    assert page.xpath("//*[@role='status']")[0].text_content().strip() == (
        f"Passages found: 1000. The first {MOST_LISTED} are listed."
    )


def test_words_that_are_nowhere_are_told_so(client):
    page = parsed(client, "/source/register.md", find="zeppelin")

    assert page.xpath("//*[@role='status']")[0].text_content().strip().startswith("No passage of this document")
    assert parsed(client, "/source/register.md", find="zeppelin", hit=3).find_class("here") == []


def test_words_to_find_are_shown_as_text_and_nothing_else(client):
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>'

    page = parsed(client, "/source/hostile%20%3Cb%3E%26.txt", find=hostile)

    assert page.xpath("//script | //img | //*[@onerror]") == []
    assert page.xpath("//input[@name='find']/@value") == [hostile]


def test_no_more_words_than_a_line_are_looked_for(client):
    assert client.get("/source/register.md", params={"find": "a" * 201}).status_code == 422
