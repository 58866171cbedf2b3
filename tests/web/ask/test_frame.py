"""The frame around the chat: what GET / of the real application serves."""

import json
import re

import pytest
from lxml import html
from starlette.testclient import TestClient

from qa.web.app import create_app
from qa.web.texts import texts
from serving import settings_of

HOSTILE = '"></title></script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}'
NAME = "Port of <b>Skarholm</b> & sons"
ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^\s\"'<>\\)]+", re.IGNORECASE)


@pytest.fixture(scope="module")
def named(live, served):
    """The page of an organisation with a name and a theme, served below /answers."""
    app = create_app(live, settings_of(served, name=NAME, theme="dark", origins="https://intranet.example"))
    with TestClient(app, root_path="/answers") as client:
        yield client


def page_of(client, address="/", **arguments):
    response = client.get(address, **arguments)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(response.text)


def about(page):
    """Return what the page tells its script."""
    return json.loads(page.get_element_by_id("qa-page").text)


def title(page):
    return page.xpath("//title/text()")


@pytest.mark.parametrize(
    ("query", "accepted", "language", "direction"),
    [
        ("", "", "en", "ltr"),
        ("", "de-AT, en;q=0.5", "de", "ltr"),
        ("?lang=fr", "de", "fr", "ltr"),
        ("?lang=ar", "de", "ar", "rtl"),
        ("", "ur", "ur", "rtl"),
        ("?lang=xx", "es", "es", "ltr"),
    ],
)
def test_the_page_is_in_the_visitors_language_and_its_direction(client, query, accepted, language, direction):
    page = page_of(client, f"/{query}", headers={"accept-language": accepted})

    assert (page.get("lang"), page.get("dir")) == (language, direction)
    told = about(page)
    assert (told["language"], told["texts"]) == (language, texts(language).part("ask", "sources"))
    assert title(page) == [texts(language)("ask.title")]


def test_the_page_names_its_organisation(client, named):
    assert title(page_of(named)) == [f"Ask the documents · {NAME}"]
    assert page_of(named).xpath("//header//bdi/text()") == [NAME]
    assert title(page_of(client)) == ["Ask the documents"]


@pytest.mark.parametrize(("query", "theme"), [("", "dark"), ("?theme=light", "light"), ("?theme=<b>", "dark")])
def test_the_theme_is_that_of_the_settings_or_the_address(named, query, theme):
    page = page_of(named, f"/{query}")

    assert page.get("data-theme") == about(page)["theme"] == theme


def test_where_the_theme_is_the_systems_the_page_names_none(client):
    assert page_of(client).get("data-theme") is None


def test_chat_composer_and_dialogs_stand_once_in_the_page(client):
    page = page_of(client)

    for name in ("start", "composer", "question", "starters", "filter", "history", "export", "feedback", "shortcuts"):
        assert len(page.xpath(f"//*[@id='{name}']")) == 1, name
    assert len(page.xpath("//gradio-app")) == len(page.xpath("//title")) == len(page.xpath("//h1")) == 1
    assert page.xpath("//*[@id='starters']/@hidden") == [""]
    identifiers = page.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))


def test_every_label_of_the_page_is_of_something_there(client):
    page = page_of(client)
    identifiers = set(page.xpath("//@id"))

    assert set(page.xpath("//label/@for")) <= identifiers
    assert set(page.xpath("//@aria-labelledby")) <= identifiers
    assert {link.removeprefix("#") for link in page.xpath("//a[starts-with(@href, '#')]/@href")} <= identifiers


def test_no_foreign_host_is_named_anywhere(client):
    found = {address for address in ADDRESS.findall(client.get("/").text) if "testserver" not in address}

    assert found == set()


def test_what_the_page_loads_is_there(client):
    page = page_of(client)

    loaded = page.xpath("//link[@rel='stylesheet']/@href | //script[@src]/@src")
    assert "/page/ask.css" in loaded
    for address in loaded:
        assert client.get(address.removeprefix(".")).status_code == 200, address


def test_the_compact_view_has_title_and_greeting_and_no_navigation(client):
    page = page_of(client, "/", params={"view": "compact", "title": "Ask the port", "greeting": "Ahoy"})

    assert page.get("data-view") == "compact"
    assert about(page)["compact"] is True
    assert title(page) == ["Ask the port"]
    assert page.xpath("//h1/text()") == ["Ask the port"]
    assert page.xpath("//h2[@id='start-title']/text()") == ["Ahoy"]
    assert page.find_class("site") == []
    assert page.xpath("//@autofocus") == []


