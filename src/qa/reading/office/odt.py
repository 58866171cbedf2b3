"""OpenDocument texts (.odt, .ott): headings, paragraphs, numbered items, tables and notes.

odfdo opens the file and gives its elements; its own conversion to text leaves out text boxes and the headers of
tables.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.errors import CorpusError
from qa.reading.blocks import Block, BlockKind, clean
from qa.reading.office.archive import ENCRYPTED, damage_told, kind_of, member, open_archive, refuse_entities
from qa.reading.office.docx_numbering import whole
from qa.reading.office.odt_styles import OUTLINE, Styles, attribute, tag_of
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.csv_table import row_text
from qa.types import Metadata

if TYPE_CHECKING:
    from odfdo import Document, Element

_MANIFEST = "META-INF/manifest.xml"
_DEEPEST_HEADING = 6
# A cell or row may be written once for thousands of empty ones.
_REPEATED_AT_MOST = 256
_LEFT_OUT = frozenset((
    "office:annotation", "office:annotation-end", "office:forms", "text:tracked-changes", "text:ruby-text",
    "svg:title", "svg:desc", "text:sequence-decls", "text:variable-decls", "text:user-field-decls", "draw:image",
    "office:event-listeners", "text:list-header-label", "text:alphabetical-index-mark",
    "text:hidden-paragraph",
))  # fmt: skip
_CHARACTERS = {"text:tab": "\t", "text:line-break": " "}
_CONTENTS = frozenset((
    "text:table-of-content", "text:alphabetical-index", "text:illustration-index", "text:table-index",
    "text:object-index", "text:user-index",
))  # fmt: skip
_FRAMES = ("style:header", "style:header-left", "style:header-first", "style:footer", "style:footer-left",
           "style:footer-first")  # fmt: skip


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read an OpenDocument text. Raises `CorpusError` with the reason where it is unsafe, encrypted or damaged."""
    archive = open_archive(data, limits)
    found = kind_of(archive)
    if found and found != "an OpenDocument text":
        raise CorpusError(f"really {found}: give the file the ending of its format")
    if _MANIFEST in archive.namelist() and b"encryption-data" in member(archive, _MANIFEST):
        raise CorpusError(ENCRYPTED)
    refuse_entities(archive)
    with damage_told():
        import io

        from odfdo import Document

        document = Document(io.BytesIO(data))
        reader = _Reader(document)
        reader.read_all()
        return Parsed(reader.blocks, _metadata_of(document), notes=tuple(reader.notes()))


def _metadata_of(document: "Document") -> Metadata:
    if "meta.xml" not in document.parts:
        return Metadata()
    told = {}
    for tag in ("dc:title", "dc:creator", "meta:initial-creator", "dc:date", "meta:creation-date", "dc:language"):
        element = document.meta.root.get_element(f"//{tag}")
        told[tag] = "" if element is None else " ".join(element.text_recursive.split())
    return Metadata(
        title=told["dc:title"],
        author=told["meta:initial-creator"] or told["dc:creator"],
        date=(told["dc:date"] or told["meta:creation-date"])[:10],
        language=told["dc:language"],
    )


