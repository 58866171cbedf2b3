"""Opening the zip archives that office files and e-books are, without trusting them."""

import contextlib
import copy
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from qa.errors import CorpusError
from qa.reading.parsed import Limits

ENTRIES_MAX = 10_000
ENCRYPTED = "encrypted: remove the password and index again"

_ENTRY_SIGNATURE = b"PK\x01\x02"
OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_STEP = 1 << 16
# Formats that files with a wrong ending turn out to be, by their first bytes.
_SIGNATURES = (
    (b"%pdf-", "a PDF"),
    (b"{\\rtf", "an RTF file"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"mime-version:", "a web page with its pictures (MHTML)"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)

_MAIN_PARTS = (
    ("word/document.xml", "a Word file"),
    ("xl/workbook.xml", "an Excel workbook"),
    ("xl/workbook.bin", "a binary Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint file"),
)
_MIMETYPES = (
    ("application/vnd.oasis.opendocument.text", "an OpenDocument text"),
    ("application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet"),
    ("application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation"),
    ("application/epub+zip", "an e-book"),
)


def open_archive(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open `data` as a zip archive whose members are safe to read whole.

    Raises `CorpusError` where it is no zip archive, is encrypted, holds more than `ENTRIES_MAX` entries, names
    an entry outside itself, or expands to more than `limits.expanded_bytes`. Sizes are measured, not believed: every
    member is expanded once in small steps, so that a library that opens the same bytes anew meets no surprise.
    """
    if data.startswith(OLE_SIGNATURE):
        if ENCRYPTED_PACKAGE in data:
            raise CorpusError(ENCRYPTED)
        raise CorpusError("really an Office file in the format of before 2007: save it in today's format")
    # Every entry has a signature, so this bounds their number before the list of entries is read into memory.
    if data.count(_ENTRY_SIGNATURE) > ENTRIES_MAX:
        raise CorpusError(f"holds more than {ENTRIES_MAX:,} entries: unpack it or split it up")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, UnicodeError, ValueError, EOFError) as error:
        raise CorpusError(wrong_kind(data)) from error
    expanded = 0
    for entry in archive.infolist():
        _refuse_unsafe(entry)
        # The declared sizes come first, because they cost nothing.
        expanded += entry.file_size
        if expanded > limits.expanded_bytes:
            raise CorpusError(_too_large(limits))
    expanded = 0
    for entry in archive.infolist():
        expanded += _measure(archive, entry, limits.expanded_bytes - expanded)
        if expanded > limits.expanded_bytes:
            raise CorpusError(_too_large(limits))
    return archive


def refuse_entities(archive: zipfile.ZipFile) -> None:
    """Raise `CorpusError` where an XML member of `archive` declares entities, as no honest office file does."""
    for name in archive.namelist():
        if name.lower().endswith((".xml", ".rels", ".opf", ".ncx")):
            # Without its zero bytes, UTF-16 reads like ASCII.
            content = member(archive, name).replace(b"\x00", b"")
            if b"<!DOCTYPE" in content and b"<!ENTITY" in content:
                raise CorpusError("unsafe: its XML declares entities")


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member's bytes. Raises `CorpusError` where it is missing or damaged."""
    try:
        return archive.read(name)
    except KeyError as error:
        raise CorpusError(f"damaged: it lacks its part {name}") from error
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError) as error:
        raise CorpusError(f"damaged: its part {name} cannot be read") from error


def kind_of(archive: zipfile.ZipFile) -> str:
    """Return what kind of file an archive is by its members: "a Word file"; empty where that is unknown."""
    names = set(archive.namelist())
    if "mimetype" in names:
        told = member(archive, "mimetype")[:100].decode("ascii", "replace").strip()
        return next((kind for start, kind in _MIMETYPES if told.startswith(start)), "")
    return next((kind for part, kind in _MAIN_PARTS if part in names), "")


@contextlib.contextmanager
def damage_told() -> Iterator[None]:
    """Turn whatever a library raises over a damaged file into a `CorpusError`.

    Libraries meet damage with KeyError, AttributeError, AssertionError and more, and which of them is not documented.
    """
    try:
        yield
    except (CorpusError, MemoryError):
        raise
    except RecursionError as error:
        raise CorpusError("nested too deeply") from error
    except Exception as error:
        raise CorpusError(f"damaged: it cannot be read as its ending says ({type(error).__name__})") from error


def _refuse_unsafe(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or name[1:3] == ":/" or ".." in PurePosixPath(name).parts:
        raise CorpusError("unsafe: an entry's name points outside the file")
    if entry.flag_bits & 0x1:
        raise CorpusError(ENCRYPTED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CorpusError("compressed in a way that office files are not: save it anew")


def _measure(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowed_bytes: int) -> int:
    """Return how many bytes an entry really expands to, up to just past `allowed_bytes`."""
    unbelieved = copy.copy(entry)
    # zipfile cuts what it reads at the declared size, yet expands everything before it cuts.
    unbelieved.file_size = max(allowed_bytes, 0) + _STEP
    # Without it the checksum is not compared: that is for whoever reads the member.
    del unbelieved.CRC
    size = 0
    try:
        with archive.open(unbelieved) as member:
            while size <= allowed_bytes and (piece := member.read(_STEP)):
                size += len(piece)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError):
        # A damaged member may be a picture that nobody reads: whoever needs it finds it damaged.
        return size
    if allowed_bytes >= size > entry.file_size:
        raise CorpusError("damaged: an entry is not of the size that it says")
    return size


def _too_large(limits: Limits) -> str:
    return f"expands to more than {limits.expanded_bytes // 1024**2:,} MB: split it up"


def wrong_kind(data: bytes) -> str:
    """Return the reason why `data` is refused that is not what its file's ending says."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            return f"really {name}: give the file the ending of its format"
    if start.startswith(b"pk\x03\x04"):
        return "damaged: its end is missing or broken; save it anew"
    return "not in the format that its ending says"
