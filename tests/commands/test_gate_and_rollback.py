"""A bad index does not go live, and a way back: while a page is serving."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from conftest import Built
from qa.answering.assistant import Assistant
from qa.answering.confidence import DEFAULT, save
from qa.commands.runs import build_gate
from qa.errors import IndexDamagedError, IndexMissingError, QAError, QuestionError
from qa.indexing.build import build_index
from qa.indexing.generation import CURRENT, alone, current_name
from qa.indexing.rollback import roll_back
from qa.settings import load
from qa.web.live import LiveAssistant

FACTS = {
    "ferry.md": ("When does the last ferry to Skarholm leave?", "The last ferry to Skarholm leaves at 23:40."),
    "lunch.md": ("What does lunch in the canteen cost?", "Lunch in the canteen costs 4 crowns."),
    "gate.md": ("When is the flood gate closed?", "The flood gate is closed above nine metres."),
    "quay.md": ("When was the north quay rebuilt?", "The north quay was rebuilt in 1987."),
}
GATE = "sets: [set.jsonl]\nat_least:\n  all: {success_at_1: 0.9, quote_validity: 1}\n"


@pytest.fixture
def built(build):
    return build({name: f"# {name[:-3].title()}\n\n{words}\n" for name, (_, words) in FACTS.items()})


@pytest.fixture
def gate(tmp_path):
    lines = [
        {"id": name, "question": question, "gold": [{"document": name, "quote": words}]}
        for name, (question, words) in FACTS.items()
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    (tmp_path / "gate.yaml").write_text(GATE)
    return tmp_path / "gate.yaml"


def spoil(built):
    """Remove one document, and garble another one."""
    (built.corpus / "ferry.md").unlink()
    (built.corpus / "gate.md").write_text("# Gate\n\nTeh fldoo gtea si csloed aboev nien mteers.\n")


def gated(built, gate, **options):
    asked = build_gate(gate, load(corpus=built.corpus, index=built.index), quiet=True)
    return build_index(built.corpus, built.index, gate=asked, **options)


def calibrate(built, **changed):
    save(replace(DEFAULT, encoder=built.open().index.encoder.fingerprint, **changed), built.index)


def words(live):
    return live.current().ask("When does the last ferry to Skarholm leave?").quotes[0].text


def qa(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "qa.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


# The gate of a build


def test_a_worse_index_does_not_go_live(built, gate):
    live = LiveAssistant(built.index)
    before = (built.index / CURRENT).read_bytes()
    spoil(built)

    report = gated(built, gate)

    assert report.refused == ("all: Success@1 is 0.500, at least 0.9 is needed.",)
    assert (report.swapped, report.index_id, report.kept) == (False, built.report.index_id, "")
    assert (built.index / CURRENT).read_bytes() == before
    assert not list(built.index.glob(".build-*"))
    assert live.current().index.id == built.report.index_id
    assert words(live) == FACTS["ferry.md"][1]


def test_an_index_that_passes_goes_live(built, gate):
    live = LiveAssistant(built.index)
    (built.corpus / "mole.md").write_text("# Mole\n\nThe mole is 300 metres long.\n")

    report = gated(built, gate)

    assert (report.refused, report.swapped) == ((), True)
    assert live.current().index.id == report.index_id != built.report.index_id


def test_a_first_index_that_does_not_pass_leaves_none(built, gate, tmp_path):
    spoil(built)

    report = gated(replace(built, index=tmp_path / "first"), gate)

    assert (report.index_id, report.chunk_count, len(report.refused)) == ("", 0, 1)
    with pytest.raises(IndexMissingError):
        Assistant.open(tmp_path / "first")


def test_a_refused_index_can_be_kept_and_asked(built, gate):
    spoil(built)

    report = gated(built, gate, keep_refused=True)

    kept = Assistant.open(report.kept)
    assert kept.index.document("ferry.md") is None
    assert kept.index.id != built.open().index.id == built.report.index_id
    built.rebuild()
    assert Assistant.open(report.kept).index.id == kept.index.id


def test_a_gate_asks_with_the_calibration_that_will_answer(built, gate):
    calibrate(built, answered_from=1.0, related_from=1.0)
    (gate.parent / "gate.yaml").write_text("sets: [set.jsonl]\nat_least: {all: {answered: 0.5}}\n")
    (built.corpus / "mole.md").write_text("# Mole\n\nThe mole is 300 metres long.\n")

    assert gated(built, gate).refused == ("all: answered is 0.000, at least 0.5 is needed.",)


def test_a_gate_that_fails_itself_leaves_the_index_as_it_was(built):
    (built.corpus / "mole.md").write_text("# Mole\n\nThe mole is 300 metres long.\n")

    def fails(index):
        raise QuestionError("This cannot be asked.")

    with pytest.raises(QuestionError):
        build_index(built.corpus, built.index, gate=fails)
    assert current_name(built.index) == built.report.index_id
    assert not list(built.index.glob(".build-*"))


def test_the_command_tells_why_and_ends_with_1(built, gate, tmp_path):
    spoil(built)
    calibrate(built)

    done = qa("index", "--corpus", built.corpus, "--index", built.index, "--gate", gate, "--keep", cwd=tmp_path)

    assert done.returncode == 1
    assert f"Gate {gate}: not passed.\n  all: Success@1 is 0.500, at least 0.9 is needed.\n" in done.stderr
    assert f"Index: {built.report.index_id} goes on answering" in done.stderr
    (kept,) = built.index.glob("refused-*")
    asked = qa("eval", tmp_path / "set.jsonl", "--index", kept, "--dry-run", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "    1  stale gold\n    1  not indexed\n" in asked.stdout
    again = qa("index", "--corpus", built.corpus, "--index", built.index, "--gate", gate, "--json", cwd=tmp_path)
    assert (again.returncode, json.loads(again.stdout)["swapped"]) == (1, False)


def test_a_gate_or_a_set_that_is_wrong_is_told_before_anything_is_read(built, gate, tmp_path):
    (tmp_path / "set.jsonl").write_text("{}")

    done = qa("index", "--corpus", built.corpus, "--index", built.index, "--gate", gate, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "set.jsonl" in done.stderr and "Traceback" not in done.stderr


# Going back


def second_generation(built):
    (built.corpus / "ferry.md").write_text("# Ferry\n\nThe last ferry to Skarholm leaves at 22:15.\n")
    return built.rebuild().index_id


def test_a_serving_page_goes_back_and_forward_by_itself(built):
    live = LiveAssistant(built.index)
    second = second_generation(built)
    assert words(live) == "The last ferry to Skarholm leaves at 22:15."

    assert roll_back(built.index) == (built.report.index_id, second)
    assert words(live) == FACTS["ferry.md"][1]
    assert live.current().index.id == built.report.index_id

    assert roll_back(built.index) == (second, built.report.index_id)
    assert live.current().index.id == second


def test_answers_go_on_while_the_index_goes_back_and_forward(built):
    live = LiveAssistant(built.index)
    second_generation(built)

    def ask_often():
        return {words(live) for _ in range(20)}

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask_often) for _ in range(2)]
        for _ in range(4):
            roll_back(built.index)

    found = set().union(*(done.result() for done in asking))
    assert found <= {FACTS["ferry.md"][1], "The last ferry to Skarholm leaves at 22:15."}


def test_the_next_build_goes_on_from_there(built):
    second = second_generation(built)
    roll_back(built.index)

    third = built.rebuild()

    assert third.changed == ("ferry.md",)
    assert third.index_id not in (second, built.report.index_id)
    assert roll_back(built.index)[0] == built.report.index_id


def test_a_generation_before_that_is_damaged_is_not_gone_back_to(built):
    second = second_generation(built)
    manifest = built.index / built.report.index_id / "manifest.json"
    altered = manifest.read_text().replace('"chunk_count"', '"chunk_count" ')
    manifest.unlink()
    manifest.write_text(altered)

    with pytest.raises(IndexDamagedError, match="it was altered"):
        roll_back(built.index)
    assert current_name(built.index) == second


def test_where_there_is_no_generation_before_that_is_told(built, tmp_path):
    new = Built(built.corpus, tmp_path / "new", built.report)
    with pytest.raises(IndexMissingError, match="no generation before"):
        roll_back(new.index)
    done = qa("rollback", "--index", tmp_path / "none", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no generation before" in done.stderr


def test_an_index_whose_current_was_written_before_there_was_a_way_back_can_go_back(built):
    second = second_generation(built)
    current = built.index / CURRENT
    current.write_text(" ".join(current.read_text().split()[:3]) + "\n")

    assert roll_back(built.index) == (built.report.index_id, second)


def test_nothing_goes_back_while_a_build_is_running(built):
    second_generation(built)
    with alone(built.index), pytest.raises(QAError, match="Another build"):
        roll_back(built.index)


def test_the_command_goes_back(built, tmp_path):
    second = second_generation(built)

    done = qa("rollback", "--index", built.index, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Index {built.report.index_id} answers now, in place of {second}.")
    assert json.loads(qa("rollback", "--index", built.index, "--json", cwd=tmp_path).stdout)["index_id"] == second
