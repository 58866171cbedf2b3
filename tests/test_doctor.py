import json
import shutil
from dataclasses import asdict, replace

import pytest

from qa.doctor import examine, is_hidden
from qa.errors import CorpusError, IndexDamagedError, IndexMissingError
from qa.indexing.bm25 import FrozenBM25
from qa.indexing.index import LocalIndex
from qa.indexing.integrity import integrity
from qa.indexing.library import Library
from qa.indexing.likeness import Alike
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


def test_a_list_of_synonyms_that_was_edited_counts_as_changed_until_the_next_build(built):
    (built.corpus / "synonyms.yaml").write_text("- [gate, barrier]\n")

    findings = examine(built.corpus, built.index)

    assert (findings.healthy, findings.new, findings.changed) == (False, (), ("synonyms.yaml",))
    built.rebuild()
    assert examine(built.corpus, built.index).healthy


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


LEAVE = (
    "Every member of staff has a right to leave after a birth, which is taken in one piece or in parts of a week, and "
    "applied for at the personnel office on the green form three weeks ahead.\n"
)
ODD = {
    **FILES,
    "leave/new.md": f"---\nsupersedes: old.md\n---\n# Leave\n\n{LEAVE}",
    "leave/old.md": f"# Leave\n\n{LEAVE.replace('green', 'blue')}",
    "lost.md": "---\nsupersedes: [no such.md, lost.md]\n---\n# Lost\n\nLost property is kept for a year.\n",
    "round.md": "---\nsupersedes: turn.md\n---\n# Round\n\nThe roundabout is one way.\n",
    "turn.md": "---\nsupersedes: round.md\n---\n# Turn\n\nThe turning place is at the end.\n",
    "latin.txt": "The café on the quay serves crème brûlée and piña colada until eight o’clock.\n".encode("cp1252"),
    ".hidden.md": "x",
}


@pytest.fixture(scope="module")
def odd(build):
    return build(ODD)


@pytest.fixture(scope="module")
def found(odd):
    return examine(odd.corpus, odd.index)


def test_near_duplicates_are_named_but_need_nothing_done(found):
    assert found.alike_documents == (Alike("leave/new.md", "leave/old.md", found.alike_documents[0].jaccard),)
    assert [(a.first, a.second) for a in found.alike_paragraphs] == [("leave/new.md, ¶ 1", "leave/old.md, ¶ 1")]
    assert 0.8 <= found.alike_documents[0].jaccard < 1
    assert not any("same" in line for line in found.to_do)


def test_what_replaces_what_is_told(found):
    assert found.replaced == (("leave/old.md", "leave/new.md"),)


def test_a_supersedes_that_cannot_be_followed_needs_to_be_corrected(found):
    assert found.unknown_supersedes == (("lost.md", "no such.md"), ("lost.md", "lost.md"))
    assert found.circular_supersedes == ("round.md", "turn.md")
    assert "4 with a `supersedes` that cannot be followed: correct it" in found.to_do


def test_guessed_encodings_are_told_apart_from_other_notes(odd, found, monkeypatch):
    notes = [("a.pdf", "page 3 has no text layer"), ("b.txt", "encoding guessed: cp1252")]
    monkeypatch.setattr(Library, "notes", lambda _: notes)
    noted = examine(odd.corpus, odd.index)

    assert (noted.notes, noted.encodings) == ((notes[0],), (notes[1],))
    assert noted.to_do == found.to_do


def test_hidden_and_temporary_files_need_nothing_done(found):
    assert [skipped.path for skipped in found.not_read] == [".hidden.md"]
    assert not any("not read" in line for line in found.to_do)
    assert is_hidden(Skipped("folder/~$leave.docx", "hidden or temporary"))
    assert not is_hidden(Skipped(".folder.d/leave.xyz", "no reader for .xyz files"))


def test_only_what_needs_doing_makes_an_index_unhealthy(untouched):
    healthy = examine(untouched.corpus, untouched.index)
    assert healthy.to_do == ()

    informed = replace(
        healthy,
        not_read=(Skipped(".DS_Store", "hidden or temporary"),),
        notes=(("a.pdf", "page 3 has no text layer"),),
        encodings=(("b.txt", "encoding guessed: cp1252"),),
        alike_documents=(Alike("a", "b", 0.9),),
        alike_paragraphs=(Alike("a, ¶ 1", "b, ¶ 1", 0.9),),
        replaced=(("a", "b"),),
    )
    assert informed.healthy
    for field, value in {
        "not_read": (Skipped("a.xyz", "no reader for .xyz files"),),
        "new": ("a",),
        "changed": ("a",),
        "deleted": ("a",),
        "unfindable": ("a",),
        "unknown_supersedes": (("a", "b"),),
        "circular_supersedes": ("a",),
        "integrity": replace(healthy.integrity, mismatches=("vector row 1 is not that of a",)),
    }.items():
        assert not replace(healthy, **{field: value}).healthy, field


def test_the_rows_of_every_part_are_counted(untouched):
    rows = examine(untouched.corpus, untouched.index).integrity

    assert (rows.library_chunks, rows.lexical_chunks, rows.vectors) == (2, 2, 2)
    assert (rows.library_sentences, rows.sentence_vectors) == (3, 3)
    assert rows.mismatches == ()


@pytest.fixture
def opened(odd):
    index = LocalIndex.open(odd.index)
    yield index
    index.close()


def test_a_vector_of_another_passage_is_noticed(opened, monkeypatch):
    swapped = opened.chunk_vectors(range(8))[[1, 0, 2, 3, 4, 5, 6, 7]]
    monkeypatch.setattr(opened, "chunk_vectors", lambda rows: swapped[rows])

    assert integrity(opened).mismatches == (
        "vector row 0 is not that of gate.md, ¶ 1",
        "vector row 1 is not that of latin.txt, ¶ 1",
    )


def test_a_bm25_row_of_another_passage_is_noticed(opened, monkeypatch):
    whole = FrozenBM25.terms_of
    monkeypatch.setattr(FrozenBM25, "terms_of", lambda self, rows: [*whole(self, rows)[:-1], {"other"}])

    assert integrity(opened).mismatches == ("BM25 row 7 does not hold the words of turn.md, ¶ 1",)


def test_generations_that_the_next_build_deletes_are_named_with_what_that_frees(build):
    built = build(FILES)
    assert examine(built.corpus, built.index).superfluous == ()
    name = "20200101T000000-000000-abcdef"
    folder = built.index / name
    folder.mkdir()
    (folder / "manifest.json").write_text("x" * 1000)
    (folder / "model.onnx").hardlink_to(built.index / built.report.index_id / "encoder" / "model.onnx")

    findings = examine(built.corpus, built.index)

    assert [(s.name, s.freed_bytes) for s in findings.superfluous] == [(name, 1000)]
    assert findings.healthy


def test_findings_are_complete_for_scripts(found):
    assert json.loads(json.dumps(asdict(found), ensure_ascii=False))["alike_paragraphs"][0]["jaccard"] > 0.8