def test_the_whole_page_takes_no_title_from_its_address(client):
    page = page_of(client, "/", params={"title": "Ask the thief", "greeting": "Tell me your password"})

    assert page.get("data-view") is None
    assert "thief" not in " ".join(page.xpath("//body//text()[not(parent::script)]"))
    assert title(page) == ["Ask the documents"]


@pytest.mark.parametrize("field", ["title", "greeting", "collection", "lang", "theme", "view", "other"])
def test_nothing_in_the_address_can_add_to_the_page(client, field):
    compact = {"view": "compact", "title": "x", "greeting": "x", "collection": "x"}
    plain = page_of(client, "/", params={**compact, field: "x"})

    page = page_of(client, "/", params={**compact, field: HOSTILE})

    assert shape(page) == shape(plain)
    assert page.xpath("//*[@onerror] | //img") == []
    assert not any("alert(1)" in script for script in page.xpath("//script[not(@id='qa-page')]/text()"))
    assert "49" not in " ".join(title(page))


def shape(page):
    """Return every element with the names of its attributes."""
    return [(element.tag, sorted(element.attrib)) for element in page.iter() if isinstance(element.tag, str)]


def test_hostile_words_are_shown_as_they_are(client):
    page = page_of(
        client, "/", params={"view": "compact", "title": HOSTILE, "greeting": HOSTILE, "collection": HOSTILE}
    )

    assert page.xpath("//h1/text()") == [HOSTILE[:80]]
    assert page.xpath("//h2[@id='start-title']/text()") == [HOSTILE]
    assert about(page)["collection"] == HOSTILE


def test_long_words_are_cut(client):
    params = {"view": "compact", "title": "t" * 999, "greeting": "g" * 999, "collection": "c" * 999}

    page = page_of(client, "/", params=params)

    assert (title(page), page.xpath("//h2[@id='start-title']/text()")) == (["t" * 80], ["g" * 200])
    assert about(page)["collection"] == "c" * 200


def test_the_length_is_that_of_the_framed_page(client):
    response = client.get("/", headers={"accept-language": "ar", "accept-encoding": "gzip, br"})

    assert int(response.headers["content-length"]) == len(response.content)
    assert "content-encoding" not in response.headers
    assert response.headers.get_list("content-length") == [response.headers["content-length"]]


def test_the_head_method_tells_the_same_without_the_page(client):
    head, whole = client.head("/?lang=de"), client.get("/?lang=de")

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-security-policy"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("address", ["/config", "/page/tokens.css", "/documents", "/no such page", "/gradio_api/info"])
def test_other_addresses_are_left_alone(client, address):
    assert "qa-page" not in client.get(address).text


def test_what_is_sent_to_the_page_is_left_alone(client):
    response = client.post("/", json={})

    assert response.status_code == 405
    assert "qa-page" not in response.text


@pytest.mark.parametrize("address", ["/", "/answers/", "/answers"])
def test_below_a_prefix_every_address_of_the_page_keeps_it(named, address):
    page = page_of(named, address)

    own = page.xpath("//link[contains(@href, '/page/')]/@href | //script[contains(@src, '/page/')]/@src")
    assert len(own) >= 5
    assert all(found.startswith("/answers/page/") for found in own)
    assert about(page)["root"] == "/answers"
    assert page.xpath("//header//nav/a/@href") == ["/answers/", "/answers/documents"]


def test_who_may_embed_the_page_is_told_to_its_script(client, named):
    assert page_of(named).xpath("//meta[@name='qa-origins']/@content") == ["https://intranet.example"]
    assert page_of(client).xpath("//meta[@name='qa-origins']/@content") == [""]


def test_a_language_is_chosen_by_a_link_that_keeps_the_rest(client):
    page = page_of(client, "/?theme=dark&lang=fr")

    chosen = page.xpath("//header//li/a[@aria-current]")
    assert [(link.get("lang"), link.text) for link in chosen] == [("fr", "Français")]
    links = {link.get("lang"): link.get("href") for link in page.xpath("//header//li/a")}
    assert links["ar"] == "?theme=dark&lang=ar"
    assert page.xpath("//header//nav/a/@href")[0] == "/?lang=fr&theme=dark"
