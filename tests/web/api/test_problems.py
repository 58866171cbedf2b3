import pytest

from qa.web.api.problems import API
from qa.web.guard.body import LARGEST_BODY
from qa.web.live import LiveAssistant
from town import QUESTION, problem_of


def test_what_is_not_there_is_a_problem_and_not_the_page(api):
    told = problem_of(api.get("/api/v1/no/such"), 404)

    assert (told["type"], told["title"], told["instance"]) == ("about:blank", "Not Found", "/api/v1/no/such")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/ask", "POST"),
        ("PUT", "/api/v1/health", "GET"),
        ("PATCH", "/api/v1/sources/register.md", "GET"),
    ],
)
def test_a_method_that_a_route_does_not_know_is_a_problem_that_names_the_others(api, method, path, allowed):
    response = api.request(method, path)

    assert allowed in problem_of(response, 405)["detail"]
    assert allowed in response.headers["allow"].split(", ")


@pytest.mark.parametrize("path", ["/no/such", "/source/no-such.md", "/api/v10/ask"])
def test_other_parts_of_the_site_keep_their_own_refusals(api, path):
    response = api.get(path)

    assert response.status_code == 404
    assert "problem" not in response.headers["content-type"]


@pytest.mark.parametrize("whole", [True, False])
def test_a_body_that_is_too_large_is_a_problem(api, whole):
    body = b'{"question": "' + b"x" * LARGEST_BODY + b'"}'
    content = body if whole else iter([body[:1000], body[1000:]])

    response = api.post(f"{API}/ask", content=content, headers={"Content-Type": "application/json"})

    told = problem_of(response, 413)
    assert told["type"] == "/api/v1/#too-large"
    assert "1,000,000" in told["detail"]


def test_a_request_from_a_page_of_another_site_is_a_problem(api):
    response = api.post(f"{API}/ask", json={"question": QUESTION}, headers={"Origin": "http://foreign.example"})

    problem_of(response, 403)


def test_a_failure_of_the_server_is_a_problem_that_tells_nothing(serve, town):
    broken = LiveAssistant(town.index)
    client = serve(live=broken, raising=False)
    broken.current().index.close()

    response = client.get(f"{API}/sources/register.md")

    assert problem_of(response, 500)["detail"] == "Something went wrong here."
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in response.headers["content-security-policy"]


def test_the_type_and_the_path_of_a_problem_keep_the_prefix_of_a_proxy(serve):
    told = problem_of(serve(root_path="/ask").post(f"{API}/ask", json={}), 422)

    assert (told["type"], told["instance"]) == ("/ask/api/v1/#invalid-request", "/ask/api/v1/ask")


def test_every_response_of_the_api_carries_the_security_headers(api):
    for response in (api.get(f"{API}/health"), api.get(f"{API}/no-such"), api.post(f"{API}/ask", json={})):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
