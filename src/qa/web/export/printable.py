"""Text that any file can hold, and the direction in which it is written."""

import re
import unicodedata

# XML 1.0, 2.2, forbids most control characters, halves of surrogate pairs, and U+FFFE and U+FFFF; those from U+007F to
# U+009F it discourages. No reader of Markdown shows them either.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Return text with line ends as "\\n" and with the replacement character for what no file can show."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return text as one line, white space tidied."""
    return " ".join(printable(text).split())


def is_right_to_left(text: str, otherwise: bool = False) -> bool:
    """Tell whether text is written from right to left, by its first letter (Unicode Annex 9, P2 and P3)."""
    directions = (unicodedata.bidirectional(c) for c in text)
    first = next((direction for direction in directions if direction in ("L", "R", "AL")), "")
    return first != "L" if first else otherwise
