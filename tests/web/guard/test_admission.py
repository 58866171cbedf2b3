"""Who is let in: by a sign-on proxy's header, by a token, or without a name."""

import time

import jwt
import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from qa.errors import SettingsError
from qa.settings import Settings
from qa.web.app import create_app
from qa.web.guard.identity import visitor_of
from qa.web.guard.layers import guard_layers
from serving import settings_of

SECRET = "a secret of the intranet, long enough to sign with"
QUESTION = {"question": "When is the flood gate closed?"}
HEADER = "X-Forwarded-User"
PROXY = ("10.0.0.7", 4711)
STRANGER = ("192.0.2.9", 4711)


def signed(name="anna", *, life=600, ago=0, secret=SECRET):
    issued = int(time.time()) - ago
    return jwt.encode({"sub": name, "iat": issued, "exp": issued + life}, secret, algorithm="HS256")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def tokens(live, served):
    """A site that lets in by token alone."""
    with TestClient(create_app(live, settings_of(served, anonymous=False, token_secret=SECRET))) as client:
        yield client


@pytest.fixture(scope="module")
def signed_on(live, served):
    """A site behind a sign-on proxy, as the proxy reaches it."""
    settings = settings_of(served, anonymous=False, user_header=HEADER, proxies="10.0.0.7")
    with TestClient(create_app(live, settings), client=PROXY) as client:
        yield client


@pytest.fixture
def told():
    """Return a function that says who a request is taken to be, and what its handler sees of it."""

    def ask(headers=(), *, peer=STRANGER, address="/api/v1/who", **settings):
        app = FastAPI(middleware=guard_layers(Settings(hosts="testserver", **settings)))

        @app.get("/api/v1/who")
        @app.get("/source/who")
        def who(request: Request) -> dict[str, object]:
            visitor = visitor_of(request)
            return {
                "name": visitor.name,
                "editor": visitor.editor,
                "trainer": visitor.trainer,
                "header": request.headers.get(HEADER),
                "scheme": request.url.scheme,
            }

        return TestClient(app, client=peer).get(address, headers=headers)

    return ask


# -- without a name


def test_whoever_reaches_the_site_is_let_in_unless_it_is_set_otherwise(told):
    assert told().json() == {
        "name": "",
        "editor": False,
        "trainer": False,
        "header": None,
        "scheme": "http",
    }


def test_a_site_that_nobody_could_enter_is_not_served(live, served):
    with pytest.raises(SettingsError, match="Nobody could come in"):
        create_app(live, settings_of(served, anonymous=False))


# -- by a proxy's header


@pytest.mark.parametrize("peer", ["10.0.0.7", "::ffff:10.0.0.7"])
@pytest.mark.parametrize("proxies", ["10.0.0.7", "192.168.0.1, 10.0.0.0/24"])
def test_a_proxy_names_the_visitor(told, peer, proxies):
    answer = told({HEADER: "anna"}, peer=(peer, 1), user_header=HEADER, proxies=proxies, anonymous=False)

    assert answer.json()["name"] == "anna"


def test_a_name_beyond_ascii_arrives_as_it_is_written(told):
    headers = [(HEADER, "Søren".encode())]
    assert told(headers, peer=PROXY, user_header=HEADER, proxies="10.0.0.7").json()["name"] == "Søren"


@pytest.mark.parametrize("peer", [STRANGER, ("10.0.0.70", 1), ("testclient", 1)])
def test_a_header_that_anyone_else_sends_is_dropped(told, peer):
    answer = told({HEADER: "anna"}, peer=peer, user_header=HEADER, proxies="10.0.0.7").json()

    assert (answer["name"], answer["header"]) == ("", None)


def test_a_header_does_not_open_the_site_to_anyone_else(told):
    answer = told({HEADER: "anna"}, peer=STRANGER, user_header=HEADER, proxies="10.0.0.7", anonymous=False)

    assert answer.status_code == 401


def test_no_header_is_believed_where_none_is_set(told):
    assert told({HEADER: "anna"}, peer=PROXY, proxies="10.0.0.7").json()["name"] == ""


def test_a_proxy_that_names_two_visitors_is_not_believed(told):
    twice = [(HEADER, "anna"), (HEADER, "bela")]
    assert told(twice, peer=PROXY, user_header=HEADER, proxies="10.0.0.7").status_code == 401


def test_a_proxy_that_names_nobody_lets_nobody_in(signed_on):
    assert signed_on.post("/api/v1/ask", json=QUESTION).status_code == 401
    assert signed_on.post("/api/v1/ask", json=QUESTION, headers={HEADER: " "}).status_code == 401
    assert signed_on.post("/api/v1/ask", json=QUESTION, headers={HEADER: "anna"}).status_code == 200


def test_behind_a_proxy_the_page_itself_is_closed_to_strangers_too(signed_on):
    opened = {"Sec-Fetch-Mode": "navigate"}

    assert signed_on.get("/", headers=opened).status_code == 401
    assert signed_on.get("/", headers={**opened, HEADER: "anna"}).status_code == 200


@pytest.mark.parametrize(("peer", "scheme"), [(PROXY, "https"), (STRANGER, "http")])
def test_the_scheme_is_a_believed_proxys_to_say(told, peer, scheme):
    assert told({"X-Forwarded-Proto": "https"}, peer=peer, proxies="10.0.0.7").json()["scheme"] == scheme


