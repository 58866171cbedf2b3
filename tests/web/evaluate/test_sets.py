import io
import zipfile

import pytest

from qa.evaluation.sets import load
from town import problem_of

SETS = "/api/v1/evaluation/sets"
CSV = (
    "id,question,gold_doc,gold_quote,category\n"
    "c1,When is the flood gate closed?,gate.md,The flood gate is closed above nine metres.,gate\n"
    "c2,What does a ticket cost?,ferries.md,A ticket costs four crowns.,ferries\n"
)


def upload(client, name="crossing.csv", data=CSV, **fields):
    return client.post(SETS, files={"file": (name, data)}, data=fields)


def names(client):
    return [(one["origin"], one["name"]) for one in client.get(SETS).json()["sets"] if not one["problem"]]


def everything_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_an_uploaded_set_is_kept_byte_for_byte_and_counted(training, state):
    response = upload(training)

    assert response.status_code == 201
    assert (response.json()["id"], response.json()["counts"]["questions"]) == ("uploaded/crossing.csv", 2)
    assert response.json()["stale"] == []
    assert (state / "sets" / "crossing.csv").read_text() == CSV
    assert names(training) == [("folder", "harbour.jsonl"), ("uploaded", "crossing.csv")]


def test_a_wrong_set_is_refused_with_all_its_problems_and_nothing_is_kept(training, state):
    wrong = '{"id": "a", "gold": []}\n{"id": "a", "question": "When?", "gold": 3}\nnot json\n'

    told = problem_of(upload(training, "wrong.jsonl", wrong), 422)

    assert told["type"].endswith("#wrong-set")
    found = {(error["field"], error["message"]) for error in told["errors"]}
    assert {field.partition(":")[0] for field, _ in found} == {"line 1", "line 2", "line 3"}
    assert any("question" in field or "question" in message for field, message in found)
    assert any(field == "line 2: gold" for field, _ in found)
    assert "upload-" not in str(told)
    assert str(state) not in str(told)
    assert everything_in(state / "sets") == []


def test_stale_gold_is_told_with_the_nearest_text_and_where_it_stands(training):
    stale = "q,When was the quay rebuilt?,quay.md,The quay was rebuilt in 1978 by the port.\n"

    found = upload(training, "stale.csv", f"id,question,gold_doc,gold_quote\n{stale}").json()["stale"]

    assert [(one["question"], one["standing"]) for one in found] == [("q", "changed")]
    assert found[0]["nearest"] == "The quay was rebuilt in 1987 by the port authority."
    assert training.get(f"/{found[0]['source']}").status_code == 200


def test_a_question_asked_twice_is_told(training):
    twice = CSV + "c3,when is the flood gate closed?,gate.md,The flood gate is closed above nine metres.,gate\n"

    assert [one["ids"] for one in upload(training, data=twice).json()["asked_twice"]] == [["c1", "c3"]]


def test_a_taken_name_is_asked_about_then_replaced_or_kept_beside(training, state):
    upload(training)
    shorter = CSV.rsplit("\n", 2)[0] + "\n"

    assert problem_of(upload(training), 409)["type"].endswith("#name-taken")
    assert upload(training, existing="keep_both", data=shorter).json()["name"] == "crossing (2).csv"
    assert upload(training, existing="replace", data=shorter).json()["counts"]["questions"] == 1
    assert everything_in(state / "sets") == ["crossing (2).csv", "crossing.csv"]


def test_a_set_of_the_servers_folder_is_never_replaced(training, evals):
    before = (evals / "harbour.jsonl").read_text()
    one = '{"id": "x", "question": "Who?", "gold": [], "unanswerable": true}\n'

    problem_of(upload(training, "harbour.jsonl", one), 409)
    problem_of(upload(training, "harbour.jsonl", one, existing="replace"), 409)
    beside = upload(training, "harbour.jsonl", one, existing="keep_both")

    assert beside.json()["id"] == "uploaded/harbour (2).jsonl"
    assert (evals / "harbour.jsonl").read_text() == before


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        (".hidden.csv", CSV, 422),
        ("notes.txt", CSV, 415),
        ("empty.csv", "", 422),
        ("gate.md", CSV, 415),
        ("broken.xlsx", "no workbook", 422),
    ],
)
def test_what_is_no_set_is_refused_in_a_sentence(training, state, name, data, status):
    problem_of(upload(training, name, data), status)

    assert not (state / "sets").exists() or everything_in(state / "sets") == []


