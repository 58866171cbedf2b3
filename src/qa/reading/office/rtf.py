"""RTF: headings by their outline level, paragraphs, numbered items, tables, footnotes, text boxes.

striprtf turns the file into plain text. What that would lose, such as the ends of cells and what is a heading, is
handed through it as characters that no text holds; what it would show although the page does not, such as deleted
text, is taken out before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.errors import CorpusError
from qa.reading.blocks import Block, clean
from qa.reading.office.archive import damage_told
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.csv_table import row_text
from qa.types import Metadata

# Unicode keeps these places free for a program's own use: they never stand in a text.
_CELL, _ROW, _HEADER_ROW, _IN_TABLE, _PLAIN, _LABEL, _NOTE, _BOX, _FRAME, _END = map(chr, range(0xFDD0, 0xFDDA))
_LEVELS = [chr(0xFDE0 + level) for level in range(9)]
_MARK = re.compile("([\n\ufdd0-\ufdef])")

_TOKEN = re.compile(r"\\bin(?P<binary>\d+) ?|\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?|\\[^a-zA-Z]|[{}]", re.DOTALL)
_OPENING = re.compile(r"\{\s*(?P<star>\\\*)?\s*\\(?P<word>[a-zA-Z]+)")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_HEADING_STYLE = re.compile(r"\\s(\d+)\b[^{};]*?\bheading ([1-9])\s*;", re.IGNORECASE)
_PICTURE_FONT_SIGN = re.compile("[\uf000-\uf0ff]")
# "3." and "(b)" are numbers of a list, "o" and "–" its bullets.
_LIST_NUMBER = re.compile(r"\(?[0-9A-Za-z.]*(?:\d|[.)])\)?")
_DATE = re.compile(r"\\yr(\d{4})(?:\\mo(\d{1,2}))?(?:\\dy(\d{1,2}))?")

_EARLIEST_YEAR = 1980

# Groups without words: most of a large file.
_DROPPED = frozenset({"pict", "objdata", "themedata", "datastore", "fldinst", "shprslt", "nonesttables"})
_LIFTED = {"footnote": _NOTE, "shp": _BOX, "listtext": _LABEL, "pntext": _LABEL}
_LIFTED |= {f"{name}{side}": _FRAME for name in ("header", "footer") for side in ("", "l", "r", "f")}
# Their words count, but striprtf passes over them.
_UNWRAPPED = frozenset({"shpinst", "shptxt", "shpgrp"})
_REPLACED = {"cell": _CELL, "nestcell": _CELL, "row": _ROW, "nestrow": _ROW, "trhdr": _HEADER_ROW, "intbl": _IN_TABLE}


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read an RTF file. Raises `CorpusError` with the reason where it is none."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise CorpusError("not in the format that its ending says")
    with damage_told():
        source = _NOT_ASCII.sub(lambda byte: b"\\'%02x" % ord(byte[0]), data).decode("ascii")
        preparation = _Preparation(source)
        text = _plain("".join(preparation.pieces()), source)
        signs = len(_PICTURE_FONT_SIGN.findall(text))
        blocks = _Assembly().blocks(_PICTURE_FONT_SIGN.sub("", text))
        notes = [
            f"{what}: {count}"
            for what, count in (
                ("comments left out", source.count("{\\*\\annotation")),
                ("hidden or deleted pieces of text left out", preparation.hidden),
                ("embedded objects not read", source.count("{\\*\\objdata")),
                ("formulas not read", source.count("{\\mmath")),
                ("signs of a picture font left out", signs),
            )
            if count
        ]
        if "\ufffd" in text:
            notes.append("letters that its encoding does not have are shown as \ufffd")
        return Parsed(blocks, _metadata_of(source), notes=tuple(notes))


def _plain(prepared: str, source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    start = source[:2000]
    encoding = "mac_roman" if re.search(r"\\mac\b|\\ansicpg10000\b", start) else "cp1252"
    # striprtf knows Windows code pages only and takes UTF-8 for what it does not know.
    prepared = prepared.replace("\\ansicpg10000", "")
    text = str(rtf_to_text(prepared, encoding=encoding, errors="replace"))  # type: ignore[no-untyped-call]
    # RTF writes letters past U+FFFF as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@dataclass(slots=True)
class _Preparation:
    """Rewrites a file for striprtf; `hidden` counts the pieces that were taken out because they are not shown."""

    source: str
    hidden: int = 0
    # For each open group: what to write at its end, and whether a hidden piece is open in it.
    _ends: list[str] = field(default_factory=list)
    _hides: list[bool] = field(default_factory=list)

    def pieces(self) -> Iterator[str]:
        """Yield the file in pieces."""
        levels = {
            int(style): int(level) - 1 for style, level in _HEADING_STYLE.findall(_group(self.source, "stylesheet"))
        }
        position = 0
        while token := _TOKEN.search(self.source, position):
            yield self.source[position : token.start()]
            position = token.end()
            word, number = token["word"], token["number"]
            if token["binary"]:
                position += int(token["binary"])
            elif token[0] == "{":
                opening = _OPENING.match(self.source, token.start())
                name = opening["word"] if opening else ""
                if name in _DROPPED:
                    position = _end_of_group(self.source, token.start())
                    yield "{}"  # keeps the words before and after it apart
                elif opening and (name in _LIFTED or name in _UNWRAPPED):
                    position = opening.end()
                    mark = _LIFTED.get(name)
                    yield from self._open(f"{{{{{mark}}}" if mark else "{", f"{{{_END}}}" if mark else "")
                else:
                    yield from self._open("{", "")
            elif token[0] == "}":
                yield self._close()
            elif word in _REPLACED:
                yield f"{{{_REPLACED[word]}}}"
            elif word == "pard":
                yield f"{{{_PLAIN}}}"
            elif word == "line":
                yield "\\tab "
            elif token[0] == "\\*" and not self.source[max(0, position - 9) : position - 2].rstrip().endswith("{"):
                # Out of place, as some programs write it, it would hide the rest of its group.
                continue
            elif token[0] == "\\_":
                # A plain hyphen, so that the word is found however it was typed.
                yield "-"
            elif word == "outlinelevel" and number and 0 <= int(number) < len(_LEVELS):
                yield f"{{{_LEVELS[int(number)]}}}"
            elif word == "s" and number and int(number) in levels:
                yield f"{{{_LEVELS[levels[int(number)]]}}}"
            elif word in ("v", "deleted") and self._hides:
                yield self._hide(number != "0")
            else:
                yield token[0]
                if word == "plain" and self._hides:
                    yield self._hide(False)
        yield self.source[position:]

    def _open(self, start: str, end: str) -> Iterator[str]:
        self._ends.append(end)
        self._hides.append(False)
        yield start

    def _close(self) -> str:
        if not self._ends:
            return "}"
        return ("}" if self._hides.pop() else "") + self._ends.pop() + "}"

    def _hide(self, hide: bool) -> str:
        """Begin or end a piece that is not shown, as a group of the kind that readers pass over."""
        if hide == self._hides[-1]:
            return ""
        self._hides[-1] = hide
        self.hidden += hide
        return "{\\*" if hide else "}"


def _end_of_group(source: str, start: int) -> int:
    """Return where the group that opens at `start` ends."""
    depth = 0
    position = start
    while token := _TOKEN.search(source, position):
        position = token.end() + int(token["binary"] or 0)
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return position
    return len(source)


def _group(source: str, name: str) -> str:
    """Return the first group of that name, empty where there is none."""
    found = re.search(r"\{(?:\\\*)?\\" + name + r"\b", source)
    return source[found.start() : _end_of_group(source, found.start())] if found else ""


def _metadata_of(source: str) -> Metadata:
    info = _group(source, "info")

    def told(name: str) -> str:
        content = _group(info, name).removeprefix(f"{{\\{name}").removesuffix("}")
        code_page = re.search(r"\\ansicpg\d+", source[:2000])
        return clean(_plain(f"{{\\rtf1{code_page[0] if code_page else ''} {content}}}", source)) if content else ""

    dates = (_DATE.search(_group(info, name)) for name in ("revtim", "creatim"))
    # 1601 and the like stand for a date that is not known.
    date = next((date for date in dates if date and int(date[1]) >= _EARLIEST_YEAR), None)
    parts = [f"{int(part):02}" for part in date.groups() if part] if date else []
    return Metadata(title=told("title"), author=told("author"), date="-".join(parts))


@dataclass(slots=True)
class _Place:
    """Where text is being read: `kind` is the mark of the note, box or page frame that it stands in."""

    kind: str = ""
    level: int = 0
    in_table: bool = False
    text: str = ""
    label: str = ""
    cells: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    is_header_row: bool = False


@dataclass(slots=True)
class _Assembly:
    """Puts marked text together into blocks."""

    _blocks: list[Block] = field(default_factory=list)
    _place: _Place = field(default_factory=_Place)
    _outer: list[_Place] = field(default_factory=list)
    # Notes and boxes of the paragraph or row that is being read.
    _apart: list[Block] = field(default_factory=list)
    _notes: int = 0

    def blocks(self, text: str) -> list[Block]:
        """Return the blocks of a text with marks."""
        for piece in _MARK.split(text):
            place = self._place
            if not _MARK.fullmatch(piece):
                place.text += piece
            elif piece == "\n":
                self._end_paragraph()
            elif piece == _CELL:
                place.cells.append(self._taken())
            elif piece == _ROW:
                self._end_row()
            elif piece == _HEADER_ROW:
                place.is_header_row = True
            elif piece == _IN_TABLE:
                place.in_table = True
            elif piece == _PLAIN:
                place.in_table, place.level = False, 0
            elif piece in _LEVELS:
                place.level = min(_LEVELS.index(piece) + 1, 6)
            elif piece in (_LABEL, _NOTE, _BOX, _FRAME):
                self._enter(piece)
            elif piece == _END and self._outer:
                self._leave()
        while self._outer:
            self._leave()
        self._end()
        return [block for block in (*self._blocks, *self._apart) if block.text]

    def _taken(self) -> str:
        """Return the words read so far, and begin anew."""
        place = self._place
        text, label = clean(place.text), place.label
        place.text = place.label = ""
        return f"{label} {text}" if label and text else text

    def _enter(self, kind: str) -> None:
        text = ""
        if kind == _NOTE:
            self._notes += 1
            self._place.text += f"[{self._notes}]"
            text = f"[{self._notes}] "
        self._outer.append(self._place)
        self._place = _Place(kind, text=text)

    def _leave(self) -> None:
        if self._place.kind == _LABEL:
            label = clean(self._place.text)
            self._place = self._outer.pop()
            self._place.label = label if _LIST_NUMBER.fullmatch(label) else ""
        else:
            self._end()
            self._place = self._outer.pop()

    def _end(self) -> None:
        self._place.in_table = False
        self._end_paragraph()

    def _end_paragraph(self) -> None:
        place = self._place
        if place.in_table:
            # A paragraph inside a cell.
            place.text += " "
            return
        if place.cells:
            self._end_row()
        text = self._taken()
        if text:
            place.headers = []
            self._write(Block("heading", text, place.level) if place.level else Block("text", text))

    def _end_row(self) -> None:
        place = self._place
        cells, place.cells = place.cells, []
        if place.is_header_row:
            place.headers, place.is_header_row = cells, False
        else:
            self._write(Block("row", row_text(place.headers, cells)))

    def _write(self, block: Block) -> None:
        if self._place.kind == _FRAME:
            self._blocks.append(Block("furniture", block.text))
        elif self._place.kind:
            self._apart.append(block)
        else:
            self._blocks.append(block)
            self._blocks.extend(self._apart)
            self._apart = []
