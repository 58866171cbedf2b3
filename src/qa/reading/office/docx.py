"""Word files (.docx, .docm, .dotx, .dotm): headings, paragraphs, numbered items, tables and notes.

python-docx opens the file and finds its parts. Its own lists of paragraphs pass over text boxes, inserted text,
content controls and notes, so the text is read from the elements themselves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from qa.reading.blocks import Block, BlockKind, clean
from qa.reading.decoding import decode_html
from qa.reading.markup.html import fragment_blocks
from qa.reading.office.archive import damage_told
from qa.reading.office.docx_numbering import Numbering, W, value_of, whole
from qa.reading.office.docx_styles import Style, Styles, heading_level
from qa.reading.office.docx_tables import (
    Cell,
    Row,
    header_rows,
    headers_of,
    headers_over,
    is_layout,
    paragraphs_of,
    rows_of,
)
from qa.reading.office.docx_text import TextReader
from qa.reading.office.ooxml import MC, C, R, chart_blocks, chosen, diagram_texts, metadata_of, open_package, parse_part
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.csv_table import row_text

if TYPE_CHECKING:
    from docx.opc.part import Part

_CONTAINERS = frozenset(f"{W}{name}" for name in ("customXml", "ins", "moveTo", "smartTag", "sdtContent"))
_CONTENTS_GALLERY = f"{W}sdtPr/{W}docPartObj/{W}docPartGallery"
_WEB_PAGES = ("text/html", "application/xhtml+xml")


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a Word file. Raises `CorpusError` with the reason where it is unsafe, encrypted or damaged."""
    with damage_told():
        import docx

        package = open_package(data, limits, "a Word file")
        document = docx.Document(package.stream)
        reader = _Reader(document.part)
        reader.read_all(document.element.body)
        properties = document.core_properties if package.has_properties else None
        metadata = metadata_of(properties, reader.styles.language)
        return Parsed(reader.blocks, metadata, package.attachments, (*package.notes, *reader.notes()))


