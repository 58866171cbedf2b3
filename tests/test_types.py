import dataclasses
import inspect

import pytest

from qa import types
from qa.types import Paragraph

NOUNS = [noun for _, noun in inspect.getmembers(types, dataclasses.is_dataclass) if noun.__module__ == types.__name__]


def paragraph(document_id: str, number: int, page: str | None) -> Paragraph:
    return Paragraph(document_id, number, start=0, end=5, body_end=5, page=page, heading="", kind="text")


def test_a_citation_names_document_and_paragraph() -> None:
    assert paragraph("rules/leave.md", 12, None).citation == "rules/leave.md, ¶ 12"


def test_a_citation_names_the_printed_page_where_there_are_pages() -> None:
    assert paragraph("leave-policy.pdf", 12, "4").citation == "leave-policy.pdf, p. 4, ¶ 12"
    assert paragraph("leave-policy.pdf", 1, "xiv").citation == "leave-policy.pdf, p. xiv, ¶ 1"


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_noun_is_frozen_and_slotted(noun: type) -> None:
    assert noun.__dataclass_params__.frozen
    assert "__slots__" in vars(noun)
    assert "__dict__" not in dir(noun)


def test_the_nouns_of_the_design_are_there() -> None:
    assert {"Document", "Paragraph", "Chunk", "Hit", "Quote", "Answer"} <= {noun.__name__ for noun in NOUNS}


def test_equal_nouns_are_equal_and_a_changed_one_is_another() -> None:
    first = paragraph("a.md", 1, None)
    assert first == paragraph("a.md", 1, None)
    assert first != dataclasses.replace(first, number=2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.number = 2
