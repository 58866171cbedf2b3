"""Rows of tables: told by their neighbours, laid out by cell, and still the text as it is."""

import pytest

from conftest import CORPUS
from qa.reading import read_file
from qa.reading.blocks import Block, compose
from qa.types import Metadata
from qa.web.sources.pieces import Mark, runs_of
from qa.web.sources.rows import cells_of

ROWS = (
    "Group: LeT; Founded: 1990; Base: near Lahore; once: elsewhere",
    "Group: TTP; Founded: 2007; Base: Waziristan",
    "Group: LeJ; Base: Punjab",
)
PROSE = ("Note: the ferry is late; beware: of the dog", "Note: the gate is closed", "The harbour opens at six.")


def document_of(*paragraphs):
    return compose("table.csv", "0" * 64, [Block("text", words) for words in paragraphs], Metadata())


def headers(document, number):
    cells = cells_of(document, 1, len(document.paragraphs)).get(number, ())
    return [document.text[cell.start : cell.end] for cell in cells]


def test_the_headers_that_neighbours_share_are_those_of_the_cells():
    document = document_of(*ROWS)

    assert headers(document, 1) == ["Group:", "Founded:", "Base:"]
    assert headers(document, 3) == ["Group:", "Base:"]


def test_prose_with_colons_is_no_row():
    document = document_of(*PROSE)

    assert cells_of(document, 1, 3) == {}


def test_a_row_alone_stays_a_paragraph():
    assert cells_of(document_of(PROSE[2], ROWS[0], PROSE[2]), 1, 3) == {}


def test_a_row_at_the_edge_of_what_is_shown_is_told_by_its_neighbour_outside():
    assert list(cells_of(document_of(*ROWS), 2, 2)) == [2]


def test_pieces_and_runs_joined_are_the_text_again():
    document = document_of(*ROWS)
    (cells,) = cells_of(document, 1, 1).values()
    text, paragraph = document.text, document.paragraphs[0]
    for start in range(paragraph.end):
        for end in range(start + 1, paragraph.end + 1):
            runs = runs_of(text, 0, paragraph.end, [Mark("hit", start, end)], cells)
            assert "".join(piece.text for run in runs for piece in run.pieces) == ROWS[0]
            (hit,) = [run for run in runs if run.mark]
            assert "".join(piece.text for piece in hit.pieces) == text[start:end]


@pytest.mark.parametrize("name", ["groups/designations.csv", "violence/attacks.csv"])
def test_every_row_of_a_table_is_one(name):
    (document,) = read_file(name, (CORPUS / name).read_bytes(), b"").documents

    assert len(cells_of(document, 1, len(document.paragraphs))) == len(document.paragraphs)
