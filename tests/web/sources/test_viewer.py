import re
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from fastapi import FastAPI
from lxml import html
from starlette.testclient import TestClient

from conftest import CORPUS
from qa.reading.blocks import Block, compose
from qa.settings import Settings
from qa.types import Metadata
from qa.web.app import create_app
from qa.web.citations import check_of
from qa.web.live import LiveAssistant
from qa.web.shelf import FILE_CHANGED, FILE_GONE, NO_SUCH_DOCUMENT, Shelf, ShelfError
from qa.web.sources.originals import told
from qa.web.sources.pictures import CANNOT_DRAW
from qa.web.sources.shown import NEIGHBOURS, Window, window
from qa.web.sources.viewer import source_router
from qa.web.texts import Texts, texts
from serving import settings_of

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

    assert '>The flood gate is <mark id="hit">closed above nine</mark> metres. It' in page.text


def test_the_paragraph_asked_for_stands_out(client):
    found = parsed(client.get(GATE, params={"p": 2}))

    assert [part.get("id") for part in found.find_class("here")] == ["p2"]
    assert found.xpath("//mark") == []


def test_a_document_is_shown_whole_with_title_path_headings_and_numbers(client):
    found = parsed(client.get(GATE))

    assert found.xpath("//h1//text()") == ["Flood gate"]
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
    found = parsed(client.get("/source/register.md", params={"around": number}))
    return [int(n.text_content()) for n in found.find_class("number")], [
        a.get("href") for a in found.xpath("//main//a")
    ]


def test_a_long_document_is_shown_around_the_paragraph_asked_for(client):
    entries, links = shown_entries(client, 500)

    assert entries == list(range(500 - NEIGHBOURS, 500 + NEIGHBOURS + 1))
    assert links == ["?around=200#p350", "?around=800#p650"]


def test_the_beginning_of_a_long_document_leads_on_only(client):
    entries, links = shown_entries(client, 1)

    assert entries == list(range(1, NEIGHBOURS + 2))
    assert links == ["?around=301#p151"]


@pytest.mark.parametrize("number", [1000, 1001, 10**18])
def test_the_end_of_a_long_document_leads_back_only(client, number):
    entries, links = shown_entries(client, number)

    assert entries == list(range(1000 - NEIGHBOURS, 1001))
    assert links == ["?around=700#p850"]


def test_paging_through_a_long_document_shows_every_paragraph(client):
    seen, number = set(), 1
    while number:
        entries, links = shown_entries(client, number)
        assert not seen or min(entries) <= max(seen) + 1
        seen.update(entries)
        forward = [int(re.search(r"around=(\d+)", link)[1]) for link in links]
        number = next((p for p in forward if p > number), None)

    assert seen == set(range(1, 1001))


def test_a_window_never_leaves_the_document(live):
    gate = live.current().index.document("notices/gate.md")

    assert len(gate.paragraphs) == 3
    assert window(gate, 1) == window(gate, 99) == window(gate, None) == Window(1, 3, 3)


def test_a_mark_across_paragraphs_is_not_set(client, live):
    text = live.current().index.document("notices/gate.md").text

    page = client.get(GATE, params={"p": 1, "start": 0, "end": len(text), "check": check_of(text)})

    assert "<mark" not in page.text


def outline_of(page):
    return [(a.text_content(), a.get("href")) for a in page.xpath("//nav[@aria-label='Outline']/div//a")]


def test_the_outline_leads_to_every_heading_but_the_title(client, live):
    found = parsed(client.get(GATE))

    assert outline_of(found) == [("When", "#h2"), ("Who", "#h3")]
    assert [heading.get("id") for heading in found.xpath("//main//h3")] == ["h2", "h3"]


@pytest.fixture(scope="module")
def long_document(build):
    """A document of 40 sections with 20 paragraphs each."""
    text = "# Rules\n\n" + "\n\n".join(
        f"## Section {n}\n\n" + "\n\n".join(f"Rule {n}.{m}." for m in range(1, 21)) for n in range(1, 41)
    )
    built = build({"rules.md": text})
    with TestClient(create_app(LiveAssistant(built.index), settings_of(built))) as client:
        yield client


@pytest.mark.parametrize("number", [1, 400, 800])
def test_the_outline_of_a_long_document_is_whole_wherever_it_is_opened(long_document, number):
    page = parsed(long_document.get("/source/rules.md", params={"p": number}))

    entries = outline_of(page)
    assert [name for name, _ in entries] == [f"Section {n}" for n in range(1, 41)]
    for name, href in entries:
        address, _, anchor = href.partition("#")
        there = parsed(long_document.get(f"/source/rules.md{address}")) if address else page
        (heading,) = there.xpath(f"//main//*[@id='{anchor}']")
        assert heading.text_content() == name


