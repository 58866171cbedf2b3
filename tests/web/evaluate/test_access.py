import pytest

from town import problem_of

API = "/api/v1/evaluation"
RUN = "20260101T000000-000001"
ROUTES = [
    ("GET", "sets"),
    ("POST", "sets"),
    ("GET", "sets/folder/harbour.jsonl"),
    ("GET", "sets/folder/harbour.jsonl/file"),
    ("DELETE", "sets/uploaded/harbour.jsonl"),
    ("POST", "asking"),
    ("GET", "asking"),
    ("DELETE", "asking"),
    ("GET", "runs"),
    ("GET", f"runs/{RUN}"),
    ("DELETE", f"runs/{RUN}"),
    ("GET", f"runs/{RUN}/report"),
    ("GET", f"comparison?run={RUN}&run={RUN}"),
]
PAGES = ["/evaluate", "/evaluate/sets/folder/harbour.jsonl", f"/evaluate/runs/{RUN}", f"/evaluate/compare?run={RUN}"]


@pytest.mark.parametrize(
    "settings", [{"trainers": ""}, {"trainers": "", "editors": "everyone"}], ids=["reader", "editor"]
)
def test_whoever_is_no_trainer_is_refused_everywhere(serve, settings):
    client = serve(**settings)

    for method, path in ROUTES:
        body = {"json": {"sets": ["folder/harbour.jsonl"]}} if path == "asking" and method == "POST" else {}
        assert "QA_TRAINERS" in problem_of(client.request(method, f"{API}/{path}", **body), 403)["detail"]
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 403
        assert "You may not evaluate here" in page.text
        assert page.headers["content-type"].startswith("text/html")
    assert "/evaluate" not in client.get("/documents").text


def test_a_trainer_is_known_by_name(serve):
    client = serve(trainers="anna", user_header="X-User", proxies="127.0.0.1")

    assert client.get("/evaluate", headers={"X-User": "anna"}).status_code == 200
    assert client.get("/evaluate", headers={"X-User": "bo"}).status_code == 403
    assert client.get("/evaluate").status_code == 403


def test_a_request_from_another_site_is_refused(training):
    for method in ("POST", "DELETE"):
        response = training.request(method, f"{API}/asking", headers={"Origin": "http://foreign.example"})
        assert response.status_code == 403


def test_the_pages_run_no_script_but_their_own(training):
    policy = training.get("/evaluate").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
