import threading
from pathlib import Path

import pytest

from documents import read
from qa.indexing.chunks import split
from qa.indexing.library import Library, LibraryWriter
from qa.indexing.sentences import split_sentences
from qa.types import Chunk, Document, Sentence, Skipped

RULES = read("rules.md", "# Rules\n\nPay. Always. (Source: Gazette)\n\n## Storms\n\nمل کر رہیں۔ Stay ashore.\n")
HOURS = read("lists/hours.csv", "Office,Opens\nHarbour,9 a.m.\n")
SKIPPED = [Skipped("setup.exe", "no reader for .exe files"), Skipped("b.md", "empty"), Skipped("b.md", "cut")]


def sentences_of(chunk: Chunk) -> list[Sentence]:
    return [Sentence(chunk.start + start, chunk.start + end) for start, end in split_sentences(chunk.text)]


def entries(document: Document) -> list[tuple[Chunk, str, list[Sentence]]]:
    return [(chunk, f"key of {chunk.text}", sentences_of(chunk)) for chunk in split(document)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    with LibraryWriter(tmp_path / "library.sqlite") as writer:
        for document in (RULES, HOURS):
            writer.add(document, entries(document))
        writer.add_skipped(SKIPPED)
    return Library(tmp_path / "library.sqlite")


def test_a_document_comes_back_as_it_was(library: Library) -> None:
    assert library.document("rules.md") == RULES
    assert library.document("lists/hours.csv") == HOURS
    assert library.document("nowhere.md") is None


def test_chunks_come_back_in_the_order_they_are_asked_for(library: Library) -> None:
    first, second, third = [*split(RULES), *split(HOURS)]
    assert library.chunks([2, 0, 1]) == [third, first, second]
    assert list(library.all_chunks()) == [first, second, third]
    assert library.chunks([]) == []


def test_sentences_come_with_the_row_of_their_first_vector(library: Library) -> None:
    first, second, third = [*split(RULES), *split(HOURS)]
    assert library.sentences([2, 0]) == [(4, sentences_of(third)), (0, sentences_of(first))]
    assert [len(sentences_of(chunk)) for chunk in (first, second, third)] == [2, 2, 1]


def test_counts_are_of_documents_chunks_and_sentences(library: Library) -> None:
    assert library.counts() == (2, 3, 5)


def test_paragraphs_are_found_by_their_number(library: Library) -> None:
    assert library.paragraph("rules.md", 2) == RULES.paragraphs[1]
    assert library.paragraph("rules.md", 3) is None
    assert library.paragraph("nowhere.md", 1) is None


def test_rows_are_found_by_document(library: Library) -> None:
    assert library.rows_of(["rules.md"]) == [0, 1]
    assert library.rows_of(["nowhere.md"]) == []
    assert library.rows_of([]) == []


def test_titles_and_hashes_are_listed_by_document(library: Library) -> None:
    assert library.titles() == [("lists/hours.csv", "Hours"), ("rules.md", "Rules")]
    assert library.document_hashes() == {"rules.md": RULES.sha256, "lists/hours.csv": HOURS.sha256}


def test_vectors_are_found_by_the_key_of_their_chunk(library: Library) -> None:
    assert library.vector_rows()["key of Office: Harbour; Opens: 9 a.m."] == (2, 4, 1)


def test_what_was_not_read_is_listed_by_path_and_reason(library: Library) -> None:
    assert library.skipped() == sorted(SKIPPED, key=lambda s: (s.path, s.reason))


def test_a_sound_file_shows_no_damage(library: Library) -> None:
    assert library.damage() == ""


def test_what_fails_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), LibraryWriter(tmp_path / "library.sqlite") as writer:
        writer.add(RULES, entries(RULES))
        raise RuntimeError
    assert Library(tmp_path / "library.sqlite").document_hashes() == {}


@pytest.mark.parametrize("folder", ["my index #1?", "100%20 percent", "اشاریہ"])
def test_a_folder_may_have_any_name(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    with LibraryWriter(tmp_path / folder / "library.sqlite") as writer:
        writer.add(HOURS, entries(HOURS))
    assert Library(tmp_path / folder / "library.sqlite").document("lists/hours.csv") == HOURS


def test_a_deleted_file_goes_on_answering_until_it_is_closed(library: Library, tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").unlink()
    assert library.document("rules.md") == RULES


def test_threads_may_read_at_the_same_time(library: Library) -> None:
    found: list[Document | None] = []
    readers = [
        threading.Thread(target=lambda: found.extend(library.document("rules.md") for _ in range(50))) for _ in range(8)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [RULES] * 400
