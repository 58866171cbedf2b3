"""What counts as a question set among the files of a folder."""

import pytest

from qa.evaluation.sets import Question, sets_in, write

QUESTION = Question("1", "Who owns the moon?", (), True, "", None, "")


@pytest.mark.parametrize("name", ["a.jsonl", "a.YAML", "a.csv", "a.tsv", "a.xlsx"])
def test_a_file_that_ends_like_a_set_is_one(tmp_path, name):
    write([QUESTION], tmp_path / name)

    assert [path.name for path in sets_in(tmp_path)] == [name]


@pytest.mark.parametrize("format_name", ["beir", "trec"])
def test_so_is_a_folder_of_the_formats_that_are_folders(tmp_path, format_name):
    write([QUESTION], tmp_path / "collection", format_name)

    assert [path.name for path in sets_in(tmp_path)] == ["collection"]


@pytest.mark.parametrize("name", ["notes.txt", ".a.jsonl", "baseline.json.gz", "README.md"])
def test_other_files_are_not(tmp_path, name):
    (tmp_path / name).write_text("{}")

    assert list(sets_in(tmp_path)) == []


@pytest.mark.parametrize("field", ["at_least", "at_most", "no_worse_than"])
def test_a_gate_is_not(tmp_path, field):
    (tmp_path / "gate.yaml").write_text(f"# A gate\nsets: [a.jsonl]\n{field}:\n  all: {{success_at_1: 1}}\n")

    assert list(sets_in(tmp_path)) == []


def test_a_set_that_only_speaks_of_gates_is_one(tmp_path):
    (tmp_path / "a.yaml").write_text("- id: 1\n  question: 'What does at_least: mean?'\n  unanswerable: true\n")

    assert len(list(sets_in(tmp_path))) == 1


def test_so_is_one_in_which_a_line_begins_like_a_gate(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "# Ours\n- id: 1\n  question: 'What does\nat_least: mean?'\n  unanswerable: true\n"
    )

    assert len(list(sets_in(tmp_path))) == 1


def test_a_folder_that_is_not_there_has_none(tmp_path):
    assert list(sets_in(tmp_path / "nowhere")) == []
