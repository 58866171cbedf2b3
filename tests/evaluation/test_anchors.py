import pytest

from qa.evaluation.anchors import anchor, anchors, elsewhere, paragraphs_of, places
from qa.evaluation.sets import Gold, Question
from question_sets import shelf

QUAY = """# The quay

The quay was rebuilt in 1987 by the port of Skarholm. It had burnt down.

Lunch is at noon. Lunch is at noon.
"""
DOCUMENTS = shelf(quay=QUAY, lamp="# The lamp\n\nThe lamp was lit in 1912.\n")
TEXT = DOCUMENTS.document("quay.md").text


@pytest.mark.parametrize(
    ("quote", "count"),
    [
        ("The quay was rebuilt", 1),
        ("The  quay\nwas rebuilt", 1),
        ("Lunch is at noon.", 2),
        ("It had burnt down.\nLunch is", 1),
        ("(.*)", 0),
        ("Supper", 0),
        ("  ", 0),
    ],
)
def test_a_quote_is_found_at_all_its_places_whatever_white_space_it_has(quote, count):
    found = places(TEXT, quote)

    assert len(found) == count
    assert all(TEXT[start:end].split() == quote.split() for start, end in found)


def test_a_quote_that_stands_is_anchored():
    found = anchor(DOCUMENTS.document("quay.md"), Gold("quay.md", "It had burnt down."))

    assert (found.standing, found.stale, found.nearest) == ("found", False, "")
    (paragraph,) = paragraphs_of(DOCUMENTS.document("quay.md"), found.spans)
    assert paragraph.number == 1


def test_a_quote_whose_words_changed_comes_with_the_nearest_text():
    found = anchor(DOCUMENTS.document("quay.md"), Gold("quay.md", "The quay was rebuilt in 1978 by Skarholm's port."))

    assert (found.standing, found.stale, found.spans) == ("changed", True, ())
    assert found.nearest == "The quay was rebuilt in 1987 by the port of Skarholm."
    assert found.citation == "quay.md, ¶ 1"


def test_what_is_gone_and_what_is_not_indexed_are_told_apart():
    question = Question(
        "q", "?", (Gold("quay.md", "Nobody swims in winter here."), Gold("pier.md", "x")), False, "", None, ""
    )

    assert [found.standing for found in anchors(DOCUMENTS, question)] == ["gone", "not indexed"]


def test_a_quote_that_moved_to_another_document_is_found_there():
    moved, kept = Gold("old-lamp.md", "The lamp was lit in 1912."), Gold("lamp.md", "The lamp was lit in 1912.")

    assert elsewhere(DOCUMENTS, {moved, kept}) == {moved: ["lamp.md"], kept: []}
