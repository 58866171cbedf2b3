"""The page of a PDF as it is printed, with the quoted words boxed."""

import io
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from fastapi import FastAPI
from lxml import html
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from conftest import write_files
from qa.reading.blocks import compose
from qa.reading.corpus import sha256_of
from qa.reading.pdf.page import Box
from qa.reading.pdf.parser import parse
from qa.settings import Settings
from qa.state.state import State
from qa.types import Limits
from qa.web.guard.headers import SOURCE_POLICY
from qa.web.shelf import FILE_CHANGED, NO_SUCH_DOCUMENT, Shelf, ShelfError
from qa.web.site import Site
from qa.web.sources import pictures
from qa.web.sources.originals import originals_router
from qa.web.sources.pdf_picture import YELLOW, boxed, picture_of
from qa.web.sources.pictures import CANNOT_DRAW, KEPT, PagePictures
from qa.web.sources.viewer import PICTURE_POLICY, source_router

GATE = "The flood gate is closed above nine metres."
FERRY = "The last ferry to Skarholm leaves at 23:40."


def written(*pages):
    """Return a PDF with a line of text on each page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 300), invariant=True)
    for words in pages:
        canvas.drawString(50, 200, words)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


NOTICE = written(GATE, FERRY)
NAME = "town/notice board.pdf"


def document_of(name, data, file=""):
    parsed = parse(data, Limits())
    return compose(name, sha256_of(data, b""), parsed.blocks, parsed.metadata, file=file)


def client_of(corpus, *documents):
    by_id = {document.id: document for document in documents}
    index = SimpleNamespace(document=by_id.get, replaced_by=lambda document_id: None)
    live = SimpleNamespace(current=lambda: SimpleNamespace(index=index))
    app = FastAPI()
    site = Site(Settings(), live, Shelf(live, corpus), State(Settings()))
    app.include_router(source_router(site))
    app.include_router(originals_router(site))
    return TestClient(app)


@pytest.fixture
def corpus(tmp_path):
    return write_files(tmp_path / "corpus", {NAME: NOTICE, "gate.md": GATE})


@pytest.fixture
def notice():
    return document_of(NAME, NOTICE)


@pytest.fixture
def client(corpus, notice):
    return client_of(corpus, notice)


def place_of(document, words):
    start = document.text.index(words)
    paragraph = next(p for p in document.paragraphs if p.start <= start < p.end)
    return {"page": paragraph.page, "p": paragraph.number, "start": start, "end": start + len(words)}


def opened(data):
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "PNG"
    return picture


def yellow(picture):
    """Return left, top, right and bottom of what is yellow, as shares of the picture, None where nothing is."""
    rows, columns = np.nonzero((np.asarray(picture.convert("RGB")) == YELLOW).all(axis=2))
    if not len(rows):
        return None
    width, height = picture.size
    return columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height


@pytest.mark.parametrize(("words", "page"), [(GATE, "1"), (FERRY, "2")])
def test_the_page_is_drawn_with_the_quoted_words_boxed(client, notice, words, page):
    place = place_of(notice, words)
    response = client.get(f"/page-image/{NAME}", params=place)

    picture = opened(response.content)
    left, top, right, bottom = yellow(picture)
    assert (response.status_code, place["page"]) == (200, page)
    assert response.headers["Content-Type"] == "image/png"
    assert picture.size == (800, 600)
    # The line stands 50 points from the left and 100 from the top of a page of 400 by 300.
    assert left == pytest.approx(50 / 400, abs=0.02)
    assert 0.25 < top < 100 / 300 < bottom < 0.4
    assert 0.6 < right < 0.9


def test_the_viewer_shows_the_page_above_the_paragraph(client, notice):
    place = place_of(notice, FERRY)
    response = client.get(f"/source/{NAME}", params={"p": place["p"], "start": place["start"], "end": place["end"]})

    found = html.document_fromstring(response.text)
    (figure,) = found.xpath("//main//figure")
    (image,) = figure.xpath("a/img")
    assert figure.getnext().get("id") == f"p{place['p']}"
    assert image.get("alt") == f"Page 2 of {NAME} as it is printed, with the quoted words boxed"
    assert int(image.get("width")) > 0
    assert int(image.get("height")) > 0
    assert client.get(image.get("src")).headers["Content-Type"] == "image/png"
    assert [label.text_content() for label in found.find_class("page")] == ["p. 1", "p. 2"]


def test_only_the_viewer_of_a_pdf_may_show_pictures_and_none_may_run_anything(corpus, notice):
    markdown = compose("gate.md", "0" * 64, parse(NOTICE, Limits()).blocks, notice.metadata)
    client = client_of(corpus, notice, markdown)

    pdf, other = client.get(f"/source/{NAME}"), client.get("/source/gate.md?p=1&start=0&end=9")

    assert pdf.headers["Content-Security-Policy"] == PICTURE_POLICY
    assert other.headers["Content-Security-Policy"] == SOURCE_POLICY
    assert SOURCE_POLICY.replace("img-src 'none'", "img-src 'self'") == PICTURE_POLICY
    assert "img-src 'self'" in PICTURE_POLICY
    assert "default-src 'none'" in PICTURE_POLICY
    assert "<img" not in other.text
    assert "<img" not in pdf.text


def test_there_are_pictures_of_a_pdf_file_alone(corpus, notice):
    inner = document_of("mail.eml/notice.pdf", NOTICE, file=NAME)
    client = client_of(corpus, inner)

    assert "<img" not in client.get("/source/mail.eml/notice.pdf", params=place_of(inner, GATE)).text
    assert client.get("/page-image/mail.eml/notice.pdf", params=place_of(inner, GATE)).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"p": 2}, 404),
        ({"p": 99}, 404),
        ({"start": 10**12, "end": 10**12 + 1}, 404),
        ({"start": 5, "end": 5}, 404),
        ({"end": 10**6}, 404),
        ({"p": 0}, 422),
        ({"start": -1}, 422),
        ({"page": "x" * 101}, 422),
        ({"page": "no such label"}, 422),
    ],
)
def test_a_passage_that_is_not_there_is_not_drawn(client, notice, change, status):
    response = client.get(f"/page-image/{NAME}", params=place_of(notice, GATE) | change)

    assert response.status_code == status
    assert response.headers["Content-Type"] != "image/png"


def test_a_pdf_that_another_took_the_place_of_is_not_drawn(client, notice, corpus):
    assert client.get(f"/page-image/{NAME}", params=place_of(notice, GATE)).status_code == 200
    (corpus / NAME).write_bytes(written("This is nobody's business."))

    response = client.get(f"/page-image/{NAME}", params=place_of(notice, GATE))

    assert (response.status_code, response.text) == (409, FILE_CHANGED)


def test_an_unknown_document_looks_like_none(client, notice):
    response = client.get("/page-image/no-such.pdf", params=place_of(notice, GATE))

    assert (response.status_code, response.text) == (404, NO_SUCH_DOCUMENT)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", NOTICE[: len(NOTICE) // 2], b"\x89PNG\r\n"])
def test_a_damaged_file_is_told_in_a_sentence(data):
    with pytest.raises(ShelfError) as told:
        PagePictures().picture("0" * 64, data, "1", GATE)

    assert (told.value.status, str(told.value)) == (422, CANNOT_DRAW)


@pytest.mark.parametrize("limits", [Limits(seconds=0.01), Limits(memory_bytes=1024**2)])
def test_a_page_that_costs_too_much_is_given_up(limits):
    with pytest.raises(ShelfError, match="cannot be drawn"):
        PagePictures(limits).picture("0" * 64, NOTICE, "1", GATE)


def test_the_latest_pictures_are_kept(monkeypatch):
    drawn = []

    def draw(*arguments, **given):
        drawn.append(given["input"])
        return subprocess.CompletedProcess(arguments, 0, b"\x89PNG")

    monkeypatch.setattr(pictures.subprocess, "run", draw)
    kept = PagePictures()
    for number in range(KEPT + 1):
        kept.picture("0" * 64, NOTICE, str(number), GATE)
    kept.picture("0" * 64, NOTICE, str(KEPT), GATE)
    assert len(drawn) == KEPT + 1
    kept.picture("0" * 64, NOTICE, "0", GATE)
    assert len(drawn) == KEPT + 2
    kept.picture("1" * 64, NOTICE, "0", GATE)
    assert len(drawn) == KEPT + 3


def test_too_many_at_once_are_asked_to_wait(monkeypatch):
    monkeypatch.setattr(pictures, "LONGEST_WAIT", 0.01)
    busy = PagePictures()
    for _ in range(pictures.DRAWING_AT_ONCE):
        busy._turns.acquire()

    with pytest.raises(ShelfError, match="try again") as told:
        busy.picture("0" * 64, NOTICE, "1", GATE)

    assert told.value.status == 503


def test_of_a_passage_over_two_pages_the_page_with_its_words_is_drawn():
    words = "The last ferry to Skarholm leaves"

    assert yellow(opened(picture_of(NOTICE, "1–2", words))) is not None
    assert yellow(opened(picture_of(NOTICE, "1–2", "Words that are nowhere at all"))) is None


def test_boxes_leave_the_letters_black_and_the_rest_white():
    page = io.BytesIO()
    Image.new("RGB", (100, 50), "white").save(page, format="PNG")
    picture = Image.open(io.BytesIO(page.getvalue()))
    picture.putpixel((50, 25), (0, 0, 0))
    page = io.BytesIO()
    picture.save(page, format="PNG")

    marked = opened(boxed(page.getvalue(), [Box(0.4, 0.4, 0.2, 0.2), Box(2.0, 2.0, 1.0, 1.0), Box(0.9, 0.9, 0.5, 0.5)]))

    assert marked.size == (100, 50)
    assert marked.getpixel((50, 25)) == (0, 0, 0)
    assert marked.getpixel((45, 25)) == YELLOW
    assert marked.getpixel((10, 10)) == (255, 255, 255)


def test_the_program_that_draws_loads_no_model_and_no_web_server():
    heavy = "('gradio', 'fastapi', 'numpy')"
    script = f"import sys, qa.web.sources.pdf_picture; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
