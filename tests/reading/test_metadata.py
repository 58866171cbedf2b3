import pytest

from qa.errors import CorpusError
from qa.reading import find_files, read_file
from qa.reading.metadata import from_yaml, overridden
from qa.types import Metadata


def test_a_sidecar_overrides_what_the_file_says_of_itself() -> None:
    page = b"---\ntitle: Leave\nauthor: Ann\ntags: [staff]\n---\n\nParents may take 18 weeks.\n"
    (document,) = read_file("leave.md", page, b"title: Parental leave\nsupersedes: old/leave.md\n").documents
    assert document.title == "Parental leave"
    assert document.metadata == Metadata(
        title="Parental leave", author="Ann", tags=("staff",), supersedes=("old/leave.md",)
    )


def test_a_sidecar_is_read_with_its_file_and_is_no_document(tmp_path) -> None:
    for name, text in {
        "leave.md": "Text.",
        "leave.md.meta.yaml": "author: Ann",
        "other.meta.yaml": "author: Ann",
    }.items():
        (tmp_path / name).write_text(text)
    files, skipped = find_files(tmp_path)
    assert [(file.id, file.sidecar) for file in files] == [("leave.md", tmp_path / "leave.md.meta.yaml")]
    assert [s.path for s in skipped] == ["other.meta.yaml"]


def test_a_changed_sidecar_changes_the_documents_version() -> None:
    versions = {
        read_file("a.md", b"Text.", sidecar).documents[0].sha256 for sidecar in (b"", b"author: A", b"author: B")
    }
    assert len(versions) == 3


@pytest.mark.parametrize("given", [{"date": "2026"}, {"date": "2026-01"}, {"effective_from": "2026-01-31"}])
def test_a_date_may_be_as_exact_as_it_is_known(given) -> None:
    ((name, value),) = given.items()
    assert getattr(overridden(Metadata(), given), name) == value


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: [", "just words"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(CorpusError):
        from_yaml(text)


def test_unknown_fields_are_left_alone() -> None:
    assert overridden(Metadata(), {"layout": "page", "author": "Ann"}) == Metadata(author="Ann")


def test_odd_front_matter_is_noted_and_the_text_read() -> None:
    (document,) = read_file("a.md", b"---\ndate: soon\n---\n\nText.\n").documents
    assert document.text == "Text."
    assert document.notes == ("front matter left aside: date: 'soon' is no date: write it as 2026-01-31",)
