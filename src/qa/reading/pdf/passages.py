"""From the lines of a PDF's columns to paragraphs, headings and rows of tables."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.reading.blocks import BlockKind
from qa.reading.pdf.hyphenation import join_lines
from qa.reading.pdf.layout import Line
from qa.reading.pdf.table import contents_at, table_at

# The number of a footnote may follow.
SENTENCE_END = re.compile(r"""[.!?:;…。؟۔।]['"’”»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$""")
_BULLET = re.compile(r"[•▪◦●○■□➢✓\ue000-\uf8ff]|[-–—*]\s")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]\s|\d{1,2}(?:\.\d{1,2})+\.?\s")

# Larger than the text by this factor, or bold, makes a short passage a heading.
HEADING_SIZE = 1.15
HEADING_LENGTH = 200
BOLD_HEADING_LENGTH = 120
# Lines of one paragraph are of one size, give or take; footnotes are smaller than the text.
SAME_SIZE = 0.08
# Lines that stand further apart than the usual distance by this factor belong to two paragraphs.
PARAGRAPH_GAP = 1.3


@dataclass(slots=True)
class Passage:
    """A paragraph, a heading or a row of a table.

    `right` is the right edge of its column, `pages` are the labels of its first and last page; a row has its text
    already.
    """

    kind: BlockKind
    lines: list[Line]
    left: float
    right: float
    pages: tuple[str, str]
    row: str = ""
    level: int = 0

    @property
    def size(self) -> float:
        return max(self.lines, key=lambda line: len(line.text)).size

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def page(self) -> str:
        first, last = self.pages
        return first if first == last else f"{first}–{last}"

    def text(self, known: Set[str]) -> str:
        """Return the passage's words; `known` are the words of the file, for the hyphens at line ends."""
        text = self.row or join_lines([line.text for line in self.lines], known)
        # A bullet of a symbol font has no code of its own.
        return re.sub(r"^[\ue000-\uf8ff](?=\s)", "•", text)


def passages(lines: Sequence[Line], page: str) -> list[Passage]:
    """Part the lines of a column into paragraphs and rows of tables; headings are not known yet."""
    left = sorted(line.left for line in lines)[len(lines) // 10]
    right = sorted(line.right for line in lines)[-1 - len(lines) // 20]
    pitch = _pitch(lines)
    found: list[Passage] = []
    index = 0
    fresh = True
    while index < len(lines):
        if contents := contents_at(lines, index):
            found.extend(Passage("furniture", [line], left, right, (page, page)) for line in contents)
            index += len(contents)
            fresh = True
            continue
        if table := table_at(lines, index):
            found.extend(Passage("row", list(row.lines), left, right, (page, page), row.text) for row in table)
            index += sum(len(row.lines) for row in table)
            fresh = True
            continue
        line = lines[index]
        if fresh or _starts(found[-1], line, pitch):
            found.append(Passage("text", [line], left, right, (page, page)))
            fresh = False
        else:
            found[-1].lines.append(line)
        index += 1
    return found


def mark_headings(found: Sequence[Passage], body_size: float) -> None:
    """Make headings of short passages in large or bold type, and level them by the sizes that the file uses."""
    lettered = sum(len(line.text) for passage in found for line in passage.lines)
    bold = sum(len(line.text) for passage in found for line in passage.lines if line.bold)
    bold_stands_out = bold < 0.4 * lettered
    for passage in found:
        if passage.kind == "text" and _is_heading(passage, body_size, bold_stands_out):
            passage.kind = "heading"
    headings = [passage for passage in found if passage.kind == "heading"]
    levels: list[tuple[float, bool]] = []
    for size, is_bold in sorted({(h.size, h.bold) for h in headings}, reverse=True):
        if not levels or levels[-1][1] != is_bold or size < levels[-1][0] * (1 - SAME_SIZE / 2):
            levels.append((size, is_bold))
    for heading in headings:
        fitting = [n for n, (size, is_bold) in enumerate(levels) if is_bold == heading.bold and size >= heading.size]
        heading.level = min(6, max(fitting) + 1)


def goes_on(before: Passage, after: Passage) -> bool:
    """Tell whether a paragraph at the end of a column or page goes on at the top of the next.

    It broke off in mid-sentence, and the next words are in lower case, or the line was full and the next is no new
    item and not indented.
    """
    if before.kind != "text" or after.kind != "text" or _differs(before.size, after.size):
        return False
    last, first = before.lines[-1], after.lines[0]
    if _is_item(first.text) or last.bold != first.bold or SENTENCE_END.search(last.text):
        return False
    if first.text[0].islower() or re.search(r"[\w,][-‐\xad]$|,$", last.text):
        return True
    indented = len(after.lines) > 1 and first.left - after.lines[1].left > 0.8 * first.size
    return not indented and not _had_room(last, first, before.right)


def _pitch(lines: Sequence[Line]) -> float:
    """Return the usual distance between the lines of a column, in sizes of their type."""
    steps = [
        (after.baseline - before.baseline) / after.size
        for before, after in pairwise(lines)
        if after.size and not _differs(before.size, after.size) and after.baseline > before.baseline
    ]
    # More than 3 sizes apart are no lines of one paragraph, even in a double-spaced draft.
    near = [step for step in steps if step < 3.0]
    return median(near) if len(near) > 2 else 1.3


def _starts(current: Passage, line: Line, pitch: float) -> bool:
    """Tell whether `line` starts a new paragraph after the lines of `current`."""
    before = current.lines[-1]
    if _differs(before.size, line.size) or line.baseline - before.baseline > PARAGRAPH_GAP * pitch * line.size:
        return True
    ended = bool(SENTENCE_END.search(before.text))
    room = _had_room(before, line, current.right)
    if _BULLET.match(line.text) or (_NUMBERED.match(line.text) and (ended or room)):
        return True
    if before.bold != line.bold and (room or (line.bold and (ended or line.text[0].isupper()))):
        return True
    indented = line.left - max(current.left, before.left) > 0.8 * line.size and not _is_item(current.lines[0].text)
    if indented and (ended or room):
        return True
    if room and ended:
        return True
    narrow = before.right - current.left < 0.6 * (current.right - current.left)
    return room and narrow and not line.text[0].islower()


def _had_room(before: Line, line: Line, right: float) -> bool:
    """Tell whether the first word of `line` would have fitted on the line before, with something to spare."""
    word = len(line.text.split(" ", 1)[0]) / len(line.text) * (line.right - line.left)
    return before.right + word + 0.75 * line.size < right


def _is_item(text: str) -> bool:
    return bool(_BULLET.match(text) or _NUMBERED.match(text))


def _differs(size: float, other: float) -> bool:
    return abs(size - other) > SAME_SIZE * max(size, other)


def _is_heading(passage: Passage, body_size: float, bold_stands_out: bool) -> bool:
    text = " ".join(line.text for line in passage.lines)
    in_cells = any(len(line.cells) > 1 for line in passage.lines)
    if in_cells or not re.search(r"[^\W\d_]{2}", text) or _BULLET.match(text):
        return False
    if passage.size >= HEADING_SIZE * body_size:
        return len(text) <= HEADING_LENGTH
    if not (bold_stands_out and passage.bold and passage.size >= 0.95 * body_size):
        return False
    return len(text) <= BOLD_HEADING_LENGTH and not re.search(r"[.;,]$", text)
