"""From a file's bytes to its characters."""

import codecs
import re

from charset_normalizer import from_bytes

from qa.errors import CorpusError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)


def decode(data: bytes) -> str:
    """Return the text of `data`: by its byte-order mark, as UTF-8, else by the likeliest encoding.

    Raises `CorpusError` when the bytes are no text in any encoding.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" not in data:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    best = from_bytes(data).best()
    if best is None:
        raise CorpusError("not a text file: no character encoding fits its bytes")
    return str(best)


def encoding_notes(data: bytes) -> tuple[str, ...]:
    """Return a note naming the encoding where it had to be guessed, nothing where it was certain."""
    if data.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        return ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(data).best()
        return (f"encoding guessed: {best.encoding}",) if best is not None else ()
    return ()


def decode_html(data: bytes) -> str:
    """Return the text of an HTML file, heeding its own <meta charset> where that is true."""
    declared = _META_CHARSET.search(data[:4096])
    if declared and not data.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        try:
            encoding = codecs.lookup(declared[1].decode("ascii")).name
            # Bytes in which the declaration could be found are no UTF-16 or UTF-32, whatever it says.
            if not encoding.startswith(("utf-16", "utf-32")):
                return data.decode(encoding)
        except (LookupError, UnicodeError):
            pass
    return decode(data)