@pytest.mark.parametrize("name", ["../../crossing.csv", "..\\crossing.csv", "/tmp/crossing.csv"])
def test_a_name_that_is_a_path_leads_nowhere_else(training, state, name):
    assert upload(training, name).json()["name"] == "crossing.csv"
    assert everything_in(state / "sets") == ["crossing.csv"]


def test_a_set_larger_than_the_setting_is_refused(serve, state):
    small = serve(upload_mb=1)

    problem_of(upload(small, data=CSV + "x" * 1_000_001), 413)
    assert everything_in(state / "sets") == []


def test_a_set_beyond_a_megabyte_may_be_uploaded(training):
    long = CSV + "".join(f'"n{n}","Question {n}?","gate.md","{"word " * 40}",""\n' for n in range(6000))

    assert len(long) > 1_100_000
    assert upload(training, data=long).json()["counts"]["questions"] == 6002


def test_only_uploaded_sets_can_be_removed(training, state):
    upload(training)

    assert training.delete(f"{SETS}/uploaded/crossing.csv").status_code == 204
    assert everything_in(state / "sets") == []
    problem_of(training.delete(f"{SETS}/uploaded/crossing.csv"), 404)
    problem_of(training.delete(f"{SETS}/folder/harbour.jsonl"), 405)
    problem_of(training.delete(f"{SETS}/uploaded/..%2Fharbour.jsonl"), 404)


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx", "yaml"])
def test_a_download_holds_the_whole_set(training, evals, tmp_path, format):
    response = training.get(f"{SETS}/folder/harbour.jsonl/file?format={format}")
    (tmp_path / f"set.{format}").write_bytes(response.content)

    assert "attachment" in response.headers["content-disposition"]
    assert load(tmp_path / f"set.{format}") == load(evals / "harbour.jsonl")


@pytest.mark.parametrize(("format", "file"), [("beir", "queries.jsonl"), ("trec", "topics.txt")])
def test_formats_that_are_folders_are_downloaded_as_an_archive(training, format, file):
    response = training.get(f"{SETS}/folder/harbour.jsonl/file?format={format}")

    assert file in zipfile.ZipFile(io.BytesIO(response.content)).namelist()


def test_the_page_of_a_set_shows_stale_gold_beside_the_nearest_text(training):
    page = training.get("/evaluate/sets/folder/harbour.jsonl").text

    assert "rebuilt in 1978" in page
    assert "rebuilt in 1987" in page
    assert "Stale gold quotes: 1" in page


def test_files_that_are_no_sets_are_listed_apart(training, evals):
    (evals / "notes.yaml").write_text("to do: write more questions\n")

    page = training.get("/evaluate").text

    assert "Files here that are no question sets: 1" in page
    assert ("folder", "notes.yaml") not in names(training)
    assert training.get("/evaluate/sets/folder/notes.yaml").status_code == 422


def test_a_gate_beside_the_sets_is_none(training, evals):
    (evals / "gate.yaml").write_text("sets: [harbour.jsonl]\nat_least: {all: {right: 1}}\n")

    assert "gate.yaml" not in training.get("/evaluate").text


def test_hostile_names_and_texts_are_shown_as_text(training):
    hostile = (
        '{"id": "<b>id</b>", "question": "<script>alert(1)</script>?", "category": "<img src=x>", '
        '"gold": [{"document": "<i>.md", "quote": "</blockquote><script>alert(2)</script>"}]}\n'
    )
    kept = upload(training, "<img src=x onerror=alert(1)>.jsonl", hostile).json()

    for address in ("/evaluate", f"/evaluate/sets/{kept['id']}"):
        page = training.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "<b>id" not in page.text
