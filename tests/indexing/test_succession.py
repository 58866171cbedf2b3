from datetime import date

import pytest

from qa.indexing.succession import circles, successors, unknown_documents
from qa.types import Metadata

TODAY = date(2026, 6, 15)


def about(*supersedes, **fields):
    return Metadata(supersedes=supersedes, **fields)


def test_a_document_is_replaced_by_the_one_that_names_it():
    assert successors({"old.md": about(), "new.md": about("old.md")}, TODAY) == {"old.md": "new.md"}


def test_one_document_may_replace_several():
    metadata = {"a.md": about(), "b.pdf": about(), "new.md": about("a.md", "b.pdf")}

    assert successors(metadata, TODAY) == {"a.md": "new.md", "b.pdf": "new.md"}


def test_a_chain_ends_at_its_newest():
    metadata = {"1.md": about(), "2.md": about("1.md"), "3.md": about("2.md")}

    assert successors(metadata, TODAY) == {"1.md": "3.md", "2.md": "3.md"}


@pytest.mark.parametrize("named", ["leave/2025.md", "2025.md", "./2025.md", " 2025.md", "../leave/2025.md"])
def test_a_document_is_named_by_its_id_or_from_the_same_folder(named):
    metadata = {"leave/2025.md": about(), "leave/2026.md": about(named)}

    assert successors(metadata, TODAY) == {"leave/2025.md": "leave/2026.md"}
    assert unknown_documents(metadata) == []


def test_the_id_wins_over_the_same_folder():
    metadata = {"a.md": about(), "x/a.md": about(), "x/b.md": about("a.md")}

    assert successors(metadata, TODAY) == {"a.md": "x/b.md"}


def test_a_name_in_another_unicode_form_is_the_same_name():
    metadata = {"caf\u00e9.md": about(), "new.md": about("cafe\u0301.md")}

    assert successors(metadata, TODAY) == {"caf\u00e9.md": "new.md"}


@pytest.mark.parametrize(
    ("effective_from", "replaces"),
    [("2026-06-15", True), ("2026", True), ("2026-06-16", False), ("2027", False), ("2026-06-16T00:00", False)],
)
def test_a_document_replaces_nothing_before_it_takes_effect(effective_from, replaces):
    metadata = {"old.md": about(), "new.md": about("old.md", effective_from=effective_from)}

    assert successors(metadata, TODAY) == ({"old.md": "new.md"} if replaces else {})


def test_of_several_successors_the_latest_holds():
    metadata = {
        "old.md": about(),
        "z.md": about("old.md", date="2024-01-01"),
        "y.md": about("old.md", date="2026-01-01"),
        "x.md": about("old.md", effective_from="2025-01-01", date="2026-03-01"),
    }

    assert successors(metadata, TODAY) == {"old.md": "y.md"}


def test_documents_in_a_circle_replace_nothing_and_are_told():
    metadata = {
        "a.md": about("b.md"),
        "b.md": about("c.md"),
        "c.md": about("a.md"),
        "d.md": about(),
        "e.md": about("d.md"),
    }

    assert successors(metadata, TODAY) == {"d.md": "e.md"}
    assert circles(metadata) == ["a.md", "b.md", "c.md"]


def test_a_name_that_no_other_document_bears_is_told():
    metadata = {"a.md": about("gone.md", "b.md", ""), "b.md": about("b.md")}

    assert unknown_documents(metadata) == [("a.md", "gone.md"), ("a.md", ""), ("b.md", "b.md")]
    assert successors(metadata, TODAY) == {"b.md": "a.md"}
    assert circles(metadata) == []
