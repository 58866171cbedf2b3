import io
from functools import cache

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from pdf_files import column, lines, pdf, scan
from qa.errors import CorpusError
from qa.reading.parsed import Limits
from qa.reading.pdf.page import Box, page_image, page_index_of
from qa.reading.pdf.parser import parse

HARBOUR = (
    "The harbour office opens at nine in the morning and closes at four in the afternoon, from Monday to Friday. "
    "Visitors report to the desk on the ground floor, where a clerk writes their names into the book of the day."
)


@cache
def hours() -> bytes:
    return pdf(lambda canvas: column(canvas, HARBOUR))


def boxes(data: bytes, quote: str, page_index: int = 0) -> list[Box]:
    return page_image(data, page_index, quote, 1.0)[1]


def ink(data: bytes, box: Box, page_index: int = 0) -> int:
    """Return how many dark pixels the page's picture has inside a box."""
    picture = np.asarray(Image.open(io.BytesIO(page_image(data, page_index, "", 2.0)[0])).convert("L"))
    height, width = picture.shape
    rows = slice(round(box.top * height), round((box.top + box.height) * height))
    columns = slice(round(box.left * width), round((box.left + box.width) * width))
    return int((picture[rows, columns] < 128).sum())


def all_ink(data: bytes, page_index: int = 0) -> int:
    return ink(data, Box(0, 0, 1, 1), page_index)


def test_the_page_is_a_png_of_the_size_asked_for() -> None:
    picture = Image.open(io.BytesIO(page_image(hours(), 0, "", 2.0)[0]))
    assert picture.format == "PNG"
    assert picture.size == (1191, 1684)  # 595.28 × 841.89 points at 2 pixels a point, rounded up


def test_the_box_of_a_quote_holds_its_words_and_no_others() -> None:
    data = pdf(lambda canvas: lines(canvas, ["The harbour opens.", "", "The airport is shut."]))
    [harbour] = boxes(data, "The harbour opens.")
    [airport] = boxes(data, "The airport is shut.")
    assert harbour.top + harbour.height < airport.top
    assert harbour.left == pytest.approx(72 / 595.28, abs=0.01)
    assert ink(data, harbour) + ink(data, airport) == pytest.approx(all_ink(data), rel=0.05)


def test_a_quote_over_several_lines_has_a_box_for_each() -> None:
    found = boxes(hours(), HARBOUR)
    assert len(found) == len(simpleSplit(HARBOUR, "Helvetica", 11, 450))
    assert [box.top for box in found] == sorted(box.top for box in found)


def test_white_space_hyphens_case_and_exponents_do_not_matter() -> None:
    data = pdf(lambda canvas: lines(canvas, ["The govern-", "ment met the", "re-elected chair of 12 km2."]))
    assert len(boxes(data, "The government  met the RE\u2011ELECTED chair of 12 km².")) == 3


def test_a_quote_that_is_not_on_the_page_has_no_box() -> None:
    assert boxes(hours(), "The airport office is open on every day of the year.") == []
    assert boxes(hours(), "") == []
    assert boxes(hours(), "—") == []


def test_of_a_quote_over_a_page_break_each_page_shows_its_part() -> None:
    words = HARBOUR.split()
    data = pdf(*(lambda canvas, part=part: column(canvas, " ".join(part)) for part in (words[:24], words[24:])))
    [block] = [block for block in parse(data, Limits()).blocks if block.kind == "text"]
    assert block.page == "1–2"
    assert [len(boxes(data, block.text, index)) for index in (0, 1)] == [2, 1]


def test_a_row_of_a_table_is_found_by_its_cells() -> None:
    def page(canvas: Canvas) -> None:
        for number, row in enumerate([("Office", "Staff"), ("Harbour", "12"), ("Airport", "40"), ("Station", "3")]):
            for x, cell in zip((72, 300), row, strict=True):
                lines(canvas, [cell], 700 - 20 * number, x)

    data = pdf(page)
    rows = [block.text for block in parse(data, Limits()).blocks if block.kind == "row"]
    assert rows[1] == "Office: Airport; Staff: 40"
    assert [box.left for box in boxes(data, rows[1])] == pytest.approx([72 / 595.28, 300 / 595.28], abs=0.01)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_boxes_lie_where_the_words_are_on_a_turned_page(rotation: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        lines(canvas, ["The harbour opens at nine."], 300, 100)

    data = pdf(page)
    box = _around(boxes(data, "The harbour opens at nine."))
    assert ink(data, box) == pytest.approx(all_ink(data), rel=0.02)
    assert box.width * box.height < 0.02


def _around(found: list[Box]) -> Box:
    left, top = min(b.left for b in found), min(b.top for b in found)
    return Box(left, top, max(b.left + b.width for b in found) - left, max(b.top + b.height for b in found) - top)


def test_the_words_of_a_scanned_page_cannot_be_found() -> None:
    picture, found = page_image(pdf(scan), 0, "A scanned page", 1.0)
    assert Image.open(io.BytesIO(picture)).size == (596, 842)
    assert found == []


def test_a_gigantic_page_is_shown_small() -> None:
    data = pdf(lambda canvas: (canvas.setPageSize((14_400, 14_400)), lines(canvas, ["The harbour opens."])))
    picture, found = page_image(data, 0, "The harbour opens.", 10.0)
    width, height = Image.open(io.BytesIO(picture)).size
    assert width * height <= 20_100_000
    assert len(found) == 1


@pytest.mark.parametrize("index", [-1, 1, 10**6])
def test_a_page_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(CorpusError, match="it has no page"):
        page_image(hours(), index, "", 1.0)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_shows_nothing_is_refused(scale: float) -> None:
    with pytest.raises(CorpusError, match="scale"):
        page_image(hours(), 0, "", scale)


def test_a_file_that_is_no_pdf_is_refused() -> None:
    with pytest.raises(CorpusError):
        page_image(b"no PDF", 0, "", 1.0)
    with pytest.raises(CorpusError):
        page_index_of(b"no PDF", "1")


def test_a_page_is_found_by_its_label() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.addPageLabel(0, style="ROMAN_LOWER")
    canvas.addPageLabel(2, style="ARABIC", start=1)
    data = pdf(*[lambda canvas: column(canvas, HARBOUR)] * 4, canvas=canvas, buffer=buffer)
    assert [page_index_of(data, label) for label in ("i", "ii", "1", "2")] == [0, 1, 2, 3]
    assert page_index_of(data, "ii–1") == 1
    assert page_index_of(data, "3") is None
