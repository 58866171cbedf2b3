"""The characters of a PDF page as PDFium finds them, with their place on the page.

PDFium hands out the characters in the order in which the page paints them, joins words that are painted in pieces,
and makes up the spaces and line breaks that a PDF does not hold. Its functions are called one character at a time.
"""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

# A gap wider than this many ems parts two pieces of a line: columns stand further apart, words nearer.
PIECE_GAP = 0.8
BOLD_WEIGHT = 600  # 400 is regular, 700 bold
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|CMBX|SFBX", re.IGNORECASE)
_FORCED_BOLD = 1 << 18  # a flag of the font's descriptor
_WHITE = frozenset(c for c in map(chr, range(0x3001)) if c.isspace())
_REPLACEMENT = "\ufffd"
_LINE_END_HYPHENS = frozenset({0x2, 0xFFFE})  # what PDFium puts where a line ends in a hyphen
_NAME_LENGTH = 128

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""So that the footnote of "83,190²" does not become part of the figure."""


class Character(NamedTuple):
    """A letter or sign and its box, in points from the upper left corner of the page as it is turned.

    The box is as high as the font's highest and deepest letters.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words on one line, without a gap as wide as between columns.

    In points from the upper left corner of the page, turned so that most of its text stands upright.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool


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
    """How a word is printed; `origin` is where its first letter stands, `quarter` the direction it runs in."""

    size: float
    bold: bool
    quarter: int
    origin: tuple[float, float]


