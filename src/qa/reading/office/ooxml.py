"""What Word and PowerPoint files have in common: their packages, properties, charts and diagrams."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.office.archive import kind_of, member, open_archive, refuse_entities
from qa.reading.parsed import Attachment, Limits
from qa.reading.tables.csv_table import row_text
from qa.types import Metadata

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "[Content_Types].xml"
# Files of the "strict" kind differ in these addresses only.
_STRICT = re.compile(rb'="http://purl\.oclc\.org/ooxml/(\w+)/')
_TRANSITIONAL = rb'="http://schemas.openxmlformats.org/\1/2006/'
# Templates, shows and files with macros are built as plain ones are.
_MAIN_TYPES = (
    (
        re.compile(
            rb"application/vnd\.(?:ms-word\.\w+\.macroEnabled\w*|[\w.-]+\.wordprocessingml\.template)\.main\+xml"
        ),
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    (
        re.compile(
            rb"application/vnd\.(?:ms-powerpoint\.\w+\.macroEnabled"
            rb"|[\w.-]+\.presentationml\.(?:template|slideshow))\.main\+xml"
        ),
        b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
)
# What sets the parts of a formula apart on the page.
_SIGNS = {f"{M}num": "", f"{M}den": "/", f"{M}sup": "^", f"{M}sub": "_", f"{M}rad": "√"}
_READ_PARTS = (".xml", ".rels", ".htm", ".html", ".xhtml")


@dataclass(frozen=True, slots=True)
class Package:
    """An office file made safe for a library: `stream` holds only the parts that text can stand in."""

    stream: io.BytesIO
    attachments: tuple[Attachment, ...]
    notes: tuple[str, ...]
    # The libraries make properties up where a file has none.
    has_properties: bool


def open_package(data: bytes, limits: Limits, kind: str) -> Package:
    """Return the package of an office file.

    `kind` is what `archive.kind_of` must find. Pictures, fonts and macros are left out, so that they cost nothing and
    damage to them does not matter; so are relationships that lead nowhere, over which the libraries stumble.
    Raises `CorpusError` with the reason where the file is unsafe, encrypted, damaged or of another kind.
    """
    archive = open_archive(data, limits)
    names = {name.replace("\\", "/").lstrip("/"): name for name in archive.namelist()}
    found = kind_of(archive)
    if found != kind and (found or _TYPES not in names):
        raise CorpusError(f"really {found or 'another archive'}: give the file the ending of its format")
    if _TYPES not in names:
        raise CorpusError(f"damaged: it lacks its part {_TYPES}")
    refuse_entities(archive)
    roots = member(archive, names.get("_rels/.rels", "_rels/.rels"))
    strict = b"purl.oclc.org/ooxml/" in roots
    kept = {name: original for name, original in names.items() if name.lower().endswith(_READ_PARTS)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, original in kept.items():
            content = member(archive, original)
            if strict:
                content = _STRICT.sub(_TRANSITIONAL, content)
            if name == _TYPES:
                for pattern, plain in _MAIN_TYPES:
                    content = pattern.sub(plain, content)
            elif name.endswith(".rels"):
                content = _leading_somewhere(content, name, kept)
            package.writestr(name, content)
    stream.seek(0)
    attachments, notes = _embedded(archive, names)
    return Package(stream, attachments, notes, b"metadata/core-properties" in roots)


def _leading_somewhere(content: bytes, name: str, kept: dict[str, str]) -> bytes:
    """Return the relationships part `name` without those whose target is not there."""
    root = etree.fromstring(content, _parser())
    for relationship in list(root.iter(_RELATIONSHIP)):
        if relationship.get("TargetMode") != "External" and _target(relationship, name) not in kept:
            root.remove(relationship)
    return etree.tostring(root)


def _target(relationship: etree._Element, name: str) -> str:
    """Return the part that a relationship in the part `name`, such as ``word/_rels/document.xml.rels``, leads to."""
    folder = posixpath.dirname(posixpath.dirname(name))
    return posixpath.normpath(posixpath.join("/", folder, relationship.get("Target", ""))).lstrip("/")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def parse_part(content: bytes) -> etree._Element:
    """Return the root of an XML part that the library at hand does not read itself."""
    return etree.fromstring(content, _parser())


def _embedded(archive: zipfile.ZipFile, names: dict[str, str]) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """Return the whole files that stand in an office file, but for the tables behind its charts."""
    attachments: dict[str, Attachment] = {}
    objects: set[str] = set()
    for name in sorted(names):
        if not name.endswith(".rels") or "/charts/" in name:
            continue
        for relationship in etree.fromstring(member(archive, names[name]), _parser()).iter(_RELATIONSHIP):
            target = _target(relationship, name)
            kind = relationship.get("Type", "").rsplit("/", 1)[-1]
            if target not in names or kind not in ("package", "oleObject") or "/embeddings/" not in f"/{target}":
                continue
            if target.lower().endswith(".bin"):
                objects.add(target)
            elif target not in attachments:
                attachments[target] = Attachment(posixpath.basename(target), member(archive, names[target]))
    notes = (f"embedded objects not read: {len(objects)}",) if objects else ()
    return tuple(attachments.values()), notes


def metadata_of(properties: object | None, language: str = "") -> Metadata:
    """Return what a file's core properties, if it has any, say; one that cannot be read is left empty."""

    def told(name: str) -> str:
        try:
            value = getattr(properties, name)
        except (ValueError, AttributeError, TypeError):
            return ""
        return str(value.date().isoformat() if hasattr(value, "date") else value or "").strip()

    return Metadata(
        title=told("title"),
        author=told("author"),
        date=told("modified") or told("created"),
        language=told("language") or language,
    )


