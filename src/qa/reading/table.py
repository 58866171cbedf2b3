"""Tables: every row becomes one paragraph that carries its headers."""

import csv
import io
from collections.abc import Iterator, Sequence

from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.decoding import decode

# The csv module stops at 131,072 characters a field by default; a pasted e-mail is longer.
MAXIMUM_FIELD = 10_000_000


def row_text(headers: Sequence[str], cells: Sequence[str]) -> str:
    """Write a row so that it can be read alone.

    >>> row_text(["Group", "Founded"], ["LeT", "1990"])
    'Group: LeT; Founded: 1990'
    """
    parts = []
    for column, cell in enumerate(cells):
        header = headers[column].strip() if column < len(headers) else ""
        value = " ".join(cell.split())
        if value:
            parts.append(f"{header}: {value}" if header and header != value else value)
    return "; ".join(parts)


def parse(data: bytes) -> tuple[str, Iterator[Block]]:
    """Return no title and one text block for each row of a CSV or TSV file.

    Raises `CorpusError` naming the line where the file is no table.
    """
    text = decode(data)
    csv.field_size_limit(MAXIMUM_FIELD)
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), dialect=_dialect(text))
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise CorpusError(f"not a readable table: line {reader.line_num}: {error}") from error
    if len(rows) < 2:
        return "", (Block("row", row_text([], row)) for row in rows)
    return "", (Block("row", row_text(rows[0], row)) for row in rows[1:])


def _dialect(text: str) -> type[csv.Dialect]:
    beginning = text[:8192].lstrip("\r\n")
    if any("\t" in line for line in beginning.splitlines()[:1]):
        return csv.excel_tab
    try:
        dialect = csv.Sniffer().sniff(beginning, delimiters=",;|")
    except csv.Error:
        return csv.excel
    # An apostrophe quotes nothing, and the first doubled quotation mark may come after what was sniffed at.
    dialect.quotechar, dialect.doublequote = '"', True
    return dialect
