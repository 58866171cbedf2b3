"""The command line as people and scripts meet it: every test runs real processes."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "qa.cli"]
COMMANDS = ["index", "ask", "serve", "eval", "compare", "rollback", "calibrate", "doctor", "feedback"]
FILES = {
    "gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres.\n",
    "ferries/night.md": "# Ferries\n\nThe last ferry to Skarholm leaves at 23:40.\n",
    "ferries/fares.csv": "Ticket,Price\nSingle,3 crowns\nReturn,5 crowns\n",
}
QUESTION = "When does the last ferry to Skarholm leave?"
WORDS = "The last ferry to Skarholm leaves at 23:40."


def environment(**given):
    return {name: value for name, value in os.environ.items() if not name.startswith("QA_")} | given


def qa(*arguments, stdin="", cwd=None, **given):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        cwd=cwd,
        env=environment(**given),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


def require_success(done):
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def require_sentence(done, *parts):
    """Hold a failure against the rule: exit code 2, nothing on standard output, one sentence on standard error."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"qa: [^\n]+\n", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert str(part) in done.stderr


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    lines = [{"id": "z", "question": QUESTION}, {"question": "What does a single ticket cost?"}]
    path.write_text("\ufeff" + "\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def question_set(tmp_path):
    path = tmp_path / "set.jsonl"
    lines = [
        {"id": "a", "question": QUESTION, "gold": [{"document": "ferries/night.md", "quote": WORDS}]},
        {"id": "b", "question": "Which planet has the most moons?", "unanswerable": True},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command):
    shown = require_success(qa(command, "--help"))

    assert f"Example: qa {command} " in " ".join(shown.split())


def test_the_command_alone_lists_the_commands():
    shown = qa("--help").stdout

    assert all(re.search(rf"^ +{command} ", shown, re.MULTILINE) for command in COMMANDS)
    assert qa().returncode == 2


def test_indexing_says_what_it_did(built, new_index):
    index = new_index()

    shown = require_success(qa("index", "--corpus", built.corpus, "--index", index))

    assert "3 added, 0 changed, 0 unchanged, 1 removed, 0 moved, 0 failed\n" in shown
    assert re.search(r"Index [\w-]+: 3 passages, 3 embedded\.\n$", shown)
    assert "nothing to do" in require_success(qa("index", "--corpus", built.corpus, "--index", index))


def test_indexing_names_what_was_not_read(built, new_index, tmp_path):
    corpus = shutil.copytree(built.corpus, tmp_path / "corpus")
    (corpus / "empty.md").write_text("\n")

    shown = require_success(qa("index", "--corpus", corpus, "--index", new_index()))

    assert "not read: empty.md: empty\n" in shown


def test_indexing_reports_to_scripts(built, new_index):
    report = json.loads(require_success(qa("index", "--json", "--corpus", built.corpus, "--index", new_index())))

    assert report["added"] == sorted(FILES)
    assert (report["chunk_count"], report["swapped"]) == (3, True)


def test_an_answer_is_shown_with_its_citation(built):
    shown = require_success(qa("ask", QUESTION, "--index", built.index, "-k", "1"))

    assert shown == f"\n[1] “{WORDS}”\n    ferries/night.md, ¶ 1\n"


def test_an_answer_that_is_none_says_so(built):
    shown = require_success(qa("ask", "Which planet has the most moons?", "--index", built.index))

    assert shown.startswith("The documents do not ")


def test_an_answer_for_scripts_is_one_line_of_json(built):
    shown = require_success(qa("ask", QUESTION, "--index", built.index, "--json"))

    record = json.loads(shown)
    assert shown.count("\n") == 1
    assert "terms" not in record
    assert (record["question"], record["outcome"]) == (QUESTION, "answered")
    assert (record["quotes"][0]["text"], record["quotes"][0]["document"]) == (WORDS, "ferries/night.md")
    assert record["index"] == built.report.index_id


def test_an_answer_explains_itself(built):
    shown = require_success(qa("ask", QUESTION, "--index", built.index, "-k", "1", "--explain"))

    assert shown.startswith("Confidence 0.")
    assert f"Index {built.report.index_id}.\n" in shown
    assert re.search(r"Why: score 0\.\d+; holds .*ferry.*Skarholm", shown)
    assert re.search(
        r"words: rank 1, BM25 [\d.]+\n +meaning: rank 1, cosine [\d.]+\n +together: rank 1, [\d.]+\n", shown
    )
    added = [float(share) for share in re.findall(r"(?m)\+(0\.\d+)$", shown)]
    assert len(added) > 3
    assert added == sorted(added, reverse=True)


def test_an_answer_explains_itself_to_scripts(built):
    record = json.loads(require_success(qa("ask", QUESTION, "--index", built.index, "--explain", "--json")))

    assert set(record["terms"].values()) == {1.0}
    assert all(passage["reasons"]["shares"] for passage in record["passages"])


def test_a_word_typed_wrong_is_put_right_unless_it_is_to_be_searched_as_typed(build):
    prison = build({"prison.md": "# Prison\n\nA prisoner may write. A prisoner may read.\n\nNo prisoner may swim.\n"})
    question = "What may a prisonre do?"

    corrected = require_success(qa("ask", question, "--index", prison.index, COLUMNS="120"))
    as_typed = require_success(qa("ask", question, "--index", prison.index, "--as-typed"))

    assert corrected.startswith(
        "Showing results for: prisoner (instead of prisonre); --as-typed searches what you typed.\n"
    )
    assert "Showing results" not in as_typed


def test_the_search_can_keep_to_some_documents(built):
    arguments = ["--document", "gate.md", "--document", "ferries/fares.csv", "--index", built.index, "--json"]

    record = json.loads(require_success(qa("ask", QUESTION, *arguments)))

    assert {quote["document"] for quote in record["quotes"]} == {"gate.md", "ferries/fares.csv"}


def test_a_file_of_questions_is_answered_line_by_line(built, questions):
    records = [
        json.loads(line)
        for line in require_success(qa("ask", "--batch", questions, "--index", built.index)).splitlines()
    ]

    assert [record["id"] for record in records] == ["z", None]
    assert [record["quotes"][0]["text"] for record in records] == [WORDS, "Ticket: Single; Price: 3 crowns"]


def test_questions_are_read_from_standard_input_and_keep_to_the_documents_named(built, questions):
    arguments = ["ask", "--batch", "-", "--index", built.index, "-k", "1", "--document", "gate.md"]

    shown = require_success(qa(*arguments, stdin=questions.read_text(encoding="utf-8")))

    quotes = [json.loads(line)["quotes"] for line in shown.splitlines()]
    assert [[quote["document"] for quote in found] for found in quotes] == [["gate.md"], ["gate.md"]]


def test_an_evaluation_shows_a_table(built, question_set):
    shown = require_success(qa("eval", question_set, "--index", built.index, "--dry-run", COLUMNS="160"))

    assert all(label in shown for label in ("S@1", "MRR", "answ", "refu"))
    assert re.search(r"(?m)^all +2 +1\.000", shown)


def test_an_evaluation_for_scripts_holds_measures_and_answers(built, question_set):
    (record,) = json.loads(require_success(qa("eval", question_set, "--index", built.index, "--dry-run", "--json")))

    assert (record["set"], record["index"]) == (question_set.name, built.report.index_id)
    measures = record["measures"]["all"]
    assert (measures["questions"], measures["success_at_1"], measures["quote_validity"]) == (2, 1.0, 1.0)
    assert [question["answer"]["id"] for question in record["questions"]] == ["a", "b"]


def test_a_healthy_index_passes_the_doctor(built):
    shown = require_success(qa("doctor", "--corpus", built.corpus, "--index", built.index))

    assert shown.startswith(f"Index {built.report.index_id}: 3 documents, 3 passages, 4 sentences; ")
    assert shown.endswith("Nothing amiss.\n")


def test_the_doctor_exits_with_one_when_something_is_amiss(built, tmp_path):
    corpus = shutil.copytree(built.corpus, tmp_path / "corpus")
    (corpus / "gate.md").unlink()
    (corpus / "lock.md").write_text("# Lock\n\nThe lock is new.\n")

    seen = qa("doctor", "--corpus", corpus, "--index", built.index)
    for_scripts = qa("doctor", "--json", "--corpus", corpus, "--index", built.index)

    assert (seen.returncode, for_scripts.returncode) == (1, 1)
    assert "new, not indexed yet: lock.md\n" in seen.stdout
    assert "deleted since, still answering: gate.md\n" in seen.stdout
    findings = json.loads(for_scripts.stdout)
    assert (findings["new"], findings["deleted"], findings["changed"]) == (["lock.md"], ["gate.md"], [])


def test_corpus_and_index_are_looked_for_in_the_working_folder(built, tmp_path):
    shutil.copytree(built.corpus, tmp_path / "corpus")
    shutil.copytree(built.index, tmp_path / "index", copy_function=os.link)

    assert "Nothing amiss." in require_success(qa("doctor", cwd=tmp_path))


def test_places_are_taken_from_the_environment(built):
    given = {"QA_CORPUS": str(built.corpus), "QA_INDEX": str(built.index), "QA_MODEL": "all-MiniLM-L6-v2"}

    assert "Nothing amiss." in require_success(qa("doctor", **given))


def test_options_win_over_the_environment(built):
    wrong = {"QA_CORPUS": "/no/corpus", "QA_INDEX": "/no/index", "QA_MODEL": "other-model"}
    options = ["--corpus", built.corpus, "--index", built.index, "--model", "all-MiniLM-L6-v2"]

    assert "Nothing amiss." in require_success(qa("doctor", *options, **wrong))
    assert "/no/index" in qa("doctor", *options[:2], **wrong).stderr
    assert "/no/corpus" in qa("doctor", *options[2:], **wrong).stderr
    assert "not other-model" in qa("doctor", *options[:4], **wrong).stderr


def test_an_unknown_variable_is_refused(built):
    require_sentence(qa("doctor", QA_INDX=str(built.index)), "There is no setting QA_INDX", "QA_INDEX")


def test_a_missing_index_is_refused(tmp_path):
    require_sentence(
        qa("ask", QUESTION, "--index", tmp_path), f"There is no index in {tmp_path}: run `qa index` first."
    )


def test_a_missing_corpus_is_refused(new_index, tmp_path):
    require_sentence(qa("index", "--corpus", tmp_path / "nowhere", "--index", new_index()), tmp_path / "nowhere")


def test_an_empty_corpus_is_refused(new_index, tmp_path):
    (tmp_path / "corpus").mkdir()

    done = qa("index", "--corpus", tmp_path / "corpus", "--index", new_index())

    require_sentence(done, "There is no document to read in", "put documents there")


def test_a_corpus_of_unreadable_files_is_refused_and_the_index_before_still_answers(new_index, tmp_path):
    corpus, index = tmp_path / "corpus", new_index()
    corpus.mkdir()
    (corpus / "empty.md").write_text("\n")
    (corpus / "scan.xyz").write_bytes(b"\x00")

    require_sentence(
        qa("index", "--corpus", corpus, "--index", index), "There is no document to read in", "passed over"
    )

    assert "This document is removed" in require_success(qa("ask", "Which document is removed?", "--index", index))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["  "], "The question is blank"),
        ([], "Ask one question"),
        ([QUESTION, "--batch", "-"], "Ask one question"),
        (["--batch", "-", "--explain"], "--as-typed and --explain go with one question"),
        (["--batch", "-", "--as-typed"], "--as-typed and --explain go with one question"),
        (["--batch", "/no/questions.jsonl"], "The questions in /no/questions.jsonl cannot be read"),
        ([QUESTION, "-k", "0"], "between 1 and 50, not 0"),
        ([QUESTION, "--document", "no-such.md"], "There is no document 'no-such.md' in the index"),
        ([QUESTION, "--model", "other-model"], "was built with the model all-MiniLM-L6-v2, not other-model"),
    ],
)
def test_what_cannot_be_asked_is_refused(built, arguments, reason):
    require_sentence(qa("ask", *arguments, "--index", built.index), reason)


