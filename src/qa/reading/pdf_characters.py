"""The characters of a PDF page as PDFium finds them, with their place on the page.

PDFium hands out the characters in the order in which the page paints them, joins words that are painted in pieces,
and makes up the spaces and line breaks that a PDF does not hold. Its functions are called one character at a time.
"""

import ctypes
import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from qa.errors import CorpusError

PDFIUM_LOCK = threading.Lock()
"""PDFium may be used by one thread at a time, whatever documents they have open."""

# A gap wider than this many ems parts two pieces of a line: columns stand further apart, words nearer.
PIECE_GAP = 0.8
BOLD_WEIGHT = 600  # 400 is regular, 700 bold
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|CMBX|SFBX", re.IGNORECASE)
_FORCED_BOLD = 1 << 18  # a flag of the font's descriptor
_LINE_END_HYPHENS = frozenset({0x2, 0xFFFE})  # what PDFium puts where a line ends in a hyphen
_NAME_LENGTH = 128


@dataclass(frozen=True, slots=True)
class Character:
    """A visible character, or a space or line break without a place (`right` is then NaN).

    The box is in points from the upper left corner of the page turned by `quarter` quarters.
    """

    text: str
    left: float = math.nan
    top: float = math.nan
    right: float = math.nan
    bottom: float = math.nan


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words on one line, without a gap as wide as between columns."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's pieces of text in the order of painting.

    `height` is that of the page, turned so that most of its text stands upright; `aside` holds the lines that run
    in another direction, `outside` tells whether some text lies beyond the page's edges, and was left out.
    """

    pieces: tuple[Piece, ...]
    aside: tuple[str, ...]
    height: float
    outside: bool


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    bold: bool
    quarter: int


def open_document(data: bytes) -> Any:
    """Open a PDF with the empty password. Raises `CorpusError` with the reason where it cannot be."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) < 1:
            raise CorpusError("it has no pages that could be found: open it in a PDF program and save it again")
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise CorpusError("encrypted: remove the password and index again") from error
        if error.err_code == raw.FPDF_ERR_SECURITY:
            raise CorpusError("encrypted in a way that is not supported: save it without and index again") from error
        raise CorpusError("not a PDF that can be opened: open it in a PDF program and save it again") from error
    return document


def open_page(document: Any, index: int) -> Any:
    """Load a page with what is filled into its forms, and written over it, as part of its text."""
    from pypdfium2 import raw

    page = document[index]
    written = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP)
    if any(subtype in written for subtype in annotation_kinds(page)):
        page.flatten()
        page.close()
        page = document[index]
    return page


def annotation_kinds(page: Any) -> list[int]:
    """Return PDFium's number for the kind of each annotation of a page."""
    from pypdfium2 import raw

    kinds = []
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            kinds.append(raw.FPDFAnnot_GetSubtype(annotation))
            raw.FPDFPage_CloseAnnot(annotation)
    return kinds


def page_label(document: Any, index: int) -> str:
    """Return the label printed on a page, its number where the file names none."""
    label = "".join(c for c in document.get_page_label(index) if c.isprintable()).strip()
    return label or str(index + 1)


def characters(page: Any, quarter: int) -> list[Character]:
    """Return the characters of a page that is turned by `quarter` quarters clockwise."""
    text_page = page.get_textpage()
    try:
        return [character for character, _ in _raw_characters(page, text_page, lambda index: None, quarter)]
    finally:
        text_page.close()


def page_text(page: Any) -> PageText:
    """Return the text of a page, turned so that most of it stands upright."""
    text_page = page.get_textpage()
    try:
        styles = _Styles(text_page)
        found = list(_raw_characters(page, text_page, styles.of, 0))
        quarters = Counter(style.quarter for character, style in found if style and not math.isnan(character.right))
        upright = quarters.most_common(1)[0][0] if quarters else 0
        if upright:
            found = list(_raw_characters(page, text_page, styles.of, upright))
    finally:
        text_page.close()
    width, height = _turned_size(page, upright)
    inside = [
        (character, style)
        for character, style in found
        if math.isnan(character.right)
        or (character.right > 0 and character.left < width and character.bottom > 0 and character.top < height)
    ]
    aside = _aside([(c, s) for c, s in inside if c.text == "\n" or (s and s.quarter != upright)])
    pieces = _pieces([(c, s) for c, s in inside if s is None or s.quarter == upright])
    return PageText(tuple(pieces), tuple(aside), height, outside=len(inside) < len(found))


