"""Plain text as it really comes: hard-wrapped, double-spaced, or one line a paragraph."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.reading.blocks import Block, clean
from qa.reading.decoding import decode, encoding_notes
from qa.reading.furniture import is_furniture, printed_title, set_aside
from qa.reading.parsed import Limits, Parsed
from qa.types import Metadata

_SENTENCE_END = re.compile(r"""[.!?:;…。؟।]['"’”»)\]]*$""")
_LIST_MARKER = re.compile(r"(?:[-*•▪◦–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
# After "pre-" in "pre- and post-war": the hyphen stands for a word left out.
_SUSPENDED = re.compile(r"(?:and|or|und|oder|et|ou|y|o)\b")
_UNDERLINE = re.compile(r"(=+|-+|~+|\*+)$")

# A text is double-spaced when nearly all of at least this many blocks are single lines of one width
# of which a good part break off in mid-sentence.
DOUBLE_SPACED_MINIMUM = 12
HEADING_LENGTH = 80
HEADING_WORDS = 12


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    gap: bool  # a blank line or a page break stands before it
    page: int  # counted by form feeds


def parse(data: bytes, limits: Limits) -> Parsed:
    """Return the blocks of a text file, and its title where a print header names one."""
    lines = _lines(decode(data).replace("\r\n", "\n").replace("\r", "\n"))
    title = printed_title([line.text for line in lines])
    return Parsed(tuple(_blocks(lines)), Metadata(title=title), notes=encoding_notes(data))


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    for number, page in enumerate(text.replace("\v", "\n").split("\f")):
        gap = True
        for raw in page.split("\n"):
            line = clean(raw)
            if line:
                lines.append(_Line(line, gap, number))
            gap = not line
    return lines


def _page_edges(lines: list[_Line]) -> set[int]:
    """Return the places of the lines next to a form feed."""
    turned = {place for place in range(1, len(lines)) if lines[place].page != lines[place - 1].page}
    ends = {0, len(lines) - 1} if turned else set()
    return turned | {place - 1 for place in turned} | ends


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    """Join lines into paragraphs; furniture that interrupts a paragraph follows it."""
    furniture = set_aside([line.text for line in lines], _page_edges(lines))
    groups = _double_spaced_groups if _is_double_spaced(lines) else _spaced_groups
    substance: list[_Line] = []
    aside: list[tuple[int, str]] = []  # furniture, and after how many lines of substance it stood
    for place, line in enumerate(lines):
        if place in furniture:
            aside.append((len(substance), line.text))
        else:
            substance.append(line)
    done = 0
    waiting = iter([*aside, (len(lines) + 1, "")])
    position, text = next(waiting)
    for group, is_heading in groups(substance):
        while position <= done and text:
            yield Block("furniture", text)
            position, text = next(waiting)
        done += len(group)
        yield from _heading_or_paragraph(group, is_heading, first=done == len(group))
    while text:
        yield Block("furniture", text)
        position, text = next(waiting)


def _heading_or_paragraph(group: list[_Line], is_heading: bool, first: bool) -> Iterator[Block]:
    if is_heading:
        underline = group[1].text[0] if len(group) > 1 else ""
        level = 1 if first or underline == "=" else 2
        yield Block("heading", group[0].text, level)
    else:
        yield Block("text", _joined([line.text for line in group]))


def _joined(lines: list[str]) -> str:
    """Join the lines of a paragraph; a hyphen at a line's end joins without a space.

    "counter-" + "militancy" becomes "counter-militancy"; whether the hyphen is the word's own cannot be seen in plain
    text, where typewriters and exporters seldom divide words. "pre-" + "and post-war" keeps its space.
    """
    pieces = [lines[0]]
    for before, line in pairwise(lines):
        divided = re.search(r"\w-$", before[-2:]) and line[0].isalpha() and not _SUSPENDED.match(line)
        pieces.append(line if divided else f" {line}")
    return "".join(pieces)


def _is_double_spaced(lines: list[_Line]) -> bool:
    body = [line for line in lines if not is_furniture(line.text)]
    if len(body) < DOUBLE_SPACED_MINIMUM:
        return False
    apart = sum(line.gap for line in body) / len(body)
    broken_off = sum(not _SENTENCE_END.search(line.text) for line in body) / len(body)
    width = median(len(line.text) for line in body)
    return apart >= 0.8 and broken_off >= 0.5 and 40 <= width <= 130


def _double_spaced_groups(lines: list[_Line]) -> Iterator[tuple[list[_Line], bool]]:
    """Group lines where a blank line after every line says nothing.

    A paragraph ends where a sentence ends although the next line's first word would have fitted, and
    before a heading: a line that breaks off in no sentence although there was room.
    """
    texts = [line.text for line in lines]
    lengths = sorted(map(len, texts))
    # Eight columns of play: letters differ in width where the text came from a printed page.
    room = (lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0) - 8

    def had_room(index: int) -> bool:
        return index + 1 < len(texts) and len(texts[index]) + 1 + len(texts[index + 1].split(" ", 1)[0]) <= room

    def is_heading(index: int) -> bool:
        return (
            had_room(index)
            and not _SENTENCE_END.search(texts[index])
            and _looks_like_heading(texts[index])
            and texts[index + 1][0].isupper()
        )

    group: list[_Line] = []
    for index, line in enumerate(lines):
        if not group and is_heading(index):
            yield [line], True
            continue
        group.append(line)
        last = index + 1 == len(lines)
        ended = bool(_SENTENCE_END.search(line.text))
        if last or (ended and (had_room(index) or is_heading(index + 1))):
            yield group, False
            group = []


def _spaced_groups(lines: list[_Line]) -> Iterator[tuple[list[_Line], bool]]:
    """Group lines where blank lines part the paragraphs.

    Of two short lines on end neither is a heading by its looks alone: a list of short rules would otherwise be lost
    as headings. The first line of a text may be its title.
    """
    groups = list(_continued(_split_groups(lines)))
    short = [len(group) == 1 and _looks_like_heading(group[0].text) for group in groups]
    for place, group in enumerate(groups):
        last = place + 1 == len(groups)
        certain = _is_underlined(group) or (short[place] and _is_marked(group[0].text))
        by_looks = short[place] and not _LIST_MARKER.match(group[0].text)
        alone = place == 0 or last or not short[place + 1] or _is_marked(groups[place + 1][0].text)
        yield group, not last and (certain or (by_looks and alone))


def _is_marked(text: str) -> bool:
    """Tell whether a short line is marked as a heading: in capitals, or numbered by section."""
    return (text.isupper() and len(text) > 3) or bool(re.match(r"\d+(\.\d+)+\.?\s+\w", text))


def _split_groups(lines: list[_Line]) -> Iterator[list[_Line]]:
    group: list[_Line] = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        starts_heading = following is not None and not following.gap and _is_underline(following.text)
        item = bool(_LIST_MARKER.match(line.text))
        if group and (line.gap or starts_heading or item or _is_underlined(group)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _continued(groups: Iterator[list[_Line]]) -> Iterator[list[_Line]]:
    """Rejoin a paragraph that a page break cut: broken off in mid-sentence, going on in lower case."""
    previous: list[_Line] | None = None
    for group in groups:
        goes_on = group[0].text[0].islower() and not _LIST_MARKER.match(group[0].text)
        if previous and goes_on and not _is_underlined(previous) and previous[-1].text[-1] in ",-–—" + _LETTERS_END:
            previous.extend(group)
            continue
        if previous:
            yield previous
        previous = group
    if previous:
        yield previous


_LETTERS_END = "abcdefghijklmnopqrstuvwxyz"


def _is_underline(text: str) -> bool:
    return len(text) >= 3 and bool(_UNDERLINE.match(text))


def _is_underlined(group: list[_Line]) -> bool:
    return len(group) == 2 and _is_underline(group[1].text)


def _looks_like_heading(text: str) -> bool:
    numbered = re.match(r"\d+(\.\d+)*\.?\s+\w", text)
    return (
        len(text) <= HEADING_LENGTH
        and len(text.split()) <= HEADING_WORDS
        and not re.search(r"[.!;:,…۔،؛।。]['\"’”)]*$", text)
        and (text[0].isupper() or bool(numbered) or not text[0].isascii())
    )