def test_a_window_that_begins_below_a_heading_begins_with_that_heading(long_document):
    page = parsed(long_document.get("/source/rules.md", params={"p": 21 * 20 + 1 - 20 + NEIGHBOURS}))

    assert page.find_class("number")[0].text_content() == str(21 * 20 - 19)
    assert page.xpath("//main//section")[0][0].text_content() == "Section 21"


def test_a_paragraph_that_pages_lead_to_does_not_stand_out(long_document):
    assert parsed(long_document.get("/source/rules.md", params={"around": 400})).find_class("here") == []


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ur", "rtl"), ("de", "ltr"), ("xx", "ltr")])
def test_the_interface_turns_with_its_language_and_each_paragraph_with_its_own(client, language, direction):
    found = parsed(client.get(GATE, params={"lang": language}))

    assert found.get("dir") == direction
    assert {part.get("dir") for part in found.xpath("//main//p | //main//h3")} == {"auto"}
    assert parsed(client.get("/source/no-such.md", params={"lang": language})).get("dir") == direction


def plain_client(documents, successor=None):
    """Return a client of the viewer alone, without those who look at tokens."""
    by_id = {document.id: document for document in documents}
    index = SimpleNamespace(document=by_id.get, replaced_by=lambda document_id: successor)
    live = SimpleNamespace(current=lambda: SimpleNamespace(index=index))
    app = FastAPI()
    app.include_router(source_router(SimpleNamespace(settings=Settings(), shelf=Shelf(live, CORPUS))))
    return TestClient(app)


def test_what_the_reader_came_with_goes_along_to_every_place_and_into_no_permalink():
    blocks = [Block("heading", f"Part {n}", 2) if n % 2 else Block("text", f"Words {n}.") for n in range(1, 999)]
    old, new = (compose(name, "0" * 64, blocks, Metadata()) for name in ("old.md", "new.md"))
    client = plain_client([old, new], successor="new.md")
    came_with = {"lang": "de", "theme": "dark", "token": "a.b&c", "panel": "1"}

    found = parsed(client.get("/source/old.md", params={"p": 300, **came_with}))

    links = {a.get("href") for a in found.xpath("//a") if not a.get("href").startswith("#")}
    permalinks = {link for link in links if "@" in link}
    originals = {link for link in links if link.startswith("/original/")}
    assert permalinks == {f"/source/old.md@{'0' * 12}?p=300#p300"}
    assert originals == {"/original/old.md?token=a.b%26c"}
    others = links - permalinks - originals
    assert len(others) > 3
    assert all(came_with.items() <= dict(parse_qsl(urlsplit(link).query)).items() for link in others)
    assert {i.get("name"): i.get("value") for i in found.xpath("//form/input[@type='hidden']")} == came_with


def test_hostile_names_are_text_and_turn_nothing_around_them():
    hostile = "<img src=x onerror=alert(1)>\u202egnp.exe"
    document = compose(f"{hostile}.md", "0" * 64, [Block("text", "Words.")], Metadata(title=hostile, author=hostile))

    found = parsed(plain_client([document], successor=document.id).get(f"/source/{quote(document.id)}"))

    assert found.xpath("//img | //*[@onerror]") == []
    turning = [text for text in found.xpath("//body//text()") if "\u202e" in text]
    assert turning
    assert all(text.getparent().tag == "bdi" for text in turning)


def test_a_document_without_text_says_so():
    document = compose("empty.md", "0" * 64, [], Metadata())

    found = parsed(plain_client([document]).get("/source/empty.md"))

    assert found.find_class("empty")[0].text_content() == "This document has no text."


@pytest.mark.parametrize(("language", "named"), [("de", "de"), ("pt-BR", "pt-BR"), ("English, mostly", ""), ("", "")])
def test_the_language_of_a_document_is_named_where_it_is_known(language, named):
    document = compose("words.md", "0" * 64, [Block("text", "Words.")], Metadata(language=language))

    found = parsed(plain_client([document]).get("/source/words.md"))

    assert found.xpath("//main//p/@lang") == [named]


def test_a_refusal_is_said_in_the_language_of_the_interface():
    spanish = Texts("es", {"sources.file_gone": "El archivo ya no está."})

    assert told(ShelfError(404, FILE_GONE), spanish) == "El archivo ya no está."


@pytest.mark.parametrize("sentence", [NO_SUCH_DOCUMENT, FILE_GONE, FILE_CHANGED, CANNOT_DRAW])
def test_every_refusal_has_its_text(sentence):
    assert sentence in texts("en").part("sources").values()


def test_the_viewer_may_run_nothing_and_send_nothing_elsewhere(client):
    policy = client.get(GATE).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert parsed(client.get(GATE)).xpath("//script | //@style | //*[@onclick]") == []
