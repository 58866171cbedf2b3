"""What an index tells of its documents without their texts."""

import pytest

from pdf_files import column, pdf

FILES = {
    "leave/2024.md": "---\ntitle: Annual leave\nauthor: The personnel office\ndate: 2024-03-01\n"
    "effective_from: 2024-07\nsupersedes: 2019.md\n---\n# Leave\n\nThirty days a year.\n\nThey lapse in March.\n",
    "leave/2019.md": "---\ndate: 2019\n---\n# Leave\n\nTwenty-four days a year are the annual leave.\n",
    "leave/forms/green.md": "---\ncollection: Forms\n---\nThe green form is in the porter's lodge.\n",
    "odd.md": "---\ndate: soon\n---\nThe eastern pier is closed to visitors in winter.\n",
    "berths.pdf": pdf(
        lambda canvas: column(canvas, "A berth costs nine crowns a night in summer and five in winter."),
        lambda canvas: column(canvas, "Fees for a mooring are due in May, at the office of the harbour master."),
    ),
    "map.md": "# Map\n",
}


@pytest.fixture(scope="module")
def index(build):
    return build(FILES).open().index


@pytest.fixture(scope="module")
def catalogue(index):
    return {entry.id: entry for entry in index.catalogue()}


def test_every_document_is_told_of_by_id(index):
    ids = [entry.id for entry in index.catalogue()]

    assert ids == sorted(ids) == sorted(document_id for document_id, _ in index.titles())


def test_what_its_metadata_say_is_told(catalogue):
    entry = catalogue["leave/2024.md"]

    assert (entry.title, entry.author, entry.file) == ("Annual leave", "The personnel office", "leave/2024.md")


def test_the_date_is_the_one_from_which_it_holds_else_its_own(catalogue):
    dates = {name: catalogue[name].date for name in ("leave/2024.md", "leave/2019.md", "leave/forms/green.md")}

    assert dates == {"leave/2024.md": "2024-07", "leave/2019.md": "2019", "leave/forms/green.md": ""}


def test_the_collection_is_the_one_named_else_the_topmost_folder(catalogue):
    collections = {name: entry.collection for name, entry in catalogue.items() if name != "map.md"}

    assert collections == {
        "leave/2024.md": "leave",
        "leave/2019.md": "leave",
        "leave/forms/green.md": "Forms",
        "berths.pdf": "",
        "odd.md": "",
    }


def test_pages_paragraphs_and_passages_are_those_of_the_document(index, catalogue):
    passages = [chunk.document_id for chunk in index.library.all_chunks()]
    for name, entry in catalogue.items():
        document = index.document(name)
        assert entry.paragraphs == len(document.paragraphs)
        assert entry.passages == passages.count(name)
        assert entry.pages == len({p.page for p in document.paragraphs if p.page is not None})
    assert (catalogue["berths.pdf"].pages, catalogue["leave/2019.md"].pages) == (2, 0)


def test_what_was_odd_about_reading_it_is_told(catalogue):
    assert catalogue["odd.md"].notes == ("front matter left aside: date: 'soon' is no date: write it as 2026-01-31",)
    assert catalogue["leave/2024.md"].notes == ()


def test_what_was_replaced_names_its_successor(catalogue):
    assert (catalogue["leave/2019.md"].replaced_by, catalogue["leave/2024.md"].replaced_by) == ("leave/2024.md", None)
