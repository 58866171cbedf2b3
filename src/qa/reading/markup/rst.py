"""reStructuredText, Sphinx's included; nothing that a file asks for is read from elsewhere, fetched or run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from textwrap import dedent
from typing import TYPE_CHECKING

from qa.errors import CorpusError
from qa.reading.blocks import Block, clean
from qa.reading.decoding import decode
from qa.reading.markup.html import fragment_blocks
from qa.reading.parsed import Limits, Parsed
from qa.reading.tables.csv_table import row_text
from qa.types import Metadata

if TYPE_CHECKING:
    from docutils import nodes

# docutils gives up a whole file for one longer line, and expands substitutions up to this length.
LONGEST_LINE = 50_000
_SETTINGS = {
    "file_insertion_enabled": False,  # include, csv-table from a file or an address, and their like
    "raw_enabled": False,
    "_disable_config": True,
    "halt_level": 5,  # whatever is odd in a file is no reason to lose the file
    "report_level": 5,
    "warning_stream": "",
    "syntax_highlight": "none",
    "line_length_limit": LONGEST_LINE,
}

_ROLE = re.compile(r":[\w:.+-]+:`(.+)`|`(.+)`:[\w:.+-]+:", re.DOTALL)
# ":ref:`the rules <rules>`": Sphinx shows the words before the address.
_ADDRESSED = re.compile(r"(.+?)\s*<[^<>]+>", re.DOTALL)
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]+\|\s+)?([\w:.+-]+)\s*::[ \t]*(.*)")
_OPTION = re.compile(r":[\w -]+:(?:\s|$)")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Sphinx directives that instruct the program and tell the reader nothing.
_INSTRUCTIONS = frozenset(
    """toctree index currentmodule module highlight include literalinclude meta sectionauthor codeauthor tabularcolumns
    only ifconfig cssclass rst-class container centered default-domain todolist""".split()
)
_VERSIONS = frozenset({"versionadded", "versionchanged", "versionremoved", "deprecated"})
_CODE = frozenset(
    {"graphviz", "digraph", "graph", "mermaid", "uml", "plantuml", "productionlist", "prompt", "sourcecode"}
)


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a file; what includes other files stays an unfilled instruction, with a note.

    Directives and roles that only Sphinx knows are read for their text. Raises `CorpusError` where a line is longer or
    the nesting deeper than docutils reads.
    """
    source = decode(data).replace("\x00", "")
    if any(len(line) > LONGEST_LINE for line in source.splitlines()):
        raise CorpusError(f"holds a line of more than {LONGEST_LINE:,} characters: break it up")
    walk = _Walk()
    try:
        document = _document(source)
        blocks = list(walk.blocks(document, 1 if document.get("title") else 0, ""))
    except RecursionError as error:
        raise CorpusError("its lists and quotes are nested too deeply to be read") from error
    return Parsed(blocks, _metadata(document), notes=tuple(dict.fromkeys(walk.notes)))


def _document(source: str) -> "nodes.document":
    from docutils.core import publish_doctree
    from docutils.parsers.rst import Directive, directives
    from docutils.utils import SystemMessage

    class Nothing(Directive):
        """Stands in for `date`, which would write the day of reading into what was read."""

        option_spec = None
        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True

        def run(self) -> list["nodes.Node"]:
            return []

    directives.register_directive("date", Nothing)
    try:
        return publish_doctree(source, settings_overrides=_SETTINGS)
    except (SystemMessage, ValueError, TypeError, AttributeError, AssertionError, KeyError, IndexError) as error:
        raise CorpusError("its markup cannot be read: check it with docutils") from error


def _metadata(document: "nodes.document") -> Metadata:
    from docutils import nodes

    authors = [clean(author.astext()) for author in document.findall(nodes.author)]
    dates = [found[0] for date in document.findall(nodes.date) if (found := _ISO_DATE.search(date.astext()))]
    title = clean(str(document.get("title", ""))).replace("\n", " ")
    return Metadata(title=title, author=", ".join(authors), date=dates[0] if dates else "")


