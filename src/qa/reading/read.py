"""From one file's bytes to its documents: itself, and the files it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from qa.errors import CorpusError
from qa.reading.blocks import compose
from qa.reading.corpus import sha256_of
from qa.reading.decoding import decode
from qa.reading.formats import PARSERS
from qa.reading.metadata import from_yaml, overridden
from qa.reading.parsed import Attachment, Limits, Parsed
from qa.types import Document, Skipped

# A mail in a mail in a mail is read; what nests deeper is listed as not read.
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The documents of one file, the file's own first, and what in it was not read."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]


def read_file(document_id: str, data: bytes, sidecar: bytes = b"", limits: Limits | None = None) -> ReadFile:
    """Read a file by the parser that its ending names.

    `sidecar` holds the bytes of its metadata file, if there is one. Raises `CorpusError` with the reason where
    neither the file nor anything in it holds text that can be found.
    """
    limits = limits or Limits()
    sha256 = sha256_of(data, sidecar)
    if not data.strip(b"\0 \t\r\n"):
        raise CorpusError("empty")
    documents: list[Document] = []
    skipped: list[Skipped] = []
    reason = ""
    for document, problem in _documents(document_id, document_id, data, sidecar, sha256, limits, 1):
        if document is not None:
            documents.append(document)
        elif problem.path == document_id:
            reason = problem.reason
        else:
            skipped.append(problem)
    if not documents:
        raise CorpusError(reason or "holds no text that could be found")
    if reason:
        skipped.insert(0, Skipped(document_id, reason))
    return ReadFile(tuple(documents), tuple(skipped))


def _documents(
    document_id: str, file: str, data: bytes, sidecar: bytes, sha256: str, limits: Limits, depth: int
) -> Iterator[tuple[Document | None, Skipped]]:
    """Yield a document, or what was not read and why."""
    problem = Skipped(document_id, "holds no text that could be found")
    try:
        parsed = PARSERS[PurePosixPath(document_id).suffix.lower()](data, limits)
        document = _document(document_id, file, sha256, parsed, sidecar)
    except CorpusError as error:
        yield None, Skipped(document_id, str(error))
        return
    findable = any(paragraph.kind == "text" for paragraph in document.paragraphs)
    yield document if findable else None, problem
    for attached_id, attachment in _named(document_id, parsed.attachments):
        if PurePosixPath(attached_id).suffix.lower() not in PARSERS:
            yield (
                None,
                Skipped(attached_id, f"no reader for {PurePosixPath(attached_id).suffix.lower() or 'such'} files"),
            )
        elif depth >= DEEPEST:
            yield None, Skipped(attached_id, f"stands in a file in a file more than {DEEPEST} deep")
        else:
            yield from _documents(attached_id, file, attachment.data, b"", sha256, limits, depth + 1)


def _document(document_id: str, file: str, sha256: str, parsed: Parsed, sidecar: bytes) -> Document:
    metadata = parsed.metadata
    if sidecar:
        try:
            metadata = overridden(metadata, from_yaml(decode(sidecar)))
        except CorpusError as error:
            raise CorpusError(f"its metadata file: {error}") from error
    return compose(document_id, sha256, parsed.blocks, metadata, file=file, notes=parsed.notes)


def _named(document_id: str, attachments: tuple[Attachment, ...]) -> Iterator[tuple[str, Attachment]]:
    """Give each attachment an id below its file's; equal names are told apart by a number."""
    used: set[str] = set()
    for attachment in attachments:
        name = PurePosixPath(attachment.name.replace("\\", "/")).name.strip() or "attachment"
        path = PurePosixPath(name)
        number = 1
        while name in used:
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"
        used.add(name)
        yield f"{document_id}/{name}", attachment


def read_document(document_id: str, data: bytes) -> Document:
    """Read a file's own document, in this process and without its attachments. Raises `CorpusError`."""
    return read_file(document_id, data).documents[0]
