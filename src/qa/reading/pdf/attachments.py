"""Files that a PDF carries: taken out, never opened here."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from qa.reading.parsed import Attachment, Limits
from qa.reading.pdf.document import pdfium_text

MAXIMUM_ATTACHMENTS = 1_000


def attachments(document: Any, pinned_to: Sequence[int], limits: Limits, notes: list[str]) -> tuple[Attachment, ...]:
    """Return the files embedded in a document or pinned to the pages whose indexes are given.

    `notes` is told which were left out, and why.
    """
    found: list[Attachment] = []
    seen: set[tuple[str, bytes]] = set()
    left = limits.expanded_bytes
    for number, (name, data) in enumerate(_all(document, pinned_to, notes)):
        if number >= MAXIMUM_ATTACHMENTS:
            notes.append(f"it has more than {MAXIMUM_ATTACHMENTS:,} attachments: the rest were left out")
            break
        if len(data) > left:
            notes.append(f"attachment {name} was left out: too large")
        elif data and (name, data) not in seen:
            seen.add((name, data))
            found.append(Attachment(name, data))
            left -= len(data)
    return tuple(found)


def _all(document: Any, pinned_to: Sequence[int], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and bytes of each file in the document's list of attachments, then of each pinned to a page."""
    import pypdfium2

    for index in range(document.count_attachments()):
        try:
            attachment = document.get_attachment(index)
            yield _name(attachment, index), bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            notes.append(f"attachment {index + 1} is damaged and was left out")
    for index in pinned_to:
        page = document[index]
        yield from _pinned(document, page, notes, index)
        page.close()


def _pinned(document: Any, page: Any, notes: list[str], page_index: int) -> Iterator[tuple[str, bytes]]:
    import pypdfium2
    from pypdfium2 import raw

    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
                handle = raw.FPDFAnnot_GetFileAttachment(annotation)
                if handle:
                    attachment = pypdfium2.PdfAttachment(handle, document)
                    yield _name(attachment, index), bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            notes.append(f"a file pinned to page {page_index + 1} is damaged and was left out")
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _name(attachment: Any, index: int) -> str:
    """Return an attachment's own name without folders, so that it names no place outside."""
    from pypdfium2.raw import FPDFAttachment_GetName

    name = pdfium_text(partial(FPDFAttachment_GetName, attachment))
    name = "".join(c for c in re.split(r"[/\\]", name)[-1] if c.isprintable()).strip(" .")
    return name or f"attachment-{index + 1}"