@dataclass(slots=True)
class _Walk:
    """The walk over the tree of a file and of what its unknown directives hold."""

    notes: list[str] = field(default_factory=list)

    def blocks(self, node: "nodes.Node", level: int, prefix: str) -> Iterator[Block]:
        """Yield the blocks below `node`; `prefix` goes in front of the first paragraph (a list's number, a term)."""
        from docutils import nodes

        match node:
            case nodes.title() | nodes.subtitle() if isinstance(node.parent, nodes.document | nodes.section):
                yield Block("heading", _words(node), min(level + isinstance(node, nodes.subtitle), 6))
            case nodes.section():
                for child in node.children:
                    yield from self.blocks(child, level + 1, "")
            case nodes.enumerated_list():
                for number, item in enumerate(node.children, int(node.get("start", 1))):
                    yield from self.first_with(item, level, prefix + _enumerator(node, number))
            case nodes.definition_list_item() | nodes.field() | nodes.option_list_item():
                named = "; ".join(_words(child) for child in node.children[:-1])
                yield from self.first_with(node.children[-1], level, f"{prefix}{named}: ")
            case nodes.footnote() | nodes.citation():
                label, *rest = node.children or [nodes.label()]
                yield from self.first_with(nodes.container("", *rest), level, f"[{_words(label)}] ")
            case nodes.docinfo():
                for child in node.children:
                    if isinstance(child, nodes.Element) and not isinstance(child, nodes.field):
                        yield Block("text", f"{child.tagname.capitalize()}: {_words(child)}")
                    else:
                        yield from self.blocks(child, level, "")
            case nodes.table():
                yield from _table(node)
            case nodes.system_message():
                yield from self.unread(node, level)
            case nodes.header() | nodes.footer():
                yield Block("furniture", _words(node))
            case nodes.topic() if "contents" in node.get("classes", []):
                return  # made from the headings, not written by anybody
            case (
                nodes.comment() | nodes.substitution_definition() | nodes.target() | nodes.pending() | nodes.Invisible()
            ):
                return
            case nodes.line_block() | nodes.literal_block() | nodes.doctest_block() | nodes.math_block():
                yield Block("text", prefix + _lines(node))
            case nodes.image():
                yield Block("text", prefix + str(node.get("alt", "")))
            case nodes.TextElement():
                yield Block("text", prefix + _words(node))
                yield from self.messages_in(node, level)
            case nodes.Element():
                yield from self.first_with(node, level, prefix)

    def first_with(self, node: "nodes.Node", level: int, prefix: str) -> Iterator[Block]:
        """Yield the blocks of the parts of `node`, the first with `prefix`; a prefix without any stands alone."""
        for child in node.children:
            for block in self.blocks(child, level, prefix):
                prefix = "" if block.kind != "furniture" else prefix
                yield block
        if prefix.strip():
            yield Block("text", prefix.rstrip(": "))

    def messages_in(self, node: "nodes.Element", level: int) -> Iterator[Block]:
        from docutils import nodes

        for message in node.findall(nodes.system_message):
            yield from self.unread(message, level)

    def unread(self, message: "nodes.Element", level: int) -> Iterator[Block]:
        """Yield the text of what docutils could not read: an unknown or forbidden directive, a broken table."""
        from docutils import nodes

        for literal in message.findall(nodes.literal_block):
            source = literal.astext()
            first, _, rest = source.partition("\n")
            found = _DIRECTIVE.match(first)
            if found:
                yield from self.directive(found[1].split(":")[-1], found[2].strip(), dedent(rest), level)
            else:
                yield Block("text", source)

    def directive(self, name: str, argument: str, body: str, level: int) -> Iterator[Block]:
        """Yield what a directive says that docutils does not know, or may not follow."""
        body = _without_options(body)
        if name in ("include", "literalinclude", "csv-table", "raw") and (name != "raw" or not body.strip()):
            self.notes.append(f"what it takes from elsewhere was not read: {name} {argument}".rstrip())
        if name in _INSTRUCTIONS or name.startswith("auto"):
            yield Block("furniture", f"{name} {argument}\n{body if name == 'toctree' else ''}")
            body = "" if name == "toctree" else body
        elif name == "raw":
            yield from fragment_blocks(body) if argument.split()[:1] == ["html"] else [Block("furniture", body)]
            body = ""
        elif argument:
            yield Block("text", f"{name} {argument}" if name in _VERSIONS else argument)
        if name in _CODE:
            yield Block("text", body)
        elif body.strip():
            yield from self.blocks(_document(body), level, "")


