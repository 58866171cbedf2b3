import gzip
import json

import pytest

from qa.errors import QuestionError
from qa.evaluation import runs
from qa.evaluation.code_version import code_version
from qa.evaluation.record import ask, asked_set
from qa.evaluation.sets import load
from qa.indexing.build import build_index

FILES = {
    "ferry.md": "# Ferries\n\nThe last ferry to Skarholm leaves at 23:40.\n",
    "lunch.md": "# Canteen\n\nLunch in the canteen costs 4 crowns.\n",
    "gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres.\n",
}
LINES = [
    {"id": "a", "question": "When does the last ferry to Skarholm leave?", "category": "boats",
     "gold": [{"document": "ferry.md", "quote": "leaves at 23:40"}]},
    {"id": "b", "question": "And from where?", "parent_id": "a", "unanswerable": True},
    {"id": "c", "question": "What is lunch?", "gold": [{"document": "lunch.md", "quote": "Lunch costs nothing."}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture
def question_set(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES))
    return path


@pytest.fixture
def asked(built, question_set):
    kept, _ = ask(built.open(), [asked_set(question_set, load(question_set))])
    return kept


def telling(kept):
    """Return a run without its id, its date and its times."""
    fields = kept.model_dump(mode="json", exclude={"id", "created", "seconds"})
    for question in fields["questions"]:
        del question["seconds"]
    for group in fields["measures"].values():
        for name in ("p50_ms", "p95_ms"):
            del group["values"][name], group["intervals"][name]
    return fields


def test_a_run_says_what_was_asked_and_what_became_of_it(asked):
    first, follow_up, stale = asked.questions

    assert (first.id, first.dialogue, first.passage_rank, first.gold[0].rank) == ("a", "a", 1, 1)
    assert (follow_up.dialogue, follow_up.unanswerable) == ("a", True)
    assert "Skarholm" in follow_up.searched
    assert (stale.failure.value, stale.gold[0].is_stale, stale.stale_gold) == ("stale_gold", True, 1)
    assert list(asked.measures) == ["all", "follow-ups", "no category", "boats"]


def test_a_run_says_what_it_was_made_with(asked, built):
    assert (asked.index.id, asked.index.documents, asked.index.model) == (built.report.index_id, 3, "all-MiniLM-L6-v2")
    assert asked.code.model_dump() == code_version()
    assert asked.settings["calibration"]["answered_from"] > 0
    assert asked.sets[0].questions == 3


def test_a_second_run_over_the_same_index_is_the_same(asked, built, question_set):
    again, _ = ask(built.open(), [asked_set(question_set, load(question_set))])

    assert telling(again) == telling(asked)
    assert again.id != asked.id


def test_the_fingerprint_is_that_of_any_index_of_the_same_documents(asked, built, new_index, question_set):
    index = new_index()
    build_index(built.corpus, index)
    elsewhere, _ = ask(type(built)(built.corpus, index, None).open(), [asked_set(question_set, load(question_set))])

    assert elsewhere.index.id != asked.index.id
    assert elsewhere.index.fingerprint == asked.index.fingerprint


@pytest.mark.parametrize("name", ["kept.json", "kept.json.gz", "folder"])
def test_a_run_is_read_back_as_it_was_written(asked, tmp_path, name):
    file = runs.write(asked, tmp_path / name)

    assert runs.read(file) == runs.read(tmp_path / name) == asked


def test_a_packed_run_is_the_same_file_each_time_and_much_smaller(asked, tmp_path):
    plain, packed, again = (runs.write(asked, tmp_path / name) for name in ("a.json", "b.json.gz", "c.json.gz"))

    assert packed.read_bytes() == again.read_bytes()
    assert packed.stat().st_size < plain.stat().st_size / 2


def test_the_state_keeps_runs_by_their_ids(asked, tmp_path):
    older = asked.model_copy(update={"id": "20260101T000000-abcdef"})
    for kept in (asked, older):
        runs.write(kept, runs.folder_of(tmp_path, kept.id))

    assert runs.ids(tmp_path) == [older.id, asked.id]
    assert runs.find("latest", tmp_path) == asked
    assert runs.find(older.id, tmp_path) == older
    assert runs.find(str(tmp_path / "runs" / older.id), tmp_path) == older


@pytest.mark.parametrize("name", ["latest", "20260101T000000-abcdef", "../runs", "no-such.json"])
def test_a_run_that_is_not_there_is_told(name, tmp_path):
    with pytest.raises(QuestionError, match="There is no run"):
        runs.find(name, tmp_path)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda fields: fields.pop("index"), "index"),
        (lambda fields: fields.update(more=1), "more"),
        (lambda fields: fields.update(format=2), "format"),
        (lambda fields: fields.update(id="../../elsewhere"), "id"),
        (lambda fields: fields["questions"][0].update(failure="odd"), "questions.0.failure"),
        (lambda fields: fields["questions"][1]["values"].pop("right"), "questions.1"),
        (lambda fields: fields["questions"].append(fields["questions"][0]), "run"),
        (lambda fields: fields.update(questions=[]), "questions"),
        (lambda fields: fields["measures"].pop("all"), "run"),
        (lambda fields: fields["measures"]["all"]["values"].pop("right"), "run"),
    ],
)
def test_a_file_that_is_no_run_is_refused_by_its_field(asked, tmp_path, change, field):
    file = runs.write(asked, tmp_path / "kept.json")
    fields = json.loads(file.read_text())
    change(fields)
    file.write_text(json.dumps(fields))

    with pytest.raises(QuestionError, match=f'kept.json: field "{field}": '):
        runs.read(file)


@pytest.mark.parametrize(
    "content", [b"no archive", b"", gzip.compress(b"{}", mtime=0)[:-9], gzip.compress(b"{}", mtime=0)]
)
def test_a_packed_file_that_is_damaged_or_no_run_is_refused(tmp_path, content):
    (tmp_path / "kept.json.gz").write_bytes(content)

    with pytest.raises(QuestionError, match=r"kept\.json\.gz"):
        runs.read(tmp_path / "kept.json.gz")


@pytest.mark.parametrize("content", ["", "{", "[]", "\x00", "[" * 10_000])
def test_a_file_that_is_no_json_is_refused(tmp_path, content):
    (tmp_path / "kept.json").write_text(content)

    with pytest.raises(QuestionError, match=r"kept\.json: field"):
        runs.read(tmp_path / "kept.json")


def test_sets_of_the_same_name_are_told_apart(built, question_set):
    one = asked_set(question_set, load(question_set))

    kept, _ = ask(built.open(), [one, one])

    assert [asked.name for asked in kept.sets] == ["set.jsonl", "set.jsonl (2)"]
    assert len({question.key for question in kept.questions}) == 6
    assert kept.measures["all"].questions == 6
