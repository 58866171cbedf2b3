"""Feedback over HTTP, on the real application: anyone gives it, editors read it, its giver takes it back."""

import json

import pytest
from starlette.testclient import TestClient

from qa.state import database
from qa.web.app import create_app
from qa.web.feedback import router
from serving import settings_of
from shown_answers import passage, shown, words

QUESTION = "When is the flood gate closed?"
ADDRESS = "/api/v1/feedback"


@pytest.fixture
def opened(live, served, tmp_path):
    """Return a function that serves the page with settings of one's own, its state in a folder of its own."""
    clients = []

    def open_with(**settings):
        client = TestClient(create_app(live, settings_of(served, state=tmp_path / "state", **settings)))
        clients.append(client)
        return client.__enter__()

    yield open_with
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def visitor(opened):
    return opened()


@pytest.fixture
def editor(opened):
    return opened(editors="everyone")


def say(client, verdict="down", answer=None, **fields):
    given = {"verdict": verdict, "question": QUESTION, "answer": (answer or shown(passage())).model_dump(), **fields}
    return client.post(ADDRESS, json=given)


def require_problem(response, status):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    return response.json()["detail"]


def test_feedback_on_a_real_answer_reaches_the_editor_as_it_was_shown(visitor, editor):
    answer = visitor.post("/api/v1/ask", json={"question": QUESTION}).json()
    history = [{"role": "user", "content": "Where is the gate?"}]
    given = {
        "verdict": "down",
        "reason": "wrong_words",
        "comment": " Eight metres is meant. ",
        "passage": "1",
        "question": QUESTION,
        "history": history,
        "answer": answer,
    }

    response = visitor.post(ADDRESS, json=given)

    assert response.status_code == 201
    listed = editor.get(ADDRESS).json()
    (entry,) = listed["entries"]
    assert listed["total"] == 1
    assert entry.pop("given").endswith("Z")
    assert entry == {
        "id": response.json()["id"],
        "status": "new",
        "visitor": "",
        "verdict": "down",
        "reason": "wrong_words",
        "passage": "1",
        "comment": "Eight metres is meant.",
        "question": QUESTION,
        "history": history,
        "answer": answer,
        "index": answer["index"],
    }


def test_whoever_changes_their_mind_replaces_what_they_gave(visitor, editor):
    receipt = say(visitor, "up").json()

    response = say(visitor, "down", reason="wrong_passage", **receipt)

    assert (response.status_code, response.json()) == (200, receipt)
    (entry,) = editor.get(ADDRESS).json()["entries"]
    assert (entry["verdict"], entry["reason"]) == ("down", "wrong_passage")


def test_the_giver_takes_it_back_with_the_key_and_nobody_without(visitor, editor):
    receipt = say(visitor).json()

    require_problem(visitor.delete(f"{ADDRESS}/{receipt['id']}"), 404)
    require_problem(visitor.delete(f"{ADDRESS}/{receipt['id']}", params={"key": "guessed"}), 404)
    require_problem(say(visitor, id=receipt["id"], key="guessed"), 404)
    assert editor.get(ADDRESS).json()["total"] == 1

    assert visitor.delete(f"{ADDRESS}/{receipt['id']}", params={"key": receipt["key"]}).status_code == 204
    assert editor.get(ADDRESS).json()["total"] == 0


def test_an_editor_deletes_without_a_key(visitor, editor):
    receipt = say(visitor).json()

    assert editor.delete(f"{ADDRESS}/{receipt['id']}").status_code == 204
    require_problem(editor.delete(f"{ADDRESS}/{receipt['id']}"), 404)


def test_only_editors_read_it(visitor):
    say(visitor)

    assert "QA_EDITORS" in require_problem(visitor.get(ADDRESS), 403)


