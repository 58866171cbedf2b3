import re

import pytest
from lxml import html

from qa.web.ask.rendering import check_of
from qa.web.sources.viewer import NEIGHBOURS, window

GATE = "/source/notices/gate.md"
CLOSED = "The flood gate is closed above nine metres."


def parsed(response):
    return html.document_fromstring(response.text)


def place_of(live, document_id, words):
    """Return the query that marks these words."""
    document = live.current().index.document(document_id)
    start = document.text.index(words)
    paragraph = next(p for p in document.paragraphs if p.start <= start < p.end)
    return {"p": paragraph.number, "start": start, "end": start + len(words), "check": check_of(words)}


def test_the_quoted_words_are_marked_exactly(client, live):
    page = client.get(GATE, params=place_of(live, "notices/gate.md", CLOSED))

    (mark,) = parsed(page).xpath("//mark")
    assert page.status_code == 200
    assert (mark.get("id"), mark.text_content()) == ("hit", CLOSED)
    assert mark.getparent().text_content() == f"{CLOSED} It opens again below eight."


def test_words_in_the_middle_of_a_paragraph_are_marked_at_their_place(client, live):
    page = client.get(GATE, params=place_of(live, "notices/gate.md", "closed above nine"))

    assert '<p>The flood gate is <mark id="hit">closed above nine</mark> metres. It' in page.text


def test_the_paragraph_asked_for_stands_out(client):
    found = parsed(client.get(GATE, params={"p": 2}))

    assert [part.get("id") for part in found.find_class("here")] == ["p2"]
    assert found.xpath("//mark") == []


def test_a_document_is_shown_whole_with_title_path_headings_and_numbers(client):
    found = parsed(client.get(GATE))

    assert found.xpath("//h1/text()") == ["Flood gate"]
    assert found.find_class("path")[0].text_content() == "notices/gate.md"
    assert found.xpath("//main//h3/text()") == ["When", "Who"]
    assert [part.get("id") for part in found.find_class("paragraph")] == ["p1", "p2", "p3"]
    assert found.xpath("//main//p")[-1].text_content() == "Appendix"


def test_a_hostile_document_shows_its_own_characters_and_nothing_else(client, live, served):
    response = client.get("/source/hostile%20%3Cb%3E%26.txt")

    found = parsed(response)
    assert response.status_code == 200
    assert found.xpath("//script | //img | //b | //*[@onerror] | //main//a") == []
    text = live.current().index.document("hostile <b>&.txt").text
    shown = "\n\n".join(part.text_content() for part in found.xpath("//main//p"))
    assert '<img src=x onerror="alert(1)">' in shown
    assert "</mark></p> &amp; \"closes\" at 'nine'." in shown
    assert shown in text
    assert "{{ 7 * 7 }} {% raw %} [click](javascript:alert(2))" in shown


def test_hostile_words_are_marked_as_they_stand(client, live):
    words = 'src=x onerror="alert(1)"> harbour opens at six </mark></p> &amp;'

    found = parsed(client.get("/source/hostile%20%3Cb%3E%26.txt", params=place_of(live, "hostile <b>&.txt", words)))

    assert [mark.text_content() for mark in found.xpath("//mark")] == [words]
    assert found.xpath("//*[@onerror]") == []


@pytest.mark.parametrize("theme", ["dark", "light", '"><script>alert(1)</script>', ""])
def test_only_a_known_theme_is_taken_over(client, theme):
    found = parsed(client.get(GATE, params={"theme": theme}))

    assert found.get("data-theme") == (theme if theme in ("dark", "light") else None)
    assert found.xpath("//script") == []


@pytest.mark.parametrize(
    "path",
    [
        "no-such.md",
        "",
        "notices",
        "notices/GATE.md",
        "notices/gate.md/",
        "../../etc/passwd",
        "../../../../../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "notices/..%2fnotices/gate.md",
        "notices/%2e/gate.md",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..%5c..%5cetc%5cpasswd",
        "notices%00/gate.md",
        "%ff",
    ],
)
def test_what_is_no_document_of_the_index_is_not_found(client, path):
    page = client.get(f"/source/{path}")

    assert page.status_code == 404
    assert "root:" not in page.text
    assert CLOSED not in page.text


def test_a_page_says_which_document_is_missing(client):
    page = client.get("/source/%3Cscript%3Ealert(1)%3C/script%3E.md")

    found = parsed(page)
    assert page.status_code == 404
    assert found.xpath("//script") == []
    assert "<script>alert(1)</script>.md is not in the index" in found.find_class("changed")[0].text_content()


@pytest.mark.parametrize(
    "altered",
    [{"check": "0" * 12}, {"check": "<script>"}, {"start": 0}, {"end": 10**12}, {"start": 10**12, "end": 10**12}],
)
def test_a_document_that_changed_says_so_and_marks_nothing(client, live, altered):
    page = client.get(GATE, params=place_of(live, "notices/gate.md", CLOSED) | altered)

    assert page.status_code == 200
    assert "This document has changed since the answer was given" in page.text
    assert "<mark" not in page.text
    assert 'class="paragraph text here" id="p1"' in page.text


def test_a_document_that_did_not_change_has_no_notice(client, live):
    page = client.get(GATE, params=place_of(live, "notices/gate.md", CLOSED))

    assert "has changed" not in page.text


@pytest.mark.parametrize("query", ["p=0", "p=-1", "p=first", "p=1.5", "start=-1", "end=-1", f"p={'9' * 5000}"])
def test_a_number_that_cannot_be_is_refused(client, query):
    assert client.get(f"{GATE}?{query}").status_code == 422


def shown_entries(client, number):
    found = parsed(client.get("/source/register.md", params={"p": number}))
    return [int(n.text_content()) for n in found.find_class("number")], [
        a.get("href") for a in found.xpath("//main//a")
    ]


def test_a_long_document_is_shown_around_the_paragraph_asked_for(client):
    entries, links = shown_entries(client, 500)

    assert entries == list(range(500 - NEIGHBOURS, 500 + NEIGHBOURS + 1))
    assert links == ["?p=200&theme=", "?p=800&theme="]


def test_the_beginning_of_a_long_document_leads_on_only(client):
    entries, links = shown_entries(client, 1)

    assert entries == list(range(1, NEIGHBOURS + 2))
    assert links == ["?p=301&theme="]


@pytest.mark.parametrize("number", [1000, 1001, 10**18])
def test_the_end_of_a_long_document_leads_back_only(client, number):
    entries, links = shown_entries(client, number)

    assert entries == list(range(1000 - NEIGHBOURS, 1001))
    assert links == ["?p=700&theme="]


def test_paging_through_a_long_document_shows_every_paragraph(client):
    seen, number = set(), 1
    while number:
        entries, links = shown_entries(client, number)
        assert not seen or min(entries) <= max(seen) + 1
        seen.update(entries)
        forward = [int(re.search(r"p=(\d+)", link)[1]) for link in links]
        number = next((p for p in forward if p > number), None)

    assert seen == set(range(1, 1001))


def test_a_window_never_leaves_the_document(live):
    gate = live.current().index.document("notices/gate.md")

    assert len(gate.paragraphs) == 3
    assert window(gate, 1) == (1, 3)
    assert window(gate, 99) == (1, 3)


def test_a_mark_across_paragraphs_is_not_set(client, live):
    text = live.current().index.document("notices/gate.md").text

    page = client.get(GATE, params={"p": 1, "start": 0, "end": len(text), "check": check_of(text)})

    assert "<mark" not in page.text
