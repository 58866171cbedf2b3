import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from filelock import FileLock
from starlette.testclient import TestClient

from qa.indexing.generation import current_name
from qa.settings import Settings
from qa.web.api.problems import ProblemError
from qa.web.app import create_app
from qa.web.documents import building
from qa.web.documents.building import IndexBuilding, IndexState
from qa.web.live import LiveAssistant
from serving import settings_of

RULE = "# Ferries\n\nThe ferry to the island leaves at six in the morning.\n"
# So long that a build is still embedding it when it is interrupted.
LONGER = "# Long\n\n" + "\n\n".join(f"Rule {number} of the harbour." for number in range(10_000))
LONG = "# Long\n\n" + "\n\n".join(f"Rule {number} of the harbour." for number in range(2_000))


@pytest.fixture
def process_asked(office):
    """Return a function that starts the building program on the office, as the server does."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "qa.web.documents.rebuild"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        started.append(process)
        asked = {"corpus": str(office.corpus), "index": str(office.index), "model": None, "limits": {}}
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()


def leftovers(index):
    return [path.name for path in index.iterdir() if path.name.startswith(".build-")]


def test_what_was_added_is_found_and_what_was_removed_is_not(editing, built_again):
    editing.post("/api/v1/documents", files={"file": ("ferries.md", RULE)})
    editing.delete("/api/v1/documents/staff/leave.md")

    state = built_again(editing)

    assert state["state"] == "done"
    assert (state["report"]["added"], state["report"]["removed"]) == (1, 1)
    assert answered(editing, "When does the ferry to the island leave?") == "ferries.md"
    assert editing.get("/source/staff/leave.md").status_code == 404
    assert "ferries.md" in editing.get("/documents?q=ferries").text


def answered(client, question):
    return client.post("/api/v1/ask", json={"question": question}).json()["passages"][0]["document"]


def test_what_could_not_be_read_is_told_with_its_reason(editing, built_again):
    editing.post("/api/v1/documents", files={"file": ("broken.docx", b"no archive")})

    assert [entry for entry in built_again(editing)["report"]["not_read"] if entry["path"] == "broken.docx"]


def test_a_build_tells_every_stage_in_its_own_words(process_asked, office):
    (office.corpus / "ferries.md").write_text(RULE)

    lines = [IndexState.model_validate_json(line) for line in process_asked().stdout]

    assert {"reading", "embedding", "writing"} <= {state.stage for state in lines[:-1]}
    assert "" not in {state.stage for state in lines[:-1]}
    assert [state.state for state in lines[-1:]] == ["done"]
    assert lines[-1].report.index_id == current_name(office.index)


def test_one_build_runs_at_a_time(office):
    index_building = IndexBuilding(settings_of(office), lambda: None)
    index_building.start()
    try:
        with pytest.raises(ProblemError, match="being built already") as refused:
            index_building.start()
    finally:
        index_building.stop()

    assert refused.value.status == 409


def test_a_build_elsewhere_is_told_in_one_sentence(editing, built_again, office):
    with FileLock(office.index / ".lock"):
        state = built_again(editing)

    assert state["state"] == "failed"
    assert "Another build" in state["error"]


def test_a_failed_build_leaves_the_old_index_answering(editing, built_again, office):
    before = current_name(office.index)
    office.corpus.rename(office.corpus.with_name("elsewhere"))

    state = built_again(editing)

    assert state["state"] == "failed"
    assert "There is no folder of documents" in state["error"]
    assert current_name(office.index) == before
    assert answered(editing, "How many days of annual leave?").startswith("staff/leave")


def test_a_new_index_is_opened_before_the_build_counts_as_done(office):
    (office.corpus / "ferries.md").write_text(RULE)
    opened = threading.Event()
    index_building = IndexBuilding(settings_of(office), opened.set)

    index_building.start()
    while index_building.state.state == "running":
        time.sleep(0.05)

    assert index_building.state.state == "done"
    assert opened.is_set()


def test_stopping_the_server_ends_the_build_and_keeps_the_old_index(office):
    before = current_name(office.index)
    (office.corpus / "long.md").write_text(LONGER)
    index_building = IndexBuilding(settings_of(office), lambda: None)
    index_building.start()
    reached(index_building, "embedding")

    index_building.stop()

    assert index_building.state.state == "failed"
    assert current_name(office.index) == before
    assert index_building._process.poll() is not None


def reached(index_building, stage):
    deadline = time.monotonic() + 60
    while index_building.state.stage != stage:
        assert time.monotonic() < deadline
        assert index_building.state.state == "running"
        time.sleep(0.02)


def test_a_build_ends_when_its_server_is_killed(process_asked, office):
    before = current_name(office.index)
    (office.corpus / "long.md").write_text(LONGER)
    process = process_asked()
    while IndexState.model_validate_json(process.stdout.readline()).stage != "embedding":
        pass

    process.stdin.close()  # what the system does to the pipes of a process that is killed

    assert process.wait(timeout=30) == 128 + signal.SIGINT
    assert current_name(office.index) == before
    (office.corpus / "long.md").unlink()
    office.rebuild()  # on a slow machine the time to clear up may not suffice: then the next build does
    assert leftovers(office.index) == []


def test_a_build_that_dies_is_told(office, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    index_building = IndexBuilding(settings_of(office), lambda: None)

    index_building.start()
    while index_building.state.state == "running":
        time.sleep(0.05)

    assert (index_building.state.state, index_building.state.error) == ("failed", building.STOPPED)


@pytest.fixture
def gated(office, tmp_path):
    """A client whose builds have to pass a gate: the set's one question is answered by the leave rules."""
    question = {
        "id": "leave",
        "question": "How many days of annual leave does an employee have?",
        "gold": [{"document": "staff/leave.md", "quote": "Every employee is entitled to 25 days of annual leave"}],
    }
    (tmp_path / "leave.jsonl").write_text(json.dumps(question))
    (tmp_path / "gate.yaml").write_text("sets: [leave.jsonl]\nat_least: {all: {success_at_1: 1}}\n")
    settings = settings_of(office, editors="everyone", gate=tmp_path / "gate.yaml")
    with TestClient(create_app(LiveAssistant(office.index), settings)) as client:
        yield client


