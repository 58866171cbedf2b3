"""The inbox: what arrives there, how it is grouped, what becomes of it, and the gaps."""

import csv
import io
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import html

from given_feedback import given
from qa.state.inbox import asked_member, feedback_member
from qa.state.state import State
from qa.web.growing.inbox_groups import Group, InboxGroups
from qa.web.growing.inbox_members import MOST_GROUPED, Member, waiting
from serving import settings_of
from town import problem_of

API = "/api/v1/evaluation"
PARK = "Where can I park my car?"


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


def marked(state, **fields):
    return feedback_member(state.feedback.add(given(history=(), **fields)).id)


def asked(state, *questions, outcome="nothing"):
    for question in questions:
        state.questions.record(question, outcome, 0.1, "generation", "en")
    state.questions.close()


def titles(client, path="/evaluate/inbox"):
    page = html.fromstring(client.get(path).text)
    return [heading.text_content() for heading in page.xpath("//article//h2")]


def member(number, question, **fields):
    plain = {"history": (), "carried": (), "when": "2026-03-01T09:00:00Z", "times": 1, "asked": False}
    nothing = dict.fromkeys(("visitor", "reason", "comment", "shown"), "")
    return Member(**{"id": f"feedback:{number}", "question": question, **plain, **nothing, **fields})


def test_what_people_marked_and_what_got_no_answer_arrives_in_groups(client, state):
    marked(
        state, question="When is the flood gate closed?", visitor="carl", comment="It is ten.", reason="wrong_passage"
    )
    asked(state, PARK, PARK, "staff parking where")
    asked(state, "When does the ferry leave?", outcome="answered")
    state.feedback.add(given(verdict="up", reason="", question="A good answer?"))

    assert titles(client) == [PARK, "When is the flood gate closed?"]

    text = " ".join(html.fromstring(client.get("/evaluate/inbox").text).text_content().split())
    assert "How often: 3 Asked without a clear answer: 3" in text
    assert "It is ten." in text and "carl" in text and "Wrong passage: 1" in text
    assert "staff parking where" in text
    assert "Answer today: Answered" in text


def test_people_are_counted_once_for_a_wording_that_they_also_marked():
    group = Group(
        (
            member(1, PARK, visitor="carl"),
            member(2, PARK, visitor="carl"),
            member(3, PARK),
            member(4, "where to park", asked=True, times=5),
            member(5, "where to park"),
        )
    )

    assert group.people == 2 + 5
    assert group.first.question == "where to park"
    assert (group.marked, group.asked) == (4, 5)


def test_what_is_made_a_question_waits_no_longer(client, state):
    members = [
        marked(state, question="When is the flood gate closed?"),
        marked(state, question="flood gate when closed"),
    ]
    gold = [{"document": "gate.md", "quote": "The flood gate is closed above nine metres."}]

    response = client.post(
        f"{API}/inbox/drafts", json={"members": members, "question": "When is the flood gate closed?", "gold": gold}
    )

    assert response.json()["outcome"] == "draft"
    draft = state.drafts.get(response.json()["target"])
    assert (draft.origin, draft.fields["gold"]) == ("feedback", gold)
    assert titles(client) == []
    assert "Nothing is waiting" in client.get("/evaluate/inbox").text


def test_a_member_that_was_left_out_stays(client, state):
    first, second = marked(state, question=PARK), marked(state, question="where can I park a car")

    client.post(f"{API}/inbox/dismissals", json={"members": [first], "question": PARK, "reason": "Asked by mistake."})

    assert [left.id for left in waiting(state).members] == [second]


