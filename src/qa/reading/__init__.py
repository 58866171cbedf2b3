"""From files to documents: the only room that knows file formats."""

from qa.reading.corpus import (
    SYNONYMS,
    UNLISTABLE,
    CorpusFile,
    file_sha256,
    find_files,
    read_bytes,
    read_file_bytes,
    require_folder,
)
from qa.reading.formats import PARSERS, READER_VERSION
from qa.reading.parsed import Limits
from qa.reading.read import ReadFile, read_document, read_file
from qa.reading.worker import ReaderProcess

__all__ = [
    "PARSERS",
    "READER_VERSION",
    "SYNONYMS",
    "UNLISTABLE",
    "CorpusFile",
    "Limits",
    "ReadFile",
    "ReaderProcess",
    "file_sha256",
    "find_files",
    "read_bytes",
    "read_document",
    "read_file",
    "read_file_bytes",
    "require_folder",
]
