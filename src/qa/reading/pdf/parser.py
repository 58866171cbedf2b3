"""PDF: text by columns and paragraphs, with printed page labels; pictures of pages by OCR where there is one."""

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.parsed import Limits, Parsed
from qa.reading.pdf.attachments import attachments
from qa.reading.pdf.characters import PageText, page_text
from qa.reading.pdf.document import PDFIUM_LOCK, annotation_kinds, open_catalogue, open_document, open_page, page_labels
from qa.reading.pdf.furniture import Page, Sheet, part_furniture
from qa.reading.pdf.hyphenation import join_lines, known_words
from qa.reading.pdf.layout import columns, usual_size
from qa.reading.pdf.metadata import read_metadata
from qa.reading.pdf.ocr import DOTS_PER_INCH, recogniser
from qa.reading.pdf.passages import SAME_SIZE, Passage, goes_on, mark_headings, passages

# Of the time that a file may take, so much is for OCR: what is left has to do for all the rest.
OCR_SHARE = 0.6
# Footnotes and furniture between the two halves of a paragraph: so many at most.
BETWEEN_HALVES = 12
# A page is rendered for OCR at 300 dots to the inch, but no larger than this: A3, about.
OCR_PIXELS = 20_000_000
# Words along the edges of so many pages are furniture.
REPEATED_ASIDE = 3
# Letters without a meaning, where a font does not tell what its glyphs stand for.
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")


@dataclass(slots=True)
class _Page:
    """A page as it was read.

    `sheet` is its text without and its furniture, `recognised` what OCR made of it; `annotations` are the kinds of what
    is pinned to it, by PDFium's numbers.
    """

    index: int
    label: str
    text: PageText
    annotations: list[int]
    sheet: Sheet = field(default_factory=Sheet)
    image_only: bool = False
    recognised: str = ""

    @property
    def words(self) -> str:
        """What is to be read on the page besides its furniture."""
        return "".join([*(piece.text for piece in self.sheet.body), *self.text.aside])

    @property
    def is_garbled(self) -> bool:
        return len(_UNREADABLE.findall(self.words)) > 0.5 * len(self.words)


@dataclass(frozen=True, slots=True)
class _Furniture:
    text: str
    page: str


