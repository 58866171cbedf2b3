"""The shape of a table in a Word file: its rows and cells, merged or not, and which rows are its header."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from qa.reading.office.docx_numbering import W, value_of, whole
from qa.reading.office.docx_styles import Styles, is_on

_CONTAINERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_NO_COLOUR = ("", "auto", "ffffff")
# A cell with more paragraphs than this is part of a page's layout, not of a table of data.
_CELL_PARAGRAPHS = 3
_FIRST_ROW = 0x20  # its bit in a table's "look"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `continues` tells that it is merged with the one above it."""

    element: etree._Element
    column: int
    span: int
    continues: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `repeats` tells that it is to be printed on every page, as header rows are."""

    cells: tuple[Cell, ...]
    repeats: bool

    @property
    def width(self) -> int:
        """How many columns the row reaches to."""
        return max((cell.column + cell.span for cell in self.cells), default=0)


def rows_of(table: etree._Element) -> list[Row]:
    """Return the rows of `table` without those that a tracked change deleted."""
    rows = []
    for element in _children(table, f"{W}tr"):
        properties = element.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            continue
        column = 0 if properties is None else whole(value_of(properties, "gridBefore"))
        cells = []
        for cell in _children(element, f"{W}tc"):
            span = max(1, whole(value_of(cell, "tcPr/" + f"{W}gridSpan"), 1))
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            continues = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            cells.append(Cell(cell, column, span, continues))
            column += span
        rows.append(Row(tuple(cells), properties is not None and is_on(properties.find(f"{W}tblHeader"))))
    return rows


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _CONTAINERS:
            yield from _children(child, tag)


def paragraphs_of(cell: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs of a cell."""
    return _children(cell, f"{W}p")


def is_layout(rows: list[Row]) -> bool:
    """Tell a table that lays out a page from one of data: it has one column, or tables or long texts in its cells."""
    if max((len(row.cells) for row in rows), default=0) < 2:
        return True
    for row in rows:
        for cell in row.cells:
            if cell.element.find(f".//{W}tbl") is not None:
                return True
            if sum(map(_has_words, paragraphs_of(cell.element))) > _CELL_PARAGRAPHS:
                return True
    return False


def header_rows(table: etree._Element, rows: list[Row], styles: Styles) -> int:
    """Return how many of the first of `rows` are the table's header.

    A row that is not marked as one counts where it looks like one, by its style or as the only one in bold or in
    colour. Everything else would pair words that have nothing to do with each other.
    """
    marked = next((index for index, row in enumerate(rows) if not row.repeats), len(rows))
    if marked or len(rows) < 2:
        return marked if marked < len(rows) else 0
    if not all(_has_words(cell.element) for cell in rows[0].cells[1:]):
        return 0
    style = value_of(table, "tblPr/" + f"{W}tblStyle")
    if style in styles.with_header and _wants_first_row(table):
        return 1
    looks = (_is_bold, _is_coloured)
    return int(any(_all(looks_apart, rows[0]) and not _all(looks_apart, rows[1]) for looks_apart in looks))


def _wants_first_row(table: etree._Element) -> bool:
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None:
        return False
    if told := look.get(f"{W}firstRow"):
        return told in ("1", "true", "on")
    try:
        return bool(int(look.get(f"{W}val", "0"), 16) & _FIRST_ROW)
    except ValueError:
        return False


def _all(test: object, row: Row) -> bool:
    assert callable(test)
    return all(test(cell.element) for cell in row.cells if _has_words(cell.element))


def _is_bold(cell: etree._Element) -> bool:
    return all(is_on(run.find(f"{W}rPr/{W}b")) for run in cell.iter(f"{W}r") if _has_words(run))


def _is_coloured(cell: etree._Element) -> bool:
    shade = cell.find(f"{W}tcPr/{W}shd")
    return shade is not None and shade.get(f"{W}fill", "").lower() not in _NO_COLOUR


def _has_words(element: etree._Element) -> bool:
    return any((text.text or "").strip() for text in element.iter(f"{W}t"))


def headers_of(rows: Iterable[Iterable[tuple[Cell, str]]]) -> dict[int, str]:
    """Return the header of each column from the cells of the header rows, those above one another joined."""
    headers: dict[int, list[str]] = {}
    for row in rows:
        for cell, text in row:
            for column in range(cell.column, cell.column + min(cell.span, 100)):
                if text and text not in headers.setdefault(column, []):
                    headers[column].append(text)
    return {column: " ".join(texts) for column, texts in headers.items()}


def headers_over(cell: Cell, headers: dict[int, str]) -> str:
    """Return the headers of the columns that `cell` stands in."""
    over = [headers.get(column, "") for column in range(cell.column, cell.column + min(cell.span, 100))]
    return " / ".join(dict.fromkeys(header for header in over if header))
