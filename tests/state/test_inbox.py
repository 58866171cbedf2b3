"""What becomes of what arrived in the inbox: kept whole, with author and time, and with a way back."""

import pytest

from given_feedback import given
from qa.state.changes import changes
from qa.state.inbox import ExportedError, asked_member, feedback_member

FIELDS = {"question": "When is the flood gate closed?", "gold": [{"document": "gate.md", "quote": "above nine metres"}]}
MEMBERS = ["feedback:0a1b2c3d", "asked:0a1b2c3d4e5f"]


def everything(state):
    with state.database.reading() as connection:
        return "\n".join(connection.iterdump())


@pytest.fixture
def marked(state):
    """Feedback that somebody gave, as a member of the inbox."""
    return feedback_member(state.feedback.add(given(visitor="carl", comment="A secret of Carl's.")).id)


def test_a_question_is_known_by_its_wording_alone():
    assert asked_member("When is the gate closed?") == asked_member("  when is the GATE closed")
    assert asked_member("When is the gate closed?") != asked_member("When is the gate opened?")
    assert "gate" not in asked_member("When is the gate closed?")


def test_members_become_a_draft_with_author_and_time(state, marked):
    target = state.inbox.make_draft([marked, *MEMBERS], FIELDS, "feedback", "ada")

    assert state.drafts.get(target).fields == FIELDS
    assert {(s.outcome, s.target, s.made_by) for s in state.inbox.settled().values()} == {("draft", target, "ada")}
    assert set(state.inbox.settled()) == {marked, *MEMBERS}
    (change,) = changes(state.database, "inbox:")
    assert (change.made_by, change.action, change.told["members"]) == ("ada", "draft", 3)
    assert change.made.endswith("Z")
    assert state.feedback.entries()[0].status == "settled"


def test_members_become_a_gap_and_come_back(state, marked):
    target = state.inbox.assign_gap([marked], "Where can I park?", "parking.md", "Facilities", "Soon.", 4, "ada")

    (gap,) = state.gaps.all()
    assert (gap.id, gap.question, gap.document, gap.owner, gap.note) == (
        target, "Where can I park?", "parking.md", "Facilities", "Soon."
    )  # fmt: skip
    assert (gap.times, gap.status, gap.made_by) == (4, "open", "ada")

    assert state.inbox.take_back(target, "bela")

    assert state.gaps.all() == []
    assert state.inbox.settled() == {}
    assert state.feedback.entries()[0].status == "new"
    assert [(c.made_by, c.action) for c in changes(state.database, "inbox:")] == [
        ("bela", "taken back"),
        ("ada", "gap"),
    ]


def test_a_dismissal_is_taken_back_once(state):
    target = state.inbox.dismiss(MEMBERS, "Hello?", "Nobody asked anything.", "ada")

    assert state.inbox.take_back(target, "ada")
    assert not state.inbox.take_back(target, "ada")
    assert not state.inbox.take_back("nothing", "ada")


def test_a_draft_that_is_taken_back_is_dismissed(state):
    target = state.inbox.make_draft(MEMBERS, FIELDS, "asked", "ada")

    assert state.inbox.take_back(target, "bela")

    draft = state.drafts.get(target)
    assert (draft.status, draft.changed_by) == ("dismissed", "bela")


def test_a_draft_that_stands_in_a_set_is_not_taken_back(state):
    target = state.inbox.make_draft(MEMBERS, FIELDS, "asked", "ada")
    state.drafts.set_status([target], "exported", "ada", "harbour.jsonl")

    with pytest.raises(ExportedError, match=r"harbour\.jsonl"):
        state.inbox.take_back(target, "bela")

    assert set(state.inbox.settled()) == set(MEMBERS)


def test_members_are_settled_whole_or_not_at_all(state):
    with pytest.raises(TypeError):
        state.inbox.make_draft(MEMBERS, {"question": object()}, "asked", "ada")

    assert state.inbox.settled() == {}
    assert changes(state.database) == []


def test_a_gap_is_closed_and_edited_with_author_and_time(state):
    target = state.inbox.assign_gap(MEMBERS, "Where can I park?", "", "", "", 1, "ada")

    state.gaps.change(target, "bela", owner="Facilities", told="Done.")
    closed = state.gaps.change(target, "carl", status="closed")

    assert (closed.owner, closed.note, closed.status, closed.changed_by) == ("Facilities", "Done.", "closed", "carl")
    told = [(c.made_by, c.action, dict(c.told)) for c in changes(state.database, f"gap:{target}")]
    assert told[:2] == [
        ("carl", "closed", {"status": "closed"}),
        ("bela", "edited", {"owner": "Facilities", "note": "Done."}),
    ]
    assert state.gaps.change("nothing", "carl", status="open") is None


def test_what_changes_nothing_of_a_gap_is_not_noted(state):
    target = state.inbox.assign_gap(MEMBERS, "Where can I park?", "", "Facilities", "", 1, "ada")

    state.gaps.change(target, "bela", owner="Facilities", status="open")

    assert state.gaps.all()[0].changed_by == "ada"
    assert len(changes(state.database, "gap:")) == 1


@pytest.mark.parametrize("delete", [lambda state: state.delete_all(), lambda state: state.feedback.delete_of("carl")])
def test_deleting_feedback_leaves_neither_name_nor_comment_anywhere(state, marked, delete):
    state.inbox.make_draft([marked], FIELDS, "feedback", "ada")
    state.inbox.assign_gap([marked], "When is the flood gate closed?", "gate.md", "Harbour", "", 1, "ada")
    state.inbox.dismiss([marked], "When is the flood gate closed?", "", "ada")

    delete(state)

    assert "carl" not in everything(state).casefold()
    assert "flood gate" in everything(state)
    assert len(state.drafts.all()) == len(state.gaps.all()) == 1


def test_what_was_not_answered_is_listed_without_what_was(state, monkeypatch):
    for question, outcome in (("Where can I park?", "nothing"), ("where can i park", "related"), ("Who?", "answered")):
        state.questions.record(question, outcome, 0.1, "generation", "en")
    state.questions.close()

    (asked,) = state.questions.unanswered()

    assert (asked.question, asked.times) == ("where can i park", 2)
