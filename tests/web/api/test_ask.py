import pytest
from starlette.testclient import TestClient

from qa.state.state import State
from qa.web.answers import ShownAnswer
from qa.web.app import create_app
from serving import settings_of
from town import QUESTION, QUOTE, problem_of


def ask(client, question=QUESTION, **fields):
    return client.post("/api/v1/ask", json={"question": question, **fields})


def test_a_question_gets_a_verbatim_quote_with_its_place(api, town):
    response = ask(api)

    answer = ShownAnswer.model_validate(response.json())
    assert (response.status_code, answer.outcome, answer.question) == (200, "answered", QUESTION)
    best = answer.passages[0]
    assert (best.words.text, best.document, best.date) == (QUOTE, "staff/annual-leave.md", "2024-03-01")
    document = town.open().index.document(best.document)
    assert document.text[best.words.start : best.words.end] == QUOTE
    assert best.why.words


def test_the_source_of_a_quote_opens_it_marked(api):
    source = ask(api).json()["passages"][0]["words"]["source"]

    assert f'<mark id="hit">{QUOTE}</mark>' in api.get(f"/{source}").text


def test_the_api_answers_what_the_assistant_answers(api, town):
    answer = town.open().ask(QUESTION, k=3)

    shown = ask(api, k=3).json()

    assert [p["words"]["text"] for p in shown["passages"]] == [quote.text for quote in answer.quotes]
    assert shown["confidence"] == round(answer.confidence, 6)


def test_that_the_documents_do_not_answer_is_no_error(api):
    response = ask(api, "Who won the chess world championship of 1972?")

    assert response.status_code == 200
    assert response.json()["outcome"] != "answered"


def test_a_follow_up_takes_its_subject_from_the_history_unless_the_word_is_dropped(api):
    history = [{"role": "user", "content": "When is the flood gate closed?"}, {"role": "assistant", "content": "..."}]

    carried = ask(api, "And when does it open again?", history=history).json()
    dropped = ask(api, "And when does it open again?", history=history, dropped=carried["carried"]).json()

    assert carried["carried"]
    assert dropped["carried"] == []


@pytest.mark.parametrize(
    ("scope", "documents"),
    [
        ({"documents": ["staff/parking.md"]}, {"staff/parking.md"}),
        ({"collections": ["harbour"]}, {"harbour/gate.md"}),
        ({"since": "2024"}, {"staff/annual-leave.md"}),
        ({"until": "2019-12"}, {"harbour/gate.md"}),
        ({"since": "2050"}, set()),
    ],
)
def test_the_scope_limits_what_is_searched(api, scope, documents):
    passages = ask(api, "When is it open or closed?", scope=scope).json()["passages"]

    assert {passage["document"] for passage in passages} == documents


def test_a_mistyped_word_is_put_right_unless_it_is_meant(api):
    mistyped = "How many days of annual leeave does a member of staff have?"

    assert ask(api, mistyped).json()["corrections"] == [{"typed": "leeave", "searched": "leave"}]
    assert ask(api, mistyped, as_typed=True).json()["corrections"] == []


@pytest.mark.parametrize("question", ["", "  \n ", "\u202e\u200b"])
def test_a_blank_question_is_a_problem(api, question):
    assert "blank" in problem_of(ask(api, question), 400)["detail"]


def test_a_document_that_is_not_indexed_is_a_problem_that_names_it(api):
    assert "'no-such.md'" in problem_of(ask(api, scope={"documents": ["no-such.md"]}), 400)["detail"]
    assert "'nowhere'" in problem_of(ask(api, scope={"collections": ["nowhere"]}), 400)["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.question"),
        ({"question": 7}, "body.question"),
        ({"question": "x" * 20_001}, "body.question"),
        ({"question": QUESTION, "k": 0}, "body.k"),
        ({"question": QUESTION, "k": 51}, "body.k"),
        ({"question": QUESTION, "k": "5"}, "body.k"),
        ({"question": QUESTION, "top_k": 5}, "body.top_k"),
        ({"question": QUESTION, "history": [{"role": "system", "content": ""}]}, "body.history.0.role"),
        ({"question": QUESTION, "history": [{"role": "user"}]}, "body.history.0.content"),
        ({"question": QUESTION, "scope": {"since": "yesterday"}}, "body.scope.since"),
        ({"question": QUESTION, "scope": {"folder": "staff"}}, "body.scope.folder"),
        ([], "body"),
    ],
)
def test_a_field_that_cannot_be_is_named(api, body, field):
    told = problem_of(api.post("/api/v1/ask", json=body), 422)

    assert told["type"] == "/api/v1/#invalid-request"
    assert field in [error["field"] for error in told["errors"]]
    assert all(error["message"] for error in told["errors"])
    assert field in told["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"question": "\xff"}', b"question=why"])
def test_a_body_that_is_no_json_is_a_problem(api, body):
    response = api.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})

    assert problem_of(response, response.status_code)["status"] in (400, 422)


def test_a_question_in_half_a_character_is_a_problem(api):
    response = api.post(
        "/api/v1/ask", content=b'{"question": "\\ud800 leave"}', headers={"Content-Type": "application/json"}
    )

    problem_of(response, response.status_code)


def test_a_question_goes_to_the_log_where_the_operator_allows_it(town, town_live, tmp_path):
    settings = settings_of(town, log_questions=True, state=tmp_path)
    with TestClient(create_app(town_live, settings)) as client:
        ask(client)

    assert [logged.question for logged in State(settings).questions.asked()] == [QUESTION]
