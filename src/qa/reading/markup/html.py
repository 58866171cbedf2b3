"""HTML: the text of a page by its own structure; navigation and page frame are furniture.

A frame that is not marked as such is told from the main content by `main_content`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from qa.errors import CorpusError
from qa.reading.blocks import Block, BlockKind, clean
from qa.reading.decoding import decode_html
from qa.reading.markup.main_content import without_frame
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.csv_table import row_text
from qa.types import Metadata

_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "math", "title", "iframe", "object",
                     "select", "textarea", "button", "datalist", "audio", "video", "canvas"})  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset({"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
                     "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike",
                     "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "br"})  # fmt: skip
_MAIN_TAGS = frozenset({"main", "article"})
_FRAME_TAGS = frozenset({"nav", "aside", "footer", "header", "menu"})
_FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar"})


@dataclass(slots=True)
class _Walk:
    """What the walk over the tree remembers: the open paragraph and the open elements that matter."""

    buffer: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    prefix: str = ""
    in_main: list[bool] = field(default_factory=list)  # for each block
    main_depth: int = 0
    mains: int = 0  # elements for main content that stand in no other

    def flush(self, kind: BlockKind, level: int = 0) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        if clean(text):
            self.add(Block(kind, self.prefix + text if kind == "text" else text, level))
            self.prefix = ""

    def add(self, block: Block) -> None:
        self.blocks.append(block)
        self.in_main.append(self.main_depth > 0)

    def enter_or_leave_main(self, step: int) -> None:
        self.mains += step > 0 and self.main_depth == 0
        self.main_depth += step


def parse(data: bytes, limits: Limits) -> Parsed:
    """Return the page's blocks with its title, author, date and language.

    Raises `CorpusError` where elements are nested more deeply than can be read.
    """
    source = decode_html(data)
    root = _tree(source)
    if root is None:
        return Parsed(())
    # A site's own name often stands in an h1 above the page's.
    headlines = [*root.iterfind(".//main//h1"), *root.iterfind(".//article//h1"), *root.iter("h1")]
    headline = next((h for h in headlines if clean(_words(h))), None)
    titles = root.xpath("//head/title/text()")
    title = _words(headline) if headline is not None else "".join(titles if isinstance(titles, list) else [])
    language = root.get("lang", "") or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    metadata = Metadata(
        title=clean(title),
        author=_meta(root, "author", "article:author"),
        date=_meta(root, "date", "dcterms.modified", "article:modified_time", "article:published_time")[:10],
        language=language.strip(),
    )
    walk = _walk(root)
    marked = walk.in_main if walk.mains == 1 else [False] * len(walk.blocks)
    return Parsed(tuple(without_frame(walk.blocks, marked, source)), metadata)


def _meta(root: html.HtmlElement, *names: str) -> str:
    """Return the content of the first <meta> of one of these names."""
    for name in names:
        for element in root.iter("meta"):
            if (element.get("name") or element.get("property") or "").lower() == name:
                return " ".join((element.get("content") or "").split())
    return ""


def fragment_blocks(source: str) -> list[Block]:
    """Return the blocks of a piece of HTML, such as one inside a Markdown file."""
    root = _tree(source)
    return [] if root is None else _walk(root).blocks


def _tree(source: str) -> html.HtmlElement | None:
    if not source.strip():
        return None
    # huge_tree lifts the limit of 256 nested elements, past which text would silently vanish.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise CorpusError("its elements are nested more than 2,000 deep, and the text from there on would be lost")
    return root


def _words(element: html.HtmlElement) -> str:
    """Return the words of an element as they stand in one line, those of two blocks inside it apart."""
    pieces: list[str] = []
    skip_depth = 0
    for event, part in etree.iterwalk(element, events=("start", "end")):
        if skip_depth:
            skip_depth += 1 if event == "start" else -1
        elif event == "start" and _is_unseen(part):
            skip_depth = 1
        elif part.tag == "br" or part.tag not in _INLINE:
            pieces.append(" ")
        if not skip_depth:
            told = (part.text, part.get("alt")) if event == "start" else (part.tail if part is not element else "",)
            pieces.extend(text for text in told if text)
    return " ".join("".join(pieces).split())


def _is_unseen(element: html.HtmlElement) -> bool:
    """Tell whether an element shows no text at all: a script, or a hidden piece of a paragraph."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return not tag or tag in _UNSEEN or (tag in _INLINE and _is_hidden(element))


