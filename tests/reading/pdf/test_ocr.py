import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from pdf_files import column, pdf, scan
from qa.reading.parsed import Limits
from qa.reading.pdf.ocr import recogniser
from qa.reading.pdf.parser import parse

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


def picture(words: str) -> Image.Image:
    image = Image.new("L", (1600, 300), 255)
    ImageDraw.Draw(image).text((60, 100), words, fill=0, font=ImageFont.load_default(80))
    return image


def test_there_is_no_recogniser_without_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert recogniser() is None


@needs_tesseract
def test_the_words_of_a_picture_are_read() -> None:
    pytest.importorskip("pytesseract")
    recognise = recogniser()
    assert recognise is not None
    assert recognise(picture("The harbour opens at nine"), 20.0).split() == "The harbour opens at nine".split()


@needs_tesseract
def test_a_picture_that_takes_too_long_says_nothing() -> None:
    pytest.importorskip("pytesseract")
    recognise = recogniser()
    assert recognise is not None
    assert recognise(picture("The harbour opens at nine"), 0.001) == ""


@needs_tesseract
def test_a_scanned_page_is_read_by_ocr_with_a_note() -> None:
    pytest.importorskip("pytesseract")
    data = pdf(lambda page: column(page, "The airport is open."), lambda page: scan(page, "The harbour is shut"))
    parsed = parse(data, Limits())
    assert [(block.page, block.text) for block in parsed.blocks] == [
        ("1", "The airport is open."),
        ("2", "The harbour is shut"),
    ]
    assert parsed.notes == ("page 2 read by OCR",)
