"""Recognising what is on a page but is not its text: headers, footers, addresses, lists of sources."""

import re
from collections import Counter
from collections.abc import Sequence

_SOURCES_OPEN = re.compile(r"\(\s*Sources?\s*:", re.IGNORECASE)
_SOURCES_LINE = re.compile(r"(?:Sources?|References)\s*:\s*\S", re.IGNORECASE)
_ADDRESS = r"(?:(?:https?|ftp)://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+"
_ADDRESS_LINE = re.compile(rf"[\W_]*(?:{_ADDRESS})(?:[\s,;|]+(?:{_ADDRESS}|\d+/\d+))*[\W_]*", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|p\.|seite|página)\s*)?\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})|(?:page|p\.|seite)\s*\d{1,4}|[-–—]\s*\d{1,4}\s*[-–—]",
    re.IGNORECASE,
)
# What a browser prints above each page: "6/26/25, 12:52 PM Title of the page".
_PRINT_HEADER = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d{2}(?: ?[AP]M)?\b\s*(?P<title>.*)", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+")

# A running header comes back on page after page; a sentence hardly does.
RUNNING_HEADER_REPEATS = 3
RUNNING_HEADER_LENGTH = 100


def source_list_start(paragraph: str) -> int:
    """Return where the closing list of sources starts in `paragraph`, its length if there is none.

    "Text. (Sources: Reuters, BBC)" gives 5, with the space before the bracket counted to the list;
    a paragraph that is nothing but a list gives 0.

    >>> source_list_start("Text. (Sources: Reuters, BBC)")
    5
    """
    if _SOURCES_LINE.match(paragraph):
        return 0
    for opening in _SOURCES_OPEN.finditer(paragraph):
        if _closes_at_end(paragraph, opening.start()):
            return len(paragraph[: opening.start()].rstrip())
    return len(paragraph)


def _closes_at_end(text: str, opening: int) -> bool:
    """Tell whether the bracket at `opening` closes at the end of `text`, or never."""
    depth = 0
    for position in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return not text[position + 1 :].strip(" .")
    return True


def is_furniture(line: str) -> bool:
    """Tell whether a line is by its own looks no text: web or mail addresses, a page number, a print header."""
    line = line.strip()
    return any(pattern.fullmatch(line) for pattern in (_ADDRESS_LINE, _PAGE_NUMBER, _PRINT_HEADER))


def printed_title(lines: Sequence[str]) -> str:
    """Return the page title that a browser printed above the pages, empty if there is none."""
    for line in lines:
        if header := _PRINT_HEADER.fullmatch(line.strip()):
            return header["title"]
    return ""


def running_headers(lines: Sequence[str]) -> set[str]:
    """Return the lines that come back through a text like page headers, whatever number they carry."""
    counted = Counter(_masked(line) for line in lines if 0 < len(line.strip()) <= RUNNING_HEADER_LENGTH)
    recurring = {masked for masked, count in counted.items() if count >= RUNNING_HEADER_REPEATS}
    return {
        line
        for line in lines
        # With a number in it, as page headers have, and not a table's or a list's row.
        if _masked(line) in recurring and _DIGITS.search(line) and line.strip()[:1].isalpha()
    }


def _masked(line: str) -> str:
    return _DIGITS.sub("#", line.strip())


def is_damaged_copy(line: str, following: str) -> bool:
    """Tell whether `line` is a worn copy of the start of `following`, as page breaks leave it.

    Text taken from a printed page may hold the line at the break twice, once with letters missing:
    "f id bl L hk Jh i (L J) t i" before "formidable Lashkar-e-Jhangvi (LeJ), a sectarian". The worn
    copy's letters are then a subsequence of the whole line's. By chance that hardly happens: twenty given
    letters in their order take some 300 letters of English. A line of whole words that the next one repeats is a
    heading: "The lifts of Harbour House" before "Meridian repairs the lifts of Harbour House".
    """
    letters = [c for c in line.casefold() if c.isalnum()]
    whole = [c for c in following.casefold() if c.isalnum()]
    if len(letters) < 20 or not len(whole) // 3 <= len(letters) <= len(whole):
        return False
    if letters != whole and set(_WORD.findall(line.casefold())) <= set(_WORD.findall(following.casefold())):
        return False
    rest = iter(whole)
    return all(letter in rest for letter in letters)
