"""A chat as a Word document (DOCX): quotes set apart, each with a link to its entry in the list of sources below it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from qa.web.export.printable import is_right_to_left, one_line
from qa.web.export.told import Chat, Footnote, Quoted, Told

INK = RGBColor(0x17, 0x20, 0x2E)
QUIET = RGBColor(0x55, 0x60, 0x72)
LINK = RGBColor(0x1F, 0x5F, 0xAE)
GROUND = "F2F6FC"
BEST, QUOTE, SOURCE = "Intense Quote", "Quote", "Source"
# The child elements of a paragraph's properties that stand behind w:bidi and w:shd (ECMA-376, part 1, 17.3.1.26).
_BEHIND_BIDI = tuple(
    f"w:{name}"
    for name in (
        "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
        "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ).split()
)
_BEHIND_SHADING = (
    *(
        f"w:{name}"
        for name in (
            "tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi"
        ).split()
    ),
    *_BEHIND_BIDI,
)


def chat_as_docx(chat: Chat) -> bytes:
    """Return a chat as a DOCX file."""
    document = docx.Document()
    _style(document)
    _describe(document, chat)
    paper = _Paper(document, chat.texts.direction == "rtl")
    paper.say(chat.title, "Title")
    paper.say(" · ".join(part for part in (chat.name, chat.texts("export.date", date=chat.day)) if part), "Subtitle")
    for one in chat.told:
        _write(paper, one, chat)
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def _write(paper: "_Paper", one: Told, chat: Chat) -> None:
    paper.say(one.question, "Heading 1")
    for notice in one.notices:
        paper.say(notice)
    for quoted in one.best:
        paper.quote(quoted, BEST)
    if one.best and one.further:
        paper.say(chat.texts("export.further"), "Heading 2")
    for quoted in one.further:
        paper.quote(quoted, QUOTE)
    for sides in one.differing:
        paper.say(chat.texts("export.differ"))
        for side in sides:
            paragraph = paper.say(f"{side.value} ({side.date})" if side.date else side.value, "List Bullet")
            paper.refer(paragraph, side.note)
    if one.notes:
        paper.say(chat.texts("export.sources"), "Heading 2")
    for note in one.notes:
        paper.list_source(note)


class _Paper:
    """A document that is written from top to bottom; each paragraph runs in the direction of its own words."""

    def __init__(self, document: Document, right_to_left: bool) -> None:
        self._document = document
        self._right_to_left = right_to_left
        self._bookmarks = 0
        # Looking a style up by its name takes longer than all else that is done for a paragraph.
        self._styles = {style.name: style.style_id for style in document.styles}

    def say(self, words: str, style: str | None = None) -> Paragraph:
        """Add a paragraph."""
        right_to_left = is_right_to_left(words, self._right_to_left)
        paragraph = self._document.add_paragraph()
        if style is not None:
            paragraph._p.style = self._styles[style]
        if right_to_left:
            paragraph._p.get_or_add_pPr().insert_element_before(_element("w:bidi"), *_BEHIND_BIDI)
        _run(paragraph, words, right_to_left)
        return paragraph

    def quote(self, quoted: Quoted, style: str) -> None:
        """Add verbatim words with the number of their source."""
        self.refer(self.say(quoted.words, style), quoted.note)

    def refer(self, paragraph: Paragraph, note: Footnote) -> None:
        """End a paragraph with a small number that leads to an entry of the list of sources."""
        run = _run(paragraph, f"[{note.number}]", False)
        run.font.superscript = True
        _link(paragraph, run, {"w:anchor": f"source{note.number}"})

    def list_source(self, note: Footnote) -> None:
        """Add an entry of the list of sources, the target of its number; its words lead to the place itself."""
        paragraph = self.say("", SOURCE)
        number = _run(paragraph, f"[{note.number}]\t", False)
        bookmark = {"w:id": str(self._bookmarks)}
        number._r.addprevious(_element("w:bookmarkStart", {**bookmark, "w:name": f"source{note.number}"}))
        number._r.addnext(_element("w:bookmarkEnd", bookmark))
        self._bookmarks += 1
        words = _run(paragraph, note.line, is_right_to_left(note.line))
        if note.address:
            relation = paragraph.part.relate_to(note.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            _link(paragraph, words, {"r:id": relation})


def _run(paragraph: Paragraph, words: str, right_to_left: bool) -> Run:
    run = paragraph.add_run(words)
    if right_to_left:
        run.font.rtl = True
    return run


def _link(paragraph: Paragraph, run: Run, target: Mapping[str, str]) -> None:
    """Make the last run of a paragraph a link."""
    run.font.color.rgb = LINK
    link = _element("w:hyperlink", {**target, "w:history": "1"})
    paragraph._p.append(link)
    link.append(run._r)


def _element(name: str, attributes: Mapping[str, str] | None = None) -> Any:
    element = OxmlElement(name)
    for attribute, value in (attributes or {}).items():
        element.set(qn(attribute), value)
    return element


def _describe(document: Document, chat: Chat) -> None:
    """Say what the document is and in which language; what the library's template says of itself goes."""
    about = document.core_properties
    about.title, about.author, about.language = one_line(chat.title), one_line(chat.name), chat.texts.language
    about.comments = about.keywords = about.last_modified_by = about.subject = ""
    about.created = about.modified = datetime.now(UTC)
    about.revision = 1
    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:bidi" if chat.texts.direction == "rtl" else "w:val"), chat.texts.language)


def _style(document: Document) -> None:
    """Set page and type: A4, dark ink, quotes on a light ground, upright, so that any script is legible."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)
    styles = document.styles
    sizes = {"Title": 22, "Subtitle": 10, "Heading 1": 15, "Heading 2": 11, "Normal": 11, BEST: 13, QUOTE: 11}
    source = styles.add_style(SOURCE, WD_STYLE_TYPE.PARAGRAPH)
    source.base_style = styles["Normal"]
    for name, size in {**sizes, SOURCE: 9.5}.items():
        style = styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = QUIET if name in ("Subtitle", "Heading 2") else INK
        # Arabic and its kin have a size, weight and slant of their own.
        _set_other_size(style.element.rPr, size)
        style.font.italic = style.font.cs_italic = False
        if name in (BEST, QUOTE):
            style.font.bold = style.font.cs_bold = False
            _set_ground(style.element.get_or_add_pPr())
            style.paragraph_format.left_indent = style.paragraph_format.right_indent = Mm(5)
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
    source.paragraph_format.left_indent, source.paragraph_format.first_line_indent = Mm(10), Mm(-10)
    source.paragraph_format.space_after = Pt(3)


def _set_other_size(properties: Any, points: float) -> None:
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    properties.find(qn("w:sz")).addnext(_element("w:szCs", {"w:val": str(round(points * 2))}))


def _set_ground(properties: Any) -> None:
    """Give a style of quotes a ground in place of the template's lines."""
    for old in [*properties.findall(qn("w:pBdr")), *properties.findall(qn("w:shd"))]:
        properties.remove(old)
    ground = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": GROUND})
    properties.insert_element_before(ground, *_BEHIND_SHADING)
