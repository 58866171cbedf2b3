"""`qa feedback`: what people said and asked, for the operator, and how it is deleted."""

import json
import os
import subprocess
import sys

import pytest

from given_feedback import given
from qa.state import moments, report


@pytest.fixture
def qa(chosen):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "qa.cli", "feedback", *arguments],
            env={**os.environ, "QA_STATE": str(chosen.state), "COLUMNS": "160"},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=100,
        )

    return run


def require_success(done):
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def require_sentence(done, part):
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("qa: ")
    assert done.stderr.count("\n") == 1
    assert part in done.stderr


def test_feedback_is_a_table_with_the_newest_first(qa, state):
    state.feedback.add(given(comment="first", visitor="ada"))
    receipt = state.feedback.add(given(verdict="up", reason="", comment="second \x1b[31m\nline"))

    lines = require_success(qa()).splitlines()

    assert lines[0].split() == ["given", "(UTC)", "verdict", "reason", "question", "comment", "by", "id"]
    assert "second [31m line" in lines[1]
    assert lines[1].endswith(receipt.id)
    assert "wrong words" in lines[2]


def test_feedback_for_scripts_holds_the_answer(qa, state):
    state.feedback.add(given(verdict="up", reason=""))
    receipt = state.feedback.add(given())

    (record,) = json.loads(require_success(qa("--json", "--verdict", "down", "--since", "2000-01-01")))

    assert record["id"] == receipt.id
    assert record["answer"] == {"outcome": "answered", "passages": ["…"]}
    assert record["history"][0] == {"role": "user", "content": "Where is the flood gate?"}
    assert "key" not in "".join(record)


def test_an_empty_state_says_so(qa):
    assert require_success(qa()) == "There is no such feedback.\n"
    assert "QA_LOG_QUESTIONS=true turns the log on" in require_success(qa("--questions"))
    assert json.loads(require_success(qa("--questions", "--json"))) == []


def test_questions_are_listed_what_the_documents_do_not_answer_first(qa, state):
    for question, outcome in [("When?", "answered"), ("when", "answered"), ("Who?", "nothing")]:
        state.questions.record(question, outcome, 0.5, "generation", "en")
    state.questions.close()

    names, first, second = require_success(qa("--questions")).splitlines()
    records = json.loads(require_success(qa("--questions", "--json")))

    assert names.split() == ["asked", "answered", "related", "nothing", "last", "question"]
    assert first.split()[:4] == ["1", "0", "0", "1"]
    assert second.split()[-1] == "when"
    assert [(record["question"], record["times"], record["unanswered"]) for record in records] == [
        ("Who?", 1, 1),
        ("when", 2, 0),
    ]


def test_entries_are_deleted_by_id_visitor_day_and_all_at_once(qa, state):
    first = state.feedback.add(given())
    state.feedback.add(given(visitor="ada"))
    state.feedback.add(given())
    state.questions.record("When?", "answered", 0.5, "generation", "en")
    state.questions.close()

    assert require_success(qa("--delete", first.id)) == "Deleted. Feedback: 1. Logged questions: 0.\n"
    assert require_success(qa("--delete-visitor", "ada")) == "Deleted. Feedback: 1. Logged questions: 0.\n"
    assert json.loads(require_success(qa("--delete-before", "2000-01-01", "--json"))) == {"feedback": 0, "questions": 0}
    assert state.feedback.count() == 1
    assert require_success(qa("--delete-all", "--yes")) == "Deleted. Feedback: 1. Logged questions: 1.\n"
    assert state.feedback.count() == 0


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--delete-all"], "add --yes"),
        (["--delete", "none"], "no feedback with the id 'none'"),
        (["--delete-before", "yesterday"], "'yesterday' is no day"),
        (["--since", "2026-02-30"], "'2026-02-30' is no day"),
        (["--verdict", "sideways"], "up or down"),
        (["--delete", "a", "--delete-visitor", "b"], "Choose one"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(qa, state, arguments, part):
    state.feedback.add(given())

    require_sentence(qa(*arguments), part)

    assert state.feedback.count() == 1


def test_a_state_that_cannot_be_used_is_one_sentence(qa, state):
    state.feedback.add(given())
    state.database.path.write_bytes(b"no database at all" * 1000)

    require_sentence(qa(), str(state.database.path))


def test_what_has_expired_is_not_listed(qa, state, monkeypatch):
    today = moments.now()
    monkeypatch.setattr(moments, "now", lambda: today.replace(year=today.year - 1, day=1))
    state.feedback.add(given())

    assert require_success(qa()) == "There is no such feedback.\n"
    assert state.feedback.count() == 0


def test_a_long_list_is_cut_and_counted(state, capsys, monkeypatch):
    monkeypatch.setattr(report, "LISTED", 2)
    for _ in range(5):
        state.feedback.add(given())

    report.print_feedback(state.feedback.entries(), as_json=False)

    assert "... and 3 more: --json lists them all.\n" in capsys.readouterr().out