def test_a_worse_index_does_not_pass_the_gate_and_the_old_one_goes_on_answering(gated, built_again, office):
    before = current_name(office.index)
    gated.delete("/api/v1/documents/staff/leave.md")

    state = built_again(gated)

    assert state["state"] == "done"
    assert state["report"]["index_id"] == before == current_name(office.index)
    assert [reason for reason in state["report"]["refused"] if "Success@1" in reason]
    assert answered(gated, "How many days of annual leave?") == "staff/leave.md"
    assert leftovers(office.index) == []


def test_an_index_that_passes_the_gate_answers(gated, built_again, office):
    gated.post("/api/v1/documents", files={"file": ("ferries.md", RULE)})

    state = built_again(gated)

    assert (state["state"], state["report"]["refused"]) == ("done", [])
    assert answered(gated, "When does the ferry to the island leave?") == "ferries.md"


def test_a_gate_that_is_wrong_is_told_and_nothing_is_built(gated, built_again, office, tmp_path):
    (tmp_path / "gate.yaml").write_text("sets: [leave.jsonl]\nat_least: {all: {no_such: 1}}\n")
    before = current_name(office.index)
    gated.post("/api/v1/documents", files={"file": ("ferries.md", RULE)})

    state = built_again(gated)

    assert state["state"] == "failed"
    assert "no_such" in state["error"]
    assert current_name(office.index) == before


def test_nothing_runs_before_it_is_asked_for(editing):
    assert editing.get("/api/v1/index").json()["state"] == "idle"


def test_stopping_without_a_build_does_nothing():
    IndexBuilding(Settings(), lambda: None).stop()
