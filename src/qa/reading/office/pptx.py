"""PowerPoint files (.pptx, .pptm, .ppsx, .potx): a slide is a page, its number the page's label.

python-pptx opens the file and finds slides, shapes and their places; the words are read from the elements, because it
passes over formulas and what stands in newer kinds of shapes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from qa.errors import CorpusError
from qa.reading.blocks import Block, clean
from qa.reading.office.archive import damage_told
from qa.reading.office.docx_numbering import numeral, whole
from qa.reading.office.ooxml import (
    DGM,
    MC,
    A,
    M,
    R,
    chart_blocks,
    chosen,
    diagram_texts,
    formula,
    metadata_of,
    open_package,
    parse_part,
)
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.csv_table import row_text

if TYPE_CHECKING:
    from pptx.slide import Slide

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
# Shapes whose upper edges are no further apart than a fifth of an inch stand beside each other.
_SAME_LINE = 914_400 // 5
_FAR_DOWN = 10**12
# Placeholder types as they stand in the file.
_TITLES = {"ctrTitle": 1, "title": 2}
_FRAME = ("dt", "ftr", "sldNum", "hdr")
# PowerPoint's names of numbers are made of these: "arabicPeriod", "alphaLcParenR".
_NUMBERS = {"arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman",
            "romanUc": "upperRoman"}  # fmt: skip
_AROUND = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a PowerPoint file. Raises `CorpusError` with the reason where it is unsafe, encrypted or damaged."""
    with damage_told():
        import pptx

        package = open_package(data, limits, "a PowerPoint file")
        presentation = pptx.Presentation(package.stream)
        if len(presentation.slides) > limits.pages:
            raise CorpusError(f"has more than {limits.pages:,} slides: split it up")
        blocks: list[Block] = []
        notes = list(package.notes)
        empty: list[str] = []
        comments = 0
        for number, slide in enumerate(presentation.slides, 1):
            reader = _SlideReader(slide, str(number))
            found = list(reader.blocks())
            blocks.extend(found)
            comments += reader.comments()
            if not any(block.kind != "furniture" for block in found):
                empty.append(str(number))
            if slide.element.get("show") in ("0", "false"):
                notes.append(f"slide {number} is hidden in the show")
        if empty:
            notes.append(f"slides without text: {', '.join(empty)}")
        if comments:
            notes.append(f"comments left out: {comments}")
        metadata = metadata_of(presentation.core_properties if package.has_properties else None)
        return Parsed(blocks, metadata, package.attachments, tuple(notes))


