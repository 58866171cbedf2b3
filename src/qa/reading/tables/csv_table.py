"""Tables: every row becomes one paragraph that carries its headers."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.decoding import decode, encoding_notes
from qa.reading.parsed import Limits, Parsed

# The csv module stops at 131,072 characters a field by default; a pasted e-mail is longer.
MAXIMUM_FIELD = 10_000_000
# The earlier one is taken where two fit alike: a comma stands in a cell most easily.
DELIMITERS = "\t;|,"
SAMPLED_ROWS = 50


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


def parse(data: bytes, limits: Limits) -> Parsed:
    """Return one row block for each row of a CSV or TSV file.

    Raises `CorpusError` naming the line where the file is no table.
    """
    text = decode(data).replace("\x00", "")
    csv.field_size_limit(MAXIMUM_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise CorpusError(f"not a readable table: line {reader.line_num}: {error}") from error
    headers, body = (rows[0], rows[1:]) if len(rows) > 1 else ([], rows)
    return Parsed(tuple(Block("row", row_text(headers, row)) for row in body), notes=encoding_notes(data))


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts most of the first rows into one number of cells, then into most cells.

    csv.Sniffer is no help: it takes apostrophes for quotation marks, and what stands in a cell for a delimiter.
    """

    def fit(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
        try:
            widths = Counter(len(row) for row in islice(reader, SAMPLED_ROWS) if row)
        except csv.Error:
            return 0.0, 0
        width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        return (count / widths.total(), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=fit)