def test_a_proxys_address_that_is_none_is_refused(live, served):
    with pytest.raises(SettingsError, match="proxies"):
        create_app(live, settings_of(served, proxies="proxy.example"))


# -- by token


def test_a_token_names_the_visitor(told):
    assert told(bearer(signed()), token_secret=SECRET, anonymous=False).json()["name"] == "anna"
    assert told({"Authorization": f"bearer  {signed()}"}, token_secret=SECRET).json()["name"] == "anna"


def test_a_wrong_token_is_refused_even_where_nobody_needs_one(told):
    answer = told(bearer(signed(life=60, ago=200)), token_secret=SECRET)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "expired" in answer.json()["detail"]


def test_without_a_secret_no_token_means_anything(told):
    assert told(bearer(signed()), anonymous=True).json()["name"] == ""


def test_a_proxys_word_counts_before_a_token(told):
    headers = {HEADER: "bela", **bearer(signed("anna"))}
    answer = told(headers, peer=PROXY, user_header=HEADER, proxies="10.0.0.7", token_secret=SECRET)

    assert answer.json()["name"] == "bela"


def test_a_source_takes_its_token_from_the_address(told):
    token = signed()
    answer = told(address=f"/source/who?token={token}", token_secret=SECRET, anonymous=False).json()

    assert answer["name"] == "anna"


def test_nothing_else_takes_a_token_from_the_address(told):
    assert told(address=f"/api/v1/who?token={signed()}", token_secret=SECRET, anonymous=False).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/ask"),
        ("GET", "/api/v1/documents"),
        ("GET", "/api/v1/starters"),
        ("POST", "/api/v1/feedback"),
        ("GET", "/source/notices/gate.md"),
        ("GET", "/original/notices/gate.md"),
        ("GET", "/page-image/notices/gate.md?page=1&p=1&start=0&end=1"),
        ("GET", "/documents"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/data?session_hash=x"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/mcp/"),
        ("POST", "/mcp"),
        ("GET", "/api/v1/health/../documents"),
        ("GET", "/page/../api/v1/documents"),
        ("GET", "//api/v1/documents"),
        ("GET", "/API/v1/documents"),
    ],
)
def test_nobody_asks_or_reads_without_a_token(tokens, method, path):
    response = tokens.request(method, path)

    assert response.status_code in (401, 404)
    assert "gate" not in response.text.casefold().replace("notices/gate.md", "")


@pytest.mark.parametrize("path", ["/source/notices/gate.md", "/original/notices/gate.md", "/api/v1/documents"])
def test_a_token_opens_what_is_closed(tokens, path):
    assert tokens.get(path).status_code == 401
    assert tokens.get(path, headers=bearer(signed())).status_code == 200


def test_the_page_loads_without_a_name_where_tokens_are_handed_over_later(tokens):
    for path in ("/", "/config", "/theme.css", "/page/tokens.css", "/page/bearer.js", "/widget.js", "/api/v1/health"):
        assert tokens.get(path).status_code == 200, path


def test_the_page_that_loads_without_a_name_tells_nothing_of_the_documents(tokens):
    for path in ("/", "/config"):
        told = tokens.get(path).text
        assert "Flood gate" not in told
        assert "gate.md" not in told


def test_an_opened_address_gets_a_page_in_the_visitors_language_and_direction(tokens):
    opened = {"Sec-Fetch-Mode": "navigate", "Accept-Language": "en"}
    response = tokens.get("/source/notices/gate.md", headers=opened)
    arabic = tokens.get("/source/notices/gate.md?lang=ar", headers=opened)

    assert response.status_code == arabic.status_code == 401
    assert "<h1>Please sign in</h1>" in response.text
    assert '<html lang="ar" dir="rtl"' in arabic.text
    assert "script" not in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers["Cache-Control"] == "no-store"


# -- editors and trainers

ROLES = [("editors", "editor"), ("trainers", "trainer")]


@pytest.mark.parametrize(("setting", "role"), ROLES)
@pytest.mark.parametrize(
    ("names", "name", "is_one"),
    [
        ("", "anna", False),
        ("anna, bela", "anna", True),
        ("anna, bela", "Anna", False),
        ("bela", "anna", False),
        ("everyone", "anna", True),
    ],
)
def test_an_editor_or_trainer_is_one_by_name(told, setting, role, names, name, is_one):
    assert told(bearer(signed(name)), token_secret=SECRET, **{setting: names}).json()[role] is is_one


def test_an_editor_is_no_trainer_for_that(told):
    visitor = told(bearer(signed("anna")), token_secret=SECRET, editors="anna", trainers="bela").json()

    assert (visitor["editor"], visitor["trainer"]) == (True, False)


def test_a_token_cannot_make_an_editor_of_someone_else(told):
    now = int(time.time())
    token = jwt.encode({"sub": "anna", "iat": now, "exp": now + 60, "editor": True}, SECRET, algorithm="HS256")

    assert told(bearer(token), token_secret=SECRET, editors="bela").json()["editor"] is False


@pytest.mark.parametrize(("setting", "role"), ROLES)
@pytest.mark.parametrize(("names", "is_one"), [("", False), ("anna", False), ("everyone", True)])
def test_someone_without_a_name_has_a_role_only_where_everyone_has(told, setting, role, names, is_one):
    assert told(**{setting: names}).json()[role] is is_one
