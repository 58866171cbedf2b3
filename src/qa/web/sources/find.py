"""Finding words within one document, whatever their case and the white space between them."""

import re
import unicodedata
from collections.abc import Sequence

from qa.types import Document, Heading, Paragraph
from qa.web.sources.pieces import Mark, Run, runs_of

# Passages listed; who finds more had better add a word.
MOST_LISTED = 200
# Characters of a passage shown before and behind the first words found in it.
BEFORE = 80
BEHIND = 200
ELLIPSIS = "…"
# As typed on a keyboard, and as a typesetter writes them.
_TYPOGRAPHIC = str.maketrans(dict.fromkeys("‘’‚‛ʼ", "'") | dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‐‑‒–—−", "-"))
_WANTED = re.compile(r'"([^"]*)"|([^\s"]+)')


def folded(text: str) -> str:
    """Return text as it is compared: case folded (Unicode 3.13), one space for any white space, plain quotes, dashes.

    >>> folded("Straße – “New\\nPier”")
    'strasse - "new pier"'
    """
    return " ".join(text.translate(_TYPOGRAPHIC).casefold().split())


def wanted(words: str) -> list[str]:
    """Return what a passage must hold: each word, and each phrase in quotation marks, folded.

    >>> wanted('ferry “last boat"')
    ['ferry', 'last boat']
    """
    asked = (phrase.strip() or word for phrase, word in _WANTED.findall(folded(unicodedata.normalize("NFC", words))))
    return list(dict.fromkeys(one for one in asked if one))


def find(document: Document, words: str) -> list[Paragraph | Heading]:
    """Return every paragraph and heading that holds all the words and phrases, in the order of the text."""
    needles = wanted(words)
    if not needles:
        return []
    parts: list[Paragraph | Heading] = [*document.headings, *document.paragraphs]
    return [
        part
        for part in sorted(parts, key=lambda part: part.start)
        if _holds(folded(document.text[part.start : part.end]), needles)
    ]


def places(document: Document, part: Paragraph | Heading, words: str) -> list[Mark]:
    """Return every range of a part in which one of the words or phrases stands, overlapping ones joined."""
    letters, offsets = _traced(document.text, part.start, part.end)
    spans = sorted(
        (offsets[match.start()], offsets[match.end() - 1] + 1)
        for needle in wanted(words)
        for match in re.finditer(re.escape(needle), letters)
    )
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return [Mark("found", start, end) for start, end in joined]


def snippet(document: Document, part: Paragraph | Heading, words: str) -> list[Run]:
    """Return the words found in a part with what stands around the first of them, cut between words."""
    text, marks = document.text, places(document, part, words)
    start = max(part.start, marks[0].start - BEFORE)
    end = min(part.end, marks[0].end + BEHIND)
    if start > part.start:
        start = _next_word(text, start, marks[0].start)
    if end < part.end:
        end = max(marks[0].end, text.rfind(" ", start, end))
    lead = runs_of(ELLIPSIS, 0, 1) if start > part.start else []
    trail = runs_of(ELLIPSIS, 0, 1) if end < part.end else []
    return [*lead, *runs_of(text, start, end, marks), *trail]


def _holds(text: str, needles: Sequence[str]) -> bool:
    return all(needle in text for needle in needles)


def _next_word(text: str, start: int, latest: int) -> int:
    space = text.find(" ", start, latest)
    return space + 1 if space >= 0 else start


def _traced(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the offset of the one that it was."""
    letters: list[str] = []
    offsets: list[int] = []
    for offset in range(start, end):
        character = text[offset]
        for letter in " " if character.isspace() else character.translate(_TYPOGRAPHIC).casefold():
            if letter == " " and letters[-1:] in ([], [" "]):
                continue
            letters.append(letter)
            offsets.append(offset)
    return "".join(letters), offsets