_Item = Passage | _Furniture | Block


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a PDF. Raises `CorpusError` with the reason where it cannot be opened or no page has text."""
    from pypdfium2.raw import FPDF_ANNOT_FILEATTACHMENT

    started = time.monotonic()
    with PDFIUM_LOCK:
        document = open_document(data)
        try:
            if len(document) > limits.pages:
                raise CorpusError(f"it has {len(document):,} pages, more than the {limits.pages:,} allowed: split it")
            notes: list[str] = []
            catalogue = open_catalogue(data)
            pages = _read_pages(document, page_labels(document, catalogue), notes)
            _look_at_pictures(document, pages, started + OCR_SHARE * limits.seconds, notes)
            metadata = read_metadata(document, catalogue)
            pinned_to = [page.index for page in pages if FPDF_ANNOT_FILEATTACHMENT in page.annotations]
            attached = attachments(document, pinned_to, limits, notes)
        finally:
            document.close()
    blocks = list(_blocks(pages))
    if not blocks and not attached:
        raise CorpusError(_nothing_to_read(pages))
    return Parsed(blocks, metadata, attached, tuple(notes))


def _read_pages(document: Any, labels: Sequence[str], notes: list[str]) -> list[_Page]:
    import pypdfium2
    from pypdfium2 import raw

    pages: list[_Page] = []
    damaged: list[str] = []
    for index, label in enumerate(labels):
        try:
            page = open_page(document, index)
            pages.append(_Page(index, label, page_text(page), annotation_kinds(page)))
            page.close()
        except pypdfium2.PdfiumError:
            damaged.append(label)
    if not pages:
        raise CorpusError("none of its pages can be read: open it in a PDF program and save it again")
    _tell(notes, damaged, "is damaged and was left out", "are damaged and were left out")
    outside = [page.label for page in pages if page.text.outside]
    _tell(notes, outside, "has text beyond its edges, left out", "have text beyond their edges, left out")
    if comments := sum(page.annotations.count(raw.FPDF_ANNOT_TEXT) for page in pages):
        notes.append(f"{comments} comment{'s' if comments > 1 else ''} pinned to its pages left out")
    if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
        notes.append("it is an XFA form, which may show other text in the program it was made with")
    sheets = part_furniture([Page(page.text.pieces, page.label, page.text.height) for page in pages])
    # Where nothing but furniture was found, it is the text.
    for page, sheet in zip(pages, sheets, strict=True):
        page.sheet = sheet if any(s.body for s in sheets) else Sheet(body=page.text.pieces)
    return pages


def _look_at_pictures(document: Any, pages: Sequence[_Page], deadline: float, notes: list[str]) -> None:
    """Recognise the words of pages that show something but have no text, or one without meaning, until the deadline."""
    recognise = recogniser()
    garbled = [page for page in pages if page.is_garbled]
    for read in [page for page in pages if not page.words] + garbled:
        page = document[read.index]
        read.image_only = not read.words and _shows_picture(page, alone=not read.text.pieces)
        left = deadline - time.monotonic()
        if recognise and left > 0 and (read.image_only or read.is_garbled):
            read.recognised = recognise(_picture(page), left).strip()
            if read.recognised:
                read.sheet = replace(read.sheet, body=())
        page.close()
    left_garbled = [page.label for page in garbled if not page.recognised]
    without = [page.label for page in pages if page.image_only and not page.recognised]
    _tell(notes, [page.label for page in pages if page.recognised], "read by OCR", "read by OCR")
    _tell(notes, without, "has no text layer", "have no text layer")
    _tell(
        notes,
        left_garbled,
        "has letters that say nothing: it needs OCR",
        "have letters that say nothing: they need OCR",
    )


def _shows_picture(page: Any, alone: bool) -> bool:
    """Tell whether a page shows a picture; drawn letters or a drawing count where not even a page number is there."""
    from pypdfium2 import raw

    kinds = None if alone else [raw.FPDF_PAGEOBJ_IMAGE]
    return next(iter(page.get_objects(filter=kinds, max_depth=3)), None) is not None


def _picture(page: Any) -> Any:
    width, height = page.get_size()
    scale = min(DOTS_PER_INCH / 72, (OCR_PIXELS / max(1.0, width * height)) ** 0.5)
    return page.render(scale=scale, grayscale=True).to_pil()


def _tell(notes: list[str], labels: Sequence[str], one: str, several: str) -> None:
    if labels:
        notes.append(f"page {labels[0]} {one}" if len(labels) == 1 else f"pages {', '.join(labels)} {several}")


def _nothing_to_read(pages: Sequence[_Page]) -> str:
    if not any(page.image_only for page in pages):
        return "nothing is printed on its pages"
    which = "its page" if len(pages) == 1 else f"any of its {len(pages):,} pages"
    return f"no text layer on {which}: it needs OCR"


def _blocks(pages: Sequence[_Page]) -> Iterator[Block]:
    """Yield the blocks of all pages; furniture follows the paragraph that it interrupts."""
    items: list[_Item] = []
    asides = Counter(line for page in pages for line in set(page.text.aside))
    for page in pages:
        items.extend(_Furniture(text, page.label) for text in page.sheet.head)
        _lay_out(items, page)
        for line in page.text.aside:
            repeated = asides[line] >= REPEATED_ASIDE
            items.append(_Furniture(line, page.label) if repeated else Block("text", line, page=page.label))
        items.extend(_Furniture(text, page.label) for text in page.sheet.foot)
    found = [item for item in items if isinstance(item, Passage)]
    mark_headings(found, usual_size(line for passage in found for line in passage.lines))
    known = known_words(line.text for passage in found for line in passage.lines)
    for item in items:
        match item:
            case Passage():
                yield Block(item.kind, item.text(known), item.level, item.page)
            case _Furniture():
                yield Block("furniture", item.text, page=item.page)
            case _:
                yield item


def _lay_out(items: list[_Item], page: _Page) -> None:
    """Append a page's passages to `items`; the first of a column may go on with one that is there already."""
    for column in columns(page.sheet.body):
        own = passages(column, page.label)
        broken = _broken_off(items, own[0])
        if broken is not None:
            broken.lines.extend(own[0].lines)
            broken.pages = (broken.pages[0], page.label)
            own = own[1:]
        items.extend(own)
    if page.recognised:
        paragraphs = [paragraph.split("\n") for paragraph in re.split(r"\n\s*\n", page.recognised)]
        known = known_words(line for paragraph in paragraphs for line in paragraph)
        items.extend(Block("text", join_lines(paragraph, known), page=page.label) for paragraph in paragraphs)


def _broken_off(items: Sequence[_Item], after: Passage) -> Passage | None:
    """Return the paragraph that `after` goes on with, looking past furniture and footnotes."""
    for item in reversed(items[-BETWEEN_HALVES:]):
        if isinstance(item, _Furniture):
            continue
        if isinstance(item, Block) or item.kind == "furniture":
            return None
        if item.kind == "text" and item.size < after.size * (1 - SAME_SIZE):
            continue
        return item if goes_on(item, after) else None
    return None
