"""Which pages of other origins may frame the page and ask the API; every other is refused."""

import pytest
from starlette.testclient import TestClient

from qa.errors import SettingsError
from qa.web.app import create_app
from qa.web.guard.origins import Origins
from serving import settings_of

INTRANET = "https://intranet.example"
QUESTION = {"question": "When is the flood gate closed?"}
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture(scope="module")
def embedding(live, served):
    """The site as an intranet embeds it."""
    settings = settings_of(served, origins=f"{INTRANET}/, http://wiki.example:8080", editors="everyone")
    with TestClient(create_app(live, settings)) as client:
        yield client


@pytest.fixture(scope="module")
def developing(live, served):
    with TestClient(create_app(live, settings_of(served, development=True))) as client:
        yield client


def ancestors(response):
    policy = response.headers["Content-Security-Policy"]
    assert policy.count("frame-ancestors") == 1
    return policy.split("frame-ancestors ")[1].split("; ", maxsplit=1)[0].split()


def granted(response):
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://intranet.example", "https://intranet.example"),
        ("https://intranet.example:443", "https://intranet.example"),
        ("http://intranet.example:80", "http://intranet.example"),
        ("https://intranet.example:8443", "https://intranet.example:8443"),
        ("http://10.0.0.7:3000", "http://10.0.0.7:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written, origin):
    origins = Origins([written])

    assert origins.sources == (origin,)
    assert origins.allow(origin)


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "https://*",
        "https://*.example",
        "intranet.example",
        "//intranet.example",
        "ftp://intranet.example",
        "https://intranet.example/portal",
        "https://intranet.example?x",
        "https://intranet.example#x",
        "https://someone@intranet.example",
        "https://intranet.example:port",
        "https://intranet.example:99999",
        "https://intranet.example:0",
        "https://intranet.example; script-src *",
        "https://bücher.example",
        "https://",
        "null",
        "'self'",
    ],
)
def test_what_is_no_origin_is_refused_by_its_name(written):
    with pytest.raises(SettingsError) as refused:
        Origins([written])

    assert repr(written) in str(refused.value)
    assert "https://intranet.example." in str(refused.value)


def test_a_site_is_not_served_with_an_origin_that_is_none(live, served):
    with pytest.raises(SettingsError, match="The setting origins cannot hold"):
        create_app(live, settings_of(served, origins="https://intranet.example, *"))


@pytest.mark.parametrize("origin", ["http://localhost", "http://localhost:3000", "http://127.0.0.1:65535"])
def test_pages_of_this_machine_are_allowed_in_development_alone(origin):
    assert Origins(development=True).allow(origin)
    assert not Origins().allow(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost.evil.example",
        "http://localhost:x",
        "http://localhost:",
        "null",
        "http://127.0.0.1.evil.example",
    ],
)
def test_what_only_looks_like_this_machine_is_not_allowed(origin):
    assert not Origins(development=True).allow(origin)


@pytest.mark.parametrize("path", ["/", "/?view=compact", "/source/notices/gate.md", "/source/no-such.md", "/embed"])
def test_what_the_widget_shows_may_be_framed_by_the_allowed_origins_and_the_site_itself(embedding, path):
    response = embedding.get(path, follow_redirects=False)

    assert ancestors(response) == ["'self'", INTRANET, "http://wiki.example:8080"]


@pytest.mark.parametrize("path", ["/documents", "/api/v1/documents", "/page/tokens.css", "/config", "/no/such/page"])
def test_nothing_else_may_be_framed_by_others(embedding, path):
    assert ancestors(embedding.get(path)) in (["'self'"], ["'none'"])


def test_without_the_setting_nobody_else_may_frame_the_page(client):
    assert ancestors(client.get("/")) == ["'self'"]


def test_in_development_pages_of_this_machine_may_frame_it_on_any_port(developing):
    assert ancestors(developing.get("/")) == ["'self'", "http://localhost:*", "http://127.0.0.1:*"]


def test_no_policy_allows_evaluating_text_as_script(embedding):
    for path in ("/", "/source/notices/gate.md", "/api/v1/documents", "/widget.js"):
        assert "unsafe-eval" not in embedding.get(path).headers["Content-Security-Policy"]


def test_an_allowed_page_may_ask_and_read_the_answer_without_cookies(embedding):
    response = embedding.post(
        "/api/v1/ask", json=QUESTION, headers={"Origin": INTRANET, "Sec-Fetch-Site": "cross-site"}
    )

    assert response.status_code == 200
    assert granted(response) == {
        "access-control-allow-origin": INTRANET,
        "access-control-expose-headers": "Retry-After",
    }
    assert "Origin" in response.headers["Vary"]


def test_what_trainers_see_is_not_read_by_an_allowed_page(embedding):
    response = embedding.get("/api/v1/evaluation/runs", headers={"Origin": INTRANET, "Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403
    assert granted(response) == {}
    assert "other sites" in response.json()["detail"]


def test_an_answer_to_nobody_in_particular_varies_by_origin_too(embedding):
    response = embedding.get("/api/v1/documents")

    assert "Origin" in response.headers["Vary"]
    assert granted(response) == {}


def test_an_allowed_page_is_told_before_it_asks_that_it_may(embedding):
    response = embedding.options("/api/v1/ask", headers={"Origin": INTRANET, **PREFLIGHT})

    assert response.status_code == 204
    assert granted(response) == {
        "access-control-allow-origin": INTRANET,
        "access-control-expose-headers": "Retry-After",
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "Authorization, Content-Type",
        "access-control-max-age": "600",
    }


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://intranet.example", "https://intranet.example.evil.example", "null"]
)
def test_any_other_page_is_refused_before_and_while_it_asks(embedding, origin):
    before = embedding.options("/api/v1/ask", headers={"Origin": origin, **PREFLIGHT})
    asked = embedding.post("/api/v1/ask", json=QUESTION, headers={"Origin": origin})

    assert (before.status_code, asked.status_code) == (403, 403)
    assert granted(before) == granted(asked) == {}


def test_without_the_setting_every_other_page_is_refused(client):
    assert client.post("/api/v1/ask", json=QUESTION, headers={"Origin": INTRANET}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/documents"),
        ("POST", "/api/v1/index"),
        ("DELETE", "/api/v1/documents/notices/gate.md"),
        ("GET", "/config"),
        ("GET", "/source/notices/gate.md"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/mcp"),
    ],
)
def test_an_allowed_page_may_neither_change_documents_nor_speak_to_the_pages_own_routes(embedding, method, path):
    asked = embedding.request(method, path, headers={"Origin": INTRANET})
    before = embedding.options(path, headers={"Origin": INTRANET, "Access-Control-Request-Method": method})

    assert (asked.status_code, before.status_code) == (403, 403)
    assert granted(asked) == granted(before) == {}


def test_a_refusal_by_the_api_itself_can_be_read_by_an_allowed_page(embedding):
    response = embedding.post("/api/v1/ask", json={"question": ""}, headers={"Origin": INTRANET})

    assert response.status_code in (400, 422)
    assert granted(response)["access-control-allow-origin"] == INTRANET


def test_the_widgets_script_may_be_loaded_by_any_page(embedding):
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}

    assert embedding.get("/widget.js", headers=foreign).status_code == 200
    assert granted(embedding.get("/widget.js", headers={"Origin": INTRANET})) != {}
    assert granted(embedding.get("/widget.js", headers={"Origin": "https://evil.example"})) == {}
    assert embedding.get("/page/ask.js", headers=foreign).status_code == 403
