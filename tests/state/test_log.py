"""The question log: no names, no exact times, and never in the way of an answer."""

import sqlite3
import threading
import time

from qa.settings import Settings
from qa.state import database, log
from qa.state.log import Logged, QuestionLog, grouped
from qa.state.state import State


def record(state, question, outcome="answered"):
    state.questions.record(question, outcome, 0.5, "generation", "en")


def asked(question, outcome="answered", hour="2026-01-31T08:00:00Z"):
    return Logged(hour, question, outcome, 0.5, "generation", "en")


def test_questions_are_kept_with_the_hour_only_and_without_a_name(state):
    record(state, "When is the flood gate closed?")
    state.questions.close()

    with sqlite3.connect(state.database.path) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("select * from question_log").fetchone())
    assert row.pop("hour").endswith(":00:00Z")
    assert row == {
        "number": 1,
        "question": "When is the flood gate closed?",
        "outcome": "answered",
        "confidence": 0.5,
        "index_id": "generation",
        "language": "en",
    }


def test_nothing_is_kept_unless_the_operator_allows_it(tmp_path):
    state = State(Settings(state=tmp_path / "state"))

    record(state, "When?")
    state.questions.close()

    assert not (tmp_path / "state").exists()
    assert state.questions.asked() == []


def test_what_is_not_answered_comes_first(state):
    for question, outcome in [
        ("When is the gate closed?", "answered"),
        ("when is the  gate closed", "answered"),
        ("Who sells tea?", "nothing"),
        ("Who sells coffee?", "related"),
        ("Who sells coffee?", "answered"),
        ("WHEN IS THE GATE CLOSED?", "answered"),
    ]:
        record(state, question, outcome)
    state.questions.close()

    assert [(a.question, a.times, a.unanswered, dict(a.outcomes)) for a in state.questions.asked()] == [
        ("Who sells tea?", 1, 1, {"nothing": 1}),
        ("Who sells coffee?", 2, 1, {"related": 1, "answered": 1}),
        ("WHEN IS THE GATE CLOSED?", 3, 0, {"answered": 3}),
    ]
    assert state.questions.asked(since="9999-01-01") == []
    assert state.questions.asked(before="2000-01-01") == []


def test_questions_that_differ_stay_apart():
    assert [a.question for a in grouped([asked("C"), asked("C#"), asked("Who?"), asked("who ?")])] == [
        "who ?",
        "C",
        "C#",
    ]


def test_recording_does_not_wait_for_a_file_that_is_busy(state, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    record(state, "first")
    state.questions.close()

    with state.database.writing():
        started = time.perf_counter()
        for _ in range(100):
            record(state, "When?")
        seconds = time.perf_counter() - started
        state.questions.close()

    assert seconds < 0.1
    assert state.questions.dropped == 100


def test_what_waits_is_bounded_and_the_rest_is_counted(state, monkeypatch):
    monkeypatch.setattr(log, "MOST_WAITING", 10)
    waiting = QuestionLog(state.database, kept=True)
    held = threading.Event()
    monkeypatch.setattr(waiting, "_write", held.wait)

    for _ in range(25):
        waiting.record("When?", "answered", 0.5, "generation", "en")
    held.set()

    assert waiting.dropped == 15


def test_long_questions_are_cut_and_odd_ones_kept(state):
    record(state, "x" * 100_000)
    record(state, "half \ud800 a character")
    state.questions.close()

    assert {question.question for question in state.questions.asked()} == {"x" * log.LONGEST, "half ? a character"}
    assert state.questions.dropped == 0


def test_all_that_waits_is_written_at_the_end(state):
    with state.kept_tidy():
        for number in range(500):
            record(state, f"question {number}")

    assert len(state.questions.asked()) == 500


def test_logged_questions_are_deleted_with_the_rest(state):
    record(state, "Unmistakable question?")
    state.questions.close()

    assert state.delete_before("9999-01-01").questions == 1
    assert b"Unmistakable" not in b"".join(p.read_bytes() for p in state.database.path.parent.iterdir())
