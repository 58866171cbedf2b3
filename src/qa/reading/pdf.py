"""PDF: text by columns and paragraphs, with printed page labels; pictures of pages by OCR where there is one."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.hyphenation import join_lines, known_words
from qa.reading.ocr import DOTS_PER_INCH, recogniser
from qa.reading.parsed import Attachment, Limits, Parsed
from qa.reading.pdf_attachments import attachments
from qa.reading.pdf_characters import (
    PDFIUM_LOCK,
    PageText,
    annotation_kinds,
    open_document,
    open_page,
    page_label,
    page_text,
)
from qa.reading.pdf_furniture import Page, Sheet, part_furniture
from qa.reading.pdf_layout import columns, usual_size
from qa.reading.pdf_metadata import read_metadata
from qa.reading.pdf_passages import SAME_SIZE, Passage, goes_on, mark_headings, passages
from qa.types import Metadata

# Of the time that a file may take, so much is for OCR: what is left has to do for all the rest.
OCR_SHARE = 0.6
# Footnotes, furniture and tables between the two halves of a paragraph: so many at most.
BETWEEN_HALVES = 12
# A page is rendered for OCR at 300 dots to the inch, but no larger than this: A3, about.
OCR_PIXELS = 20_000_000
# Letters without a meaning, where a font does not tell what its glyphs stand for.
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class _Read:
    """A page as it was read: `image_only` where something is printed on it but no text."""

    label: str
    text: PageText
    recognised: str = ""
    image_only: bool = False


@dataclass(frozen=True, slots=True)
class _Furniture:
    text: str
    page: str


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a PDF. Raises `CorpusError` with the reason where it cannot be opened or no page has text."""
    with PDFIUM_LOCK:
        document = open_document(data)
        try:
            count = len(document)
            if count > limits.pages:
                raise CorpusError(f"it has {count:,} pages, more than the {limits.pages:,} allowed: split it")
            notes: list[str] = []
            pages = _read_pages(document, limits, notes)
            metadata = read_metadata(document, data)
            attached = attachments(document, limits, notes)
        finally:
            document.close()
    blocks = list(_blocks(pages))
    if not any(block.kind != "furniture" for block in blocks) and not attached:
        raise CorpusError(_nothing_to_read(pages, count))
    return Parsed(blocks, metadata, attached, tuple(notes))
