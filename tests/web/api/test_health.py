import pytest

from qa.web.live import LiveAssistant
from town import FILES, QUESTION, problem_of


def figures(client, headers=None):
    """Return every figure of /metrics by its name and labels."""
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    lines = [line.rpartition(" ") for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_a_living_process_says_so_whoever_asks(serve):
    client = serve(anonymous=False, token_secret="s" * 32)

    assert client.get("/api/v1/health").json() == {"status": "ok"}
    assert client.get("/api/v1/ready").json()["status"] == "ready"


def test_a_process_that_can_answer_is_ready(api, town):
    assert api.get("/api/v1/ready").json() == {
        "status": "ready",
        "index": town.open().index.id,
        "documents": len(FILES),
    }


def test_a_process_that_cannot_answer_lives_but_is_not_ready(serve, town):
    broken = LiveAssistant(town.index)
    client = serve(live=broken)
    broken.current().index.close()

    told = problem_of(client.get("/api/v1/ready"), 503)

    assert told["type"] == "/api/v1/#not-ready"
    assert "qa doctor" in told["detail"]
    assert client.get("/api/v1/health").json() == {"status": "ok"}


def test_asking_is_counted_by_outcome_and_timed(serve):
    client = serve()
    before = figures(client)

    for question in (QUESTION, QUESTION, "Who won the chess world championship of 1972?"):
        client.post("/api/v1/ask", json={"question": question})
    after = figures(client)

    assert before['qa_answers_total{outcome="answered"}'] == 0
    assert after['qa_answers_total{outcome="answered"}'] == 2
    assert sum(count for name, count in after.items() if name.startswith("qa_answers_total")) == 3
    assert after["qa_ask_seconds_count"] == 3
    assert 0 < after["qa_ask_seconds_sum"] < 60


def test_requests_are_counted_by_the_template_of_their_route(serve):
    client = serve()
    for path in ("/api/v1/sources/register.md", "/api/v1/sources/harbour/gate.md", "/api/v1/sources/no-such.md"):
        client.get(path)
    client.get("/no/such/page")
    client.post("/api/v1/ask", json={}, headers={"Origin": "http://foreign.example"})

    counted = {name: count for name, count in figures(client).items() if name.startswith("qa_requests_total")}

    sources = 'qa_requests_total{method="GET",route="/api/v1/sources/{document:path}",status="%d"}'
    assert (counted[sources % 200], counted[sources % 404]) == (2, 1)
    assert counted['qa_requests_total{method="POST",route="none",status="403"}'] == 1
    assert "/no/such/page" not in "".join(counted)


def test_a_method_that_nobody_knows_makes_no_label_of_its_own(serve):
    client = serve()
    client.request("BREW", "/api/v1/ask")

    assert "BREW" not in client.get("/metrics").text


def test_the_index_that_serves_is_described(serve, town):
    shown = figures(serve())

    assert shown[f'qa_index_info{{generation="{town.open().index.id}"}}'] == 1
    assert (shown["qa_documents"], shown["qa_passages"]) == (len(FILES), town.report.chunk_count)


def test_each_application_counts_for_itself(serve):
    one, other = serve(), serve()
    one.post("/api/v1/ask", json={"question": QUESTION})

    assert figures(one)["qa_ask_seconds_count"] == 1
    assert figures(other)["qa_ask_seconds_count"] == 0


@pytest.mark.parametrize("address", ["192.0.2.7", "testclient", "::2"])
def test_the_metrics_are_not_for_other_machines(serve, address):
    response = serve(client_address=(address, 50000)).get("/metrics")

    assert response.status_code == 403
    assert "qa_requests" not in response.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_the_metrics_are_not_for_whom_a_proxy_on_this_machine_speaks(serve, header):
    assert serve().get("/metrics", headers={header: "192.0.2.7"}).status_code == 403


def test_an_editor_sees_the_metrics_from_anywhere(serve):
    client = serve(
        client_address=("192.0.2.7", 1), user_header="X-User", proxies="192.0.2.7", editors="editor", anonymous=False
    )

    assert "qa_documents" in figures(client, {"X-User": "editor"})
    assert client.get("/metrics", headers={"X-User": "someone else"}).status_code == 403
