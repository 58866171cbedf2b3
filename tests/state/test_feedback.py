"""Feedback on the disk: kept as given, changed and taken back by its giver, and really gone when deleted."""

import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from given_feedback import given
from qa.settings import Settings
from qa.state import moments
from qa.state.feedback import Receipt
from qa.state.state import Deleted, State


def everything_on_disk(state):
    return b"".join(path.read_bytes() for path in state.database.path.parent.iterdir())


def test_feedback_is_kept_as_it_was_given(state):
    feedback = given(comment="„Nein“ – اردو \U0001f600", visitor="ada")

    receipt = state.feedback.add(feedback)

    (entry,) = state.feedback.entries()
    assert entry.feedback == feedback
    assert (entry.id, entry.status) == (receipt.id, "new")
    assert abs(datetime.fromisoformat(entry.given) - datetime.now(UTC)) < timedelta(minutes=1)


def test_it_outlives_the_process(state, chosen):
    state.feedback.add(given())

    assert State(chosen).feedback.count() == 1


def test_nothing_is_on_the_disk_before_something_is_kept(state):
    assert state.feedback.entries() == []
    assert state.forget_expired() == state.delete_all() == Deleted(0, 0)
    assert not state.database.path.parent.exists()


def test_nobody_else_on_the_machine_can_read_it(state):
    state.feedback.add(given())

    assert stat.S_IMODE(state.database.path.parent.stat().st_mode) == 0o700
    with state.database.reading():
        files = list(state.database.path.parent.iterdir())
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_whoever_changes_their_mind_has_one_voice(state):
    receipt = state.feedback.add(given(verdict="up", reason="", comment=""))

    assert state.feedback.replace(receipt, given(comment="On second thoughts, no."))

    (entry,) = state.feedback.entries()
    assert (entry.id, entry.feedback.verdict, entry.feedback.comment) == (receipt.id, "down", "On second thoughts, no.")


def test_another_key_neither_changes_nor_deletes(state):
    receipt = state.feedback.add(given())
    forged = Receipt(receipt.id, "x" * len(receipt.key))

    assert not state.feedback.replace(forged, given(comment="forged"))
    assert not state.feedback.take_back(forged)

    assert state.feedback.entries()[0].feedback.comment == "Nine metres is meant."


def test_keys_are_not_on_the_disk(state):
    receipt = state.feedback.add(given())

    assert receipt.key.encode() not in everything_on_disk(state)


def test_feedback_taken_back_is_really_gone(state):
    receipt = state.feedback.add(given(comment="Utterly unmistakable words " * 50, visitor="ada"))
    assert b"Utterly unmistakable words" in everything_on_disk(state)

    assert state.feedback.take_back(receipt)

    assert state.feedback.count() == 0
    left = everything_on_disk(state)
    assert b"unmistakable" not in left
    assert b"ada" not in left


def test_it_is_gone_even_while_another_connection_is_open(state):
    with state.database.reading() as other:
        state.feedback.add(given(comment="Utterly unmistakable words"))
        other.execute("select * from feedback").fetchall()

        state.delete_all()

        assert b"unmistakable" not in everything_on_disk(state)


def test_all_of_one_visitor_is_deleted_and_of_nobody_else(state):
    for visitor in ("ada", "ada", "grace", ""):
        state.feedback.add(given(visitor=visitor))

    assert state.feedback.delete_of("ada") == 2
    assert state.feedback.delete_of("") == 0

    assert sorted(entry.feedback.visitor for entry in state.feedback.entries()) == ["", "grace"]


def test_what_has_expired_is_forgotten(state, chosen, monkeypatch):
    today = moments.now()
    for days in (0, 89, 91):
        monkeypatch.setattr(moments, "now", lambda days=days: today - timedelta(days=days))
        state.feedback.add(given(comment=f"{days} days ago"))
    monkeypatch.setattr(moments, "now", lambda: today)

    assert state.forget_expired() == Deleted(feedback=1)

    assert [entry.feedback.comment for entry in state.feedback.entries()] == ["0 days ago", "89 days ago"]


def test_what_has_expired_is_forgotten_when_serving_begins(tmp_path, monkeypatch):
    today = moments.now()
    state = State(Settings(state=tmp_path, keep_days=1))
    monkeypatch.setattr(moments, "now", lambda: today - timedelta(days=2))
    state.feedback.add(given())
    monkeypatch.setattr(moments, "now", lambda: today)

    with state.kept_tidy():
        pass

    assert state.feedback.count() == 0


def test_a_part_of_it_can_be_listed_newest_first(state):
    for number in range(5):
        state.feedback.add(given(comment=str(number), verdict="up" if number % 2 else "down", reason=""))

    assert [entry.feedback.comment for entry in state.feedback.entries(verdict="down", limit=2)] == ["4", "2"]
    assert [entry.feedback.comment for entry in state.feedback.entries(offset=3, limit=2)] == ["1", "0"]
    assert state.feedback.count(verdict="up") == 2
    assert state.feedback.count(since="2000-01-01") == 5
    assert state.feedback.count(since="9999-01-01") == 0


def test_many_threads_may_give_feedback_at_once(state):
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda n: state.feedback.add(given(comment=str(n))), range(60)))

    assert len({receipt.id for receipt in receipts}) == state.feedback.count() == 60


def test_several_processes_may_begin_the_file_at_once(state, chosen):
    script = textwrap.dedent("""
        import sys
        sys.path.insert(0, sys.argv[2])
        from pathlib import Path
        from given_feedback import given
        from qa.settings import Settings
        from qa.state.state import State
        state = State(Settings(state=Path(sys.argv[1])))
        for _ in range(10):
            state.feedback.add(given())
    """)
    tests = __file__.rsplit("/state/", 1)[0]
    running = [subprocess.Popen([sys.executable, "-c", script, chosen.state, tests]) for _ in range(4)]

    assert [process.wait(timeout=100) for process in running] == [0] * 4
    assert state.feedback.count() == 40
