"""Addresses that last: what they show while the document is as it was, and after it has changed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from starlette.testclient import TestClient

from qa.answering.permalink import quote_context, version_of
from qa.web.answers import shown_answer
from qa.web.app import create_app
from qa.web.live import LiveAssistant
from serving import settings_of

FERRY = "The last ferry to Skarholm leaves at 23:40."
GATE = "The flood gate is closed above nine metres."
FARES = "A single ticket costs 3 crowns, a return ticket 5."
PIER = "Dogs are led on a leash everywhere on the pier."
QUOTED = {FERRY: 1, GATE: 2, FARES: 3, PIER: 4}
HARBOUR = "# Harbour\n\n" + "\n\n".join(QUOTED)
CHANGED = f"# Harbour\n\n{FERRY}\n\nThe harbour office has moved.\n\n{GATE}\n\n" + FARES.replace("3", "4")
FILES = {
    "town/harbour@night.md": HARBOUR,
    "old rules.md": "# Rules of 2019\n\nNo swimming between the piers of the harbour.\n",
    "rules.md": "---\ntitle: Rules of 2024\nauthor: The harbour <master>\ndate: 2024-03-01\ncollection: Harbour\n"
    "supersedes: [old rules.md]\n---\nSwimming is allowed from the western pier only.\n",
    "register.md": "# Register\n\n" + "\n\n".join(f"Entry {number}." for number in range(1, 1001)),
}
HARBOUR_PATH = "/source/town/harbour%40night.md"


def parsed(response):
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def permalink_of(page):
    (link,) = page.xpath("//header//a[text()='Permalink']")
    assert (link.get("target"), link.get("rel")) == ("_blank", "bookmark noopener")
    return link.get("href")


def notice_of(page):
    return " ".join(part.text_content() for part in page.xpath("//*[@role='status']/p"))


def address_of_answer(built, question):
    """Return the address at which the page opens the first citation of an answer."""
    assistant = built.open()
    return "/" + shown_answer(assistant.ask(question, k=1), assistant.index).passages[0].words.source


@pytest.fixture(scope="module")
def harbour(build):
    return build(FILES)


@pytest.fixture(scope="module")
def client(harbour):
    with TestClient(create_app(LiveAssistant(harbour.index), settings_of(harbour))) as client:
        yield client


@pytest.fixture(scope="module")
def before(harbour):
    return harbour.open().index.document("town/harbour@night.md")


@pytest.fixture(scope="module")
def permalinks(client, before):
    """The permalink of each quote, as the viewer shows it while the document is as it was."""
    places = {words: (before.text.index(words), number) for words, number in QUOTED.items()}
    return {
        words: permalink_of(
            parsed(client.get(HARBOUR_PATH, params={"p": number, "start": start, "end": start + len(words)}))
        )
        for words, (start, number) in places.items()
    }


@pytest.fixture(scope="module")
def changed(build, permalinks):
    """The client of an index over the same documents, one of them rewritten."""
    built = build(FILES | {"town/harbour@night.md": CHANGED})
    with TestClient(create_app(LiveAssistant(built.index), settings_of(built))) as client:
        yield client


def test_a_permalink_names_version_paragraph_words_and_what_stands_around_them(permalinks, before):
    address = urlsplit(permalinks[GATE])
    prefix, suffix = quote_context(before.text, before.text.index(GATE), before.text.index(GATE) + len(GATE))

    assert address.path == f"{HARBOUR_PATH}@{version_of(before)}"
    assert address.fragment == "p2"
    assert parse_qs(address.query) == {"p": ["2"], "exact": [GATE], "prefix": [prefix], "suffix": [suffix]}


@pytest.mark.parametrize("words", QUOTED)
def test_a_permalink_marks_its_words_while_the_document_is_as_it_was(client, permalinks, words):
    page = parsed(client.get(permalinks[words]))

    assert [mark.text_content() for mark in page.xpath("//mark[@id='hit']")] == [words]
    assert [part.get("id") for part in page.find_class("here")] == [f"p{QUOTED[words]}"]
    assert notice_of(page) == f"The quoted words stand unchanged in paragraph {QUOTED[words]}."
    assert permalink_of(page) == permalinks[words]


def test_words_that_did_not_change_are_marked_in_a_changed_document(changed, permalinks):
    page = parsed(changed.get(permalinks[FERRY]))

    assert page.xpath("//mark/text()") == [FERRY]
    assert notice_of(page) == (
        "The quoted words stand unchanged in paragraph 1, though the document has changed since this link was made."
    )
    assert permalink_of(page) != permalinks[FERRY]


def test_words_that_moved_are_marked_where_they_are(changed, permalinks):
    page = parsed(changed.get(permalinks[GATE]))

    assert page.xpath("//mark/text()") == [GATE]
    assert [part.get("id") for part in page.find_class("here")] == ["p3"]
    assert notice_of(page) == "The quoted words have moved from paragraph 2 to 3."


def test_words_that_changed_are_shown_as_they_were_above_the_nearest_passage(changed, permalinks):
    page = parsed(changed.get(permalinks[FARES]))

    assert page.xpath("//mark/text()") == [FARES.replace("3", "4")]
    assert page.xpath("//main//blockquote/text()") == [FARES]
    assert "have changed; the nearest passage, in paragraph 4, is marked" in notice_of(page)


def test_words_that_are_gone_are_shown_as_they_were(changed, permalinks):
    page = parsed(changed.get(permalinks[PIER]))

    assert page.xpath("//mark") == []
    assert page.xpath("//blockquote/text()") == [PIER]
    assert "do not stand in this document as it is now" in notice_of(page)


def test_a_link_of_an_answer_finds_its_words_in_a_changed_document(harbour, changed):
    address = address_of_answer(harbour, "When is the flood gate closed?")

    page = parsed(changed.get(address))

    assert page.xpath("//mark/text()") == [GATE]
    assert "moved from paragraph 2 to 3" in notice_of(page)


def test_a_link_of_an_answer_says_nothing_while_all_is_as_it_was(harbour, client):
    address = address_of_answer(harbour, "When is the flood gate closed?")

    page = parsed(client.get(address))

    assert page.xpath("//mark/text()") == [GATE]
    assert notice_of(page) == ""


def test_the_words_of_a_link_are_text_and_nothing_else(client):
    hostile = '</blockquote><script>alert(1)</script><img src=x onerror="alert(2)">'

    page = parsed(client.get(HARBOUR_PATH, params={"p": 1, "exact": hostile, "prefix": hostile, "suffix": hostile}))

    assert page.xpath("//script | //img | //*[@onerror]") == []
    assert page.xpath("//blockquote/text()") == [hostile]


def test_a_version_alone_opens_the_document_and_its_paragraph_stands_in_the_page(client, before):
    page = parsed(client.get(f"/source/register.md@{'0' * 12}"))

    assert "made for an earlier version" in notice_of(page)
    assert [part.get("id") for part in page.find_class("paragraph")] == [f"p{number}" for number in range(1, 1001)]
    assert notice_of(parsed(client.get(f"{HARBOUR_PATH}@{version_of(before)}"))) == ""


def test_a_permalink_without_words_names_the_paragraph(client, before):
    page = parsed(client.get(HARBOUR_PATH, params={"p": 3}))

    assert permalink_of(page) == f"{HARBOUR_PATH}@{version_of(before)}?p=3#p3"
    assert permalink_of(parsed(client.get(HARBOUR_PATH))) == f"{HARBOUR_PATH}@{version_of(before)}"


@pytest.mark.parametrize(
    "address",
    ["no-such.md@0123456789ab", "town/harbour@night.md@", "rules.md@0123", "@0123456789ab", "rules.md@latest"],
)
def test_what_is_no_document_is_not_found_with_a_version_either(client, address):
    assert client.get(f"/source/{address}").status_code == 404


def test_a_replaced_document_names_its_successor(client):
    page = parsed(client.get("/source/old rules.md"))

    (link,) = page.xpath("//p[@class='changed']/a")
    assert link.getparent().text_content() == "This document has been replaced by Rules of 2024."
    assert parsed(client.get(link.get("href"))).xpath("//h1//text()") == ["Rules of 2024"]
    assert "has been replaced" not in client.get("/source/rules.md").text


def test_what_is_known_about_a_document_is_shown_and_nothing_else(client):
    page = parsed(client.get("/source/rules.md"))

    assert [part.text_content().split(None, 1) for part in page.xpath("//dl/div")] == [
        ["Author", "The harbour <master>"],
        ["Date", "2024-03-01"],
        ["Collection", "Harbour"],
        ["Format", "MD"],
    ]
    assert parsed(client.get("/source/register.md")).xpath("//dl/div/dt/text()") == ["Format"]
    assert parsed(client.get(HARBOUR_PATH)).xpath("//dl/div/dd//text()") == ["town", "MD"]


def test_links_keep_the_path_that_a_proxy_serves_under(harbour):
    app = create_app(LiveAssistant(harbour.index), settings_of(harbour))
    with TestClient(app, root_path="/answers") as client:
        page = parsed(client.get("/source/old rules.md?p=1"))

    hrefs = page.xpath("//header//a/@href")
    assert len(hrefs) == 4
    assert all(href.startswith("/answers/") for href in hrefs)
