from town import QUESTION, problem_of


def ask(client, **headers):
    return client.post("/api/v1/ask", json={"question": QUESTION}, headers=headers)


def test_who_asks_too_much_is_told_when_to_go_on(serve):
    client = serve(questions_per_minute=2)

    assert [ask(client).status_code for _ in range(2)] == [200, 200]
    refused = ask(client)

    told = problem_of(refused, 429)
    assert told["type"] == "/api/v1/#too-many-questions"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert client.get("/api/v1/documents").status_code == 200


def test_the_page_and_the_tool_share_the_count(serve):
    client = serve(questions_per_minute=1)
    body = {"data": [QUESTION, ""]}

    assert client.post("/gradio_api/run/ask", json=body).status_code == 200
    assert problem_of(client.post("/gradio_api/run/ask", json=body), 429)
    assert problem_of(ask(client), 429)


def test_each_visitor_behind_a_proxy_has_a_count_of_their_own(serve):
    client = serve(questions_per_minute=1, user_header="X-User")

    assert [ask(client, **{"X-User": name}).status_code for name in ("ada", "bob", "ada")] == [200, 200, 429]
    assert [ask(client, **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in (1, 2, 1)] == [200, 200, 429]
