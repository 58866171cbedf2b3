import pytest

from coroutines import finished
from qa.web.guard.identity import Visitor
from qa.web.guard.limits import QuestionLimits, asking_of
from qa.web.guard.proxies import Proxies

PROXIES = Proxies(["127.0.0.1", "10.0.0.0/8"])


def request(client="192.0.2.7", forwarded=(), method="POST", path="/api/v1/ask", name="", root=""):
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    state = {"visitor": Visitor(name)}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": root,
        "headers": headers,
        "client": (client, 1),
        "state": state,
    }


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ({"client": "192.0.2.7"}, "address 192.0.2.7"),
        ({"client": "192.0.2.7", "forwarded": ["203.0.113.1"]}, "address 192.0.2.7"),
        ({"client": "127.0.0.1", "forwarded": ["203.0.113.1"]}, "address 203.0.113.1"),
        ({"client": "127.0.0.1", "forwarded": ["198.51.100.9, 203.0.113.1"]}, "address 203.0.113.1"),
        ({"client": "127.0.0.1", "forwarded": ["198.51.100.9", "203.0.113.1, 10.1.2.3"]}, "address 203.0.113.1"),
        ({"client": "127.0.0.1"}, "address 127.0.0.1"),
        ({"client": "127.0.0.1", "forwarded": [""]}, "address 127.0.0.1"),
        ({"client": "2001:db8::1:2:3"}, "address 2001:db8::/64"),
        ({"client": "2001:db8::ffff"}, "address 2001:db8::/64"),
        ({"client": "127.0.0.1", "forwarded": ["not an address"]}, "address not an address"),
        ({"client": "192.0.2.7", "name": "ada"}, "name ada"),
        ({"client": "192.0.2.8", "name": "ada"}, "name ada"),
    ],
)
def test_a_visitor_is_counted_by_name_or_by_the_address_that_can_be_believed(given, counted):
    assert asking_of(request(**given), PROXIES) == counted


async def _sent(app, scope):
    messages = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        messages.append(message)

    await app(scope, receive, send)
    return messages


async def _inner(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def status_of(limits, **given):
    return finished(_sent(limits, request(**given)))[0]["status"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/ask",
        "/gradio_api/run/predict",
        "/gradio_api/run/ask",
        "/gradio_api/api/ask",
        "/gradio_api/call/ask",
        "/gradio_api/call/v2/ask",
        "/gradio_api/queue/join",
        "/gradio_api/mcp/",
        "/gradio_api/mcp/messages/",
    ],
)
def test_every_door_to_an_answer_is_limited(path):
    limits = QuestionLimits(_inner, 2, PROXIES)

    assert [status_of(limits, path=path) for _ in range(3)] == [204, 204, 429]


def test_all_doors_share_one_count():
    limits = QuestionLimits(_inner, 2, PROXIES)

    assert status_of(limits, path="/api/v1/ask") == 204
    assert status_of(limits, path="/gradio_api/run/predict") == 204
    assert status_of(limits, path="/gradio_api/mcp/") == 429


def test_a_path_below_a_prefix_is_limited_too():
    limits = QuestionLimits(_inner, 1, PROXIES)

    assert [status_of(limits, path="/ask/api/v1/ask", root="/ask") for _ in range(2)] == [204, 429]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v1/documents"), ("GET", "/gradio_api/call/ask/1"), ("GET", "/api/v1/feedback")]
)
def test_what_asks_nothing_is_not_limited(method, path):
    limits = QuestionLimits(_inner, 1, PROXIES)

    assert {status_of(limits, method=method, path=path) for _ in range(5)} == {204}


def test_each_visitor_has_a_count_of_their_own():
    limits = QuestionLimits(_inner, 1, PROXIES)

    assert status_of(limits, client="192.0.2.7") == 204
    assert status_of(limits, client="192.0.2.8") == 204
    assert status_of(limits, client="192.0.2.7") == 429


def test_an_address_that_the_visitor_makes_up_does_not_help():
    limits = QuestionLimits(_inner, 1, PROXIES)

    assert status_of(limits, client="192.0.2.7", forwarded=["203.0.113.1"]) == 204
    assert status_of(limits, client="192.0.2.7", forwarded=["203.0.113.2"]) == 429


@pytest.mark.parametrize(("path", "most"), [("/api/v1/feedback", 20), ("/api/v1/export", 60)])
def test_what_is_costly_is_limited_by_a_count_of_its_own(path, most):
    limits = QuestionLimits(_inner, 1, PROXIES)

    assert [status_of(limits, path=path) for _ in range(most + 1)] == [204] * most + [429]
    assert status_of(limits, path="/api/v1/ask") == 204
