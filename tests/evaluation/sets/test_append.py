"""Questions are added to a set's file under ids of their own, and the file is never left half written."""

import threading

import pytest

from qa.errors import QuestionError
from qa.evaluation.sets import load
from qa.evaluation.sets.append import alone, append, set_file

GATE = {"question": "When is the gate closed?", "gold": [{"document": "gate.md", "quote": "above nine metres"}]}
MOON = {"question": "Which planet has most moons?", "gold": [], "unanswerable": True, "author": "ada"}
WHO = {"question": "Who closes the gate?", "gold": [{"document": "gate.md", "quote": "The harbour master"}]}


def test_a_new_set_is_made_and_counted_on(tmp_path):
    path = tmp_path / "evals" / "leave.jsonl"

    assert append(path, [GATE, MOON]) == ["leave-001", "leave-002"]
    assert append(path, [WHO]) == ["leave-003"]

    assert [question.id for question in load(path)] == ["leave-001", "leave-002", "leave-003"]
    assert load(path)[1].author == "ada"
    assert [file.name for file in path.parent.iterdir()] == ["leave.jsonl"]


def test_what_stands_there_already_is_not_added_again(tmp_path):
    path = tmp_path / "leave.jsonl"
    append(path, [GATE, MOON])

    assert append(path, [GATE, WHO, WHO]) == ["leave-001", "leave-003", "leave-003"]
    assert append(path, [MOON]) == ["leave-002"]
    assert len(load(path)) == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.jsonl", '{"question":  "Who?", "id": "own-7", "gold": [], "unanswerable": true}'),
        ("own.yaml", "# Ours.\n- id: own-7\n  question: Who?\n  unanswerable: true\n  gold: []\n"),
        ("own.yaml", "- {id: own-7, question: Who?, unanswerable: true}"),
    ],
)
def test_what_people_wrote_stays_as_they_wrote_it(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)

    assert append(path, [GATE]) == ["own-008"]

    assert path.read_text().startswith(text)
    assert [question.id for question in load(path)] == ["own-7", "own-008"]


def test_a_list_that_cannot_be_added_to_is_left_alone(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("[{id: a, question: Who?, unanswerable: true}]\n")

    with pytest.raises(QuestionError, match="cannot be added to"):
        append(path, [GATE])

    assert path.read_text() == "[{id: a, question: Who?, unanswerable: true}]\n"
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["own.yaml"]


def test_a_wrong_question_or_a_wrong_set_changes_nothing(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text("nonsense\n")

    with pytest.raises(QuestionError):
        append(path, [GATE])
    with pytest.raises(QuestionError, match="needs at least one quote"):
        append(tmp_path / "new.jsonl", [{"question": "Who?", "gold": []}])

    assert path.read_text() == "nonsense\n"
    assert not (tmp_path / "new.jsonl").exists()


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "evals").write_text("a file in the folder's place")

    with pytest.raises(QuestionError, match=r"^own\.jsonl cannot be written: .+\.$"):
        append(tmp_path / "evals" / "own.jsonl", [GATE])


def test_several_may_add_at_once(tmp_path):
    path = tmp_path / "own.jsonl"
    lock = tmp_path / "state" / "lock"

    def add(number):
        with alone(path, lock):
            append(path, [{**GATE, "note": f"{number}"}, {**MOON, "note": f"{number}"}])

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ids = [question.id for question in load(path)]
    assert len(ids) == len(set(ids)) == 16


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("leave", "leave.jsonl"),
        (" leave ", "leave.jsonl"),
        ("leave.yaml", "leave.yaml"),
        ("Urlaub 2026", "Urlaub 2026.jsonl"),
    ],
)
def test_a_set_is_named_with_or_without_its_ending(tmp_path, name, file):
    assert set_file(tmp_path, name) == tmp_path / file


@pytest.mark.parametrize(
    "name", ["", "../leave", "a/b", "a\\b", ".hidden", "leave.csv", "leave.exe", "x" * 200, "a\nb", "leave."]
)
def test_a_name_that_leads_elsewhere_or_is_none_is_refused(tmp_path, name):
    with pytest.raises(QuestionError):
        set_file(tmp_path, name)