class _Styles:
    """The size, weight and direction of characters, asked once for each word."""

    def __init__(self, text_page: Any) -> None:
        from pypdfium2 import raw

        self._raw, self._page = raw, text_page
        self._matrix, self._flags = raw.FS_MATRIX(), ctypes.c_int()
        self._name = ctypes.create_string_buffer(_NAME_LENGTH)

    def of(self, index: int) -> _Style:
        raw = self._raw
        size = raw.FPDFText_GetFontSize(self._page, index)
        quarter = 0
        if raw.FPDFText_GetMatrix(self._page, index, self._matrix):
            size *= math.hypot(self._matrix.c, self._matrix.d)
            angle = math.degrees(math.atan2(self._matrix.b, self._matrix.a))
            quarter = round(angle / 90) % 4
        self._name.value = b""
        raw.FPDFText_GetFontInfo(self._page, index, self._name, _NAME_LENGTH, self._flags)
        bold = (
            raw.FPDFText_GetFontWeight(self._page, index) >= BOLD_WEIGHT
            or bool(self._flags.value & _FORCED_BOLD)
            or bool(_BOLD_NAME.search(self._name.value.decode("latin-1")))
        )
        return _Style(size, bold, quarter)


def _raw_characters(page: Any, text_page: Any, style_of: Any, quarter: int) -> Iterator[tuple[Character, Any]]:
    """Yield each character and the style of its word; spaces and line breaks have no place and the style before."""
    from pypdfium2 import raw

    left, bottom, right, top = page.get_bbox()
    rectangle = raw.FS_RECTF()
    style, fresh = None, True
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        text = "-" if code in _LINE_END_HYPHENS else chr(code) if code and not 0xD800 <= code < 0xE000 else "\ufffd"
        if text.isspace() or (code < 0x20 and text != "-"):
            fresh = True
            yield Character("\n" if text == "\n" else "" if text == "\r" else " "), style
            continue
        if fresh:
            style, fresh = style_of(index), False
        if not raw.FPDFText_GetLooseCharBox(text_page, index, rectangle):
            yield Character(text), style
            continue
        west, east = rectangle.left - left, rectangle.right - left
        south, north = rectangle.bottom - bottom, rectangle.top - bottom
        width, height = right - left, top - bottom
        match quarter:
            case 0:
                yield Character(text, west, height - north, east, height - south), style
            case 1:
                yield Character(text, south, west, north, east), style
            case 2:
                yield Character(text, width - east, south, width - west, north), style
            case _:
                yield Character(text, height - north, width - east, height - south, width - west), style


def _turned_size(page: Any, quarter: int) -> tuple[float, float]:
    left, bottom, right, top = page.get_bbox()
    return (top - bottom, right - left) if quarter % 2 else (right - left, top - bottom)


def _aside(found: list[tuple[Character, Any]]) -> list[str]:
    lines = "".join(character.text for character, _ in found).split("\n")
    return [" ".join(line.split()) for line in lines if line.strip()]


def _pieces(found: list[tuple[Character, Any]]) -> Iterator[Piece]:
    """Join characters into pieces: a line break, a wide gap or a jump to another line parts them."""
    run: list[Character] = []
    style: _Style | None = None
    bold = 0
    for character, own in found:
        placed = not math.isnan(character.right)
        if run and (character.text == "\n" or (placed and style and _parted(run[-1], character, style.size))):
            if piece := _piece(run, style, bold):
                yield piece
            run, bold = [], 0
        if not run:
            style = own
        elif own and style and placed and own.size > style.size:
            style = replace(own)
        if placed:
            bold += bool(own and own.bold)
            run.append(character)
        elif run and character.text.strip("\n"):
            # A space takes the place of the character before it, so that the gap after it is still seen.
            run.append(replace(run[-1], text=character.text))
    if run and (piece := _piece(run, style, bold)):
        yield piece


def _parted(before: Character, after: Character, size: float) -> bool:
    gap = max(after.left - before.right, before.left - after.right)
    shared = min(before.bottom, after.bottom) - max(before.top, after.top)
    lower = min(before.bottom - before.top, after.bottom - after.top)
    return gap > PIECE_GAP * max(size, 1.0) or shared < 0.3 * lower


def _piece(run: list[Character], style: _Style | None, bold: int) -> Piece | None:
    text = "".join(c.text for c in _unreversed(run)).strip()
    if not text:
        return None
    seen = [c for c in run if c.text.strip()]
    return Piece(
        text=text,
        left=min(c.left for c in seen),
        top=min(c.top for c in seen),
        right=max(c.right for c in seen),
        bottom=max(c.bottom for c in seen),
        size=style.size if style else seen[0].bottom - seen[0].top,
        bold=bold >= 0.8 * len(seen),
    )


def _unreversed(run: list[Character]) -> list[Character]:
    """Turn back the letters of one glyph of a script that runs from right to left.

    PDFium turns the glyphs of such a line round into the order of reading, and with them the letters of a glyph that
    stands for several, which were in that order already.
    """
    turned: list[Character] = []
    start = 0
    for end in range(1, len(run) + 1):
        same = end < len(run) and (run[end].left, run[end].right) == (run[start].left, run[start].right)
        if same and _runs_leftward(run[end].text):
            continue
        turned.extend(reversed(run[start:end]) if _runs_leftward(run[start].text) else run[start:end])
        start = end
    return turned


def _runs_leftward(text: str) -> bool:
    return unicodedata.bidirectional(text[0]) in ("R", "AL", "NSM") if text else False
