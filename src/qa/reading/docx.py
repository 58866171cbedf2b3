"""Word files (.docx, .docm, .dotx, .dotm): headings, paragraphs, numbered items, tables and notes.

python-docx opens the file and finds its parts. Its own lists of paragraphs pass over text boxes, inserted text, content controls
and notes, so the text is read from the elements themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from qa.errors import CorpusError
from qa.reading.archive import damage_told
from qa.reading.blocks import Block, BlockKind, clean
from qa.reading.docx_numbering import Numbering, W, value_of, whole
from qa.reading.docx_styles import DEEPEST_HEADING, Styles, heading_level
from qa.reading.docx_tables import Table, table_of
from qa.reading.docx_text import TextReader
from qa.reading.html import fragment_blocks
from qa.reading.decoding import decode_html
from qa.reading.ooxml import DGM, MC, C, R, chart_blocks, chosen, diagram_texts, metadata_of, open_package, parse_part
from qa.reading.parsed import Limits, Parsed

if TYPE_CHECKING:
    from docx.opc.part import Part

_CONTAINERS = frozenset(f"{W}{name}" for name in ("customXml", "ins", "moveTo", "smartTag", "sdtContent", "txbxContent"))
_NOT_NOTES = ("separator", "continuationSeparator", "continuationNotice")


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a Word file. Raises `CorpusError` with the reason where it is unsafe, encrypted or damaged."""
    import docx

    package = open_package(data, limits, "a Word file")
    with damage_told():
        document = docx.Document(package.stream)
        reader = _Reader(document.part)
        reader.read_all(document.element.body)
        metadata = metadata_of(document.core_properties, reader.styles.language)
        return Parsed(reader.blocks, metadata, package.attachments, (*package.notes, *reader.notes()))


@dataclass(slots=True)
class _Reader:
    """Walks through the elements of a document and writes down its blocks."""

    part: "Part"
    blocks: list[Block] = field(default_factory=list)
    styles: Styles = field(default_factory=Styles)
    numbering: Numbering = field(default_factory=Numbering)
    text: TextReader = field(default_factory=TextReader)
    in_frame: bool = False
    unread: int = 0
    # The words of a paragraph whose end was deleted: they belong to the next.
    carried: str = ""

    def read_all(self, body: etree._Element) -> None:
        """Read the body, with the headers of its pages before it and the footers after it."""
        self.styles = Styles.of(self._related_root("styles"))
        self.numbering = Numbering.of(self._related_root("numbering"), self.styles.numbers)
        self._frame(body, "headerReference")
        self.walk(body)
        if self.carried.strip():
            self._emit("text", self.carried)
        self._frame(body, "footerReference")

    def notes(self) -> Iterator[str]:
        """Tell what was left out."""
        if self.text.comments:
            yield f"{self.text.comments} comments left out"
        if self.text.hidden:
            yield f"{self.text.hidden} pieces of hidden text left out"
        if self.text.unknown_signs:
            yield f"{self.text.unknown_signs} signs of a picture font left out"
        if self.unread:
            yield f"{self.unread} inserted files, charts or diagrams not read"

    def walk(self, parent: etree._Element) -> None:
        """Read the paragraphs and tables below `parent` in their order."""
        for element in parent:
            tag = element.tag
            if tag == f"{W}p":
                self._paragraph(element)
            elif tag == f"{W}tbl":
                self._table(element)
            elif tag == f"{W}sdt":
                self._control(element)
            elif tag == f"{W}altChunk":
                self._inserted_file(element)
            elif tag == f"{MC}AlternateContent":
                for choice in chosen(element):
                    self.walk([choice]) if choice.tag in (f"{W}p", f"{W}tbl") else self.walk(choice)
            elif tag in _CONTAINERS:
                self.walk(element)

    def _emit(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if text.strip():
            self.blocks.append(Block("furniture" if self.in_frame else kind, text, level))

    def _paragraph(self, element: etree._Element) -> None:
        text = self.carried + self.text.read(element)
        self.carried = ""
        if element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self.carried = text
            return
        label = self._label(element)
        level = self._heading_level(element)
        if clean(text):
            style = self._style_of(element)
            text = f"{label} {text}" if label else text
            if style.is_contents:
                self._in_frame(lambda: self._emit("furniture", text))
            else:
                self._emit("heading" if level else "text", text, level)
        self._set_apart()
