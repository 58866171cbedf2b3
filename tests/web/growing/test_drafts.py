"""Drafts of test questions over the API and on their pages."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import html
from starlette.testclient import TestClient

from qa.evaluation.sets import load, read
from qa.state.state import State
from qa.web.app import create_app
from serving import settings_of
from town import problem_of

API = "/api/v1/evaluation"
QUOTE = "The flood gate is closed above nine metres."
GATE = {"question": "When is the flood gate shut?", "gold": [{"document": "gate.md", "quote": QUOTE}]}
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} \u202e=cmd|' /C calc'!A0 “x” & <b>?"


@pytest.fixture
def client(training, state):
    return training


@pytest.fixture
def state(state, built_harbour):
    """The state beside the harbour's index, with nothing in it."""
    for file in state.glob("state.sqlite*"):
        file.unlink()
    kept = State(settings_of(built_harbour, log_questions=True))
    yield kept
    kept.questions.close()


@pytest.fixture(scope="module")
def outsider(built_harbour, live_harbour):
    """A client who is no trainer."""
    with TestClient(create_app(live_harbour, settings_of(built_harbour))) as client:
        yield client


def saved(client, **fields):
    response = client.post(f"{API}/drafts", json={**GATE, **fields})
    assert response.status_code == 201, response.text
    return response.json()["id"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "drafts", None),
        ("POST", "drafts", GATE),
        ("POST", "drafts/status", {"drafts": ["a"], "status": "draft"}),
        ("POST", "drafts/propose", {}),
        ("POST", "drafts/export", {"drafts": ["a"], "set": "new"}),
        ("GET", "drafts/file", None),
        ("GET", "drafts/a", None),
        ("PUT", "drafts/a", GATE),
        ("POST", "paragraphs", {"question": "When?"}),
        ("POST", "quotes", {"document": "gate.md", "quote": "x"}),
        ("POST", "inbox/drafts", {**GATE, "members": ["asked:0a1b2c3d"]}),
        ("POST", "inbox/gaps", {"question": "When?", "members": ["asked:0a1b2c3d"]}),
        ("POST", "inbox/dismissals", {"question": "When?", "members": ["asked:0a1b2c3d"]}),
        ("DELETE", "inbox/settled/a", None),
        ("GET", "gaps", None),
        ("GET", "gaps/file", None),
        ("PATCH", "gaps/a", {"status": "closed"}),
    ],
)
def test_whoever_is_no_trainer_is_refused(outsider, state, method, path, body):
    response = outsider.request(method, f"{API}/{path}", json=body)

    assert "QA_TRAINERS" in problem_of(response, 403)["detail"]
    assert state.drafts.all() == []


@pytest.mark.parametrize("path", ["inbox", "drafts", "drafts/a"])
def test_the_pages_tell_others_so(outsider, path):
    response = outsider.get(f"/evaluate/{path}")

    assert response.status_code == 403
    assert "You may not evaluate here" in response.text


def test_a_question_is_saved_with_its_author_and_dialogue(serve, state):
    client = serve(trainers="ada", user_header="X-User", proxies="127.0.0.1")
    history = [{"role": "user", "content": "Is there a gate?"}, {"role": "assistant", "content": "There is."}]

    response = client.post(f"{API}/drafts", json={**GATE, "history": history}, headers={"X-User": "ada"})

    assert response.status_code == 201
    (draft,) = state.drafts.all()
    assert draft.fields == {**GATE, "history": history, "author": "ada"}
    assert (draft.made_by, draft.origin, draft.status) == ("ada", "chat", "draft")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"gold": [{"document": "gate.md", "quote": "The flood gate is closed above ten metres."}]}, "nearest"),
        ({"gold": [{"document": "gate.md", "quote": "Nothing of the kind was ever written."}]}, "nor any like them"),
        ({"gold": [{"document": "../gate.md", "quote": QUOTE}]}, "There is no document ../gate.md"),
        ({"gold": []}, "at least one quote"),
        ({"unanswerable": True}, "at least one quote"),
        ({"question": " \n "}, "question"),
        ({"question": "a\u0000b", "note": "a\u0000b"}, "U+0000"),
        ({"gold": [], "unanswerable": True, "answers": ["Six"]}, "left out"),
    ],
)
def test_what_cannot_be_a_test_question_is_refused_in_a_sentence(client, state, fields, told):
    problem = problem_of(client.post(f"{API}/drafts", json={**GATE, **fields}), 422)

    assert told in problem["detail"]
    assert problem["errors"]
    assert state.drafts.all() == []


def test_a_quote_may_break_its_lines_elsewhere(client):
    saved(client, gold=[{"document": "gate.md", "quote": "The flood gate is\n closed above nine metres."}])


