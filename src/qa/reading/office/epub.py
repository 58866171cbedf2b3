"""E-books (.epub): the chapters in reading order, each read like a web page; the table of contents is left out.

The container is two small XML files that list the chapters, which lxml reads; the maintained libraries for e-books are
under the AGPL.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.decoding import decode_html
from qa.reading.markup.html import fragment_blocks
from qa.reading.office.archive import damage_told, kind_of, member, open_archive
from qa.reading.parsed import Limits, Parsed
from qa.types import Metadata

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTERS = ("application/xhtml+xml", "text/html", "application/xml", "text/xml")
_XHTML = "{http://www.w3.org/1999/xhtml}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_OPS_TYPE = "{http://www.idpf.org/2007/ops}type"
# What frames a page of the web belongs to the text in a book: notes and boxes, openings and ends of chapters.
_BOOK_PARTS = ("aside", "header", "footer")


@dataclass(frozen=True, slots=True)
class _Chapter:
    name: str
    is_contents: bool


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read an e-book. Raises `CorpusError` with the reason where it is unsafe, protected or damaged."""
    archive = open_archive(data, limits)
    if _CONTAINER not in archive.namelist():
        found = kind_of(archive)
        raise CorpusError(f"really {found or 'another archive'}: give the file the ending of its format")
    with damage_told():
        package_name = _package_name(archive)
        package = etree.fromstring(member(archive, package_name), _xml_parser())
        chapters = list(_chapters(package, posixpath.dirname(package_name)))
        names = set(archive.namelist())
        if any(chapter.name in _protected(archive) for chapter in chapters):
            raise CorpusError("protected by the bookseller: nobody but its own reading program can open it")
        if len(chapters) > limits.pages:
            raise CorpusError(f"has more than {limits.pages:,} chapters: split it up")
        blocks: list[Block] = []
        missing = []
        for chapter in chapters:
            if chapter.name not in names:
                missing.append(chapter.name)
            elif not chapter.is_contents:
                blocks.extend(fragment_blocks(_as_html(member(archive, chapter.name))))
        notes = (f"chapters that are listed but missing: {', '.join(missing)}",) if missing else ()
        return Parsed(blocks, _metadata_of(package), notes=notes)


def _xml_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _package_name(archive: zipfile.ZipFile) -> str:
    root = etree.fromstring(member(archive, _CONTAINER), _xml_parser())
    for rootfile in root.iter("{*}rootfile"):
        if name := rootfile.get("full-path"):
            return str(name)
    raise CorpusError("damaged: it does not say where its chapters are")


def _chapters(package: etree._Element, folder: str) -> Iterator[_Chapter]:
    """Yield the chapters in reading order."""
    items = {item.get("id", ""): item for item in package.iterfind("{*}manifest/{*}item")}
    contents = {
        _resolved(reference.get("href", ""), folder)
        for reference in package.iterfind("{*}guide/{*}reference")
        if reference.get("type", "").lower() == "toc"
    }
    for entry in package.iterfind("{*}spine/{*}itemref"):
        item = items.get(entry.get("idref", ""))
        if item is None or item.get("media-type", "").lower() not in _CHAPTERS:
            continue
        name = _resolved(item.get("href", ""), folder)
        yield _Chapter(name, name in contents or "nav" in item.get("properties", "").split())


def _resolved(href: str, folder: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href.split("#", maxsplit=1)[0])))


def _protected(archive: zipfile.ZipFile) -> set[str]:
    """Return the members that are encrypted; fonts often are, which does not matter."""
    if _ENCRYPTION not in archive.namelist():
        return set()
    root = etree.fromstring(member(archive, _ENCRYPTION), _xml_parser())
    return {unquote(reference.get("URI", "")) for reference in root.iter("{*}CipherReference")}


def _as_html(data: bytes) -> str:
    """Return a chapter as HTML for the reader of web pages.

    Chapters are XML, in which ``<title/>`` is an empty element; taken for HTML it would swallow the whole chapter.
    """
    try:
        root = etree.fromstring(data, _xml_parser())
    except etree.XMLSyntaxError:
        return decode_html(data)
    for element in list(root.iter(f"{_XHTML}nav")):
        if "toc" in element.get(_OPS_TYPE, "").split() and (parent := element.getparent()) is not None:
            parent.remove(element)
    for element in root.iter(*(f"{_XHTML}{name}" for name in _BOOK_PARTS)):
        element.tag = f"{_XHTML}div"
    for element in root.iter(etree.Element):
        # The tree may name elements by a prefix, which means nothing in HTML.
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, method="html", encoding="unicode"))


def _metadata_of(package: etree._Element) -> Metadata:
    def told(name: str) -> list[str]:
        return [
            text for element in package.iter(f"{_DC}{name}") if (text := " ".join("".join(element.itertext()).split()))
        ]

    return Metadata(
        title=next(iter(told("title")), ""),
        author="; ".join(told("creator")),
        date=next(iter(told("date")), "")[:10],
        language=next(iter(told("language")), ""),
    )
