"""`qa sets` as people and scripts meet it: every test runs a real process."""

import json
import os
import subprocess
import sys

import pytest

from qa.evaluation.sets import Gold, Question, load, write

FILES = {
    "ferries/night.md": "# Ferries\n\nThe last ferry to Skarholm leaves at 23:40. It takes no cars.\n",
    "gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres.\n",
}
FERRY = Gold("ferries/night.md", "The last ferry to Skarholm leaves at 23:40.")
SET = [
    Question("a", "When does the last ferry leave?", (FERRY,), False, "ferries", None, "At 23:40", ("23:40",)),
    Question("b", "Does it take cars?", (Gold("ferries/night.md", "It takes no cars."),), False, "ferries", "a", "No"),
    Question("c", "Which planet has the most moons?", (), True, "", None, ""),
]


def sets(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return subprocess.run(
        [sys.executable, "-m", "qa.cli", "sets", *map(str, arguments)],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


def shown(done, code=0):
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout


@pytest.fixture(scope="module")
def index(build):
    return build(FILES).index


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "set.jsonl"
    write(SET, path)
    return path


@pytest.mark.parametrize("command", ["convert", "check"])
def test_each_command_explains_itself_with_an_example(command):
    assert f"Example: qa sets {command} " in " ".join(shown(sets(command, "--help")).split())


def test_a_set_goes_to_a_workbook_and_back(path, tmp_path):
    workbook, back = tmp_path / "set.xlsx", tmp_path / "back.jsonl"

    assert shown(sets("convert", path, workbook)) == f"{workbook}: Excel workbook, questions: 3.\n"
    shown(sets("convert", workbook, back))

    assert back.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_what_a_format_cannot_hold_is_said(path, index, tmp_path):
    done = sets("convert", path, tmp_path / "squad.json", "--index", index)

    assert "SQuAD has no field 'category': left out, questions: 2.\n" in shown(done)
    assert load(tmp_path / "squad.json")[0].answers == ("23:40",)


def test_scripts_are_told_what_was_written(path, tmp_path, index):
    said = json.loads(shown(sets("convert", path, tmp_path / "beir", "--format", "beir", "--index", index, "--json")))

    assert said == {"written": str(tmp_path / "beir"), "format": "beir", "questions": 3, "notices": []}
    assert load(tmp_path / "beir") == SET


def test_a_run_is_written_beside_judgements(path, tmp_path, index):
    shown(sets("convert", path, tmp_path / "trec", "--format", "trec", "--run", "--index", index))

    run = [line.split() for line in (tmp_path / "trec" / "run.txt").read_text().splitlines()]
    assert ["a", "Q0", "ferries/night.md#p1", "1", "1.000000", "qa"] in run
    assert {line[0] for line in run} <= {"a", "b", "c"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{set}", "{folder}/set.doc"], "name it with --format"),
        (["{set}", "{folder}/x", "--format", "word"], "There is no format 'word'"),
        (["{set}", "{set}"], "is there already: choose another name, or add --overwrite"),
        (["{folder}/none.csv", "{folder}/x.csv"], "none.csv cannot be read: No such file or directory"),
        (["{set}", "{folder}/x.csv", "--run"], "--run goes with --format trec"),
        (["{set}", "{folder}/x.json", "--index", "{folder}/none"], "none"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments, sentence, path, tmp_path):
    done = sets("convert", *(argument.format(set=path, folder=tmp_path) for argument in arguments))

    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sound_set_is_counted_by_category(path, index):
    lines = shown(sets("check", path, "--index", index)).splitlines()

    assert [line.split() for line in lines[:-1]] == [
        ["category", "questions", "answerable", "unanswerable", "follow-ups", "quotes"],
        ["(none)", "1", "0", "1", "0", "0"],
        ["ferries", "2", "2", "0", "1", "2"],
        ["all", "3", "2", "1", "1", "2"],
    ]
    assert lines[-1] == "Problems: 0; asked twice: 0; stale gold quotes: 0."


def test_stale_gold_comes_with_the_nearest_text_and_where_it_stands_now(tmp_path, index):
    path = tmp_path / "set.csv"
    moved = Gold("ferries/day.md", "The flood gate is closed above nine metres.")
    changed = Gold("ferries/night.md", "The last ferry to Skarholm leaves at 22:40.")
    write([Question("a", "When?", (changed, moved), False, "", None, "")], path)

    lines = shown(sets("check", path, "--index", index), code=1).splitlines()

    assert lines[:6] == [
        f"{path}: a: stale gold in ferries/night.md: its words have changed",
        "    gold:    The last ferry to Skarholm leaves at 22:40.",
        "    nearest: The last ferry to Skarholm leaves at 23:40. [ferries/night.md, ¶ 1]",
        f"{path}: a: stale gold in ferries/day.md: there is no such document",
        "    gold:    The flood gate is closed above nine metres.",
        "    stands in gate.md",
    ]
    assert lines[-1].endswith("stale gold quotes: 2.")


def test_problems_of_all_sets_and_questions_asked_twice_are_listed(path, tmp_path, index):
    wrong, again = tmp_path / "wrong.yaml", tmp_path / "again.jsonl"
    wrong.write_text("- id: a\n  question: Who?\n- question: Why?\n  unanswerable: true\n")
    write([Question("z", "which planet has  the most MOONS?", (), True, "", None, "")], again)

    done = sets("check", path, wrong, again, "--index", index, "--json")

    found = json.loads(shown(done, code=1))
    assert found["problems"] == [
        f'{wrong}:1: field "gold": needs at least one quote, or "unanswerable": true and none',
        f'{wrong}:3: field "id": missing or blank',
    ]
    assert [duplicate["places"] for duplicate in found["duplicates"]] == [[f"{path}: c", f"{again}: z"]]
    assert (found["sound"], found["checked"], found["total"]["questions"]) == (False, True, 4)


def test_without_an_index_the_rest_is_checked(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    said = shown(sets("check", path))

    assert "Gold quotes were not looked up: there is no index (--index)." in said
    assert said.endswith("Problems: 0; asked twice: 0.\n")
