"""Drafts of test questions: who made them, who changed what, and what became of them."""

import pytest

from qa.state.changes import changes

FIELDS = {"question": "When is the flood gate closed?", "gold": [{"document": "gate.md", "quote": "above nine metres"}]}


def told(state, subject=""):
    return [
        (change.made_by, change.subject.split(":")[0], change.action) for change in changes(state.database, subject)
    ]


def test_a_draft_is_kept_with_its_author_and_time(state):
    (draft_id,) = state.drafts.add([FIELDS], "chat", "ada")

    draft = state.drafts.get(draft_id)
    assert draft.fields == FIELDS
    assert (draft.origin, draft.status, draft.made_by, draft.changed_by) == ("chat", "draft", "ada", "ada")
    assert draft.made == draft.changed and draft.made.endswith("Z")
    assert told(state) == [("ada", "draft", "made")]


def test_what_a_program_made_is_a_proposal_until_a_person_edits_it(state):
    (draft_id,) = state.drafts.add([FIELDS], "proposed", "")
    assert state.drafts.get(draft_id).status == "proposed"

    assert state.drafts.edit(draft_id, {**FIELDS, "category": "harbour"}, "bela")

    draft = state.drafts.get(draft_id)
    assert (draft.status, draft.made_by, draft.changed_by) == ("draft", "", "bela")
    assert draft.fields["category"] == "harbour"


def test_what_stood_there_before_an_edit_is_kept(state):
    (draft_id,) = state.drafts.add([FIELDS], "chat", "ada")

    state.drafts.edit(draft_id, {**FIELDS, "question": "When?"}, "bela")

    edited, made = changes(state.database, f"draft:{draft_id}")
    assert (edited.action, edited.made_by, edited.told["before"]) == ("edited", "bela", FIELDS)
    assert made.action == "made"


@pytest.mark.parametrize("status", ["exported", "dismissed"])
def test_what_is_done_with_is_not_edited_any_more(state, status):
    (draft_id,) = state.drafts.add([FIELDS], "chat", "ada")
    state.drafts.set_status([draft_id], status, "ada")

    assert not state.drafts.edit(draft_id, {"question": "Other"}, "bela")
    assert state.drafts.get(draft_id).fields == FIELDS


def test_many_get_a_status_at_once_and_unknown_ones_are_left_out(state):
    draft_ids = state.drafts.add([FIELDS, {**FIELDS, "question": "Who closes it?"}], "feedback", "ada")

    assert state.drafts.set_status([*draft_ids, "nothing"], "exported", "bela", "harbour.jsonl") == draft_ids

    assert {draft.exported_to for draft in state.drafts.all("exported")} == {"harbour.jsonl"}
    assert state.drafts.all("draft", "proposed") == []
    assert changes(state.database)[0].told == {"set": "harbour.jsonl"}


def test_the_newest_stands_first(state):
    first, second = (state.drafts.add([{**FIELDS, "question": text}], "chat", "ada")[0] for text in ("One?", "Two?"))

    assert [draft.id for draft in state.drafts.all()] == [second, first]


def test_several_are_kept_together_or_not_at_all(state):
    with pytest.raises(TypeError):
        state.drafts.add([FIELDS, {"question": object()}], "chat", "ada")

    assert state.drafts.all() == []
    assert changes(state.database) == []


def test_deleting_feedback_leaves_the_trainers_work(state):
    state.drafts.add([FIELDS], "chat", "ada")

    state.delete_all()

    assert len(state.drafts.all()) == 1