def diagram_texts(root: etree._Element) -> Iterator[str]:
    """Yield the texts of a SmartArt diagram's data part."""
    for point in root.iter(f"{DGM}pt"):
        for paragraph in point.iter(f"{A}p"):
            text = "".join(piece.text or "" for piece in paragraph.iter(f"{A}t"))
            if text.strip():
                yield text


def chart_blocks(root: etree._Element, page: str | None = None) -> Iterator[Block]:
    """Yield a chart's title and one row for each of its categories, from the values kept beside the drawing."""
    title = "".join(piece.text or "" for head in root.iter(f"{C}title") for piece in head.iter(f"{A}t"))
    if title.strip():
        yield Block("text", title, page=page)
    names: list[str] = []
    columns: list[dict[int, str]] = []
    categories: dict[int, str] = {}
    for series in root.iter(f"{C}ser"):
        names.append("; ".join(_points(series.find(f"{C}tx")).values()))
        categories |= _points(series.find(f"{C}cat")) or _points(series.find(f"{C}xVal"))
        value = series.find(f"{C}val")
        columns.append(_points(value if value is not None else series.find(f"{C}yVal")))
    for index in sorted({*categories, *(index for column in columns for index in column)}):
        cells = [categories.get(index, ""), *(column.get(index, "") for column in columns)]
        if any(cells):
            yield Block("row", row_text(["", *names], cells), page=page)


def _points(parent: etree._Element | None) -> dict[int, str]:
    if parent is None:
        return {}
    found: dict[int, str] = {}
    for point in parent.iter(f"{C}pt"):
        index = point.get("idx", "")
        if index.isdecimal():
            found.setdefault(int(index), _number_shown(point.findtext(f"{C}v") or ""))
    text = parent.findtext(f"{C}v")
    return found or ({0: text} if text else {})


def _number_shown(text: str) -> str:
    """Return a number without the digits that binary fractions bring: 8.1999999999999993 is 8.2."""
    try:
        return f"{float(text):.15g}" if "." in text else text
    except ValueError:
        return text


def formula(element: etree._Element) -> str:
    """Return a formula in one line: a half is "1/2" and a square "x^2", for "12" and "x2" would say something else."""
    if element.tag == f"{M}t":
        return element.text or ""
    words = "".join(formula(child) for child in element if isinstance(child.tag, str))
    sign = _SIGNS.get(str(element.tag))
    if sign is None or not words.strip():
        return words
    return sign + (words if words.strip().isalnum() else f"({words})")


def chosen(alternatives: etree._Element) -> list[etree._Element]:
    """Return the elements to read of those that say the same thing for newer and older programs."""
    for name in (f"{MC}Choice", f"{MC}Fallback"):
        found = alternatives.find(name)
        if found is not None:
            return list(found)
    return []