def test_hostile_words_are_shown_as_words(client, state):
    draft = saved(client, question=HOSTILE, note=HOSTILE, category=HOSTILE[:100], answers=[HOSTILE])

    for path in ("drafts", f"drafts/{draft}"):
        response = client.get(f"/evaluate/{path}")
        page = html.fromstring(response.text)
        assert response.status_code == 200
        assert HOSTILE[:20] in page.text_content()
        assert page.xpath("//script[not(@src) and not(@type='application/json')]") == []
        assert page.xpath("//*[@style]") == []
        assert "alert(1)" not in "".join(page.xpath("//@*[starts-with(name(), 'on')]"))
    assert state.drafts.get(draft).fields["question"] == HOSTILE


def test_a_draft_is_edited_and_what_was_there_is_told(client, state):
    draft = saved(client)
    gold = [
        *GATE["gold"],
        {"document": "gate.md", "quote": "The harbour master gives the order.", "group": 1, "grade": 2},
    ]

    response = client.put(f"{API}/drafts/{draft}", json={**GATE, "gold": gold, "category": "gate"})

    assert response.json()["fields"]["category"] == "gate"
    assert state.drafts.get(draft).fields["gold"][1] == gold[1]
    page = html.fromstring(client.get(f"/evaluate/drafts/{draft}").text)
    history = [" ".join(entry.text_content().split()) for entry in page.xpath("//ul[@class='history']/li")]
    assert [entry.split()[0] for entry in history] == ["Edited", "Made"]


def test_there_is_no_draft_of_any_name(client):
    assert problem_of(client.get(f"{API}/drafts/none"), 404)
    assert problem_of(client.put(f"{API}/drafts/none", json=GATE), 404)
    assert client.get("/evaluate/drafts/none").status_code == 404


def test_drafts_are_added_to_a_set_and_stand_there(client, state, evals):
    named, proposed = saved(client, category="gate"), saved(client, question="And who is it shut by?")

    response = client.post(f"{API}/drafts/export", json={"drafts": [named, proposed], "set": "harbour.jsonl"})

    assert response.json() == {"set": "harbour.jsonl", "questions": ["harbour-001", "harbour-002"]}
    *_, first, second = load(evals / "harbour.jsonl")
    assert (first.id, first.question, first.category) == ("harbour-001", GATE["question"], "gate")
    assert second.gold[0].quote == QUOTE
    assert {draft.exported_to for draft in state.drafts.all("exported")} == {"harbour.jsonl"}
    again = client.post(f"{API}/drafts/export", json={"drafts": [named], "set": "harbour.jsonl"})
    assert "is no draft" in problem_of(again, 409)["detail"]
    assert problem_of(client.put(f"{API}/drafts/{named}", json=GATE), 409)


def test_what_is_exported_several_times_at_once_is_added_once(client, evals):
    ids = [saved(client, question=f"When is gate {number} closed?") for number in range(3)]
    body = {"drafts": ids, "set": "new"}
    with ThreadPoolExecutor(4) as trainers:
        answers = [trainers.submit(client.post, f"{API}/drafts/export", json=body) for _ in range(4)]

    assert sorted(answer.result().status_code for answer in answers) == [200, 409, 409, 409]
    assert len(load(evals / "new.jsonl")) == 3


def test_an_export_that_was_interrupted_after_the_file_was_written_is_taken_up(client, state, evals):
    draft_id = saved(client)
    assert client.post(f"{API}/drafts/export", json={"drafts": [draft_id], "set": "new"}).status_code == 200
    state.drafts.set_status([draft_id], "draft", "")

    again = client.post(f"{API}/drafts/export", json={"drafts": [draft_id], "set": "new"})

    assert again.json() == {"set": "new.jsonl", "questions": ["new-001"]}
    assert len(load(evals / "new.jsonl")) == 1


def test_a_set_that_was_added_on_the_page_is_not_added_to(client, state, evals):
    folder = state.database.path.parent / "sets"
    folder.mkdir(parents=True)
    (folder / "new.jsonl").write_text("")

    answer = client.post(f"{API}/drafts/export", json={"drafts": [saved(client)], "set": "new"})

    assert answer.status_code == 409
    assert not (evals / "new.jsonl").exists()


@pytest.mark.parametrize("name", ["../outside", "gate.exe", ".hidden", "a/b"])
def test_a_set_of_a_name_that_leads_elsewhere_is_refused(client, evals, name):
    response = client.post(f"{API}/drafts/export", json={"drafts": [saved(client)], "set": name})

    assert str(evals.parent) not in problem_of(response, 422)["detail"]
    assert not (evals.parent / "outside.jsonl").exists()