@dataclass(slots=True)
class _SlideReader:
    """Reads one slide; `page` is its number."""

    slide: "Slide"
    page: str
    _above: dict[int, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield the slide's title, its shapes in reading order and then the speaker's notes."""
        for alternatives in list(self.slide.element.iter(f"{MC}AlternateContent")):
            _replace(alternatives, chosen(alternatives))
        for ink in list(self.slide.element.iter(f"{_P}contentPart")):
            # Handwriting: without words, and python-pptx stumbles over it.
            _replace(ink, [])
        shapes = list(_flattened(self.slide.shapes))
        titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
        for title in titles:
            words = " ".join(text for _, text in _paragraphs(title.element))
            if words:
                yield Block("heading", words, _TITLES[_placeholder(title)], self.page)
        for shape in shapes:
            if shape not in titles:
                yield from self._shape(shape)
        if self.slide.has_notes_slide:
            for shape in self.slide.notes_slide.shapes:
                if _placeholder(shape) == "body":
                    yield from self._texts(shape.element)

    def comments(self) -> int:
        """Return how many comments the slide has."""
        parts = [rel.target_part for rel in self.slide.part.rels.values() if rel.reltype.endswith("/comments")]
        return sum(len(parse_part(part.blob)) for part in parts)

    def _shape(self, shape: Any) -> Iterator[Block]:
        if getattr(shape, "has_table", False):
            yield from self._table(shape.element)
        elif getattr(shape, "has_chart", False):
            yield from chart_blocks(parse_part(shape.chart_part.blob), self.page)
        elif (diagram := next(shape.element.iter(f"{DGM}relIds"), None)) is not None:
            data = self.slide.part.related_part(diagram.get(f"{R}dm", ""))
            for text in diagram_texts(parse_part(data.blob)):
                yield Block("text", text, page=self.page)
        elif _placeholder(shape) in _FRAME:
            words = " ".join(text for _, text in _paragraphs(shape.element))
            if words:
                yield Block("furniture", words, page=self.page)
        else:
            yield from self._texts(shape.element)

    def _texts(self, element: etree._Element) -> Iterator[Block]:
        for label, text in _numbered(_paragraphs(element)):
            yield Block("text", f"{label} {text}" if label else text, page=self.page)

    def _table(self, element: etree._Element) -> Iterator[Block]:
        """Yield the rows; PowerPoint says whether the first is a header."""
        properties = next(element.iter(f"{A}tblPr"), None)
        has_header = properties is not None and properties.get("firstRow") in ("1", "true")
        rows = [self._cells(row) for row in element.iter(f"{A}tr")]
        headers = rows[0] if has_header and len(rows) > 1 else []
        for cells in rows[1:] if headers else rows:
            if any(cells):
                yield Block("row", row_text(headers, cells), page=self.page)

    def _cells(self, row: etree._Element) -> list[str]:
        """Return the words of a row's cells; what is merged with the cell above says what that says."""
        cells = []
        for column, cell in enumerate(row.iterchildren(f"{A}tc")):
            if cell.get("vMerge") not in ("1", "true"):
                merged = cell.get("hMerge") in ("1", "true")
                self._above[column] = "" if merged else " ".join(text for _, text in _paragraphs(cell))
            cells.append(self._above.get(column, ""))
        return cells


def _replace(element: etree._Element, others: list[etree._Element]) -> None:
    parent = element.getparent()
    if parent is not None:
        place = parent.index(element)
        # An element's tail would go with it, but between shapes there is none.
        parent[place : place + 1] = others


def _flattened(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield shapes in reading order: line by line from the top, each from the left; those of a group together."""
    placed = sorted(shapes, key=lambda shape: _FAR_DOWN if shape.top is None else shape.top)
    lines: list[list[Any]] = []
    line_top = -_FAR_DOWN
    for shape in placed:
        top = _FAR_DOWN if shape.top is None else shape.top
        if not lines or top - line_top > _SAME_LINE:
            lines.append([])
            line_top = top
        lines[-1].append(shape)
    for line in lines:
        for shape in sorted(line, key=lambda shape: shape.left or 0):
            if shape.element.tag == f"{_P}grpSp":
                yield from _flattened(shape.shapes)
            else:
                yield shape


def _placeholder(shape: Any) -> str:
    """Return the type of a placeholder as the file names it, empty where the shape is none."""
    for placeholder in shape.element.iter(f"{_P}ph"):
        return str(placeholder.get("type", "obj"))
    return ""


def _paragraphs(element: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield each paragraph that holds words, with its words."""
    for paragraph in element.iter(f"{A}p"):
        text = "".join(_words(piece) for piece in paragraph.iter(f"{A}t", f"{A}br", f"{M}oMath"))
        if clean(text):
            yield paragraph, text


def _words(piece: etree._Element) -> str:
    if piece.tag == f"{M}oMath":
        return formula(piece)
    parent = piece.getparent()
    # Today's date, whenever that is, says nothing.
    is_today = parent is not None and parent.tag == f"{A}fld" and parent.get("type", "").startswith("datetime")
    return " " if piece.tag == f"{A}br" else "" if is_today else piece.text or ""


def _numbered(paragraphs: Iterable[tuple[etree._Element, str]]) -> Iterator[tuple[str, str]]:
    """Yield each paragraph's number, empty where it has none, and its words."""
    counts: dict[int, int] = {}
    for paragraph, text in paragraphs:
        properties = paragraph.find(f"{A}pPr")
        level = 0 if properties is None else whole(properties.get("lvl", ""))
        bullet = None if properties is None else properties.find(f"{A}buAutoNum")
        for deeper in [deeper for deeper in counts if deeper > level or (deeper == level and bullet is None)]:
            del counts[deeper]
        if bullet is None:
            yield "", text
            continue
        counts[level] = counts[level] + 1 if level in counts else whole(bullet.get("startAt", ""), 1)
        yield _label(counts[level], bullet.get("type", "")), text


def _label(count: int, kind: str) -> str:
    for name, form in _NUMBERS.items():
        if kind.startswith(name):
            shown = numeral(count, form)
            return _AROUND.get(kind.removeprefix(name), "{}").format(shown) if shown else ""
    return ""