def test_a_number_of_passages_that_is_none_is_refused(built):
    done = qa("ask", QUESTION, "-k", "many", "--index", built.index)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for '-k'" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_bad_line_of_a_file_of_questions_is_named_before_any_is_asked(built, tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"question": "{QUESTION}"}}\nnonsense\n\n{{"question": ""}}\n')

    done = qa("ask", "--batch", path, "--index", built.index)

    first, second = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert first.startswith(f"qa: {path}:2: ")
    assert second.startswith(f"{path}:4: ")


def test_questions_that_are_no_utf_8_are_refused(built):
    done = subprocess.run(
        [*COMMAND, "ask", "--batch", "-", "--index", str(built.index)],
        input=b'{"question": "caf\xe9"}',
        env=environment(),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith(b"qa: The questions in standard input cannot be read: ")
    assert b"Traceback" not in done.stderr


def test_a_question_set_that_is_wrong_is_refused(built, tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text('{"id": "a", "question": "Who?"}')

    require_sentence(qa("eval", path, "--index", built.index), f'{path}:1: field "gold"')


def test_a_model_that_is_not_on_this_machine_is_refused(built):
    require_sentence(
        qa("index", "--corpus", built.corpus, "--index", built.index, "--model", "no-such-model"),
        "There is no model 'no-such-model' on this machine",
    )


@pytest.mark.parametrize("name", ["vectors.faiss", "encoder/model.onnx"])
def test_a_damaged_index_is_refused_by_the_name_of_the_file(built, tmp_path, name):
    index = shutil.copytree(built.index, tmp_path / "index", copy_function=os.link)
    damaged = index / built.report.index_id / name
    contents = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(contents[: len(contents) // 2])

    require_sentence(qa("ask", QUESTION, "--index", index), damaged, "Run `qa index` to build the index again.")


def test_a_port_in_use_is_refused(built):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = qa("serve", "--port", port, "--index", built.index)

    require_sentence(done, f"The page cannot be served on 127.0.0.1, port {port}", "Choose another with --port.")


def test_a_port_that_cannot_be_is_refused(built):
    require_sentence(qa("serve", "--port", "65536", "--index", built.index), "The setting port cannot be 65536")


@pytest.mark.parametrize("reader", ["head -1", "true"])
@pytest.mark.parametrize("arguments", [["ask", QUESTION], ["ask", QUESTION, "--json"]])
def test_a_reader_that_goes_away_early_is_no_failure(built, arguments, reader):
    command = subprocess.list2cmdline([*COMMAND, *arguments, "--index", str(built.index)])

    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} | {reader}"],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
