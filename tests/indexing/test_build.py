import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from qa.errors import CorpusError
from qa.indexing import chunks, gather, tokens
from qa.indexing.build import BuildReport, build_index
from qa.indexing.generation import open_current
from qa.indexing.index import LocalIndex
from qa.indexing.protocol import Passage
from qa.reading import ReaderProcess, ReadFile
from qa.types import Limits, Skipped

BOATS = "# Boats\n\nBoats moor in the bay.\n\n## Fees\n\nFees are paid in spring.\n"
NETS = "# Nets\n\nNets dry behind the chapel.\n"
STORMS = "# Storms\n\nA cone is hoisted before a storm.\n"


def texts(index: Path) -> list[tuple[str, str]]:
    opened = LocalIndex.open(index)
    return [(chunk.document_id, chunk.text) for chunk in opened.library.all_chunks()]


def files_below(index: Path) -> set[str]:
    return {path.relative_to(index).as_posix() for path in index.rglob("*") if path.is_file()}


@dataclass(frozen=True)
class Step:
    """What one build did, and what the index held after it."""

    report: BuildReport
    texts: list[tuple[str, str]]
    vectors: dict[str, np.ndarray]
    passages: dict[str, Passage]
    files: set[str]


@pytest.fixture(scope="module")
def story(build) -> list[Step]:
    """Four builds: of three documents, of the same, of changed ones, and of moved ones."""
    steps: list[Step] = []

    def record(report: BuildReport) -> None:
        opened = LocalIndex.open(index)
        assert opened.id == report.index_id
        rows = range(report.chunk_count)
        found = opened.chunks(rows)
        steps.append(
            Step(
                report,
                [(chunk.document_id, chunk.text) for chunk in found],
                {chunk.text: vector for chunk, vector in zip(found, opened.chunk_vectors(rows), strict=True)},
                {passage.chunk.text: passage for passage in opened.passages(rows)},
                files_below(index),
            )
        )

    built = build({"boats.md": BOATS, "sub/nets.md": NETS, "storms.md": STORMS, "setup.exe": "MZ", "void.md": ""})
    corpus, index = built.corpus, built.index
    record(built.report)
    record(built.rebuild())
    (corpus / "boats.md").write_text(BOATS.replace("spring", "autumn"))
    (corpus / "tides.md").write_text("# Tides\n\nTides are read from the stone.\n")
    (corpus / "storms.md").unlink()
    record(built.rebuild())
    (corpus / "sub/nets.md").rename(corpus / "sub/all-nets.md")
    record(built.rebuild())
    return steps


def test_a_first_build_adds_every_document_and_names_what_it_passed_over(story: list[Step]) -> None:
    report = story[0].report
    assert report.added == ("boats.md", "storms.md", "sub/nets.md")
    assert (report.changed, report.unchanged, report.removed) == ((), (), ("before.md",))
    assert report.skipped == (Skipped("setup.exe", "no reader for .exe files"), Skipped("void.md", "empty"))
    assert (report.chunk_count, report.embedded_count, report.swapped) == (4, 4, True)


def test_a_second_build_does_nothing_and_swaps_nothing(story: list[Step]) -> None:
    report = story[1].report
    assert report.unchanged == ("boats.md", "storms.md", "sub/nets.md")
    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert (report.chunk_count, report.embedded_count, report.swapped) == (4, 0, False)
    assert report.skipped == story[0].report.skipped
    assert report.index_id == story[0].report.index_id
    assert story[1].files == story[0].files


def test_a_build_after_changes_names_them(story: list[Step]) -> None:
    report = story[2].report
    assert (report.added, report.changed) == (("tides.md",), ("boats.md",))
    assert (report.unchanged, report.removed) == (("sub/nets.md",), ("storms.md",))
    assert report.swapped
    assert report.notices == ()


def test_only_chunks_that_changed_are_embedded(story: list[Step]) -> None:
    # Of the two chunks of boats.md the fees changed; tides.md has one.
    assert story[2].report.embedded_count == 2
    assert story[2].report.chunk_count == 4


def test_the_vectors_and_states_of_unchanged_chunks_are_the_same_to_the_bit(story: list[Step]) -> None:
    for text in ("Boats moor in the bay.", "Nets dry behind the chapel."):
        assert story[2].vectors[text].tobytes() == story[0].vectors[text].tobytes()
        before, after = story[0].passages[text], story[2].passages[text]
        assert after.sentence_vectors.tobytes() == before.sentence_vectors.tobytes()
        assert after.states.states.tobytes() == before.states.states.tobytes()
        assert after.states.pieces.tolist() == before.states.pieces.tolist()
        assert after.states.starts.tolist() == before.states.starts.tolist()


