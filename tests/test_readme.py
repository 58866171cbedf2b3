"""The README keeps its word: its commands exist and run, its example runs, its figures are the set's."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa import settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.split("#")[0].strip() for kind, text in BLOCKS if kind == "console" for line in text.splitlines()]
LINKS = re.findall(r"\]\(([^)#]+)\)", README)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_every_make_command_is_a_target(command: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("link", LINKS)
def test_every_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).is_file()


def test_every_qa_command_runs(build: Callable, shipped, tmp_path: Path) -> None:
    built = build({"elections.md": "# Elections\n\nThe army sent 371,000 soldiers to guard the elections of 2018."})
    (tmp_path / "handbooks").symlink_to(built.corpus, target_is_directory=True)
    (tmp_path / "handbooks-index").symlink_to(built.index, target_is_directory=True)
    (tmp_path / "corpus").symlink_to(shipped.corpus, target_is_directory=True)
    (tmp_path / "index").symlink_to(shipped.index, target_is_directory=True)
    (tmp_path / "evals").symlink_to(ROOT / "evals", target_is_directory=True)
    (tmp_path / "questions.jsonl").write_text(json.dumps({"id": "1", "question": "How many soldiers?"}) + "\n")
    commands = [c for c in COMMANDS if c.startswith(".venv/bin/qa ") and " serve" not in c]
    assert len(commands) >= 4
    for command in commands:
        arguments = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)[1:]]
        done = subprocess.run(
            [sys.executable, "-m", "qa.cli", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert done.stdout.strip()


def test_the_python_example_runs(build: Callable, tmp_path: Path) -> None:
    built = build({"elections.md": "# Elections\n\nThe army sent 371,000 soldiers to guard the elections of 2018."})
    (tmp_path / "index").symlink_to(built.index, target_is_directory=True)
    (example,) = [text for kind, text in BLOCKS if kind == "python"]
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ("The army sent 371,000 soldiers to guard the elections of 2018. - elections.md, ¶ 1")


def test_every_setting_stands_in_the_readme() -> None:
    for name in settings.Settings.model_fields:
        assert f"`QA_{name.upper()}`" in README


def test_the_numbers_of_documents_and_questions_are_right() -> None:
    lines = [json.loads(line) for line in (ROOT / "evals/briefing.jsonl").read_text().splitlines()]
    follow_ups = sum("parent_id" in line for line in lines)
    unanswerable = sum(bool(line.get("unanswerable")) for line in lines)
    assert f"holds {len(lines)} questions" in README
    assert f"{follow_ups} follow-ups, and {unanswerable} that the documents do not answer" in README
    documents = sum(path.is_file() for path in (ROOT / "corpus").rglob("*"))
    assert f"{documents}\ndocuments" in README or f"{documents} documents" in README
