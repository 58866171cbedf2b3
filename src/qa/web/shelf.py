"""What a reader may open: the documents of the index, and their files below the corpus folder."""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qa.answering.permalink import split_version
from qa.errors import CorpusError, QAError
from qa.reading import CorpusFile, read_file_bytes
from qa.reading.metadata import SIDECAR_SUFFIX
from qa.types import Document
from qa.web.live import LiveAssistant

NO_SUCH_DOCUMENT = "There is no such document."
FILE_GONE = "The file of this document is no longer in the folder of documents."
FILE_CHANGED = "The file of this document has changed since it was indexed: it can be had once the index is up to date."


class ShelfError(QAError):
    """What was asked for is not to be had; `status` is the HTTP status that says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was indexed, byte for byte."""

    name: str
    data: bytes
    document: Document


class Shelf:
    """Hands out documents and their files; every route asks here. Safe to use from several threads."""

    def __init__(self, live: LiveAssistant, corpus: Path) -> None:
        self._live = live
        self._corpus = corpus

    def document(self, document_id: str) -> Document | None:
        """Return a document of the index; None if there is none that the reader may see.

        The one place for a rule about who may see what: what it hides is like what never was.
        """
        return self._live.current().index.document(document_id)

    def addressed(self, address: str) -> tuple[Document | None, str]:
        """Return the document that "<document>@<version>" or "<document>" names, and the version, "" without one."""
        document = self.document(address)
        if document is not None:
            return document, ""
        document_id, version = split_version(address)
        return (self.document(document_id) if version else None), version

    def original(self, document_id: str) -> Original:
        """Return the file that a document was read from; that of an attachment is the file it came in.

        Raises `ShelfError` where there is no such document, where its file is gone, a link or outside the corpus, and
        where its bytes are no longer those that were indexed: the bytes handed out are the very ones compared.
        """
        document = self.document(document_id)
        if document is None:
            raise ShelfError(404, NO_SUCH_DOCUMENT)
        path = _below(self._corpus, document.file)
        if path is None:
            raise ShelfError(404, FILE_GONE)
        sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
        try:
            data, _, sha256 = read_file_bytes(CorpusFile(document.file, path, sidecar if sidecar.exists() else None))
        except CorpusError as error:
            raise ShelfError(404, FILE_GONE) from error
        if sha256 != document.sha256:
            raise ShelfError(409, FILE_CHANGED)
        return Original(PurePosixPath(document.file).name, data, document)

    def successor(self, document: Document) -> Document | None:
        """Return the document that stands in the place of this one today, if the reader may see it."""
        newer = self._live.current().index.replaced_by(document.id)
        return self.document(newer) if newer is not None else None


def _below(corpus: Path, file: str) -> Path | None:
    """Return the regular file that a path below the corpus names, None if there is none or a link is on the way."""
    try:
        root = path = corpus.resolve(strict=True)
        for name in file.split("/"):
            if name in ("", ".", "..") or "\\" in name or "\0" in name:
                return None
            path /= name_on_disk(path, name)
            if path.is_symlink():
                return None
        return path if path.is_file() and path.resolve().is_relative_to(root) else None
    except OSError:
        return None


def name_on_disk(folder: Path, name: str) -> str:
    """Return the name of an entry of `folder` as the disk has it: a document's id is in the form NFC."""
    if os.path.lexists(folder / name):
        return name
    return next((p.name for p in folder.iterdir() if unicodedata.normalize("NFC", p.name) == name), name)