@dataclass(slots=True)
class _Reader:
    """Walks through the elements of a document and writes down its blocks."""

    part: "Part"
    blocks: list[Block] = field(default_factory=list)
    styles: Styles = field(default_factory=Styles)
    numbering: Numbering = field(default_factory=Numbering)
    text: TextReader = field(default_factory=TextReader)
    footnotes: dict[tuple[str, str], etree._Element] = field(default_factory=dict)
    in_frame: bool = False
    unread: int = 0
    # The words of a paragraph whose end was deleted: they belong to the next.
    carried: str = ""

    def read_all(self, body: etree._Element) -> None:
        """Read the body, with the headers of its pages before it and the footers after it."""
        self.styles = Styles.of(self._part_root("styles"))
        self.numbering = Numbering.of(self._part_root("numbering"), self.styles.numbers)
        for kind in ("footnote", "endnote"):
            root = self._part_root(f"{kind}s")
            for note in () if root is None else root.iterchildren(f"{W}{kind}"):
                self.footnotes[kind, note.get(f"{W}id", "")] = note
        self._page_frame(body, "headerReference")
        self._walk(body)
        if self.carried.strip():
            self._emit("text", self.carried)
        self._page_frame(body, "footerReference")

    def notes(self) -> Iterator[str]:
        """Tell what was left out."""
        for count, what in (
            (self.text.comments, "comments left out"),
            (self.text.hidden, "hidden pieces of text left out"),
            (self.text.unknown_signs, "signs of a picture font left out"),
            (self.unread, "inserted files, charts or diagrams not read"),
        ):
            if count:
                yield f"{what}: {count}"

    def _part_root(self, kind: str) -> etree._Element | None:
        """Return the root of the part that the document is related to as its ``styles``, ``numbering`` and so on."""
        for relationship in self.part.rels.values():
            if not relationship.is_external and relationship.reltype.endswith(f"/{kind}"):
                return parse_part(relationship.target_part.blob)
        return None

    def _related(self, relationship_id: str) -> "Part | None":
        relationship = self.part.rels.get(relationship_id)
        return None if relationship is None or relationship.is_external else relationship.target_part

    def _page_frame(self, body: etree._Element, reference: str) -> None:
        """Read the headers or footers of all sections, each once."""
        seen: set[str] = set()
        self.in_frame = True
        for element in body.iter(f"{W}{reference}"):
            part = self._related(element.get(f"{R}id", ""))
            if part is not None and str(part.partname) not in seen:
                seen.add(str(part.partname))
                self._walk(parse_part(part.blob))
        self.in_frame = False

    def _walk(self, elements: Iterable[etree._Element]) -> None:
        """Read paragraphs and tables in their order."""
        for element in elements:
            tag = element.tag
            if tag == f"{W}p":
                self._paragraph(element)
            elif tag == f"{W}tbl":
                self._table(element)
            elif tag == f"{W}sdt":
                was_in_frame = self.in_frame
                self.in_frame |= element.find(_CONTENTS_GALLERY + f"[@{W}val='Table of Contents']") is not None
                self._walk(element)
                self.in_frame = was_in_frame
            elif tag == f"{W}altChunk":
                self._inserted_file(element.get(f"{R}id", ""))
            elif tag == f"{MC}AlternateContent":
                self._walk(chosen(element))
            elif tag in _CONTAINERS:
                self._walk(element)

    def _emit(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip():
            self.blocks.append(Block("furniture" if self.in_frame else kind, text, level))

    def _paragraph(self, element: etree._Element) -> None:
        text = self.carried + self.text.read(element)
        self.carried = ""
        if element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self.carried = text
            return
        style = self._style_of(element)
        outline = element.find(f"{W}pPr/{W}outlineLvl")
        level = style.heading if outline is None else heading_level(outline.get(f"{W}val", ""))
        label = self._label(element, style)
        if clean(text):
            kind: BlockKind = "furniture" if style.is_contents else "heading" if level else "text"
            self._emit(kind, f"{label} {text}" if label else text, level)
        self._set_apart()

    def _style_of(self, paragraph: etree._Element) -> Style:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return self.styles.default if style is None else self.styles[style.get(f"{W}val", "")]

    def _label(self, paragraph: etree._Element, style: Style) -> str:
        """Return the number that Word shows before a paragraph, empty where it shows a bullet or nothing."""
        numbered = paragraph.find(f"{W}pPr/{W}numPr")
        number = style.number if numbered is None else value_of(numbered, "numId") or style.number
        if not number:
            return ""
        told = "" if numbered is None else value_of(numbered, "ilvl")
        style_id = paragraph.find(f"{W}pPr/{W}pStyle")
        bound = "" if style_id is None else style_id.get(f"{W}val", "")
        level = whole(told) if told else self.numbering.level_of_style(number, bound, style.number_level)
        return self.numbering.label(number, level)

    def _set_apart(self) -> None:
        """Read what the paragraph or row just read holds besides its words: boxes, pictures of data, notes."""
        apart, self.text.apart = self.text.apart, []
        references, self.text.references = self.text.references, []
        for element in apart:
            if element.tag == f"{W}txbxContent":
                self._walk(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag == f"{C}chart":
                root = self._drawn(element.get(f"{R}id", ""))
                for block in () if root is None else chart_blocks(root):
                    self._emit(block.kind, block.text)
            else:
                root = self._drawn(element.get(f"{R}dm", ""))
                for text in () if root is None else diagram_texts(root):
                    self._emit("text", text)
        for reference in references:
            mark = f"{self.text.marks[reference]} "
            for paragraph in self.footnotes.get(reference, etree.Element("none")).iter(f"{W}p"):
                text = self.text.read(paragraph)
                if clean(text):
                    self._emit("text", mark + text)
                    mark = ""

    def _drawn(self, relationship_id: str) -> etree._Element | None:
        part = self._related(relationship_id)
        if part is None:
            self.unread += 1
            return None
        return parse_part(part.blob)

    def _inserted_file(self, relationship_id: str) -> None:
        part = self._related(relationship_id)
        if part is None or part.content_type not in _WEB_PAGES:
            self.unread += 1
            return
        for block in fragment_blocks(decode_html(part.blob)):
            self._emit(block.kind, block.text, block.level)

    def _table(self, table: etree._Element) -> None:
        rows = rows_of(table)
        if is_layout(rows):
            for row in rows:
                for cell in row.cells:
                    self._walk(cell.element)
            return
        # A title over the whole table stands before the header.
        width = max(row.width for row in rows)
        titles = 0
        while titles < len(rows) and len(rows[titles].cells) == 1 and rows[titles].cells[0].span >= width:
            titles += 1
        header_count = header_rows(table, rows[titles:], self.styles)
        above: dict[int, str] = {}
        read: list[list[tuple[Cell, str]]] = []
        headers: dict[int, str] = {}
        for index, row in enumerate(rows):
            read.append(self._cells(row, above))
            if index == titles + header_count - 1:
                headers = headers_of(read[titles:])
            if not titles <= index < titles + header_count:
                over = [headers_over(cell, headers) if cell.span < width else "" for cell, _ in read[-1]]
                self._emit("row", row_text(over, [text for _, text in read[-1]]))
                self._set_apart()

    def _cells(self, row: Row, above: dict[int, str]) -> list[tuple[Cell, str]]:
        """Return the cells of a row with their words; what is merged with the cell above says what that says."""
        cells = []
        for cell in row.cells:
            if not cell.continues:
                pieces = (
                    f"{self._label(paragraph, self._style_of(paragraph))} {self.text.read(paragraph)}".strip()
                    for paragraph in paragraphs_of(cell.element)
                )
                above[cell.column] = " ".join(piece for piece in pieces if piece)
            cells.append((cell, above.get(cell.column, "")))
        return cells
