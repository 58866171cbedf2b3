"""From files to documents: the only room that knows file formats."""

from qa.reading.corpus import (
    PARSERS,
    READER_VERSION,
    CorpusFile,
    find_files,
    read_bytes,
    read_document,
)

__all__ = ["PARSERS", "READER_VERSION", "CorpusFile", "find_files", "read_bytes", "read_document"]
