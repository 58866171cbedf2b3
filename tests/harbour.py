"""A harbour's documents and questions, served to trainers: what the tests of their pages share."""

import json
import shutil
import time

import pytest
from starlette.testclient import TestClient

from qa.evaluation import runs
from qa.web.app import create_app
from qa.web.live import LiveAssistant
from serving import settings_of

HARBOUR = {
    "gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres. It opens again below eight.\n\n"
    "The harbour master gives the order.\n",
    "ferries.md": "# Ferries\n\nThe ferry to the island leaves at six in the morning.\n\nA ticket costs four crowns.\n",
    "leave.md": "# Leave\n\nEvery employee is entitled to 25 days of annual leave a year.\n",
    "quay.md": "# Quay\n\nThe quay was rebuilt in 1987 by the port authority.\n",
}
QUESTIONS = [
    {
        "id": "gate-1",
        "question": "When is the flood gate closed?",
        "gold": [{"document": "gate.md", "quote": "The flood gate is closed above nine metres."}],
        "category": "gate",
    },
    {
        "id": "gate-2",
        "question": "And when does it open again?",
        "parent_id": "gate-1",
        "gold": [{"document": "gate.md", "quote": "It opens again below eight."}],
        "category": "gate",
    },
    {
        "id": "ferry-1",
        "question": "When does the ferry to the island leave?",
        "gold": [{"document": "ferries.md", "quote": "The ferry to the island leaves at six in the morning."}],
        "category": "ferries",
    },
    {"id": "crane", "question": "Who painted the crane?", "gold": [], "unanswerable": True},
    {
        "id": "stale",
        "question": "When was the quay rebuilt?",
        "gold": [{"document": "quay.md", "quote": "The quay was rebuilt in 1978 by the port authority."}],
        "category": "quay",
    },
]
"""Questions about the harbour, of which the last one's quote no longer stands there."""


def jsonl(questions):
    return "".join(json.dumps(question) + "\n" for question in questions)


@pytest.fixture(scope="session")
def built_harbour(build):
    return build(HARBOUR)


@pytest.fixture(scope="session")
def live_harbour(built_harbour):
    return LiveAssistant(built_harbour.index)


@pytest.fixture(scope="session")
def harbour_client(built_harbour, live_harbour):
    with TestClient(create_app(live_harbour, settings_of(built_harbour, trainers="everyone"))) as client:
        yield client


@pytest.fixture
def state(built_harbour):
    """The folder of the state beside the harbour's index, without sets and runs."""
    state = built_harbour.index.parent / "state"
    for name in ("sets", "runs"):
        shutil.rmtree(state / name, ignore_errors=True)
    return state


@pytest.fixture
def evals(built_harbour):
    """The server's folder of question sets, with one set."""
    evals = built_harbour.corpus.parent / "evals"
    shutil.rmtree(evals, ignore_errors=True)
    evals.mkdir()
    (evals / "harbour.jsonl").write_text(jsonl(QUESTIONS))
    return evals


@pytest.fixture
def training(harbour_client, state, evals):
    """A client whom the settings let evaluate."""
    return harbour_client


@pytest.fixture
def serve(built_harbour, live_harbour, state, evals):
    """Return a function that serves the harbour under other settings, and ends it with the test."""
    opened = []

    def start(root_path="", **given):
        app = create_app(live_harbour, settings_of(built_harbour, **{"trainers": "everyone", **given}))
        client = TestClient(app, root_path=root_path, client=("127.0.0.1", 5000))
        opened.append(client)
        client.__enter__()
        return client

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def kept_in(state):
    """Return a function that keeps a run made by hand, and returns its id."""

    def keep(run):
        runs.write(run, runs.folder_of(state, run.id))
        return run.id

    return keep


def ended(client, seconds=120):
    """Return what the asking ended with."""
    until = time.monotonic() + seconds
    while (told := client.get("/api/v1/evaluation/asking").json())["state"] == "running":
        assert time.monotonic() < until
        time.sleep(0.1)
    return told


@pytest.fixture(scope="session")
def asked():
    """Return a function that has sets asked, waits for the end, and returns what it ended with."""

    def ask(client, *sets):
        response = client.post("/api/v1/evaluation/asking", json={"sets": list(sets) or ["folder/harbour.jsonl"]})
        assert response.status_code == 202, response.text
        return ended(client)

    return ask
