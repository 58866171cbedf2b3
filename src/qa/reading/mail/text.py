"""The body of a mail: its own paragraphs, apart from what it quotes and from its signature."""

import re
from collections.abc import Iterator

from lxml import etree, html

from qa.reading.blocks import Block
from qa.reading.markup.html import fragment_blocks

# "On 3 March 2026 at 10:12, Ann Lee wrote:" in the languages whose mail programs are common.
_WROTE = r"(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał\(?a?\)?)"
_ATTRIBUTION = re.compile(
    rf"(?:(?:On|Am|Le|El|Il|Op|Em|Den|W dniu)\b.{{4,400}}\b{_WROTE}\b.{{0,80}}|.{{2,80}}\b{_WROTE}\b.{{0,40}}):",
    re.IGNORECASE,
)
ATTRIBUTION_LINES = 3
# What follows "-- " is a signature if it is this short; a digest uses the same mark between its mails.
SIGNATURE_LINES = 20
_LIST_MARKER = re.compile(r"(?:[-*•▪◦–+]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")

# Mail programs wrap at 72 to 78 columns; in a body of longer or much shorter lines every line break is meant.
WRAPPED_WIDTHS = range(60, 101)

_QUOTES = """
    //blockquote[@type='cite']
    | //*[contains(concat(' ', @class, ' '), ' gmail_quote ')]
    | //*[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]
    | //*[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')]
    | //*[contains(concat(' ', @class, ' '), ' gmail_signature ')]
    | //*[contains(concat(' ', @class, ' '), ' moz-signature ')]
"""
_MAY_QUOTE = re.compile(r"blockquote|gmail_|yahoo_quoted|moz-", re.IGNORECASE)
_FORWARDED = re.compile(r"[\s>]*-{5,}.{0,60}-{5,}")


def plain_blocks(text: str) -> list[Block]:
    """Return the paragraphs of a plain body; quoted lines, who wrote them, and the signature are furniture."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    quoted = [line.startswith(">") and not line.startswith(">From ") for line in lines]
    for index in range(len(lines)):
        if quoted[index] and not (index and quoted[index - 1]):
            for attributed in _attribution_above(lines, quoted, index):
                quoted[attributed] = True
    signature = _signature_start(lines, quoted)
    quoted[signature:] = [True] * len(quoted[signature:])
    wrapped = max((len(line) for line, aside in zip(lines, quoted, strict=True) if not aside), default=0)
    blocks: list[Block] = []
    run: list[str] = []
    for line, aside in zip([*lines, ""], [*quoted, True], strict=True):
        if not aside:
            run.append(line)
            continue
        blocks.extend(Block("text", paragraph) for paragraph in _paragraphs(run, wrapped))
        run = []
        if line.strip():
            blocks.append(Block("furniture", line))
    return blocks


def _attribution_above(lines: list[str], quoted: list[bool], quote: int) -> list[int]:
    """Return the lines that say who wrote the quote starting at `quote`: at most three, above it or a blank line."""
    last = quote - 1
    while last >= 0 and not lines[last].strip() and last > quote - 3:
        last -= 1
    for first in range(last, max(last - ATTRIBUTION_LINES, -1), -1):
        if first < 0 or not lines[first].strip() or quoted[first]:
            break
        if _ATTRIBUTION.fullmatch(" ".join(line.strip() for line in lines[first : last + 1])):
            return list(range(first, last + 1))
    return []


def _signature_start(lines: list[str], quoted: list[bool]) -> int:
    """Return where the signature starts, the number of lines if there is none."""
    following = 0
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].rstrip() == "--":
            return index
        following += bool(lines[index].strip()) and not quoted[index]
        if following > SIGNATURE_LINES:
            break
    return len(lines)


def _paragraphs(lines: list[str], width: int) -> Iterator[str]:
    """Join lines that were wrapped; a line that could have held the next one's first word was broken on purpose."""
    paragraph = ""
    previous = ""
    for line in [*lines, ""]:
        text = line.strip()
        if paragraph and (not text or _LIST_MARKER.match(text)):
            yield paragraph
            paragraph = ""
        if paragraph:
            had_room = width not in WRAPPED_WIDTHS or len(previous) + 1 + len(text.split(" ", 1)[0]) <= min(width, 72)
            flowed = previous.endswith(" ") and len(previous) > 40
            paragraph += ("\n" if had_room and not flowed else " ") + text
        else:
            paragraph = text
        previous = line


def html_blocks(source: str) -> list[Block]:
    """Return the blocks of an HTML body, with what the usual mail programs mark as quoted as furniture."""
    blocks = fragment_blocks(_quotes_set_aside(source) if _MAY_QUOTE.search(source) else source)
    for index in range(len(blocks) - 1):
        above, quote = blocks[index : index + 2]
        words = " ".join(above.text.split())
        if above.kind == "text" and quote.kind == "furniture" and _ATTRIBUTION.fullmatch(words):
            blocks[index] = Block("furniture", above.text)
    return blocks


def _quotes_set_aside(source: str) -> str:
    """Return the page with its quotes marked as no part of it; a forwarded mail is what the mail is about."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return source
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return source  # the walk over the whole says what is wrong with it
    found = root.xpath(_QUOTES)
    for element in found if isinstance(found, list) else ():
        if isinstance(element, html.HtmlElement) and not _FORWARDED.match("".join(element.itertext())[:200]):
            element.set("aria-hidden", "true")
    return html.tostring(root, encoding="unicode")
