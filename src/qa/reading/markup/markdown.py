"""Markdown (CommonMark with tables and YAML front matter)."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.decoding import decode, encoding_notes
from qa.reading.markup.html import fragment_blocks
from qa.reading.metadata import from_yaml, overridden
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.csv_table import row_text
from qa.types import Metadata

# Site generators leave their own instructions in the text (Liquid tags, kramdown attributes). They stay where they
# stand within words, for no one knows what they would have become; a line of nothing else is furniture.
_COMMENT_OPEN = re.compile(r"\{%-? {0,9}comment {0,9}-?%\}")
_COMMENT_CLOSE = re.compile(r"\{%-? {0,9}endcomment {0,9}-?%\}")
_LINK_TO_TAG = re.compile(r"\]\(\{%[^%\n]{0,300}%\}\)")
_TAGS_ONLY = re.compile(r"(?:\{%[^%\n]{0,300}%\}\s*)+|\{:[^}\n]{0,300}\}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


# Deeper text is lost. CommonMark's 20 would lose the tenth level of a list; Python's stack takes some 400.
DEEPEST_NESTING = 100


def _parser() -> MarkdownIt:
    options = {"maxNesting": DEEPEST_NESTING}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).use(front_matter_plugin)


def parse(data: bytes, limits: Limits) -> Parsed:
    """Return the blocks of a Markdown file and what its front matter says about it."""
    source = _LINK_TO_TAG.sub("](#)", _without_comments(decode(data)))
    try:
        tokens = _parser().parse(source.removeprefix("\ufeff"))
    except RecursionError as error:
        raise CorpusError("nested too deeply") from error
    if any(token.level >= DEEPEST_NESTING - 1 for token in tokens):
        raise CorpusError(f"its lists or quotations are nested more than {DEEPEST_NESTING} deep")
    metadata, notes = Metadata(), encoding_notes(data)
    if tokens and tokens[0].type == "front_matter":
        try:
            metadata = overridden(metadata, from_yaml(tokens[0].content))
        except CorpusError as error:
            # The text can be read all the same.
            notes = (*notes, f"front matter left aside: {error}")
    return Parsed(tuple(_blocks(tokens)), metadata, notes=notes)


def _without_comments(source: str) -> str:
    """Leave out Liquid comments, which a site's readers never see; one that is never closed stays."""
    kept: list[str] = []
    position = 0
    for opening in _COMMENT_OPEN.finditer(source):
        if opening.start() < position:
            continue
        closing = _COMMENT_CLOSE.search(source, opening.end())
        if closing is None:
            break
        kept.append(source[position : opening.start()])
        position = closing.end()
    return "".join([*kept, source[position:]])


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    markers: list[int | None] = []  # next number of each open list, None where it is not numbered
    prefix = ""
    headers: list[str] = []
    cells: list[str] = []
    in_table = False
    level = 0
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                markers.append(None)
            case "ordered_list_open":
                markers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
            case "list_item_open" if markers and (number := markers[-1]) is not None:
                prefix = f"{number}. "
                markers[-1] = number + 1
            case "list_item_open" | "list_item_close":
                prefix = ""
            case "heading_open":
                level = int(token.tag[1])
            case "table_open":
                in_table, headers = True, []
            case "table_close":
                in_table = False
            case "tr_open":
                cells = []
            case "thead_close":
                headers = cells
            case "tr_close" if headers:
                yield Block("row", row_text(headers, cells))
            case "inline" if in_table:
                cells.append(_words(token))
            case "inline" if level:
                yield Block("heading", _words(token), level)
                level = 0
            case "inline":
                words = _words(token)
                yield Block("furniture" if _TAGS_ONLY.fullmatch(words.strip()) else "text", prefix + words)
                prefix = ""
            case "fence" | "code_block":
                yield Block("text", prefix + token.content)
                prefix = ""
            case "html_block":
                yield from fragment_blocks(token.content)


def _words(inline: Token) -> str:
    """Return an inline token's text as a reader sees it: no marks, no addresses behind links."""
    pieces: list[str] = []
    for token in inline.children or []:
        match token.type:
            case "text" | "code_inline" | "text_special":
                pieces.append(token.content)
            case "image":
                pieces.append(token.content)
            case "softbreak" | "hardbreak":
                pieces.append(" ")
            case "html_inline" if _BREAK.match(token.content):
                pieces.append(" ")
    return "".join(pieces)
