"""`qa drafts` as people and scripts meet it: every test runs a real process."""

import json
import os
import subprocess
import sys

import pytest

from qa.evaluation.sets import load
from qa.settings import Settings
from qa.state.state import State

FILES = {
    "office.md": "# Harbour office\n\nThe harbour master is Ada Holm. The harbour office is open from nine to five.\n",
}
MASTER = {
    "question": "Who is the harbour master?",
    "gold": [{"document": "office.md", "quote": "The harbour master is Ada Holm."}],
}


@pytest.fixture(scope="module")
def index(build):
    return build(FILES).index


@pytest.fixture
def drafts(index, tmp_path):
    """Return a function that runs `qa drafts` over the state and sets of one test alone."""
    folders = {"QA_INDEX": index, "QA_STATE": tmp_path / "state", "QA_EVALS": tmp_path / "evals"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "qa.cli", "drafts", *map(str, arguments)],
            env=environment | {name: str(folder) for name, folder in folders.items()},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=100,
        )

    return run


@pytest.fixture
def book(tmp_path):
    return State(Settings(state=tmp_path / "state")).drafts


def shown(done, code=0):
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout


@pytest.mark.parametrize(("command", "example"), [((), ""), (("propose",), "propose "), (("export",), "export ")])
def test_each_command_explains_itself_with_an_example(drafts, command, example):
    assert f"Example: qa drafts {example}" in " ".join(shown(drafts(*command, "--help")).split())


def test_what_is_proposed_is_listed_and_never_proposed_again(drafts, book):
    made = json.loads(shown(drafts("propose", "--json")))["proposed"]

    assert {"Who is the harbour master?", "When is the harbour office open?"} == {one["question"] for one in made}
    assert all(one["found"] for one in made)
    assert {draft.status for draft in book.all()} == {"proposed"}
    assert "Proposed: 0" in shown(drafts("propose"))
    listed = json.loads(shown(drafts("--status", "proposed", "--json")))
    assert [draft["id"] for draft in listed] == [draft.id for draft in book.all("proposed")]


def test_drafts_are_added_to_a_set_with_their_author(drafts, book, tmp_path):
    book.add([MASTER], "chat", "bela")

    assert "harbour-001" in shown(drafts("export", "harbour"))

    (question,) = load(tmp_path / "evals" / "harbour.jsonl")
    assert (question.question, question.author) == (MASTER["question"], "bela")
    assert "exported in harbour.jsonl" in shown(drafts())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("export", "harbour"), "There are no drafts to export"),
        (("export", "../harbour"), "cannot be the name of a question set"),
        (("export", "harbour", "--draft", "none"), "There is no draft 'none' to export"),
        (("--status", "lost"), "There is no status 'lost'"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(drafts, arguments, told):
    done = drafts(*arguments)

    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_gold_that_no_longer_stands_is_not_exported(drafts, book, tmp_path):
    book.add([MASTER, {**MASTER, "gold": [{"document": "office.md", "quote": "It is closed."}]}], "chat", "")

    assert "no longer stands in office.md" in drafts("export", "harbour").stderr
    assert not (tmp_path / "evals").exists()
    assert {draft.status for draft in book.all()} == {"draft"}
