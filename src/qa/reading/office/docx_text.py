"""The words of one paragraph of a Word file, as they stand on the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from qa.reading.office.docx_numbering import W, numeral, whole
from qa.reading.office.docx_styles import is_on
from qa.reading.office.ooxml import DGM, MC, C, M, chosen, formula

V = "{urn:schemas-microsoft-com:vml}"

# Deleted text and the old place of moved text; formatting; the readings above East Asian words.
_LEFT_OUT = frozenset(
    f"{W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "fldData",
                              "sdtPr", "sdtEndPr", "rubyPr", "tblPr", "tcPr", "trPr", "sectPr")
)  # fmt: skip
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": " ",
    f"{W}cr": " ",
    # A plain hyphen, so that the word is found however it was typed.
    f"{W}noBreakHyphen": "-",
}
_SET_APART = (f"{W}tbl", f"{W}txbxContent", f"{C}chart", f"{DGM}relIds")
# The signs of the picture fonts that carry meaning, by their places in them: ticks, crosses, boxes and arrows.
_PICTURE_FONTS = {
    "wingdings": {0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0xE0: "→", 0xDF: "←", 0xA7: "▪",
                  0x6C: "●", 0x4A: "☺"},
    "wingdings 2": {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x54: "☒", 0xA3: "☐"},
    "symbol": {0xB7: "•", 0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xB9: "≠", 0xBB: "≈", 0xAE: "→", 0xAC: "←",
               0xB0: "°", 0xA5: "∞", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6D: "μ", 0x70: "π", 0x73: "σ",
               0x44: "Δ", 0x53: "Σ", 0x57: "Ω"},
}  # fmt: skip


@dataclass(slots=True)
class TextReader:
    """Reads paragraphs in their order, for a field may begin in one and end in another.

    What a paragraph holds besides its words is gathered in `apart` (tables, text boxes, charts, diagrams) and
    `references` (kind and id of footnotes and endnotes) for whoever takes them away; `marks` says what a note is
    called.
    """

    apart: list[etree._Element] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    comments: int = 0
    hidden: int = 0
    unknown_signs: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    # One for each field that is open: False while its instruction, which is not shown, runs.
    _fields: list[bool] = field(default_factory=list)

    def read(self, paragraph: etree._Element) -> str:
        """Return the words of `paragraph`."""
        text = "".join(self._pieces(paragraph))
        # A field that never came to its result is broken: it must not hide the rest of the document.
        self._fields = [in_result for in_result in self._fields if in_result]
        return text

    def _pieces(self, parent: Iterable[etree._Element]) -> Iterator[str]:
        for element in parent:
            tag = element.tag
            if not isinstance(tag, str) or tag in _LEFT_OUT:
                continue
            if tag == f"{W}t":
                if all(self._fields):
                    yield element.text or ""
            elif tag in _CHARACTERS:
                yield _CHARACTERS[tag] if all(self._fields) else ""
            elif tag == f"{W}r" and is_on(element.find(f"{W}rPr/{W}vanish")):
                self.hidden += any((piece.text or "").strip() for piece in element.iter(f"{W}t"))
                self._pass_hidden(element)
            elif tag == f"{W}fldChar":
                yield self._field(element)
            elif tag == f"{W}sym":
                yield self._sign(element)
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                yield self._reference(element, tag.removeprefix(W).removesuffix("Reference"))
            elif tag == f"{W}commentReference":
                self.comments += 1
            elif tag in _SET_APART:
                self.apart.append(element)
            elif tag == f"{M}oMath":
                yield formula(element) if all(self._fields) else ""
            elif tag == f"{V}textpath":
                yield f" {element.get('string', '')} "
            elif tag == f"{MC}AlternateContent":
                yield from self._pieces(chosen(element))
            else:
                yield from self._pieces(element)

    def _pass_hidden(self, run: etree._Element) -> None:
        """Follow the fields through a hidden run, as fields' instructions often are hidden."""
        for mark in run.iter(f"{W}fldChar"):
            self._field(mark)

    def _field(self, mark: etree._Element) -> str:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            shown = _form_field(mark) if all(self._fields) else ""
            self._fields.append(False)
            return shown
        if self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()
        return ""

    def _sign(self, element: etree._Element) -> str:
        try:
            code = int(element.get(f"{W}char", ""), 16)
        except ValueError:
            return ""
        # Picture fonts use the places from F000 on for their own 256.
        signs = _PICTURE_FONTS.get(element.get(f"{W}font", "").lower(), {})
        sign = signs.get(code - 0xF000 if code >= 0xF000 else code)
        if sign is None and (0xE000 <= code <= 0xF8FF or signs or code > 0xFFFF):
            self.unknown_signs += 1
            return ""
        return sign or chr(code)

    def _reference(self, element: etree._Element, kind: str) -> str:
        key = (kind, element.get(f"{W}id", ""))
        if not all(self._fields):
            return ""
        if key not in self.marks:
            count = self._counts[kind] = self._counts.get(kind, 0) + 1
            # As Word numbers them unless told otherwise.
            self.marks[key] = f"[{numeral(count, 'decimal' if kind == 'footnote' else 'lowerRoman')}]"
            self.references.append(key)
        # Where the author's own mark follows, it stands in the text.
        return "" if is_on_attribute(element, "customMarkFollows") else self.marks[key]


def is_on_attribute(element: etree._Element, name: str) -> bool:
    """Tell whether an attribute such as ``w:customMarkFollows="1"`` is there and says yes."""
    return element.get(f"{W}{name}", "0") in ("1", "true", "on")


def _form_field(mark: etree._Element) -> str:
    """Return what a check box or a list to choose from shows: it has no words of its own in the text."""
    box = mark.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        ticked = box.find(f"{W}checked")
        return "☒" if is_on(ticked if ticked is not None else box.find(f"{W}default")) else "☐"
    choices = mark.find(f"{W}ffData/{W}ddList")
    if choices is not None:
        entries = [entry.get(f"{W}val", "") for entry in choices.iterfind(f"{W}listEntry")]
        result = choices.find(f"{W}result")
        index = whole("" if result is None else result.get(f"{W}val", ""))
        return entries[index] if index < len(entries) else ""
    return ""