def test_a_folder_that_cannot_be_written_is_told_without_its_place(client, evals, state):
    draft = saved(client)
    for path in evals.iterdir():
        path.unlink()
    evals.rmdir()
    evals.write_text("a file in the folder's place")

    response = client.post(f"{API}/drafts/export", json={"drafts": [draft], "set": "new"})
    evals.unlink()
    problem = problem_of(response, 422)

    assert problem["detail"].startswith("new.jsonl cannot be written")
    assert str(evals.parent) not in problem["detail"]
    assert state.drafts.get(draft).status == "draft"


def test_a_draft_whose_words_were_changed_in_the_document_is_not_exported(client, evals, state):
    (draft,) = state.drafts.add([{**GATE, "gold": [{"document": "gate.md", "quote": "Closed at ten."}]}], "chat", "ada")

    response = client.post(f"{API}/drafts/export", json={"drafts": [draft], "set": "new"})

    assert "cannot be exported yet" in problem_of(response, 409)["detail"]
    assert not (evals / "new.jsonl").exists()
    assert "no longer stand" in client.get("/evaluate/drafts").text


@pytest.mark.parametrize(("form", "ending"), [("jsonl", ".jsonl"), ("csv", ".csv"), ("xlsx", ".xlsx")])
def test_drafts_are_downloaded_without_being_added(client, state, tmp_path, form, ending):
    draft = saved(client, note="=1+1")

    response = client.get(f"{API}/drafts/file", params={"format": form, "draft": draft})

    path = tmp_path / f"drafts{ending}"
    path.write_bytes(response.content)
    (question,) = read(path).questions
    assert (question.question, question.note) == (GATE["question"], "=1+1")
    assert "drafts" in response.headers["content-disposition"]
    assert state.drafts.get(draft).status == "draft"


def test_proposals_are_accepted_dismissed_and_never_proposed_again(client, state):
    made = client.post(f"{API}/drafts/propose", json={"count": 5}).json()["drafts"]
    assert made and {draft["status"] for draft in made} == {"proposed"}
    first, *others = [draft["id"] for draft in made]
    page = client.get("/evaluate/drafts?status=proposed")
    assert made[0]["fields"]["question"] in html.fromstring(page.text).text_content()

    client.post(f"{API}/drafts/status", json={"drafts": [first], "status": "draft"})
    if others:
        client.post(f"{API}/drafts/status", json={"drafts": others, "status": "dismissed"})

    assert state.drafts.get(first).status == "draft"
    assert client.post(f"{API}/drafts/propose", json={"count": 5}).json()["drafts"] == []


def test_what_a_set_asks_already_is_marked(client):
    saved(client, question="when is the FLOOD gate closed")

    page = html.fromstring(client.get("/evaluate/drafts").text)

    assert "Asked already: harbour.jsonl: gate-1" in page.text_content()


def test_the_right_paragraph_is_found_by_its_words(client):
    found = client.post(f"{API}/paragraphs", json={"question": GATE["question"], "words": "harbour MASTER"}).json()

    (paragraph,) = found["paragraphs"]
    assert (paragraph["document"], paragraph["text"]) == ("gate.md", "The harbour master gives the order.")
    assert client.get(f"/{paragraph['source']}").status_code == 200
    nearest = client.post(f"{API}/paragraphs", json={"question": GATE["question"]}).json()["paragraphs"]
    assert nearest[0]["document"] == "gate.md"
    assert client.post(f"{API}/paragraphs", json={"question": "x", "words": "nowhere at all"}).json() == {
        "paragraphs": []
    }


def test_a_quote_is_checked(client):
    near = client.post(f"{API}/quotes", json={"document": "gate.md", "quote": QUOTE.replace("nine", "ten")}).json()

    assert (near["standing"], near["nearest"]) == ("changed", QUOTE)
    assert client.post(f"{API}/quotes", json={"document": "gate.md", "quote": QUOTE}).json()["standing"] == "found"


def test_the_chat_offers_saving_to_trainers_alone(client, outsider):
    for visitor, offered in ((client, True), (outsider, False)):
        page = visitor.get("/").text
        assert ("data-trainer" in page) is offered
        assert ('id="test-question"' in page) is offered
    assert "data-trainer" not in client.get("/?view=compact").text


def test_links_keep_the_path_that_a_proxy_serves_under(serve):
    client = serve(root_path="/ask")
    draft = saved(client)

    page = html.fromstring(client.get("/evaluate/drafts").text)

    assert f"/ask/evaluate/drafts/{draft}" in page.xpath("//main//a/@href")
    assert all(address.startswith("/ask/") for address in page.xpath("//main//a/@href | //link/@href | //script/@src"))
