"""Walking the folder of documents: what is there, and what is passed over and why."""

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.errors import CorpusError
from qa.reading import html, markdown, plaintext, table
from qa.reading.blocks import Block, compose
from qa.types import Document, Skipped

Parser = Callable[[bytes], tuple[str, Iterator[Block]]]

PARSERS: dict[str, Parser] = {
    ".md": markdown.parse,
    ".markdown": markdown.parse,
    ".txt": plaintext.parse,
    ".text": plaintext.parse,
    ".html": html.parse,
    ".htm": html.parse,
    ".xhtml": html.parse,
    ".csv": table.parse,
    ".tsv": table.parse,
}

READER_VERSION = 1
"""Raised whenever the same file would be read differently, so that an index reads it again."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that a parser exists for: `id` is its POSIX path below the corpus."""

    id: str
    path: Path
    size_bytes: int


def find_files(corpus: Path) -> tuple[list[CorpusFile], list[Skipped]]:
    """Return the readable files below `corpus`, sorted by id, and everything that was passed over.

    Raises `CorpusError` when `corpus` is no folder that can be listed.
    """
    if not corpus.is_dir():
        raise CorpusError(f"There is no folder of documents at {corpus}: create it or name another with --corpus.")
    files: list[CorpusFile] = []
    skipped: list[Skipped] = []
    pending = [corpus]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if folder == corpus:
                raise CorpusError(f"The folder {corpus} cannot be listed: {error.strerror}.") from error
            skipped.append(Skipped(_identify(folder, corpus), f"cannot be listed: {error.strerror}"))
            continue
        for entry in entries:
            path = Path(entry.path)
            reason = _reason_to_skip(entry)
            if reason:
                skipped.append(Skipped(_identify(path, corpus), reason))
            elif entry.is_dir(follow_symlinks=False):
                pending.append(path)
            else:
                files.append(CorpusFile(_identify(path, corpus), path, entry.stat().st_size))
    files.sort(key=lambda file: file.id)
    return _without_collisions(files, skipped)


def _reason_to_skip(entry: os.DirEntry[str]) -> str:
    name = entry.name
    if entry.is_symlink():
        return "a link: put the file itself into the folder"
    if name.startswith((".", "~$")):
        return "hidden or temporary"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name):
        return "its name holds control characters: rename it"
    if entry.is_dir(follow_symlinks=False):
        return ""
    if not entry.is_file(follow_symlinks=False):
        return "not a regular file"
    suffix = Path(name).suffix.lower()
    if suffix not in PARSERS:
        return f"no reader for {suffix} files" if suffix else "no reader for files without an ending"
    return ""


def _identify(path: Path, corpus: Path) -> str:
    relative = path.relative_to(corpus).as_posix()
    readable = relative.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", readable)


def _without_collisions(files: list[CorpusFile], skipped: list[Skipped]) -> tuple[list[CorpusFile], list[Skipped]]:
    """Keep one file of several whose names differ only in their Unicode form."""
    kept: dict[str, CorpusFile] = {}
    for file in files:
        if file.id in kept:
            skipped.append(Skipped(file.id, "another file has the same name in another Unicode form: rename one"))
        else:
            kept[file.id] = file
    return list(kept.values()), sorted(skipped, key=lambda s: s.path)


def read_bytes(file: CorpusFile) -> bytes:
    """Return a file's bytes. Raises `CorpusError` with the reason where it cannot be read."""
    try:
        return file.path.read_bytes()
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror}") from error


def read_document(document_id: str, data: bytes) -> Document:
    """Read one file's bytes into a `Document`; the parser follows from the ending of `document_id`.

    Raises `CorpusError` with the reason where the bytes hold no text that can be found.
    """
    if not data.strip():
        raise CorpusError("empty")
    parser = PARSERS[Path(document_id).suffix.lower()]
    title, blocks = parser(data)
    document = compose(document_id, hashlib.sha256(data).hexdigest(), blocks, title)
    if not any(paragraph.kind == "text" for paragraph in document.paragraphs):
        raise CorpusError("holds no text that could be found")
    return document
