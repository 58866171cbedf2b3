"""What holds for every file, however broken: it becomes a sound document or a `CorpusError`."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import assert_sound, read
from messy_files import TABLES, TEXTS
from qa.errors import CorpusError
from qa.reading import PARSERS, find_files, read_bytes

ENCODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "iso8859-6"])


def read_or_refuse(document_id: str, data: bytes) -> None:
    try:
        document = read(document_id, data)
    except CorpusError as error:
        assert str(error)
    else:
        assert_sound(document)


@pytest.mark.parametrize("ending", [".md", ".txt", ".html"])
@settings(max_examples=80, deadline=None)
@given(TEXTS, ENCODINGS)
def test_messy_text_is_read_soundly_or_refused(ending: str, text: str, encoding: str) -> None:
    read_or_refuse(f"messy{ending}", text.encode(encoding, "replace"))


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
@settings(max_examples=60, deadline=None)
@given(TABLES | TEXTS)
def test_a_messy_table_is_read_soundly_or_refused(ending: str, text: str) -> None:
    read_or_refuse(f"messy{ending}", text.encode())


@pytest.mark.parametrize("ending", sorted(PARSERS))
@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_soundly_or_refused(ending: str, data: bytes) -> None:
    read_or_refuse(f"bytes{ending}", data)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_reading_twice_gives_the_same_document(text: str) -> None:
    try:
        first = read("twice.txt", text)
    except CorpusError:
        return
    assert read("twice.txt", text) == first


def test_real_handbooks_and_articles_are_read_soundly(shared: Path) -> None:
    found = [file for part in ("handbooks", "seeds") for file in find_files(shared / part)[0]]
    assert len(found) > 200
    for file in found:
        read_or_refuse(file.id, read_bytes(file))
