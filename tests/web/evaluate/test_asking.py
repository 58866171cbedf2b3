import json
import os
import signal
import subprocess
import sys
import time

import pytest
from lxml import html

from qa.evaluation import runs
from qa.web.evaluate import asking as asking_module
from qa.web.evaluate.asking import Asking, AskingState
from qa.web.evaluate.sets import ListedSet
from serving import settings_of
from town import problem_of

ASKING = "/api/v1/evaluation/asking"
RUNS = "/api/v1/evaluation/runs"
MANY = 3_000


@pytest.fixture
def long_set(evals):
    """A set that takes long to ask."""
    path = evals / "long.jsonl"
    fields = [
        {"id": f"q{number}", "question": f"Who painted crane {number}?", "gold": [], "unanswerable": True}
        for number in range(MANY)
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in fields))
    return ListedSet(path.name, "folder", path, "JSON lines", MANY)


def test_a_run_from_the_page_is_kept_as_one_by_command_with_its_author(serve, asked, state):
    client = serve(trainers="anna", user_header="X-User", proxies="127.0.0.1")
    client.headers["X-User"] = "anna"

    told = asked(client)

    assert (told["state"], told["done"], told["total"]) == ("done", 5, 5)
    kept = runs.read(runs.folder_of(state, told["run"]))
    assert kept.author == "anna"
    assert {question.id: question.failure.value for question in kept.questions}["stale"] == "stale_gold"
    (listed,) = client.get(RUNS).json()["runs"]
    assert (listed["id"], listed["author"], listed["questions"]) == (told["run"], "anna", 5)
    assert listed["classes"]["stale_gold"] == 1
    assert "anna" in client.get("/evaluate").text
    assert "anna" in client.get(f"/evaluate/runs/{told['run']}").text


def test_the_links_of_a_question_open_its_gold_and_what_was_found(training, asked):
    run = asked(training)["run"]

    for question, words in (("gate-1", "closed above nine metres"), ("stale", "rebuilt in 1987")):
        page = html.fromstring(training.get(f"/evaluate/runs/{run}/questions?set=harbour.jsonl&id={question}").text)
        sources = page.xpath("//main//a[starts-with(@href, '/source/')]/@href")
        assert len(sources) >= 2
        marked = html.fromstring(training.get(sources[0]).text).xpath("//mark[@id='hit']")
        assert words in " ".join(mark.text_content() for mark in marked)


def test_several_sets_are_asked_in_one_run(training, asked, evals):
    (evals / "more.jsonl").write_text('{"id": "x", "question": "Who rows?", "gold": [], "unanswerable": true}\n')

    run = training.get(f"{RUNS}/{asked(training, 'folder/harbour.jsonl', 'folder/more.jsonl')['run']}").json()

    assert [(one["name"], one["questions"]) for one in run["sets"]] == [("harbour.jsonl", 5), ("more.jsonl", 1)]


def test_an_unknown_set_is_not_asked(training):
    problem_of(training.post(ASKING, json={"sets": ["folder/no-such.jsonl"]}), 404)
    problem_of(training.post(ASKING, json={"sets": ["../../etc/passwd"]}), 404)
    problem_of(training.post(ASKING, json={"sets": []}), 422)
    assert training.get(ASKING).json()["state"] != "running"


def test_one_run_is_made_at_a_time_and_a_cancelled_one_leaves_nothing(training, long_set, state):
    started = training.post(ASKING, json={"sets": [long_set.id]}).json()
    assert (started["state"], started["total"]) == ("running", MANY)
    refused = problem_of(training.post(ASKING, json={"sets": [long_set.id]}), 409)
    assert "being asked already" in refused["detail"]
    reached(lambda: training.get(ASKING).json()["done"] > 0)

    told = training.delete(ASKING).json()

    assert told["state"] == "cancelled"
    assert runs.ids(state) == []


def reached(is_so, seconds=60):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_stopping_the_server_ends_the_asking(built_harbour, long_set, state):
    asking = Asking(settings_of(built_harbour))
    asking.start([long_set], "")
    reached(lambda: asking.state.done > 0)

    asking.stop()

    assert asking.state.state == "failed"
    assert asking._process.poll() is not None
    assert runs.ids(state) == []


def test_the_asking_ends_when_its_server_is_killed(built_harbour, long_set, state):
    process = subprocess.Popen(
        [sys.executable, "-m", "qa.web.evaluate.ask_sets"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    asked = {"index": str(built_harbour.index), "model": None, "reranker": None, "state": str(state)}
    try:
        process.stdin.write(json.dumps({**asked, "sets": [str(long_set.path)], "author": ""}) + "\n")
        process.stdin.flush()
        while AskingState.model_validate_json(process.stdout.readline()).done == 0:
            pass

        process.stdin.close()  # what the system does to the pipes of a process that is killed

        assert process.wait(timeout=30) == 128 + signal.SIGINT
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
    assert runs.ids(state) == []


def test_what_fails_is_told_in_one_sentence(training, asked, evals):
    training.get("/evaluate")
    (evals / "gone.jsonl").write_text('{"id": "x", "question": "Who rows?", "gold": [], "unanswerable": true}\n')
    training.get("/evaluate")
    (evals / "gone.jsonl").write_text("not json\n")

    problem_of(training.post(ASKING, json={"sets": ["folder/gone.jsonl"]}), 422)


def test_an_asking_that_dies_is_told(built_harbour, long_set, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    asking = Asking(settings_of(built_harbour))

    asking.start([long_set], "")
    reached(lambda: asking.state.state != "running")

    assert (asking.state.state, asking.state.error) == ("failed", asking_module.STOPPED)
