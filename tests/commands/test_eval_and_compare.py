"""`qa eval` and `qa compare` as scripts and build servers meet them."""

import json
import subprocess
import sys

import pytest
from lxml import etree

FILES = {
    "ferry.md": "# Ferries\n\nThe last ferry to Skarholm leaves at 23:40.\n",
    "gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres.\n",
}
LINES = [
    {
        "id": "a",
        "question": "When does the last ferry to Skarholm leave?",
        "gold": [{"document": "ferry.md", "quote": "The last ferry to Skarholm leaves at 23:40."}],
    },
    {"id": "b", "question": "Which planet has the most moons?", "unanswerable": True},
]


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "set.jsonl").write_text("\n".join(json.dumps(line) for line in LINES))
    (tmp_path / "gate.yaml").write_text("sets: [set.jsonl]\nat_least: {all: {success_at_1: 1}}\n")
    return tmp_path


def qa(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "qa.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


def require_success(done):
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def require_sentence(done, *parts):
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("qa: ") and "Traceback" not in done.stderr
    assert all(str(part) in done.stderr for part in parts)


def test_runs_are_kept_by_the_state_and_compared(built, folder):
    first = require_success(qa("eval", "set.jsonl", "--index", built.index, cwd=folder))
    require_success(qa("eval", "set.jsonl", "--index", built.index, cwd=folder))

    older, newer = sorted(path.name for path in (folder / "state/runs").iterdir())
    assert f"Run {older}, kept in state/runs/{older}/run.json." in first
    shown = require_success(qa("compare", older, "latest", "--html", "c.html", "--markdown", "c.md", cwd=folder))
    assert shown.startswith(f"{newer} against {older}: 2 questions in common")
    assert "What changed: 0 of 2 questions" in shown
    assert "Runs compared" in (folder / "c.html").read_text()
    assert "| Success\\@1 | 1.000 | 1.000 | +0.000 | 0 / 1 / 0 | – |" in (folder / "c.md").read_text()
    (told,) = json.loads(require_success(qa("compare", older, newer, "--json", cwd=folder)))
    assert told["measures"]["all"]["right"]["ties"] == 2


def test_reports_are_written_where_they_are_wanted(built, folder):
    options = ["--run", "kept.json", "--html", "r.html", "--markdown", "r.md", "--junit", "r.xml"]

    require_success(qa("eval", "set.jsonl", "--index", built.index, *options, cwd=folder))

    assert json.loads((folder / "kept.json").read_text())["format"] == 1
    assert (folder / "r.html").read_text().startswith("<!doctype html>")
    assert (folder / "r.md").read_text().startswith("## set.jsonl\n")
    assert etree.parse(folder / "r.xml").getroot().get("tests") == "2"
    assert not (folder / "state").exists()


def test_a_gate_decides_the_exit_code(built, folder):
    options = ["--index", built.index, "--dry-run", "--gate", "gate.yaml"]
    assert require_success(qa("eval", *options, cwd=folder)).endswith("Gate gate.yaml: passed.\n")
    (folder / "gate.yaml").write_text("sets: [set.jsonl]\nat_most: {all: {success_at_1: 0.5}}\n")

    refused = qa("eval", *options, cwd=folder)

    assert refused.returncode == 1
    assert refused.stderr == "Gate gate.yaml: not passed.\n  all: Success@1 is 1.000, at most 0.5 is needed.\n"


def test_what_cannot_be_run_is_refused(built, folder):
    require_sentence(qa("eval", "--index", built.index, cwd=folder), "Name a question set")
    require_sentence(
        qa("eval", "set.jsonl", "--index", built.index, "--html", "no/r.html", cwd=folder), "there is no folder no"
    )
    require_sentence(qa("eval", "no.jsonl", "--index", built.index, cwd=folder), "no.jsonl")
    require_sentence(qa("compare", "latest", cwd=folder), "Name two runs or more")
    require_sentence(qa("compare", "latest", "set.jsonl", cwd=folder), "There is no run 'latest'")
