"""A state that cannot be used says so in one sentence, and never stands in the way of an answer."""

import os
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from given_feedback import given
from qa.errors import StateError
from qa.state import database
from qa.state.schema import MIGRATIONS
from qa.state.state import Deleted


def refusal(action):
    with pytest.raises(StateError) as caught:
        action()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert caught.value.reason in sentence
    return caught.value


def test_a_damaged_file_is_named(state):
    state.feedback.add(given())
    state.database.path.write_bytes(b"no database at all" * 1000)

    found = refusal(lambda: state.feedback.add(given()))

    assert found.reason == "it is damaged"
    assert str(state.database.path) in str(found)
    assert str(state.database.path) not in found.reason
    assert "move it away" in str(refusal(state.feedback.entries))


def test_a_file_damaged_in_its_middle_is_named(state):
    for _ in range(50):
        state.feedback.add(given(comment="x" * 2_000))
    with state.database.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 60_000)

    assert refusal(state.feedback.entries).reason == "it is damaged"


def test_another_program_that_is_writing_is_waited_for_but_not_for_ever(state, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    state.feedback.add(given())

    with state.database.writing():
        assert "another program" in refusal(lambda: state.feedback.add(given())).reason
        assert state.feedback.count() == 1

    state.feedback.add(given())
    assert state.feedback.count() == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_is_named(state, tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert refusal(lambda: state.feedback.add(given())).reason == "it may not be opened"
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_is_a_file_is_named(state):
    state.database.path.parent.write_text("here")

    assert refusal(lambda: state.feedback.add(given())).reason == "it may not be opened"


def test_a_full_state_keeps_what_it_has(state, monkeypatch):
    monkeypatch.setattr(database, "LARGEST_BYTES", 200_000)
    reasons = set()
    for _ in range(200):
        try:
            state.feedback.add(given(comment="x" * 2_000))
        except StateError as error:
            reasons.add(error.reason)

    assert reasons == {"it is full"}
    assert 0 < state.feedback.count() < 200
    assert state.delete_all().feedback > 0
    state.feedback.add(given())


def test_a_disk_that_is_full_is_told_of(state, chosen):
    script = textwrap.dedent("""
        import resource, signal, sys
        sys.path.insert(0, sys.argv[2])
        from pathlib import Path
        from given_feedback import given
        from qa.errors import StateError
        from qa.settings import Settings
        from qa.state.state import State
        state = State(Settings(state=Path(sys.argv[1])))
        state.feedback.add(given())
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            for _ in range(100):
                state.feedback.add(given(comment="x" * 2_000))
        except StateError as error:
            print(error.reason)
    """)
    tests = __file__.rsplit("/state/", 1)[0]

    done = subprocess.run(
        [sys.executable, "-c", script, chosen.state, tests], capture_output=True, encoding="utf-8", check=True
    )

    assert done.stdout in ("the disk refuses it\n", "it is full\n")
    assert state.feedback.count() >= 1


def test_a_file_of_a_newer_version_is_left_alone(state):
    state.feedback.add(given())
    with sqlite3.connect(state.database.path) as connection:
        connection.execute(f"pragma user_version = {len(MIGRATIONS) + 1}")

    assert refusal(lambda: state.feedback.add(given())).reason == "a newer version of qa wrote it"


def test_a_file_of_an_earlier_version_is_brought_up_to_date(state, monkeypatch):
    state.feedback.add(given())
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, ("create table later (id text primary key)",)))

    with state.database.writing() as connection:
        connection.execute("insert into later values ('d-1')")

    assert state.feedback.count() == 1


def test_a_step_that_fails_leaves_the_version_before(state, monkeypatch):
    state.feedback.add(given())
    steps = ("create table later (id text primary key)", "create table later (id text primary key)")
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, steps))
    refusal(lambda: state.feedback.add(given()))
    monkeypatch.undo()

    assert state.feedback.count() == 1


def test_serving_goes_on_with_a_state_that_cannot_be_used(state, caplog):
    state.feedback.add(given())
    state.database.path.write_bytes(b"no database at all" * 1000)

    with state.kept_tidy():
        state.questions.record("When?", "answered", 0.5, "generation", "en")

    assert state.questions.dropped == 1
    assert "it is damaged" in caplog.text


def test_a_transaction_that_fails_leaves_nothing(state):
    state.feedback.add(given())

    with pytest.raises(ZeroDivisionError), state.database.writing() as connection:
        connection.execute("delete from feedback")
        _ = 1 / 0

    assert state.feedback.count() == 1
    assert state.delete_before("2000-01-01") == Deleted()