def test_it_is_read_in_parts(visitor, editor):
    for number in range(5):
        say(visitor, "up" if number % 2 else "down", comment=str(number))

    def comments(**query):
        return [entry["comment"] for entry in editor.get(ADDRESS, params=query).json()["entries"]]

    assert comments(limit=2) == ["4", "3"]
    assert comments(limit=2, offset=4) == ["0"]
    assert comments(verdict="up") == ["3", "1"]
    assert comments(since="9999-01-01") == []
    require_problem(editor.get(ADDRESS, params={"limit": 1_000}), 422)
    require_problem(editor.get(ADDRESS, params={"since": "lately"}), 422)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"verdict": "sideways"}, "verdict"),
        ({"reason": "bad_mood"}, "reason"),
        ({"verdict": "up", "reason": "wrong_words"}, "a reason goes with the verdict down only"),
        ({"passage": "7"}, "the answer has no passage '7'"),
        ({"comment": "x" * 2_001}, "comment"),
        ({"question": ""}, "question"),
        ({"answer": {"question": "q"}}, "answer"),
        ({"surprise": 1}, "surprise"),
        ({"id": "0123"}, "id and key go together"),
        ({"history": [{"role": "system", "content": "x"}]}, "role"),
        ({"history": [{"role": "user", "content": "x" * 70_000}] * 3}, "leave out its beginning"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(visitor, editor, fields, part):
    given = {"verdict": "down", "question": QUESTION, "answer": shown(passage()).model_dump(), **fields}

    assert part in require_problem(visitor.post(ADDRESS, json=given), 422)
    assert editor.get(ADDRESS).json()["total"] == 0


def test_further_words_of_a_passage_have_a_label_too(visitor):
    answer = shown(passage(more=[words("It opens again.", "1b")]))

    assert say(visitor, answer=answer, passage="1b").status_code == 201


@pytest.mark.parametrize("written", ['"\\ud800"', "NaN"])
def test_what_no_file_can_hold_is_refused(visitor, editor, written):
    given = {"verdict": "up", "question": QUESTION, "answer": shown(passage()).model_dump()}
    first = given["answer"]["passages"][0]
    place, name = (first["why"], "score") if written == "NaN" else (first["words"], "text")
    place[name] = "@"
    body = json.dumps(given).replace('"@"', written)

    response = visitor.post(ADDRESS, content=body, headers={"Content-Type": "application/json"})

    require_problem(response, 422)
    assert editor.get(ADDRESS).json()["total"] == 0


def test_an_answer_larger_than_any_is_refused(visitor, monkeypatch):
    monkeypatch.setattr(router, "LONGEST_ANSWER", 5_000)

    require_problem(say(visitor, answer=shown(passage("x" * 5_000))), 413)


def test_a_state_that_cannot_be_used_is_told_without_its_place_and_answers_go_on(opened, tmp_path):
    client = opened(editors="everyone", log_questions=True)
    say(client)
    (tmp_path / "state" / database.FILE).write_bytes(b"no database at all" * 1000)

    for response in (say(client), client.get(ADDRESS), client.delete(f"{ADDRESS}/x")):
        detail = require_problem(response, 503)
        assert "it is damaged" in detail
        assert str(tmp_path) not in detail
    assert client.post("/api/v1/ask", json={"question": QUESTION}).status_code == 200


def test_a_visitor_known_by_name_is_named(live, served, tmp_path):
    settings = settings_of(served, state=tmp_path / "state", user_header="X-User", editors="grace", anonymous=False)
    with TestClient(create_app(live, settings), client=("127.0.0.1", 5_000)) as client:
        given = {"verdict": "up", "question": QUESTION, "answer": shown(passage()).model_dump()}

        assert client.post(ADDRESS, json=given).status_code == 401
        assert client.post(ADDRESS, json=given, headers={"X-User": "ada"}).status_code == 201
        require_problem(client.get(ADDRESS, headers={"X-User": "ada"}), 403)
        entries = client.get(ADDRESS, headers={"X-User": "grace"}).json()["entries"]
    assert [entry["visitor"] for entry in entries] == ["ada"]


def test_verdicts_are_counted_for_the_operator(editor):
    say(editor, "up")
    say(editor, "down")

    figures = editor.get("/metrics").text
    assert 'qa_feedback_total{verdict="up"} 1.0' in figures
    assert 'qa_feedback_total{verdict="down"} 1.0' in figures