def test_the_index_holds_what_the_files_say_now(story: list[Step]) -> None:
    assert story[2].texts == [
        ("boats.md", "Boats moor in the bay."),
        ("boats.md", "Fees are paid in autumn."),
        ("sub/nets.md", "Nets dry behind the chapel."),
        ("tides.md", "Tides are read from the stone."),
    ]


def test_a_moved_document_is_found_in_its_new_place_alone_and_not_embedded_again(story: list[Step]) -> None:
    report = story[3].report
    assert (report.added, report.removed) == (("sub/all-nets.md",), ("sub/nets.md",))
    assert report.embedded_count == 0
    assert ("sub/all-nets.md", "Nets dry behind the chapel.") in story[3].texts
    assert not any(document == "sub/nets.md" for document, _ in story[3].texts)


def test_a_deleted_document_leaves_no_trace_in_the_generation_that_serves(build) -> None:
    built = build({"boats.md": BOATS, "secret.md": "The password is xyzzyplugh."})
    (built.corpus / "secret.md").unlink()
    built.rebuild()
    folder = open_current(built.index).folder
    assert all(b"xyzzyplugh" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert LocalIndex.open(built.index).lexical.scores({"xyzzyplugh": 1.0}).max() == 0


def test_building_step_by_step_ends_where_building_at_once_does(build) -> None:
    built = build({"boats.md": BOATS, "storms.md": STORMS})
    (built.corpus / "nets.md").write_text(NETS)
    (built.corpus / "storms.md").write_text(STORMS + "\nThe bell is rung.\n")
    built.rebuild()
    (built.corpus / "boats.md").unlink()
    built.rebuild()
    at_once = build({"nets.md": NETS, "storms.md": STORMS + "\nThe bell is rung.\n"})
    stepwise, fresh = LocalIndex.open(built.index), LocalIndex.open(at_once.index)
    assert list(stepwise.library.all_chunks()) == list(fresh.library.all_chunks())
    np.testing.assert_allclose(stepwise.chunk_vectors([0, 1]), fresh.chunk_vectors([0, 1]), atol=1e-5)
    for term in tokens.tokenize(NETS + STORMS + "bell rung boats bay"):
        assert stepwise.idf(term) == fresh.idf(term)
        np.testing.assert_array_equal(stepwise.lexical.scores({term: 1.0}), fresh.lexical.scores({term: 1.0}))


@pytest.fixture
def changed_recipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Constants of the product, altered for the length of a test."""
    with monkeypatch.context() as patched:
        yield patched


def test_another_tokeniser_is_noticed_and_nothing_embedded_again(build, changed_recipe) -> None:
    built = build({"boats.md": BOATS})
    changed_recipe.setattr(tokens, "STOP_WORDS", tokens.STOP_WORDS | {"bay"})
    report = built.rebuild()
    assert report.notices == ("tokenizer changed",)
    assert (report.swapped, report.embedded_count) == (True, 0)
    assert LocalIndex.open(built.index).lexical.scores({"bay": 1.0}).max() == 0


def test_another_length_of_chunks_is_noticed_and_the_documents_are_cut_anew(build, changed_recipe) -> None:
    built = build({"fees.md": "Fees are due.\n\nThey are paid in spring.\n"})
    assert built.report.chunk_count == 1
    changed_recipe.setattr(chunks, "MERGED_WORDS", 3)
    report = built.rebuild()
    assert report.notices == ("chunking changed",)
    assert texts(built.index) == [("fees.md", "Fees are due."), ("fees.md", "They are paid in spring.")]


def test_another_reader_is_noticed_and_every_file_read_again(build, changed_recipe) -> None:
    built = build({"boats.md": BOATS, "nets.md": NETS})
    read: list[str] = []

    class Watched(ReaderProcess):
        def read(self, document_id: str, data: bytes, sidecar: bytes = b"") -> ReadFile:
            read.append(document_id)
            return super().read(document_id, data, sidecar)

    changed_recipe.setattr(gather, "ReaderProcess", Watched)
    built.rebuild()
    assert read == []

    changed_recipe.setattr(gather, "READER_VERSION", gather.READER_VERSION + 1)
    report = built.rebuild()
    assert sorted(read) == ["boats.md", "nets.md"]
    assert report.notices == ("reader changed",)
    assert (report.unchanged, report.swapped, report.embedded_count) == (("boats.md", "nets.md"), True, 0)


def test_a_corpus_that_vanished_leaves_the_index_answering(build) -> None:
    built = build({"boats.md": BOATS})
    before = texts(built.index)
    shutil.rmtree(built.corpus)
    with pytest.raises(CorpusError, match="no folder of documents"):
        built.rebuild()
    assert texts(built.index) == before


def test_a_corpus_that_was_emptied_leaves_the_index_answering(build) -> None:
    built = build({"boats.md": BOATS})
    before = texts(built.index)
    (built.corpus / "boats.md").rename(built.corpus / "boats.exe")
    with pytest.raises(CorpusError, match=r"no document to read.*no reader for \.exe files"):
        built.rebuild()
    assert texts(built.index) == before


def test_without_a_corpus_no_index_is_begun(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        build_index(tmp_path / "nowhere", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_a_file_that_becomes_unreadable_keeps_its_earlier_version(build) -> None:
    built = build({"boats.md": BOATS, "nets.md": NETS})
    (built.corpus / "nets.md").write_bytes(b"")
    report = built.rebuild()
    assert report.skipped == (Skipped("nets.md", "empty; the version read before still answers"),)
    assert (report.unchanged, report.changed, report.removed) == (("boats.md", "nets.md"), (), ())
    assert ("nets.md", "Nets dry behind the chapel.") in texts(built.index)

    again = built.rebuild()
    assert not again.swapped
    assert (again.unchanged, again.changed) == (("boats.md", "nets.md"), ())

    (built.corpus / "nets.md").write_text(NETS + "\nAlways.\n")
    mended = built.rebuild()
    assert (mended.changed, mended.skipped) == (("nets.md",), ())


def test_progress_is_told_from_the_first_step_to_the_last(build) -> None:
    built = build({"boats.md": BOATS})
    (built.corpus / "nets.md").write_text(NETS)
    told: dict[str, list[tuple[int, int]]] = {}

    def show(stage: str, done: int, total: int) -> None:
        told.setdefault(stage, []).append((done, total))

    build_index(built.corpus, built.index, progress=show)
    assert list(told) == ["Reading documents", "Computing vectors", "Writing the index"]
    for steps in told.values():
        total = steps[0][1]
        assert steps[0] == (0, total)
        assert steps[-1] == (total, total)
        assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_a_corpus_without_any_word_for_the_index_can_be_built_and_asked(build) -> None:
    built = build({"the.md": "!!! ???\n"})
    assert built.report.chunk_count == 1
    assert len(LocalIndex.open(built.index).lexical) == 0
    (hit,) = built.open().ask("What do the marks mean?").hits
    assert (hit.chunk.text, hit.lexical_rank) == ("!!! ???", None)


def test_a_file_over_the_size_limit_is_refused_unread(build) -> None:
    built = build({"small.md": "The ferry leaves at noon.", "large.md": "The ferry sank."})
    (built.corpus / "large.md").write_text("word " * 300_000)
    report = build_index(built.corpus, built.index, limits=Limits(expanded_bytes=1024**2))

    assert [(s.path, s.reason) for s in report.skipped] == [
        (
            "large.md",
            "larger than 1 MB: split it, or raise QA_FILE_EXPANDED_MB; the version read before still answers",
        )
    ]


SYNONYMS = "- [boats, vessels]\n"


def rules_of(index: Path) -> list[str]:
    vocabulary = LocalIndex.open(index).vocabulary
    return [rule.added for word in ("boats", "vessels", "ketch") for rule in vocabulary.rules(tokens.tokenize(word))]


def test_synonyms_are_no_document_and_not_listed_as_unread(build) -> None:
    built = build({"boats.md": BOATS, "synonyms.yaml": SYNONYMS})
    assert (built.report.added, built.report.skipped) == (("boats.md",), ())
    assert rules_of(built.index) == ["vessels", "boats"]


def test_edited_synonyms_are_noticed_and_nothing_embedded_again(build) -> None:
    built = build({"boats.md": BOATS, "synonyms.yaml": SYNONYMS})
    assert not built.rebuild().swapped

    (built.corpus / "synonyms.yaml").write_text("- ketch: boats\n")
    report = built.rebuild()
    assert report.notices == ("vocabulary changed",)
    assert (report.swapped, report.embedded_count, report.unchanged) == (True, 0, ("boats.md",))
    assert rules_of(built.index) == ["boats"]

    (built.corpus / "synonyms.yaml").unlink()
    assert built.rebuild().swapped
    assert rules_of(built.index) == []


def test_synonyms_that_only_look_different_change_nothing(build) -> None:
    built = build({"boats.md": BOATS, "synonyms.yaml": SYNONYMS})
    (built.corpus / "synonyms.yaml").write_text(f"# the organisation's own words\n{SYNONYMS}")
    assert not built.rebuild().swapped


def test_a_bad_file_of_synonyms_stops_the_build_with_one_sentence_and_leaves_the_index_answering(build) -> None:
    built = build({"boats.md": BOATS, "synonyms.yaml": SYNONYMS})
    (built.corpus / "synonyms.yaml").write_text("- [boats]\n")
    with pytest.raises(CorpusError, match=r"synonyms\.yaml:1: a list needs two or more words .*\.$"):
        built.rebuild()
    assert rules_of(built.index) == ["vessels", "boats"]
    assert open_current(built.index).name == built.report.index_id
