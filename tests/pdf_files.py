"""PDF files as the tests need them, written with reportlab and pypdf, or byte by byte where they are to be bad."""

import io
import zlib
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4  # 595 × 842 points
LEADING = 14.0
BODY = ("Helvetica", 11.0)
BOLD = ("Helvetica-Bold", 11.0)

Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, canvas: Canvas | None = None, buffer: io.BytesIO | None = None, **settings: object) -> bytes:
    """Return a PDF with one page for each function, which draws on it."""
    buffer = buffer or io.BytesIO()
    canvas = canvas or Canvas(buffer, pagesize=A4, invariant=1, **settings)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def column(
    canvas: Canvas,
    text: str,
    top: float = 760,
    left: float = 72,
    width: float = 450,
    font: tuple[str, float] = BODY,
    leading: float = LEADING,
) -> float:
    """Draw paragraphs, parted by empty lines, and return where the next line would stand."""
    for paragraph in text.strip().split("\n\n"):
        for line in simpleSplit(" ".join(paragraph.split()), *font, width):
            top = lines(canvas, [line], top, left, font, leading)
        top -= leading / 2
    return top


def lines(
    canvas: Canvas,
    texts: Sequence[str],
    top: float = 760,
    left: float = 72,
    font: tuple[str, float] = BODY,
    leading: float = LEADING,
) -> float:
    """Draw lines under each other, broken as they are given, and return where the next would stand."""
    for text in texts:
        canvas.setFont(*font)
        canvas.drawString(left, top, text)
        top -= leading
    return top


def scan(canvas: Canvas, words: str = "A scanned page", size: tuple[int, int] = (900, 300)) -> None:
    """Draw a page that is nothing but a picture of words."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).text((40, 100), words, fill=0, font=ImageFont.load_default(60))
    canvas.drawImage(ImageReader(picture), 60, 500, width=size[0] / 2, height=size[1] / 2)


def objects(*bodies: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of numbered objects, the first of them its catalogue."""
    data = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, trailer, start)


def stream(content: bytes, compressed: bool = False) -> bytes:
    filtered = zlib.compress(content, 9) if compressed else content
    named = b" /Filter /FlateDecode" if compressed else b""
    return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(filtered), named, filtered)


def one_page(content: bytes, catalogue: bytes = b"", *more: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF whose page shows `content`, a stream object; `more` are objects from the sixth on."""
    return objects(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *more,
        trailer=trailer,
    )


WORDS_CONTENT = b"BT /F1 12 Tf 72 700 Td (The harbour office opens at nine.) Tj ET"
