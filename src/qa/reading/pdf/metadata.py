"""What a PDF says about itself: its information dictionary, then its XMP packet."""

import re
from datetime import date
from functools import partial
from typing import Any

from qa.reading.blocks import clean
from qa.reading.pdf.document import pdfium_text
from qa.types import Metadata

# What programs put in when nobody gave a title.
_PROGRAM_TITLE = re.compile(
    r"(?:microsoft (?:office )?(?:word|excel|powerpoint|outlook)\b.*|untitled.*|(?:new |word )?document ?\d*|"
    r"(?:powerpoint )?presentation ?\d*|slide ?\d*|layout ?\d*|book ?\d*|sheet ?\d*|title|no title|scan.*\d.*|print|"
    r"unbenannt.*|dokument ?\d*)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r".*\.(?:docx?|dotx?|pdf|pptx?|xlsx?|rtf|odt|odp|ods|indd|qxd|tex|dvi|ps|eps|pub|wpd|html?|pmd|p65|txt|md|ai)",
    re.IGNORECASE,
)
_PDF_DATE = re.compile(r"(?:D:)?\s*(\d{4})(\d{2})?(\d{2})?")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_RDF_ITEM = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
EARLIEST_YEAR = 1980
XMP_BYTES = 4 * 1024**2


def read_metadata(document: Any, catalogue: Any) -> Metadata:
    """Return the properties of an open document; what they leave out is looked for in its catalogue's XMP packet."""
    from pypdfium2 import raw

    def told(name: bytes) -> str:
        return pdfium_text(partial(raw.FPDF_GetMetaText, document, name))

    title = real_title(told(b"Title"))
    author = clean(told(b"Author")).replace("\n", " ")
    day = _day(told(b"CreationDate"), _PDF_DATE) or _day(told(b"ModDate"), _PDF_DATE)
    language = _language(pdfium_text(partial(raw.FPDFCatalog_GetLanguage, document)))
    if not (title and author and day):
        packet = _xmp(catalogue)
        title = title or real_title(packet.get("title", ""))
        author = author or clean(packet.get("creator", "")).replace("\n", " ")
        day = day or _day(packet.get("created", ""), _ISO_DATE)
        language = language or _language(packet.get("language", ""))
    return Metadata(title=title, author=author, date=day, language=language)


def real_title(title: str) -> str:
    """Return `title` if somebody may have written it, empty if a program or a file's name stands in its place."""
    title = " ".join(clean(title).split())
    named_by_file = "\\" in title or (" " not in title and ("/" in title or "_" in title))
    if named_by_file or _FILE_NAME.fullmatch(title) or _PROGRAM_TITLE.fullmatch(title):
        return ""
    return title if re.search(r"[^\W\d_]{2}", title) else ""


def _day(text: str, pattern: re.Pattern[str]) -> str:
    """Return a date in ISO 8601, as exact as it is given; empty where it is none that can be."""
    found = pattern.match(text.strip())
    if not found:
        return ""
    numbers = [int(part) for part in found.groups() if part]
    try:
        day = date(*[*numbers, 1, 1][:3])
    except ValueError:
        return ""
    if not EARLIEST_YEAR <= day.year <= date.today().year + 1:
        return ""
    return day.isoformat()[: (4, 7, 10)[len(numbers) - 1]]


def _language(text: str) -> str:
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) and not text.lower().startswith("x-") else ""


def _xmp(catalogue: Any) -> dict[str, str]:
    """Return the properties of the XMP packet by name, empty where there is none that can be read.

    The packet is XML, and read without entities or network.
    """
    from lxml import etree

    try:
        packet = catalogue["/Metadata"].get_object().get_data()
        if not 0 < len(packet) <= XMP_BYTES:
            return {}
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        root = etree.fromstring(packet, parser)
    except Exception:  # pypdf and lxml raise whatever a damaged file leads them into; the text is read without them
        return {}
    if root is None:
        return {}

    def first(name: str) -> str:
        element = next(root.iter(name), None)
        if element is None:
            return next((e.get(name) for e in root.iter() if e.get(name)), "") or ""
        items = [item.text or "" for item in element.iter(_RDF_ITEM)] or [element.text or ""]
        return ", ".join(item.strip() for item in (items if name.endswith("creator") else items[:1]) if item.strip())

    return {
        "title": first(f"{_DC}title"),
        "creator": first(f"{_DC}creator"),
        "language": first(f"{_DC}language"),
        "created": first(f"{_XMP}CreateDate") or first(f"{_XMP}ModifyDate") or first(f"{_DC}date"),
    }