@dataclass(slots=True)
class _Reader:
    """Walks through the elements of a document and writes down its blocks."""

    document: "Document"
    blocks: list[Block] = field(default_factory=list)
    comments: int = 0
    hidden: int = 0
    objects: int = 0
    in_frame: bool = False
    _in_cell: bool = False
    _styles: Styles = field(default_factory=Styles)
    # Notes and text boxes met in the paragraph that is being read.
    _apart: list["Element"] = field(default_factory=list)

    def read_all(self) -> None:
        """Read the body, with the headers of its pages before it and the footers after it."""
        content = self.document.content.root
        roots = [content]
        if "styles.xml" in self.document.parts:
            roots.append(self.document.styles.root)
        for root in roots:
            self._styles.add(root)
        frames = [frame for root in roots[1:] for name in _FRAMES for frame in root.get_elements(f"//{name}")]
        self._frames(frame for frame in frames if "header" in tag_of(frame))
        self._walk(self.document.body.children)
        self._frames(frame for frame in frames if "footer" in tag_of(frame))

    def notes(self) -> Iterator[str]:
        """Tell what was left out."""
        if self.comments:
            yield f"comments left out: {self.comments}"
        if self.hidden:
            yield f"hidden pieces of text left out: {self.hidden}"
        if self.objects:
            yield f"embedded objects not read: {self.objects}"

    def _frames(self, frames: Iterable["Element"]) -> None:
        self.in_frame = True
        for frame in frames:
            self._walk(frame.children)
        self.in_frame = False

    def _walk(self, elements: Iterable["Element"]) -> None:
        for element in elements:
            tag = tag_of(element)
            if tag == "text:p":
                self._paragraph("text", element)
            elif tag == "text:h":
                self._heading(element)
            elif tag == "text:list":
                self._list(element, "", 1)
            elif tag == "table:table":
                self._table(element)
            elif tag in _CONTENTS:
                was_in_frame, self.in_frame = self.in_frame, True
                self._walk(element.children)
                self.in_frame = was_in_frame
            elif tag == "text:section" and attribute(element, "text:display") == "none":
                self.hidden += 1
            elif tag in ("draw:object", "draw:object-ole"):
                self.objects += 1
            elif tag not in _LEFT_OUT and not tag.endswith("-source"):
                # Sections, frames, boxes, shapes and whatever else holds paragraphs.
                self._walk(element.children)

    def _paragraph(self, kind: BlockKind, element: "Element", label: str = "", level: int = 0) -> None:
        text = self._words(element)
        if clean(text):
            kind = "furniture" if self.in_frame else kind
            self.blocks.append(Block(kind, f"{label} {text}" if label else text, level))
        self._set_apart()

    def _heading(self, element: "Element") -> None:
        level = max(1, whole(attribute(element, "text:outline-level"), 1))
        label = ""
        if attribute(element, "text:is-list-header") != "true":
            label = self._styles.label(OUTLINE, level)
        self._paragraph("heading", element, label, min(level, _DEEPEST_HEADING))

    def _set_apart(self) -> None:
        """Read the notes and boxes of the paragraph or row just read."""
        if self._in_cell:
            return
        apart, self._apart = self._apart, []
        for element in apart:
            if tag_of(element) != "text:note":
                self._walk([element])
                continue
            mark = _mark_of(element)
            for body in element.get_elements("text:note-body"):
                for paragraph in body.get_elements("descendant::text:p | descendant::text:h"):
                    self._paragraph("text", paragraph, mark)
                    mark = ""

    def _list(self, element: "Element", style: str, level: int) -> None:
        style = attribute(element, "text:style-name") or style
        goes_on = attribute(element, "text:continue-numbering") == "true" or attribute(element, "text:continue-list")
        if level == 1 and not goes_on:
            self._styles.start_again(style)
        for item in element.children:
            if tag_of(item) not in ("text:list-item", "text:list-header"):
                continue
            label = ""
            if tag_of(item) == "text:list-item" and any(
                tag_of(child) in ("text:p", "text:h") for child in item.children
            ):
                label = self._styles.label(style, level, attribute(item, "text:start-value"))
            for child in item.children:
                if tag_of(child) == "text:list":
                    self._list(child, style, level + 1)
                elif tag_of(child) == "text:h":
                    outline = max(1, whole(attribute(child, "text:outline-level"), 1))
                    self._paragraph("heading", child, label, min(outline, _DEEPEST_HEADING))
                    label = ""
                elif tag_of(child) == "text:p":
                    self._paragraph("text", child, label)
                    label = ""
                else:
                    self._walk([child])

    def _table(self, table: "Element") -> None:
        marked = [row for part in table.get_elements("table:table-header-rows") for row in _rows(part)]
        rows = list(_rows(table))
        if max((len(_cells(row)) for row in (*marked, *rows)), default=0) < 2 or table.get_element(
            "descendant::table:table"
        ):
            # One column, or tables in a table: the page's layout.
            for row in (*marked, *rows):
                for cell in _cells(row):
                    self._walk(cell.children)
            return
        if not marked and len(rows) > 1 and self._is_header(rows[0]) and not self._is_header(rows[1]):
            marked, rows = rows[:1], rows[1:]
        if not rows:
            marked, rows = [], marked
        below: dict[int, tuple[int, str]] = {}
        headers = _joined([self._texts(row, below, across=True) for row in marked])
        for row in rows:
            text = row_text(headers, self._texts(row, below))
            if text:
                self.blocks.append(Block("furniture" if self.in_frame else "row", text))
            self._set_apart()

    def _is_header(self, row: "Element") -> bool:
        """Tell whether all words of a row are in the style that is meant for the headings of tables."""
        paragraphs = [p for p in row.get_elements("descendant::text:p") if p.text_recursive.strip()]
        styles = [attribute(paragraph, "text:style-name") for paragraph in paragraphs]
        return len(styles) > 1 and all(map(self._styles.is_table_heading, styles))

    def _texts(self, row: "Element", below: dict[int, tuple[int, str]], across: bool = False) -> list[str]:
        """Return the words of a row's cells.

        `below` remembers, by column, for how many more rows a cell goes on, and its words, which are said again in
        each; `across` says them again in each column, too, as headers need.
        """
        texts: list[str] = []
        covered = (0, "")
        for cell in _cells(row):
            words = self._cell(cell)
            for _ in range(min(whole(attribute(cell, "table:number-columns-repeated"), 1), _REPEATED_AT_MOST)):
                column = len(texts)
                rows_left, above = below.get(column, (0, ""))
                if tag_of(cell) == "table:table-cell":
                    texts.append(words)
                    below[column] = whole(attribute(cell, "table:number-rows-spanned"), 1) - 1, words
                    covered = whole(attribute(cell, "table:number-columns-spanned"), 1) - 1, words
                elif rows_left > 0:
                    texts.append(above)
                    below[column] = rows_left - 1, above
                else:
                    texts.append(covered[1] if across and covered[0] > 0 else "")
                    covered = covered[0] - 1, covered[1]
        return texts

    def _cell(self, cell: "Element") -> str:
        """Return the words of a cell; its notes and boxes are kept until the row is written."""
        outside, self.blocks = self.blocks, []
        self._in_cell = True
        self._walk(cell.children)
        self._in_cell = False
        inside, self.blocks = self.blocks, outside
        return " ".join(clean(block.text) for block in inside)

    def _words(self, element: "Element") -> str:
        """Return the words of a paragraph; its boxes and notes are remembered for afterwards."""
        pieces = [element.text or ""]
        for child in element.children:
            tag = tag_of(child)
            if tag == "text:note":
                self._apart.append(child)
                pieces.append(_mark_of(child).strip())
            elif tag.startswith("draw:"):
                self._apart.append(child)
            elif tag == "office:annotation":
                self.comments += 1
            elif tag == "text:span" and attribute(child, "text:style-name") in self._styles.hidden:
                self.hidden += 1
            elif tag == "text:s":
                pieces.append(" ")
            elif tag in _CHARACTERS:
                pieces.append(_CHARACTERS[tag])
            elif tag not in _LEFT_OUT:
                pieces.append(self._words(child))
            pieces.append(child.tail or "")
        return "".join(pieces)


def _mark_of(note: "Element") -> str:
    citation = note.get_element("text:note-citation")
    return "" if citation is None else f"[{citation.text_recursive.strip()}] "


def _rows(parent: "Element") -> Iterator["Element"]:
    """Yield the rows of a table but for its header rows, or those of a part of it."""
    for child in parent.children:
        if tag_of(child) == "table:table-row":
            yield child
        elif tag_of(child) in ("table:table-rows", "table:table-row-group"):
            yield from _rows(child)


def _cells(row: "Element") -> list["Element"]:
    return [cell for cell in row.children if tag_of(cell) in ("table:table-cell", "table:covered-table-cell")]


def _joined(header_rows: list[list[str]]) -> list[str]:
    """Return the header of each column, those above one another joined."""
    width = max(map(len, header_rows), default=0)
    columns = ([row[column] for row in header_rows if column < len(row)] for column in range(width))
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]
