"""A page of a PDF as a picture, and where on it a quote stands."""

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import CorpusError
from qa.reading.pdf.characters import Character, characters
from qa.reading.pdf.document import PDFIUM_LOCK, open_catalogue, open_document, open_page, page_labels

# A page is rendered no larger than this, whatever is asked for: 20 million pixels take 60 MB.
MAXIMUM_PIXELS = 20_000_000
# Of a quote that runs over a page break or a column, pieces of so many letters are looked for; fewer may stand
# anywhere by chance.
PIECE_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in fractions of the page's width and height from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


def page_image(data: bytes, page_index: int, quote: str, scale: float) -> tuple[bytes, list[Box]]:
    """Return a page as PNG, and the boxes of the quoted words on it, one for each line; none if they are not there.

    `scale` is in pixels for each point (1/72 inch). Raises `CorpusError` where there is no such page to show.
    """
    import pypdfium2

    with PDFIUM_LOCK:
        document = open_document(data)
        try:
            if not 0 <= page_index < len(document):
                raise CorpusError(f"it has no page {page_index + 1}")
            page = open_page(document, page_index)
            boxes = _boxes(page, quote)
            picture = _rendered(page, scale)
        except pypdfium2.PdfiumError as error:
            raise CorpusError(f"its page {page_index + 1} cannot be shown") from error
        finally:
            document.close()
    return picture, boxes


def page_index_of(data: bytes, label: str) -> int | None:
    """Return the index of the page with the printed `label`, of the first page of a label such as "4–5".

    None if no page has that label. Raises `CorpusError` where the document cannot be opened.
    """
    with PDFIUM_LOCK:
        document = open_document(data)
        try:
            labels = page_labels(document, open_catalogue(data))
        finally:
            document.close()
    for wanted in (label, label.split("–", maxsplit=1)[0]):
        if wanted in labels:
            return labels.index(wanted)
    return None


def _rendered(page: Any, scale: float) -> bytes:
    width, height = page.get_size()
    largest = math.sqrt(MAXIMUM_PIXELS / max(1.0, width * height))
    if not 0 < scale < math.inf:
        raise CorpusError("a page can be shown at a scale above 0 only")
    buffer = io.BytesIO()
    page.render(scale=min(scale, largest)).to_pil().save(buffer, format="PNG")
    return buffer.getvalue()


def _boxes(page: Any, quote: str) -> list[Box]:
    quarter = page.get_rotation() // 90
    placed = characters(page, quarter)
    letters: list[str] = []
    owners: list[int] = []  # for each letter, which character it is of
    for index, character in enumerate(placed):
        folded = _letters(character.text)
        letters.extend(folded)
        owners.extend([index] * len(folded))
    spans = _find("".join(letters), quote)
    width, height = page.get_size()
    return [
        Box(line[0] / width, line[1] / height, (line[2] - line[0]) / width, (line[3] - line[1]) / height)
        for start, end in spans
        for line in _lines([placed[owner] for owner in dict.fromkeys(owners[start:end])], width, height)
    ]


def _letters(text: str) -> str:
    """Return the letters and digits of `text` without case, accents, or the look that ligatures and exponents have."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def _find(letters: str, quote: str) -> list[tuple[int, int]]:
    """Return where in a page's letters those of a quote stand: in one place, or else in pieces.

    A row of a table is quoted with its headers before its cells; then the cells are looked for alone.
    """
    wanted = _letters(quote)
    cells = _letters(" ".join(part.split(": ", 1)[-1] for part in quote.split("; ")))
    for whole in (wanted, cells):
        if whole and (start := letters.find(whole)) >= 0:
            return [(start, start + len(whole))]
    spans = []
    while len(wanted) >= PIECE_LETTERS:
        length = _longest_start(letters, wanted)
        if length:
            start = letters.find(wanted[:length])
            spans.append((start, start + length))
        wanted = wanted[length or 1 :]
    return spans


def _longest_start(letters: str, wanted: str) -> int:
    """Return how many letters of the start of `wanted` stand together in `letters`, 0 for fewer than a piece has."""
    if wanted[:PIECE_LETTERS] not in letters:
        return 0
    low, high = PIECE_LETTERS, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if wanted[:middle] in letters else (low, middle - 1)
    return low


def _lines(found: Sequence[Character], width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Return the rectangles around characters, one for each line that they stand on, within the page."""
    lines: list[tuple[float, float, float, float]] = []
    for c in found:
        box = (max(0.0, c.left), max(0.0, c.top), min(width, c.right), min(height, c.bottom))
        if lines:
            left, top, right, bottom = lines[-1]
            shared = min(bottom, box[3]) - max(top, box[1])
            gap = max(box[0] - right, left - box[2])
            if shared > 0.5 * min(bottom - top, box[3] - box[1]) and gap < 2 * (bottom - top):
                lines[-1] = (min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
                continue
        lines.append(box)
    return [line for line in lines if line[0] < line[2] and line[1] < line[3]]
