"""From the blocks a parser found to a `Document` with exact offsets.

A parser yields blocks in reading order; `compose` writes them into one canonical text, separated by
blank lines, and numbers the paragraphs. No parser counts offsets itself.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from qa.reading.furniture import source_list_start
from qa.types import Document, Heading, Metadata, Paragraph, ParagraphKind

BlockKind = Literal["heading", "text", "row", "furniture"]

HEADING_SEPARATOR = " › "
PARAGRAPH_BREAK = "\n\n"

# A pull quote or repetition is a duplicate from this many characters on; shorter repetitions
# ("See above.", "Not applicable") may well be meant. 40 is about seven words.
DUPLICATE_MINIMUM = 40
# A pull quote stands near the paragraph it was pulled from: at most this many paragraphs away.
PULL_QUOTE_DISTANCE = 10

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a row of a table, or furniture, as a parser found it.

    `level` counts for headings only. A row is a paragraph that cannot be a list of sources, whatever its first
    column is called.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: str | None = None


def clean(text: str) -> str:
    """Return `text` as it is shown and searched: NFC, one plain space where any white space was.

    No-break spaces become spaces; soft hyphens, zero-width spaces, byte-order marks and direction
    marks go, for they change neither the words nor their look here and would break a search for the words.
    Line breaks inside preformatted text stay.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def compose(
    document_id: str,
    sha256: str,
    blocks: Iterable[Block],
    metadata: Metadata,
    file: str = "",
    notes: tuple[str, ...] = (),
) -> Document:
    """Write `blocks` into one `Document`; `file` is the path of the file on disk where that is not the id.

    The title is the metadata's, else the first heading when nothing stands before it, else the file's name in words.
    """
    kept = _furniture_joined(block for raw in blocks if (block := _cleaned(raw)).text)
    kept = [_as_paragraph(block) if _is_empty_section(kept, place) else block for place, block in enumerate(kept)]
    title = clean(metadata.title).replace("\n", " ") or _title_of(kept) or _name_in_words(document_id)
    kinds = _paragraph_kinds(kept)

    pieces: list[str] = []
    headings: list[Heading] = []
    paragraphs: list[Paragraph] = []
    sections: list[tuple[int, str]] = []
    position = 0
    last = max((place for place, block in enumerate(kept) if block.kind != "furniture"), default=0)
    for place, (block, kind) in enumerate(zip(kept, kinds, strict=True)):
        end = position + len(block.text)
        if block.kind == "heading":
            headings.append(Heading(position, end, block.level))
            sections = [s for s in sections if s[0] < block.level] + [(block.level, block.text)]
        else:
            body_length = _body_length(block, closes_document=place == last)
            paragraphs.append(
                Paragraph(
                    document_id=document_id,
                    number=len(paragraphs) + 1,
                    start=position,
                    end=end,
                    body_end=position + body_length,
                    page=block.page,
                    heading=HEADING_SEPARATOR.join(text for _, text in sections if text != title),
                    kind="sources" if body_length == 0 else kind,
                )
            )
        pieces.append(block.text)
        position = end + len(PARAGRAPH_BREAK)
    return Document(
        id=document_id,
        file=file or document_id,
        title=title,
        text=PARAGRAPH_BREAK.join(pieces),
        sha256=sha256,
        headings=tuple(headings),
        paragraphs=tuple(paragraphs),
        metadata=metadata,
        notes=notes,
    )


def _cleaned(block: Block) -> Block:
    text = clean(block.text)
    if block.kind == "heading":
        text = text.replace("\n", " ")
    return Block(block.kind, text, block.level, block.page)


def _furniture_joined(blocks: Iterable[Block]) -> list[Block]:
    """Join furniture that stands together, so that a page's navigation counts as one paragraph."""
    joined: list[Block] = []
    for block in blocks:
        if joined and block.kind == joined[-1].kind == "furniture":
            joined[-1] = Block("furniture", f"{joined[-1].text}\n{block.text}", page=joined[-1].page)
        else:
            joined.append(block)
    return joined


def _is_empty_section(blocks: list[Block], place: int) -> bool:
    """Tell whether a heading has nothing below it, no words and no deeper heading."""
    if blocks[place].kind != "heading":
        return False
    for following in blocks[place + 1 :]:
        if following.kind == "heading":
            return following.level <= blocks[place].level
        if following.kind != "furniture":
            return False
    return True


def _as_paragraph(heading: Block) -> Block:
    # What a heading alone says ("The car park closes at 8 pm") could otherwise never be found.
    return Block("text", heading.text, page=heading.page)


def _title_of(blocks: list[Block]) -> str:
    substance = [block for block in blocks if block.kind != "furniture"]
    return substance[0].text if substance and substance[0].kind == "heading" else ""


def _name_in_words(document_id: str) -> str:
    stem = document_id.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = re.sub(r"[-_\s]+", " ", stem).strip() or document_id
    return words[:1].upper() + words[1:]


def _body_length(block: Block, closes_document: bool = False) -> int:
    """Return where a closing list of sources starts; a row may well be headed "Source"."""
    return source_list_start(block.text, closes_document) if block.kind == "text" else len(block.text)


def _paragraph_kinds(blocks: list[Block]) -> list[ParagraphKind]:
    """Name each block's kind, marking the later of two equal paragraphs of a section and every pull quote.

    A row of a table is never a duplicate, nor is a paragraph that another section says as well: it speaks of that
    section's subject.
    """
    words = [" ".join(_body(b).casefold().split()) if b.kind == "text" else "" for b in blocks]
    sections = list(accumulate(block.kind == "heading" for block in blocks))
    first_seen: dict[tuple[int, str], int] = {}
    kinds: list[ParagraphKind] = []
    for place, (block, own) in enumerate(zip(blocks, words, strict=True)):
        if block.kind == "furniture":
            kinds.append("furniture")
            continue
        repeated = False
        if len(own) >= DUPLICATE_MINIMUM:
            nearby = range(max(0, place - PULL_QUOTE_DISTANCE), min(len(blocks), place + PULL_QUOTE_DISTANCE + 1))
            repeated = first_seen.setdefault((sections[place], own), place) != place or any(
                other != place and sections[other] == sections[place] and _is_pulled_from(own, words[other])
                for other in nearby
            )
        kinds.append("duplicate" if repeated else "text")
    return kinds


def _body(block: Block) -> str:
    return block.text[: source_list_start(block.text)]


def _is_pulled_from(quote: str, paragraph: str) -> bool:
    """Tell whether the longer `paragraph` holds the words of `quote`, to the last digit and between the same bounds."""
    quote = quote.strip("\"'“”‘’«»…. ")
    place = paragraph.find(quote)
    if place < 0 or len(quote) < DUPLICATE_MINIMUM or len(quote) + 2 >= len(paragraph):
        return False
    before, after = paragraph[:place], paragraph[place + len(quote) :]
    return not (before[-1:].isalnum() or after[:1].isalnum() or re.match(r"[.,]\d", after))
