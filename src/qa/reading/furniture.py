"""Recognising what is on a page but is not its text: headers, footers, addresses, lists of sources."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

_SOURCES_OPEN = re.compile(r"\(\s*Sources?\s*:", re.IGNORECASE)
_SOURCES_LINE = re.compile(r"Sources?\s*:(?=\s*\S)", re.IGNORECASE)
_SENTENCE_BREAK = re.compile(r"[^\W\d_]{4,}[.!?]['\"”’)]*\s+[A-Z]")  # not after "No." or "Dr."
_SENTENCE_STOP = re.compile(r"[.!?;:…۔।]['\"’”)]*$")
# What a source's particulars begin with in lower case: "section on fees", "text as of 2024", "p. 12".
_SOURCE_WORDS = frozenset(
    "accessed and as at by chapter chapters column columns dated edition for from in issue its number of on p page "
    "pages part paragraph paragraphs passage passages pp quoted report reports retrieved section sections table text "
    "the vol volume with article articles note notes press".split()
)
LONGEST_SOURCE_WORDS = 14
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
SHORTEST_PAGE = 10
"""Fewest lines of text from one page's header to the next page's."""


def source_list_start(paragraph: str, closes_document: bool = False) -> int:
    """Return where the closing list of sources starts in `paragraph`, its length if there is none.

    Where the paragraph is its document's last, "Sources:" and a name are enough; elsewhere all of it must be a list.

    "Text. (Sources: Reuters, BBC)" gives 5, with the space before the bracket counted to the list;
    a paragraph that is nothing but a list gives 0.

    >>> source_list_start("Text. (Sources: Reuters, BBC)")
    5
    """
    if line := _SOURCES_LINE.match(paragraph):
        listed = paragraph[line.end() :].lstrip(" \"“‘'*")
        if (closes_document and not listed[:1].islower()) or _is_list(listed):
            return 0
    for opening in _SOURCES_OPEN.finditer(paragraph):
        closing = _closing_bracket(paragraph, opening.start())
        listed = paragraph[opening.end() : closing]
        at_end = not paragraph[closing + 1 :].strip(" .")
        # A bracket that closes says plainly where the list ends; one that never does needs a closer look.
        if at_end and (_is_list(listed) if closing == len(paragraph) else not _SENTENCE_BREAK.search(listed)):
            return len(paragraph[: opening.start()].rstrip())
    return len(paragraph)


def _is_list(text: str) -> bool:
    """Tell whether `text` names sources: short items between commas, no sentence among them.

    What is wrongly taken for a list can never be found again, so that a doubtful text is none.
    """
    if _SENTENCE_BREAK.search(text):
        return False
    items = [item.strip(" ()\"'“”‘’.*_") for item in re.split(r"[,;]", text)]
    return all(
        len(item.split()) <= LONGEST_SOURCE_WORDS
        and (not item[:1].islower() or item.split()[0] in _SOURCE_WORDS or len(item.split()) <= 2)
        for item in items
    )


def _closing_bracket(text: str, opening: int) -> int:
    """Return where the bracket at `opening` closes, the text's length if it never does."""
    depth = 0
    for position in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return len(text)


def is_furniture(line: str) -> bool:
    """Tell whether a line looks like a page's frame: web or mail addresses, a page number, a print header.

    Looks alone prove little: `set_aside` weighs them by what stands around.
    """
    line = line.strip()
    return any(pattern.fullmatch(line) for pattern in (_ADDRESS_LINE, _PAGE_NUMBER, _PRINT_HEADER))


def set_aside(lines: Sequence[str], edges: Collection[int] = ()) -> set[int]:
    """Return the places of the lines of a plain text that are its pages' furniture.

    Blocks of two or more addresses, page numbers, print headers, running headers, and worn copies of lines at page
    breaks. A single address stays ("write to" may stand on the line before) unless it cuts a sentence, and so does a
    dated entry of a log. `edges` are the places of lines next to a form feed.
    """
    headers = set(print_headers(lines)) | running_headers(lines, edges)
    numbers = {place for place, line in enumerate(lines) if _PAGE_NUMBER.fullmatch(line)}
    named = {place for place in numbers if not lines[place][0].isdigit()}
    # "4/7" alone may be a score; page numbers come in numbers.
    aside = headers | (numbers if len(numbers) > 1 else named)
    addresses = [place for place, line in enumerate(lines) if _ADDRESS_LINE.fullmatch(line)]
    for place in addresses:
        cuts = 0 < place < len(lines) - 1 and lines[place - 1][-1].isalnum() and lines[place + 1][0].islower()
        if cuts or {place - 1, place + 1} & (set(addresses) | aside):
            aside.add(place)
    copies = {place for place in range(len(lines) - 1) if is_damaged_copy(lines[place], lines[place + 1])}
    aside |= copies
    # Never a whole text: then nothing of it could be found.
    return aside if len(aside) < len(lines) else set()


def print_headers(lines: Sequence[str]) -> list[int]:
    """Return the places of a browser's print headers: the same title under two dates, or an address right after."""
    found = {place: header["title"] for place, line in enumerate(lines) if (header := _PRINT_HEADER.fullmatch(line))}
    titles = Counter(found.values())
    return [
        place
        for place, title in found.items()
        if (titles[title] > 1 and not _SENTENCE_STOP.search(title))
        or (place + 1 < len(lines) and _ADDRESS_LINE.fullmatch(lines[place + 1]))
    ]


def printed_title(lines: Sequence[str]) -> str:
    """Return the page title that a browser printed above the pages, empty if there is none."""
    for place in print_headers(lines):
        if header := _PRINT_HEADER.fullmatch(lines[place]):
            return header["title"]
    return ""


def running_headers(lines: Sequence[str], edges: Collection[int] = ()) -> set[int]:
    """Return the places of lines that come back from page to page with another page number.

    "Staff handbook 12": words and one number, no sentence's end, three times or more, at the `edges` of pages or never
    closer than a page. "Chapter 3" is none: one word before its number.
    """
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        masked, numbers = _DIGITS.subn("#", line)
        words = _WORD.findall(masked.replace("#", " "))
        if numbers == 1 and len(words) > 1 and len(line) <= RUNNING_HEADER_LENGTH and line[0].isalpha():
            places.setdefault(masked, []).append(place)
    return {
        place
        for masked, found in places.items()
        if len(found) >= RUNNING_HEADER_REPEATS
        and not _SENTENCE_STOP.search(masked)
        and (set(found) <= set(edges) or min(after - before for before, after in pairwise(found)) >= SHORTEST_PAGE)
        for place in found
    }


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