def test_a_gap_is_assigned_seen_to_and_downloaded(client, state):
    asked(state, "=cmd|' /C calc'!A0", PARK)
    client.post(
        f"{API}/inbox/gaps",
        json={
            "members": [asked_member(PARK)],
            "question": PARK,
            "document": "quay.md",
            "owner": "Facilities",
            "note": "-1",
        },
    )
    hostile = "=cmd|' /C calc'!A0"
    client.post(f"{API}/inbox/gaps", json={"members": [asked_member(hostile)], "question": hostile, "owner": "@x"})

    gaps = client.get(f"{API}/gaps").json()["gaps"]
    assert {(gap["question"], gap["owner"], gap["status"]) for gap in gaps} == {
        (PARK, "Facilities", "open"), (hostile, "@x", "open")
    }  # fmt: skip
    gap = next(gap for gap in gaps if gap["question"] == PARK)
    closed = client.patch(f"{API}/gaps/{gap['id']}", json={"status": "closed", "owner": "Town hall"}).json()
    assert (closed["status"], closed["owner"], closed["note"]) == ("closed", "Town hall", "-1")

    response = client.get(f"{API}/gaps/file")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["status", "question"]
    assert not [cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert ["closed", PARK, "quay.md", "Quay", "Town hall", "'-1"] in [row[:6] for row in rows]


def test_a_gap_that_the_documents_answer_by_now_is_marked(client, state):
    ferry = "When does the ferry to the island leave?"
    for question in (ferry, PARK):
        member_id = marked(state, question=question)
        client.post(f"{API}/inbox/gaps", json={"members": [member_id], "question": question, "document": "ferries.md"})

    page = html.fromstring(client.get("/evaluate/inbox?view=gaps").text)
    told = {gap.xpath("string(.//h2)"): " ".join(gap.text_content().split()) for gap in page.xpath("//article")}

    assert "Answered now" in told[ferry] and "six in the morning" in told[ferry]
    assert "Still not answered" in told[PARK]


def test_what_was_settled_is_told_with_author_and_taken_back(serve, state):
    client = serve(trainers="ada", user_header="X-User", proxies="127.0.0.1")
    client.headers["X-User"] = "ada"
    member_id = marked(state, question=PARK)
    target = client.post(f"{API}/inbox/gaps", json={"members": [member_id], "question": PARK}).json()["target"]

    settled = " ".join(html.fromstring(client.get("/evaluate/inbox?view=settled").text).text_content().split())
    assert "Assigned as a gap" in settled and "ada" in settled

    assert client.delete(f"{API}/inbox/settled/{target}").status_code == 204
    assert titles(client) == [PARK]
    assert problem_of(client.delete(f"{API}/inbox/settled/{target}"), 404)


def test_what_was_settled_meanwhile_is_not_settled_again(client, state):
    member_id = marked(state, question=PARK)
    body = {"members": [member_id], "question": PARK}
    assert client.post(f"{API}/inbox/dismissals", json=body).status_code == 201

    assert "settled meanwhile" in problem_of(client.post(f"{API}/inbox/gaps", json=body), 409)["detail"]


@pytest.mark.parametrize("members", [[], ["feedback:x"], ["nothing"], ["feedback:0a1b2c3d' or 1=1"]])
def test_members_that_are_none_are_refused(client, members):
    assert problem_of(client.post(f"{API}/inbox/dismissals", json={"members": members, "question": "x"}), 422)


def test_a_document_that_is_none_cannot_be_the_nearest(client, state):
    body = {"members": [marked(state, question=PARK)], "question": PARK, "document": "../secret.md"}

    assert "There is no document" in problem_of(client.post(f"{API}/inbox/gaps", json=body), 422)["detail"]


def test_new_feedback_on_the_same_words_waits_again(client, state):
    first = marked(state, question=PARK)
    client.post(f"{API}/inbox/dismissals", json={"members": [first], "question": PARK})

    marked(state, question=PARK)

    assert titles(client) == [PARK]


def test_a_question_comes_back_only_if_it_gets_no_answer_after_its_gap_was_closed(state, monkeypatch):
    from qa.state import moments

    asked(state, PARK)
    target = state.inbox.assign_gap([asked_member(PARK)], PARK, "", "", "", 1, "ada")
    asked(state, PARK)
    assert waiting(state).members == ()

    state.gaps.change(target, "ada", status="closed")
    assert waiting(state).members == ()

    now = moments.now()
    monkeypatch.setattr(moments, "now", lambda: now.replace(year=now.year + 1))
    asked(state, PARK)
    assert [left.question for left in waiting(state).members] == [PARK]


def test_feedback_that_its_giver_changed_waits_again(state, monkeypatch):
    from qa.state import moments

    receipt = state.feedback.add(given(question=PARK))
    state.inbox.dismiss([feedback_member(receipt.id)], PARK, "", "ada")
    now = moments.now()
    monkeypatch.setattr(moments, "now", lambda: now.replace(year=now.year + 1))

    state.feedback.replace(receipt, given(question=PARK, comment="Still wrong."))

    assert [left.comment for left in waiting(state).members] == ["Still wrong."]


def test_hostile_words_are_shown_as_words(client, state):
    hostile = '</script><script>alert(1)</script>"><img src=x onerror=alert(2)> {{ 7 * 7 }}'
    marked(state, question=hostile, comment=hostile, visitor=hostile, answer={"passages": "x", "carried": [1, {}]})

    page = html.fromstring(client.get("/evaluate/inbox").text)

    assert hostile in page.text_content()
    assert page.xpath("//img | //*[@onerror] | //*[@style]") == []
    assert page.xpath("//script[not(@src) and not(@type='application/json')]") == []


def test_without_the_log_the_page_says_how_more_would_arrive(client):
    assert "QA_LOG_QUESTIONS" in client.get("/evaluate/inbox").text


def test_a_thousand_wait_and_are_grouped_within_seconds(live_harbour):
    subjects = [
        f"{thing} {number}" for thing in ("crane", "ferry", "permit", "office", "quay") for number in range(200)
    ]
    members = [member(number, f"Who is in charge of the {subject}?") for number, subject in enumerate(subjects)]
    groups, encoder = InboxGroups(), live_harbour.current().index.encoder

    started = time.perf_counter()
    found = groups.of(members, encoder)
    first = time.perf_counter() - started
    started = time.perf_counter()
    assert groups.of(members, encoder) == found
    again = time.perf_counter() - started

    print(f"{len(found)} groups in {first:.1f} s, again in {again:.2f} s")
    assert sum(len(group.members) for group in found) == len(members) == MOST_GROUPED
    assert first < 60
    assert again < first / 5


def test_what_is_too_much_is_told(client, state):
    with state.database.writing() as connection:
        connection.executemany(
            "insert into question_log (hour, question, outcome, confidence, index_id, language) "
            "values ('2026-03-01T09:00:00Z', ?, 'nothing', 0.1, 'generation', 'en')",
            [(f"word{number}",) for number in range(MOST_GROUPED + 5)],
        )

    assert waiting(state).left_out == 5
    assert "left out: 5" in client.get("/evaluate/inbox").text


def test_two_trainers_who_press_at_once_settle_it_once(client, state):
    body = {"members": [marked(state, question="Who leads the port?")] * 3, "question": "Who leads the port?"}
    with ThreadPoolExecutor(6) as trainers:
        answers = [trainers.submit(client.post, f"{API}/inbox/gaps", json=body) for _ in range(6)]

    assert sorted(answer.result().status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    (gap,) = state.gaps.all()
    assert gap.times == 1


def test_a_gap_without_a_question_is_refused(client, state):
    member = marked(state, question="Who leads the port?")

    answer = client.post(f"{API}/inbox/gaps", json={"members": [member], "question": "  "})

    assert answer.status_code == 422
    assert state.gaps.all() == []
