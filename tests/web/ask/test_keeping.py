import json

import pytest

from answers import Titles, answer, quote
from qa.web.answers import shown_answer
from qa.web.ask.exchange import Exchange
from qa.web.ask.keeping import packed, unpacked


def exchange(number=0, **values):
    shown = shown_answer(answer(quote("Thirty days.")), Titles())
    return Exchange(number=number, question="How many days?", answer=shown, **values)


def test_a_dialogue_comes_back_as_it_was():
    dialogue = [exchange(), exchange(1, dropped=["leave"]), Exchange(number=2, question="x", refusal="No.")]

    assert unpacked(packed(dialogue)) == dialogue


def test_nothing_kept_is_an_empty_dialogue():
    assert unpacked(b"") == []


def test_a_dialogue_that_cannot_be_taken_up_again_is_forgotten():
    broken = exchange().model_copy(update={"number": -1})

    assert unpacked(packed([broken])) == []


def respond(client, session, **wished):
    sent = {"data": [json.dumps(wished), None], "fn_index": 0, "session_hash": session}
    response = client.post("/gradio_api/run/respond", json=sent)
    assert response.status_code == 200
    return json.loads(response.json()["data"][2])


def test_a_follow_up_finds_the_dialogue_that_was_kept(client):
    assert respond(client, "kept", question="When is the flood gate closed?")["numbers"] == [0]
    assert respond(client, "kept", shown=1, question="And when does it open?")["numbers"] == [0, 1]


@pytest.mark.parametrize(
    "wished", [{"stamp": "7", "restore": [{"number": 0, "question": "x", "of_old": 1}]}, {"stamp": "7", "shown": "x"}]
)
def test_a_wish_that_cannot_be_read_is_refused_by_its_stamp(client, wished):
    told = respond(client, "refused", **wished)

    assert (told["stamp"], told["refused"], told["changed"]) == ("7", True, [])


def test_only_so_many_dialogues_are_held_and_the_browser_hands_in_the_others(client, monkeypatch):
    holder = next(route.app for route in client.app.routes if hasattr(getattr(route, "app", None), "state_holder"))
    monkeypatch.setattr(holder.state_holder, "capacity", 2)
    kept = respond(client, "first", question="When is the flood gate closed?")["changed"]
    for number in range(3):
        respond(client, f"other{number}", question="Who gives the order?")

    assert respond(client, "first", shown=1, question="And when does it open?")["stale"]
    assert respond(client, "first", shown=1, question="And then?", restore=kept)["numbers"] == [0, 1]
