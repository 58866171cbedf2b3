"""Which parser reads which file: the one place to add a format."""

from qa.reading import html, markdown, plaintext, table
from qa.reading.parsed import Parser

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