def _is_hidden(element: html.HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style


def _walk(root: html.HtmlElement) -> _Walk:
    walk = _Walk()
    frame_depth = skip_depth = pre_depth = heading = 0
    counters: list[int | None] = []  # one for each open list; None where it has no numbers
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if skip_depth:
            skip_depth += 1 if event == "start" else -1
        elif event == "start" and _is_unseen(element):
            skip_depth = 1
        elif event == "start" and tag == "table" and _is_data_table(element):
            walk.flush("furniture" if frame_depth else "text")
            for block in _table_rows(element, "furniture" if frame_depth else "text"):
                walk.add(block)
            skip_depth = 1
        elif tag == "br":
            if event == "start":
                walk.buffer.append("\n" if pre_depth else " ")
        elif tag not in _INLINE:
            opening = event == "start"
            step = 1 if opening else -1
            walk.flush("furniture" if frame_depth else "heading" if heading else "text", heading)
            if tag in _HEADINGS:
                heading = _HEADINGS[tag] if opening else 0
            if tag in _MAIN_TAGS or (element.get("role") or "").lower() == "main":
                walk.enter_or_leave_main(step)
            frame_depth += step * _is_frame(element, tag, walk.main_depth)
            pre_depth += step * (tag == "pre")
            _count_items(walk, counters, element, tag, opening)
        if not skip_depth and event == "start" and element.text:
            walk.buffer.append(element.text if pre_depth else element.text.replace("\n", " "))
        if not skip_depth and event == "start" and tag == "img" and element.get("alt"):
            walk.buffer.append(element.get("alt", ""))
        if not skip_depth and event == "end" and element.tail:
            walk.buffer.append(element.tail if pre_depth else element.tail.replace("\n", " "))
    walk.flush("text")
    return walk


def _count_items(walk: _Walk, counters: list[int | None], element: html.HtmlElement, tag: str, opening: bool) -> None:
    """Keep the numbers of ordered lists: a reader needs "3." of a procedure."""
    if tag in ("ol", "ul"):
        if opening:
            counters.append(_first_number(element) if tag == "ol" else None)
        elif counters:
            counters.pop()
    elif tag == "li":
        walk.prefix = ""
        if opening and counters and counters[-1] is not None:
            number = _first_number(element, "value", counters[-1])
            walk.prefix = f"{number}. "
            counters[-1] = number + 1


def _first_number(element: html.HtmlElement, attribute: str = "start", otherwise: int = 1) -> int:
    start = element.get(attribute, "")
    return int(start) if start.isdecimal() and len(start) < 6 else otherwise


def _is_frame(element: html.HtmlElement, tag: str, main_depth: int) -> bool:
    """Tell whether an element frames the page; an article's own header and footer belong to it."""
    if _is_hidden(element) or (element.get("aria-hidden") or "").lower() == "true":
        return True
    if (element.get("role") or "").lower() in _FRAME_ROLES:
        return True
    return tag in _FRAME_TAGS and not (tag in ("header", "footer") and main_depth)


def _is_data_table(table: html.HtmlElement) -> bool:
    """Tell a table of data from one that lays out a page, which holds paragraphs or further tables."""
    if table.xpath(".//table | .//h1 | .//h2 | .//h3 | .//form"):
        return False
    return bool(table.xpath(".//th")) or not table.xpath(".//p[2] | .//ul | .//ol | .//div[2]")


def _columns(cells: list[html.HtmlElement], above: dict[int, tuple[int, str]]) -> list[str]:
    """Return a row's words by column.

    A header over several columns heads each of them; a cell over several rows stands in each, for a row is read alone;
    a datum over several columns stands in the first.
    """
    words: list[str] = []

    def fill_from_above() -> None:
        while (covering := above.pop(len(words), None)) is not None:
            left, text = covering
            if left > 1:
                above[len(words)] = (left - 1, text)
            words.append(text)

    for cell in cells:
        fill_from_above()
        text = _words(cell)
        for place in range(_span(cell, "colspan")):
            own = text if place == 0 or cell.tag == "th" else ""
            if (rows := _span(cell, "rowspan")) > 1:
                above[len(words)] = (rows - 1, own)
            words.append(own)
    fill_from_above()
    return words


def _span(cell: html.HtmlElement, name: str) -> int:
    span = cell.get(name, "1").strip()
    return min(max(int(span), 1), 100) if span.isdecimal() and len(span) < 6 else 1


def _table_rows(table: html.HtmlElement, kind: BlockKind) -> Iterator[Block]:
    headers: list[str] = []
    holds_data = table.find(".//td") is not None
    for caption in table.iter("caption"):
        yield Block(kind, _words(caption))
    above: dict[int, tuple[int, str]] = {}  # by column, what a cell from above still covers: rows left, words
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("th", "td")]
        words = _columns(cells, above)
        if holds_data and cells and all(cell.tag == "th" for cell in cells):
            headers = words
        elif any(words):
            yield Block("row" if kind == "text" else kind, row_text(headers, words))
