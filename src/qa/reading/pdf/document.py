"""Opening PDF documents and their pages with PDFium."""

import io
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from qa.errors import CorpusError

PDFIUM_LOCK = threading.Lock()
"""PDFium may be used by one thread at a time, whatever documents they have open."""

LONGEST_TEXT = 100_000  # bytes
LABEL_TREE_DEPTH = 8
LABEL_TREE_WIDTH = 10_000
"""A sound tree of page labels is hardly ever deeper than two nodes, nor are there more labels than pages."""


def open_document(data: bytes) -> Any:
    """Open a PDF with the empty password. Raises `CorpusError` with the reason where it cannot be."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) < 1:
            raise CorpusError("it has no pages that could be found: open it in a PDF program and save it again")
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise CorpusError("encrypted: remove the password and index again") from error
        if error.err_code == raw.FPDF_ERR_SECURITY:
            raise CorpusError("encrypted in a way that is not supported: save it without and index again") from error
        raise CorpusError("not a PDF that can be opened: open it in a PDF program and save it again") from error
    return document


def open_page(document: Any, index: int) -> Any:
    """Load a page with what is filled into its forms, and written over it, as part of its text."""
    from pypdfium2 import raw

    page = document[index]
    written = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP)
    if any(subtype in written for subtype in annotation_kinds(page)):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page.close()
        page = document[index]
    return page


def annotation_kinds(page: Any) -> list[int]:
    """Return PDFium's number for the kind of each annotation of a page."""
    from pypdfium2 import raw

    kinds = []
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            kinds.append(raw.FPDFAnnot_GetSubtype(annotation))
            raw.FPDFPage_CloseAnnot(annotation)
    return kinds


def pdfium_text(ask: Callable[[Any, int], int]) -> str:
    """Return a text that PDFium writes into a buffer, given one and its length, as it does for titles and labels."""
    from pypdfium2 import raw

    length = ask(None, 0)
    if not 2 < length < LONGEST_TEXT:
        return ""
    buffer = (raw.FPDF_WCHAR * ((length + 1) // 2))()
    ask(buffer, length)
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace")


def open_catalogue(data: bytes) -> Any:
    """Return a PDF's root dictionary as pypdf reads it, None where pypdf cannot.

    For what PDFium does not hand out or does not check.
    """
    import pypdf

    # It reports every oddity of a damaged file, also later, when it reads what the dictionary refers to.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            reader.decrypt("")
        return reader.root_object
    except Exception:  # pypdf raises whatever a damaged file leads it into; PDFium reads such files too
        return None


def page_labels(document: Any, catalogue: Any) -> list[str]:
    """Return the label printed on each page, its number where the file names none."""
    from pypdfium2.raw import FPDF_GetPageLabel

    named = _labels_are_sound(catalogue)
    labels = []
    for index in range(len(document)):
        label = pdfium_text(partial(FPDF_GetPageLabel, document, index)) if named else ""
        labels.append("".join(c for c in label if c.isprintable()).strip() or str(index + 1))
    return labels


def _labels_are_sound(catalogue: Any) -> bool:
    """Tell whether PDFium may walk the tree of page labels: one that runs in a circle ends the whole process there."""
    if catalogue is None:
        return False
    try:
        level = [catalogue["/PageLabels"]] if "/PageLabels" in catalogue else []
        for _ in range(LABEL_TREE_DEPTH):
            level = [child.get_object() for node in level for child in node.get("/Kids", ())]
            if not level or len(level) > LABEL_TREE_WIDTH:
                break
        return not level
    except Exception:  # as above
        return False