class _Word(NamedTuple):
    """Letters of one style that touch. A tuple, for a page has hundreds."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    style: _Style
    gap: str  # what stands before the word: nothing, a space, or a line break


def characters(page: Any, quarter: int) -> list[Character]:
    """Return the characters of a page that is turned by `quarter` quarters clockwise, without its white space."""
    from pypdfium2 import raw

    found: list[Character] = []
    glyph = 0  # where in `found` the letters of the glyph before start
    turn = _turner(page, quarter)
    text_page = page.get_textpage()
    try:
        handle, box = text_page.raw, raw.FS_RECTF()
        for index in range(text_page.count_chars()):
            text = _decoded(raw.FPDFText_GetUnicode(handle, index))
            if text in _WHITE or not raw.FPDFText_GetLooseCharBox(handle, index, box):
                continue
            own = Character(text, *turn(box.left, box.bottom, box.right, box.top))
            if not (found and _is_one_glyph(text, own[1:], found[-1][1:])):
                glyph = len(found)
            found.insert(glyph if _runs_leftward(text) else len(found), own)
    finally:
        text_page.close()
    return found


def page_text(page: Any) -> PageText:
    """Return the text of a page, turned so that most of it stands upright."""
    text_page = page.get_textpage()
    try:
        words = list(_words(page, text_page, 0))
        letters: Counter[int] = Counter()
        for word in words:
            letters[word.style.quarter] += len(word.text)
        upright = letters.most_common(1)[0][0] if letters else 0
        if upright:
            words = list(_words(page, text_page, upright))
    finally:
        text_page.close()
    width, height = _turned_size(page, upright)
    inside = [word for word in words if word.right > 0 and word.left < width and word.bottom > 0 and word.top < height]
    aside = "".join(word.gap + word.text for word in inside if word.style.quarter != upright)
    return PageText(
        pieces=tuple(_pieces([word for word in inside if word.style.quarter == upright])),
        aside=tuple(" ".join(line.split()) for line in aside.split("\n") if line.strip()),
        height=height,
        outside=len(inside) < len(words),
    )


class _Styles:
    """Asks for the size, weight, direction and origin of characters."""

    def __init__(self, text_page: Any) -> None:
        from pypdfium2 import raw

        self._raw, self._page = raw, text_page.raw
        self._matrix, self._flags = raw.FS_MATRIX(), ctypes.c_int()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
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
        raw.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        return _Style(size, bold, quarter, (self._x.value, self._y.value))


def _words(page: Any, text_page: Any, quarter: int) -> Iterator[_Word]:
    """Yield the words of a page: white space, a gap, and another height or place of the letters part them."""
    from pypdfium2 import raw

    styles, turn = _Styles(text_page), _turner(page, quarter)
    handle, box = text_page.raw, raw.FS_RECTF()
    letters: list[str] = []
    glyph = 0  # where in `letters` those of the glyph before start
    style, gap = _Style(1.0, False, 0, (0.0, 0.0)), ""
    before = span = extent = (0.0, 0.0)

    def word() -> _Word:
        corners = turn(extent[0], span[0], extent[1], span[1])
        baseline = turn(*style.origin, *style.origin)[1]
        return _Word("".join(letters), *corners, baseline, style, gap)

    for index in range(text_page.count_chars()):
        text = _decoded(raw.FPDFText_GetUnicode(handle, index))
        if text in _WHITE:
            if letters:
                yield word()
                letters, gap = [], ""
            gap = "\n" if text == "\n" else gap or " "
            continue
        if not raw.FPDFText_GetLooseCharBox(handle, index, box):
            continue
        left, right = box.left, box.right
        apart = left - before[1] > PIECE_GAP * style.size or before[0] - right > PIECE_GAP * style.size
        if letters and (apart or (box.bottom, box.top) != span):
            yield word()
            letters, gap = [], ""
        if not letters:
            style, span, extent, glyph = styles.of(index), (box.bottom, box.top), (left, right), 0
        elif not _is_one_glyph(text, (left, right), before):
            glyph = len(letters)
        letters.insert(glyph if _runs_leftward(text) else len(letters), text)
        before, extent = (left, right), (min(extent[0], left), max(extent[1], right))
    if letters:
        yield word()


def _decoded(code: int) -> str:
    if code in _LINE_END_HYPHENS:
        return "-"
    if code < 0x20 and code != 0x0A:
        return " "
    return _REPLACEMENT if 0xD800 <= code < 0xE000 else chr(code)


def _is_one_glyph(text: str, place: tuple[float, ...], before: tuple[float, ...]) -> bool:
    """Tell whether a letter of a script that runs from right to left is of the same glyph as the letter before.

    PDFium turns the glyphs of such a line round into the order of reading, and with them the letters of a glyph that
    stands for several, which were in that order already: they have to be turned back.
    """
    return place == before and _runs_leftward(text)


def _runs_leftward(text: str) -> bool:
    return not text.isascii() and unicodedata.bidirectional(text[0]) in ("R", "AL", "NSM")


def _turner(page: Any, quarter: int) -> Callable[[float, float, float, float], tuple[float, float, float, float]]:
    """Return a function from a box in the page's own space (y upwards) to left, top, right, bottom as turned."""
    west, south, east, north = page.get_bbox()

    def turn(left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        match quarter:
            case 0:
                return left - west, north - top, right - west, north - bottom
            case 1:
                return bottom - south, left - west, top - south, right - west
            case 2:
                return east - right, bottom - south, east - left, top - south
            case _:
                return north - top, east - right, north - bottom, east - left

    return turn


def _turned_size(page: Any, quarter: int) -> tuple[float, float]:
    left, bottom, right, top = page.get_bbox()
    return (top - bottom, right - left) if quarter % 2 else (right - left, top - bottom)


def _pieces(words: Sequence[_Word]) -> Iterator[Piece]:
    """Join words into pieces: a line break, a wide gap or a jump to another line parts them."""
    run: list[_Word] = []
    for word in words:
        if run and (word.gap == "\n" or _parted(run[-1], word)):
            yield _piece(run)
            run = []
        run.append(word)
    if run:
        yield _piece(run)


def _parted(before: _Word, after: _Word) -> bool:
    gap = max(after.left - before.right, before.left - after.right)
    shared = min(before.bottom, after.bottom) - max(before.top, after.top)
    lower = min(before.bottom - before.top, after.bottom - after.top)
    return gap > PIECE_GAP * max(before.style.size, after.style.size, 1.0) or shared < 0.3 * lower


def _piece(run: Sequence[_Word]) -> Piece:
    """Return the piece that words make up; it stands where its usual letters stand."""
    usual: Counter[tuple[float, float]] = Counter()
    bold = letters = 0
    for word in run:
        usual[word.style.size, word.baseline] += len(word.text)
        letters += len(word.text)
        bold += len(word.text) * word.style.bold
    size, baseline = usual.most_common(1)[0][0]
    text = ""
    for word in run:
        raised = word.text.isdecimal() and is_raised(word.style.size, word.baseline, size, baseline)
        text += word.gap + (word.text.translate(SUPERSCRIPTS) if raised else word.text)
    return Piece(
        text=text.strip(),
        left=min(word.left for word in run),
        right=max(word.right for word in run),
        baseline=baseline,
        size=size,
        bold=bold >= 0.8 * letters,
    )


def is_raised(size: float, baseline: float, line_size: float, line_baseline: float) -> bool:
    """Tell whether letters of `size` stand above the line, as exponents and the numbers of footnotes do."""
    return size < 0.85 * line_size and line_baseline - baseline > 0.15 * line_size
