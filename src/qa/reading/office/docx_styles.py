"""What the styles of a Word file say of its paragraphs: which are headings, contents or list items."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from qa.reading.office.docx_numbering import W, value_of, whole

# Word names its own styles in English whatever its language; other programs, and the ids, do not.
_HEADING_NAME = re.compile(
    r"(?:heading|[üu]?berschrift|titre|t[ií]?tulo|titolo|kop|rubrik|overskrift|otsikko|nag[łl]?[óo]?wek|"
    r"заголовок|見出し|标题|標題)\s*([1-9])",
    re.IGNORECASE,
)
_CONTENTS_NAME = re.compile(
    r"toc heading|(?:toc|contents|verzeichnis|table of (?:figures|authorities))\s*\d*", re.IGNORECASE
)
DEEPEST_HEADING = 6
# Styles based on one another in a circle must end somewhere.
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it takes over from the one it is based on."""

    name: str = ""
    heading: int = 0
    is_contents: bool = False
    number: str = ""
    number_level: int = 0


@dataclass(slots=True)
class Styles:
    """The styles of a file by their ids."""

    default: Style = field(default_factory=Style)
    language: str = ""
    # Styles of tables that set the first row apart.
    with_header: set[str] = field(default_factory=set)
    _styles: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def of(cls, root: etree._Element | None) -> "Styles":
        """Read the part ``styles.xml``."""
        styles = cls()
        if root is None:
            return styles
        elements = {element.get(f"{W}styleId", ""): element for element in root.iter(f"{W}style")}
        for style_id, element in elements.items():
            styles._styles[style_id] = _style_of(style_id, elements)
            if _sets_first_row_apart(style_id, elements):
                styles.with_header.add(style_id)
            if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true", "on"):
                styles.default = styles._styles[style_id]
        for language in root.iterfind(f"{W}docDefaults//{W}lang"):
            styles.language = language.get(f"{W}val", "")
        return styles

    def __getitem__(self, style_id: str) -> Style:
        return self._styles.get(style_id, self.default)

    @property
    def numbers(self) -> dict[str, str]:
        """The list that each style with one belongs to."""
        return {style_id: style.number for style_id, style in self._styles.items() if style.number}


def _style_of(style_id: str, elements: dict[str, etree._Element]) -> Style:
    name = number = number_level = outline = ""
    named = 0
    contents = False
    for current, element in _chain(style_id, elements):
        own_name = value_of(element, "name")
        name = name or own_name
        for told in (own_name, current):
            if not named and (match := _HEADING_NAME.fullmatch(told.strip())):
                named = int(match[1])
            # "Title" is what Word calls the title of the whole document.
            named = named or int(told.lower() == "title")
            contents = contents or bool(_CONTENTS_NAME.fullmatch(told.strip()))
        properties = element.find(f"{W}pPr")
        if properties is not None:
            outline = outline or value_of(properties, "outlineLvl")
            numbered = properties.find(f"{W}numPr")
            if numbered is not None and not number:
                number = value_of(numbered, "numId")
                number_level = number_level or value_of(numbered, "ilvl")
    return Style(name, heading_level(outline, named), contents, number, whole(number_level))


def _chain(style_id: str, elements: dict[str, etree._Element]) -> Iterator[tuple[str, etree._Element]]:
    """Yield a style and those that it is based on, nearest first."""
    for _ in range(_LONGEST_CHAIN):
        element = elements.get(style_id)
        if element is None:
            return
        yield style_id, element
        style_id = value_of(element, "basedOn")


def _sets_first_row_apart(style_id: str, elements: dict[str, etree._Element]) -> bool:
    return any(
        part.get(f"{W}type") == "firstRow"
        for _, element in _chain(style_id, elements)
        for part in element.iterfind(f"{W}tblStylePr")
    )


def heading_level(outline: str, otherwise: int = 0) -> int:
    """Return the level of a heading from Word's outline level, which counts from 0 and is 9 for text."""
    level = whole(outline, -1) + 1
    if outline and level > 9:
        return 0
    return min(level or otherwise, DEEPEST_HEADING)


def is_on(element: etree._Element | None) -> bool:
    """Tell whether a switch such as ``<w:vanish/>`` is there and not turned off."""
    return element is not None and element.get(f"{W}val", "1") not in ("0", "false", "off")