def _without_options(body: str) -> str:
    """Return a directive's content without the options above it (":maxdepth: 2")."""
    lines = body.split("\n")
    while lines and _OPTION.match(lines[0]):
        lines.pop(0)
        while lines and lines[0].startswith(" "):
            lines.pop(0)
    return "\n".join(lines)


def _words(node: "nodes.Node") -> str:
    return " ".join("".join(_pieces(node)).split())


def _lines(node: "nodes.Node") -> str:
    from docutils import nodes

    if isinstance(node, nodes.line_block):
        return "\n".join(_lines(child) for child in node.children)
    return "".join(_pieces(node)) if isinstance(node, nodes.FixedTextElement) else _words(node)


def _pieces(node: "nodes.Node") -> Iterator[str]:
    """Yield the words of a paragraph's parts; an unknown role gives its text, not its marks."""
    from docutils import nodes

    match node:
        case nodes.Text():
            yield str(node)
        case nodes.problematic():
            found = _ROLE.fullmatch(node.astext())
            yield _role_text(found[1] or found[2]) if found else node.astext()
        case nodes.image():
            yield str(node.get("alt", ""))
        case nodes.footnote_reference() | nodes.citation_reference():
            yield f"[{node.astext()}]"
        case nodes.system_message() | nodes.raw():
            return
        case _:
            for child in node.children:
                if yields_apart := isinstance(child, nodes.Body | nodes.Part) and not isinstance(child, nodes.Inline):
                    yield " "
                yield from _pieces(child)
                if yields_apart:
                    yield " "


def _role_text(text: str) -> str:
    """Return what Sphinx shows of a role: "the rules <rules>" the words, "~os.path.join" the last name."""
    if addressed := _ADDRESSED.fullmatch(text):
        return addressed[1]
    return text.rsplit(".", 1)[-1] if text.startswith("~") else text.removeprefix("!")


def _enumerator(node: "nodes.Element", number: int) -> str:
    """Write the number of a list's item: "3. ", or "c. " where the list counts in letters."""
    kind = str(node.get("enumtype", "arabic"))
    if kind.endswith("alpha") and number <= 26:
        return f"{chr(ord('A' if kind.startswith('upper') else 'a') + number - 1)}. "
    return f"{number}. "


def _table(table: "nodes.Element") -> Iterator[Block]:
    from docutils import nodes

    for title in table.findall(nodes.title):
        yield Block("text", _words(title))
    headers: list[str] = []
    for row in table.findall(nodes.row):
        cells: list[str] = []
        for entry in row.children:
            # A cell over several columns belongs to each of them in a header, to the first in a row of data.
            more = int(entry.get("morecols", 0)) if isinstance(entry, nodes.Element) else 0
            words = _words(entry)
            cells += [words] + [words if isinstance(row.parent, nodes.thead) else ""] * more
        if isinstance(row.parent, nodes.thead):
            rows = zip_longest(headers, cells, fillvalue="")
            headers = [f"{upper} {lower}".strip() if upper != lower else upper for upper, lower in rows]
        else:
            yield Block("row", row_text(headers, cells))
