"""The route of exports, on the real application."""

from io import BytesIO
from urllib.parse import unquote

import docx
import pytest
from starlette.testclient import TestClient

from qa.web.app import create_app
from qa.web.export.router import file_name
from serving import settings_of
from shown_answers import differing, passage, shown

QUESTION = "When is the flood gate closed?"
WORDS = "The flood gate is closed above nine metres. It opens again below eight."


def ask(client, question=QUESTION):
    return client.post("/api/v1/ask", json={"question": question}).json()


def export(client, answer, query="", headers=None, **fields):
    exchanges = [{"question": QUESTION, "answer": answer if isinstance(answer, dict) else answer.model_dump()}]
    given = {"exchanges": exchanges, "day": "2026-01-31", **fields}
    return client.post(f"/api/v1/export?{query}", json=given, headers=headers)


def test_an_answer_of_the_api_becomes_a_markdown_file_whose_links_open_the_place(client):
    response = export(client, ask(client))

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert 'filename="2026-01-31 When is the flood gate closed.md"' in response.headers["content-disposition"]
    assert f"> {WORDS}[^1]" in response.text
    address = response.text.split("<http://testserver/")[1].split(">")[0]
    assert f'<mark id="hit">{WORDS}</mark>' in client.get(f"/{address}").text


def test_a_word_document_is_a_file_too(client):
    response = export(client, shown(passage()), "format=docx", title="Gate")

    assert response.headers["content-disposition"].endswith(".docx")
    assert docx.Document(BytesIO(response.content)).paragraphs[0].text == "Gate"


def test_text_is_to_be_pasted_and_no_file(client):
    response = export(client, shown(passage()), "format=text")

    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "content-disposition" not in response.headers
    assert "“The flood gate is closed above nine metres.” [1]" in response.text


@pytest.mark.parametrize("query", ["", "lang=en", "lang=xx"])
def test_headings_are_in_a_language_of_the_interface(client, query):
    text = export(client, shown(outcome="nothing"), query, {"Accept-Language": "en"}).text

    assert "# Questions and answers" in text
    assert "The documents do not answer this." in text


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("format=exe", {}),
        ("", {"exchanges": []}),
        ("", {"day": "soon"}),
        ("", {"surprise": 1}),
        ("", {"title": "x" * 201}),
        ("", {"exchanges": [{"question": "", "answer": shown().model_dump()}]}),
        ("", {"exchanges": [{"question": "q", "answer": {}}]}),
    ],
)
def test_what_cannot_be_written_is_refused(client, query, fields):
    response = export(client, shown(passage()), query, **fields)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_a_difference_of_passages_that_are_not_there_is_refused(client):
    response = export(client, shown(passage(), differences=[differing("nine", "ten")]))

    assert response.status_code == 422
    assert "sources differ that the answer does not hold" in response.json()["detail"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("../../etc/passwd", "2026-01-31 etc passwd"),
        ("CON: what?\r\nX-Header: 1", "2026-01-31 CON what X Header 1"),
        ("؟کیا دروازہ بند ہے", "2026-01-31 کیا دروازہ بند ہے"),
        ("?!\x00", "2026-01-31"),
        ("word " * 100, "2026-01-31 " + " ".join(["word"] * 12)),
    ],
)
def test_a_file_is_named_by_date_and_question(client, question, name):
    assert file_name("2026-01-31", question) == name

    given = {"exchanges": [{"question": question, "answer": shown().model_dump()}], "day": "2026-01-31"}
    disposition = client.post("/api/v1/export", json=given).headers["content-disposition"]
    assert unquote(disposition).endswith(f"''{name}.md")


def test_links_keep_the_path_and_host_under_which_the_page_is_reached(live, served):
    with TestClient(create_app(live, settings_of(served, hosts="intranet.example")), root_path="/ask") as client:
        given = {"exchanges": [{"question": QUESTION, "answer": shown(passage()).model_dump()}]}
        text = client.post("/ask/api/v1/export", json=given, headers={"Host": "intranet.example"}).text

    assert "<http://intranet.example/ask/source/notices/gate.md?" in text


def test_more_quotes_than_can_be_written_in_a_moment_are_refused(client):
    exchange = {"question": QUESTION, "answer": shown(*[passage("x")] * 100).model_dump()}

    response = client.post("/api/v1/export", json={"exchanges": [exchange] * 31})

    assert response.status_code in (413, 422)
    assert client.post("/api/v1/export", json={"exchanges": [exchange] * 2}).status_code == 200
