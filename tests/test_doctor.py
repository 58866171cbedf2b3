import shutil

import pytest

from qa.doctor import examine
from qa.errors import CorpusError, IndexDamagedError, IndexMissingError
from qa.types import Skipped

FILES = {
    "gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres. It opens again below eight metres.\n",
    "pier.txt": "The eastern pier is closed to visitors from October to March.\n",
}


@pytest.fixture(scope="module")
def untouched(build):
    return build(FILES)


@pytest.fixture
def built(build):
    return build(FILES)


def test_an_index_that_is_up_to_date_is_healthy(untouched):
    findings = examine(untouched.corpus, untouched.index)

    assert findings.healthy
    assert (findings.not_read, findings.new, findings.changed, findings.deleted) == ((), (), (), ())


def test_the_index_is_described(untouched):
    findings = examine(untouched.corpus, untouched.index)

    assert findings.index == untouched.report.index_id
    assert findings.model == "all-MiniLM-L6-v2"
    assert findings.created.endswith("+00:00")
    assert findings.documents == (("gate.md", "Flood gate"), ("pier.txt", "Pier"))
    assert (findings.chunk_count, findings.sentence_count) == (2, 3)


def test_what_changed_since_the_build_is_named(built):
    (built.corpus / "lock.md").write_text("# Lock\n\nThe lock is 60 metres long.\n")
    (built.corpus / "gate.md").write_text("# Flood gate\n\nThe flood gate is always open.\n")
    (built.corpus / "pier.txt").unlink()

    findings = examine(built.corpus, built.index)

    assert not findings.healthy
    assert (findings.new, findings.changed, findings.deleted) == (("lock.md",), ("gate.md",), ("pier.txt",))


def test_a_build_mends_what_changed(built):
    (built.corpus / "gate.md").write_text("# Flood gate\n\nThe flood gate is always open.\n")
    (built.corpus / "pier.txt").unlink()

    built.rebuild()

    assert examine(built.corpus, built.index).healthy


def test_a_document_that_was_only_touched_is_not_changed(untouched):
    (untouched.corpus / "gate.md").touch()

    assert examine(untouched.corpus, untouched.index).healthy


def test_what_the_build_could_not_read_is_named_with_the_reason(build):
    built = build({**FILES, "empty.md": " \n", "scan.xyz": b"\x00"})

    findings = examine(built.corpus, built.index)

    assert not findings.healthy
    assert [skipped.path for skipped in findings.not_read] == ["empty.md", "scan.xyz"]
    assert Skipped("empty.md", "empty") in findings.not_read
    assert (findings.new, findings.changed) == ((), ())


def test_a_file_that_no_reader_knows_is_named_before_the_next_build(built):
    (built.corpus / "scan.xyz").write_bytes(b"\x00")

    findings = examine(built.corpus, built.index)

    assert not findings.healthy
    assert [skipped.path for skipped in findings.not_read] == ["scan.xyz"]


def test_an_index_with_an_altered_file_is_refused_by_name(built):
    damaged = built.index / built.report.index_id / "library.sqlite"
    contents = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(contents[:-1] + bytes([contents[-1] ^ 1]))

    with pytest.raises(IndexDamagedError, match=r"library\.sqlite: its contents were altered"):
        examine(built.corpus, built.index)


def test_no_index_and_no_corpus_are_refused(built, tmp_path):
    with pytest.raises(IndexMissingError, match="There is no index in"):
        examine(built.corpus, tmp_path / "nowhere")
    shutil.rmtree(built.corpus)
    with pytest.raises(CorpusError, match="There is no folder of documents at"):
        examine(built.corpus, built.index)


def test_an_index_of_another_model_is_refused(untouched):
    with pytest.raises(IndexDamagedError, match="not other-model"):
        examine(untouched.corpus, untouched.index, "other-model")
