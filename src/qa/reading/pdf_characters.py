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
from itertools import groupby
from typing import Any, NamedTuple

# A gap wider than this many ems parts two pieces of a line: columns stand further apart, words nearer.
PIECE_GAP = 0.8
BOLD_WEIGHT = 600  # 400 is regular, 700 bold
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi|CMBX|SFBX", re.IGNORECASE)
_FORCED_BOLD = 1 << 18  # a flag of the font's descriptor
_REPLACEMENT = "\ufffd"
_LINE_END_HYPHENS = frozenset({0x2, 0xFFFE})  # what PDFium puts where a line ends in a hyphen
_NAME_LENGTH = 128

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""So that the footnote of "83,190²" does not become part of the figure."""


class Character(NamedTuple):
    """A visible character, or a space or line break without a place (`right` is then NaN).

    A tuple, for a page has thousands.

    The box is in points from the upper left corner of the page as it is turned, and as high as the font's highest and
    deepest letters; `baseline` is what the letter stands on.
    """

    text: str
    left: float = math.nan
    top: float = math.nan
    right: float = math.nan
    bottom: float = math.nan
    baseline: float = math.nan


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
    size: float
    bold: bool
    quarter: int
    origin: tuple[float, float]


def characters(page: Any, quarter: int) -> list[Character]:
    """Return the characters of a page that is turned by `quarter` quarters clockwise."""
    text_page = page.get_textpage()
    try:
        return [character for character, _ in _raw_characters(page, text_page, lambda index: _PLAIN, quarter)]
    finally:
        text_page.close()


def page_text(page: Any) -> PageText:
    """Return the text of a page, turned so that most of it stands upright."""
    text_page = page.get_textpage()
    try:
        styles = _Styles(text_page)
        found = list(_raw_characters(page, text_page, styles.of, 0))
        quarters = Counter(style.quarter for character, style in found if not math.isnan(character.right))
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
    aside = _aside([c for c, style in inside if c.text == "\n" or style.quarter != upright])
    pieces = _pieces([(c, style) for c, style in inside if style.quarter == upright])
    return PageText(tuple(pieces), tuple(aside), height, outside=len(inside) < len(found))


_PLAIN = _Style(1.0, False, 0, (0.0, 0.0))


class _Styles:
    """The size, weight, direction and origin of characters."""

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


def _raw_characters(
    page: Any, text_page: Any, style_of: Callable[[int], _Style], quarter: int
) -> Iterator[tuple[Character, _Style]]:
    """Yield each character and its style; spaces and line breaks have no place, and the style before them."""
    from pypdfium2 import raw

    west, south, east, north = page.get_bbox()
    handle, rectangle = text_page.raw, raw.FS_RECTF()
    style, span = _PLAIN, (0.0, 0.0)
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        text = "-" if code in _LINE_END_HYPHENS else _REPLACEMENT if 0xD800 <= code < 0xE000 else chr(code)
        if text.isspace() or (code < 0x20 and text != "-"):
            span = (0.0, 0.0)
            if text != "\r":
                yield Character("\n" if text == "\n" else " "), style
            continue
        if not raw.FPDFText_GetLooseCharBox(handle, index, rectangle):
            continue
        # The style is asked once for a word, and where the letters' place changes.
        if (rectangle.top, rectangle.bottom) != span:
            style, span = style_of(index), (rectangle.top, rectangle.bottom)
        left, right = rectangle.left - west, rectangle.right - west
        bottom, top = rectangle.bottom - south, rectangle.top - south
        x, y = style.origin[0] - west, style.origin[1] - south
        width, height = east - west, north - south
        match quarter:
            case 0:
                yield Character(text, left, height - top, right, height - bottom, height - y), style
            case 1:
                yield Character(text, bottom, left, top, right, x), style
            case 2:
                yield Character(text, width - right, bottom, width - left, top, y), style
            case _:
                yield Character(text, height - top, width - right, height - bottom, width - left, width - x), style


def _turned_size(page: Any, quarter: int) -> tuple[float, float]:
    left, bottom, right, top = page.get_bbox()
    return (top - bottom, right - left) if quarter % 2 else (right - left, top - bottom)


def _aside(found: Sequence[Character]) -> list[str]:
    lines = "".join(character.text for character in found).split("\n")
    return [" ".join(line.split()) for line in lines if line.strip()]


def _pieces(found: list[tuple[Character, Any]]) -> Iterator[Piece]:
    """Join characters into pieces: a line break, a wide gap or a jump to another line parts them."""
    run: list[tuple[Character, _Style]] = []
    for character, style in found:
        placed = not math.isnan(character.right)
        parted = placed and bool(run) and _parted(run[-1][0], character, max(run[-1][1].size, style.size))
        if run and (character.text == "\n" or parted):
            yield from _piece(run)
            run = []
        if placed:
            run.append((character, style))
        elif run and character.text == " ":
            # A space takes the place of the character before it, so that the gap after it is still seen.
            run.append((run[-1][0]._replace(text=" "), run[-1][1]))
    yield from _piece(run)


def _parted(before: Character, after: Character, size: float) -> bool:
    gap = max(after.left - before.right, before.left - after.right)
    shared = min(before.bottom, after.bottom) - max(before.top, after.top)
    lower = min(before.bottom - before.top, after.bottom - after.top)
    return gap > PIECE_GAP * max(size, 1.0) or shared < 0.3 * lower


def _piece(run: Sequence[tuple[Character, _Style]]) -> Iterator[Piece]:
    """Yield the piece that a run of characters makes up; it stands where its usual letters stand."""
    seen = [(character, style) for character, style in run if character.text != " "]
    if not seen:
        return
    size, baseline = Counter((style.size, character.baseline) for character, style in seen).most_common(1)[0][0]
    letters: list[Character] = []
    for raised, part in groupby(run, lambda pair: is_raised(pair[1].size, pair[0].baseline, size, baseline)):
        group = [character for character, _ in part]
        if raised and all(character.text.isdecimal() for character in group):
            group = [character._replace(text=character.text.translate(SUPERSCRIPTS)) for character in group]
        letters.extend(group)
    yield Piece(
        text="".join(character.text for character in unreversed(letters)).strip(),
        left=min(character.left for character, _ in seen),
        right=max(character.right for character, _ in seen),
        baseline=baseline,
        size=size,
        bold=sum(style.bold for _, style in seen) >= 0.8 * len(seen),
    )


def is_raised(size: float, baseline: float, line_size: float, line_baseline: float) -> bool:
    """Tell whether letters of `size` stand above the line, as exponents and the numbers of footnotes do."""
    return size < 0.85 * line_size and line_baseline - baseline > 0.15 * line_size


def unreversed(run: Sequence[Character]) -> list[Character]:
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
    return unicodedata.bidirectional(text[0]) in ("R", "AL", "NSM")
