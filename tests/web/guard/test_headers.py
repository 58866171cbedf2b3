import pytest
from starlette.testclient import TestClient

from qa.web.app import create_app
from qa.web.guard.body import LARGEST_BODY
from qa.web.guard.headers import FRAME_ANCESTORS, PAGE_POLICY, SOURCE_POLICY
from qa.web.live import LiveAssistant
from serving import settings_of

FOREIGN = {"Origin": "http://foreign.example"}


def require_headers(response, policy):
    assert response.headers["Content-Security-Policy"] == f"{policy}; {FRAME_ANCESTORS}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "policy"),
    [
        ("GET", "/", {}, 200, PAGE_POLICY),
        ("HEAD", "/", {}, 200, PAGE_POLICY),
        ("GET", "/source/notices/gate.md", {}, 200, SOURCE_POLICY),
        ("GET", "/source/no-such.md", {}, 404, SOURCE_POLICY),
        ("GET", "/source/notices/gate.md?p=0", {}, 422, PAGE_POLICY),
        ("GET", "/page/page.js", {}, 200, PAGE_POLICY),
        ("GET", "/page/tokens.css", {}, 200, PAGE_POLICY),
        ("GET", "/page/source.css", {}, 200, PAGE_POLICY),
        ("GET", "/page/no-such.js", {}, 404, PAGE_POLICY),
        ("GET", "/config", {}, 200, PAGE_POLICY),
        ("GET", "/no/such/page", {}, 404, PAGE_POLICY),
        ("GET", "/gradio_api/file=/etc/passwd", {}, 404, PAGE_POLICY),
        ("POST", "/gradio_api/queue/join", {}, 422, PAGE_POLICY),
        ("POST", "/gradio_api/queue/join", FOREIGN, 403, PAGE_POLICY),
        ("OPTIONS", "/gradio_api/queue/join", FOREIGN, 403, PAGE_POLICY),
    ],
)
def test_every_kind_of_response_carries_the_security_headers(client, method, path, headers, status, policy):
    response = client.request(method, path, headers=headers)

    assert response.status_code == status
    require_headers(response, policy)


def test_a_failure_of_the_server_carries_them_too_and_tells_nothing(served):
    broken = LiveAssistant(served.index)
    app = create_app(broken, settings_of(served))
    broken.current().index.close()

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get("/source/notices/gate.md")

    assert (response.status_code, response.text) == (500, "Something went wrong here.")
    require_headers(response, PAGE_POLICY)


def test_the_page_may_load_from_its_own_host_only():
    sources = {word for part in PAGE_POLICY.split("; ") for word in part.split()[1:]}

    assert sources == {"'self'", "'unsafe-inline'", "'none'", "data:", "blob:"}


def test_the_source_viewer_may_run_nothing():
    policy = {part.split()[0]: part.split()[1:] for part in SOURCE_POLICY.split("; ")}

    assert policy["default-src"] == ["'none'"]
    assert "script-src" not in policy
    assert "unsafe-inline" not in SOURCE_POLICY


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://foreign.example"},
        {"Origin": "https://testserver.foreign.example"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_request_that_another_site_sends_is_refused(client, method, headers):
    response = client.request(method, "/gradio_api/queue/join", headers=headers)

    assert (response.status_code, response.text) == (403, "Requests from other sites are refused.")


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}])
def test_a_request_of_the_page_itself_is_let_through(client, headers):
    assert client.post("/gradio_api/queue/join", headers=headers).status_code == 422


def test_a_link_from_another_site_may_be_followed(client):
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/source/notices/gate.md", headers=followed).status_code == 200


@pytest.mark.parametrize("headers", [FOREIGN, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}])
def test_a_page_of_another_site_may_not_read_here(client, headers):
    assert client.get("/config", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", ""])
def test_a_name_that_is_not_the_pages_own_is_refused(client, host):
    response = client.get("/source/notices/gate.md", headers={"Host": host})

    assert response.status_code == 400
    assert "QA_HOSTS" in response.text


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "192.0.2.7", "TestServer"])
def test_this_machine_addresses_in_figures_and_the_names_that_are_set_are_the_pages_own(client, host):
    assert client.get("/source/notices/gate.md", headers={"Host": host}).status_code == 200


def test_a_forged_forwarded_host_changes_nothing(client):
    assert "evil.example" not in client.get("/config", headers={"X-Forwarded-Host": "evil.example"}).text


def test_no_other_origin_is_told_that_it_may_read_the_answer(client):
    response = client.get("/config", headers={"Origin": "http://testserver"})

    assert response.status_code == 200
    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_a_request_over_a_megabyte_is_refused_whether_it_tells_its_size_or_not(client):
    body = b"a" * (LARGEST_BODY + 1)
    told = client.post("/gradio_api/queue/join", content=body)
    untold = client.post("/gradio_api/queue/join", content=(piece for piece in (body[:-1], b"aa")))

    assert told.status_code == 413
    assert untold.status_code in (400, 413)


def test_a_header_that_stands_there_twice_is_refused(client):
    twice = [("Origin", "http://testserver"), ("Origin", "http://evil.example")]
    assert client.get("/config", headers=twice).status_code == 400


def test_gradios_description_of_its_own_interface_is_not_served(client):
    assert client.get("/openapi.json").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/upload_progress?upload_id=x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api%2ffile=/etc/passwd",
        "/gradio_api/%66ile=/etc/passwd",
        "/gradio_api/proxy=http://foreign.example",
        "/gradio_api/deep_link",
        "/gradio_api/dev/reload",
        "/gradio_api/process_recording",
        "/gradio_api/component_server/",
        "/gradio_api/stream/x",
        "/gradio_api/vibe-code",
        "/gradio_api/custom_component/x/client/component/index.js",
        "/gradio_api/token",
        "/login",
        "/logout",
        "/monitoring",
    ],
)
def test_routes_of_gradio_that_have_no_use_here_are_closed(client, method, path):
    response = client.request(method, path)

    assert (response.status_code, response.text) == (404, "There is nothing here.")


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/file=/etc/passwd", "/proxy=http://foreign.example", "/monitoring"]
)
def test_nothing_is_open_beside_the_page(client, path):
    assert client.get(path).status_code in (403, 404)


@pytest.mark.parametrize("path", ["/page/../app.py", "/page/%2e%2e/app.py", "/page/..%2fapp.py", "/page//etc/passwd"])
def test_static_files_are_served_from_their_folder_alone(client, path):
    assert client.get(path).status_code == 404
