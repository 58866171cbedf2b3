import os
import unicodedata
from pathlib import Path

import pytest

from documents import read
from qa.errors import CorpusError
from qa.reading import find_files, read_bytes
from qa.types import Skipped


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Text.")
    return folder


def reasons(corpus: Path) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in find_files(corpus)[1]}


def test_files_come_sorted_by_their_path_below_the_corpus(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/z.txt", "a/b/c.HTML", "B.csv")
    files, skipped = find_files(tmp_path)
    assert [file.id for file in files] == ["B.csv", "a/b/c.HTML", "a/z.txt", "b.md"]
    assert skipped == []


def test_a_link_is_not_followed_out_of_the_corpus(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.md", "corpus/a.md")
    (tmp_path / "corpus/file.md").symlink_to(tmp_path / "outside/secret.md")
    (tmp_path / "corpus/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "corpus/dangling.md").symlink_to(tmp_path / "nowhere")
    assert [file.id for file in find_files(tmp_path / "corpus")[0]] == ["a.md"]
    found = reasons(tmp_path / "corpus")
    assert sorted(found) == ["dangling.md", "file.md", "folder"]
    assert all("link" in reason for reason in found.values())


def test_a_pipe_is_passed_over_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert reasons(tmp_path) == {"pipe.md": "not a regular file"}


def test_hidden_and_temporary_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, ".hidden.md", ".git/notes.md", "~$letter.md", "a.md")
    assert [file.id for file in find_files(tmp_path)[0]] == ["a.md"]
    assert reasons(tmp_path) == dict.fromkeys([".git", ".hidden.md", "~$letter.md"], "hidden or temporary")


def test_a_file_that_nothing_can_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, "setup.exe", "README")
    assert reasons(tmp_path) == {
        "README": "no reader for files without an ending",
        "setup.exe": "no reader for .exe files",
    }


@pytest.mark.parametrize("name", ["a\nb.md", "a\x1b[31mb.md", "a\u202efdp.md"])
def test_a_name_with_control_characters_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    assert find_files(tmp_path)[0] == []
    assert "control characters" in reasons(tmp_path)[name]


def test_a_name_that_is_no_unicode_is_refused(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/broken\xff.md"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"Text.")
    files, skipped = find_files(tmp_path)
    assert files == []
    assert [s.path for s in skipped] == ["broken?.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "closed/b.md")
    (tmp_path / "a.md").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        files, skipped = find_files(tmp_path)
        assert skipped == [Skipped("closed", "cannot be listed: Permission denied")]
        with pytest.raises(CorpusError, match="cannot be read: Permission denied"):
            read_bytes(files[0])
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_file_that_vanished_is_refused_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    file = find_files(tmp_path)[0][0]
    file.path.unlink()
    with pytest.raises(CorpusError, match="cannot be read: No such file"):
        read_bytes(file)


def test_a_missing_corpus_is_named_together_with_the_option_that_mends_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere.*--corpus"):
        find_files(tmp_path / "nowhere")


def test_a_corpus_that_is_a_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    with pytest.raises(CorpusError, match="no folder of documents"):
        find_files(tmp_path / "a.md")


def test_an_empty_corpus_holds_nothing(tmp_path: Path) -> None:
    assert find_files(tmp_path) == ([], [])


def test_names_are_kept_in_one_unicode_form(tmp_path: Path) -> None:
    write(tmp_path, unicodedata.normalize("NFD", "über.md"))
    assert [file.id for file in find_files(tmp_path)[0]] == [unicodedata.normalize("NFC", "über.md")]


def test_of_two_names_that_look_alike_one_is_kept_and_the_other_named(tmp_path: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "über.md") for form in ("NFC", "NFD"))
    write(tmp_path, composed, decomposed)
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system keeps one Unicode form itself")
    files, skipped = find_files(tmp_path)
    assert [file.id for file in files] == [composed]
    assert [s.path for s in skipped] == [composed]
    assert "another file has the same name" in skipped[0].reason


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n"])
def test_an_empty_file_is_refused_as_empty(content: bytes) -> None:
    with pytest.raises(CorpusError, match=r"^empty$"):
        read("a.md", content)


@pytest.mark.parametrize(
    "document_id, content",
    [
        ("a.md", "---\ntitle: Leave\n---\n"),
        ("a.md", "\ufeff"),
        ("a.html", "<html><head><title>Leave</title></head><body><script>x()</script></body></html>"),
        ("a.html", "<nav>Home</nav>"),
        ("a.md", "Source: Harbour Gazette."),
        ("a.csv", ",,\n,,\n"),
    ],
)
def test_a_file_without_text_to_search_is_refused(document_id: str, content: str) -> None:
    with pytest.raises(CorpusError, match="holds no text that could be found"):
        read(document_id, content)


@pytest.mark.parametrize("ending", ["md", "MARKDOWN", "txt", "text", "html", "htm", "xhtml", "csv", "tsv"])
def test_every_ending_has_its_reader_whatever_its_case(ending: str) -> None:
    assert "Ask early" in read(f"a.{ending}", "Ask early").text


def test_the_organisations_own_words_are_no_document_where_they_lie_at_the_top(tmp_path: Path) -> None:
    write(tmp_path, "synonyms.yaml", "a.md", "folder/synonyms.yaml")
    assert [file.id for file in find_files(tmp_path)[0]] == ["a.md"]
    assert reasons(tmp_path) == {"folder/synonyms.yaml": "no reader for .yaml files"}
