"""A page of a PDF with words boxed: a program of its own, for PDFium reads what strangers wrote.

It takes a line of JSON (`Request`) and the bytes of the file on standard input and answers with a PNG.
"""

import contextlib
import io
import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.reading.pdf.page import Box

# Pixels to the point: an A4 page becomes 1190 by 1684.
SCALE = 2.0
# Multiplied with the page, the yellow leaves black letters black.
YELLOW = (255, 236, 120)
EDGE = (196, 140, 0)
MARGIN = 3


@dataclass(frozen=True, slots=True)
class Request:
    """Which page to draw, by its printed label, which words to box, and what the drawing may cost."""

    page: str
    words: str
    memory_bytes: int
    seconds: float


def picture_of(data: bytes, page: str, words: str) -> bytes:
    """Return the page as PNG with the words boxed.

    Of a label such as "4–5", the first page that holds some of the words, else the first. Raises `CorpusError` where
    there is no such page or it cannot be shown.
    """
    from qa.reading.pdf.page import page_image, page_index_of

    first: bytes | None = None
    for label in dict.fromkeys([page, page.rsplit("–", maxsplit=1)[-1]]):
        index = page_index_of(data, label)
        if index is None:
            continue
        drawn, boxes = page_image(data, index, words, SCALE)
        if boxes:
            return boxed(drawn, boxes)
        first = first or drawn
    if first is None:
        raise CorpusError(f"it has no page {page}")
    return first


def boxed(picture: bytes, boxes: "Sequence[Box]") -> bytes:
    """Return a PNG with translucent yellow boxes drawn on it."""
    from PIL import Image, ImageChops, ImageDraw

    page = Image.open(io.BytesIO(picture)).convert("RGB")
    draw = ImageDraw.Draw(page)
    for box in boxes:
        corners = (
            max(0, round(box.left * page.width) - MARGIN),
            max(0, round(box.top * page.height) - MARGIN),
            min(page.width, round((box.left + box.width) * page.width) + MARGIN),
            min(page.height, round((box.top + box.height) * page.height) + MARGIN),
        )
        if corners[0] >= corners[2] or corners[1] >= corners[3]:
            continue
        below = page.crop(corners)
        page.paste(ImageChops.multiply(below, Image.new("RGB", below.size, YELLOW)), corners)
        draw.rectangle((corners[0], corners[1], corners[2] - 1, corners[3] - 1), outline=EDGE, width=1)
    buffer = io.BytesIO()
    page.save(buffer, format="PNG")
    return buffer.getvalue()


def _limit(memory_bytes: int, seconds: float) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without such limits
        import resource

        # Data, not address space: libraries map far more than they use.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Answer the one request on standard input; the exit code is 1 where the page cannot be drawn."""
    answer = os.fdopen(os.dup(1), "wb")
    # What a library prints must not end up in the picture.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    request = Request(**json.loads(sys.stdin.buffer.readline()))
    _limit(request.memory_bytes, request.seconds)
    try:
        picture = picture_of(sys.stdin.buffer.read(), request.page, request.words)
    except Exception:  # a damaged file, or one made to harm: the reader is pointed to the original
        return 1
    answer.write(picture)
    answer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
