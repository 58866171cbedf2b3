"""What the styles of an OpenDocument text say: the numbers of its lists and headings, and what is hidden."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.reading.office.docx_numbering import numeral, whole

if TYPE_CHECKING:
    from odfdo import Element

_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
OUTLINE = "outline"
"""The name under which the numbers of headings are counted."""


@dataclass(frozen=True, slots=True)
class _ListLevel:
    form: str
    prefix: str
    suffix: str
    start: int
    shown_levels: int


@dataclass(slots=True)
class Styles:
    """The styles of a document and how far its lists have been counted."""

    hidden: set[str] = field(default_factory=set)
    _levels: dict[str, dict[int, _ListLevel]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)

    def add(self, root: "Element") -> None:
        """Take in the styles of one part of the file."""
        for style in root.get_elements("//text:list-style | //text:outline-style"):
            name = attribute(style, "style:name") if tag_of(style) == "text:list-style" else OUTLINE
            self._levels[name] = dict(map(_list_level, style.children))
        for style in root.get_elements("//style:style"):
            name = attribute(style, "style:name")
            self._parents[name] = attribute(style, "style:parent-style-name")
            if style.get_element("style:text-properties[@text:display='none']") is not None:
                self.hidden.add(name)

    def is_table_heading(self, style: str) -> bool:
        """Tell whether a paragraph style is, or is based on, the one meant for the headings of tables."""
        return "Table_20_Heading" in (style, self._parents.get(style))

    def start_again(self, style: str) -> None:
        """Let the next item of the list style be its first."""
        self._counts.pop(style, None)

    def label(self, style: str, level: int, start: str = "") -> str:
        """Count the next item of a list and return its number as it is shown, empty for a bullet.

        `start` is the number that the item itself asks for, if it does.
        """
        levels = self._levels.get(style, {})
        rule = levels.get(level)
        if rule is None:
            return ""
        counts = self._counts.setdefault(style, {})
        counts[level] = whole(start, 1) if start else counts[level] + 1 if level in counts else rule.start
        for deeper in [deeper for deeper in counts if deeper > level]:
            del counts[deeper]
        if rule.form not in _FORMS:
            return ""
        parts = []
        for place in range(max(1, level - rule.shown_levels + 1), level + 1):
            part = levels.get(place, rule)
            shown = numeral(counts.setdefault(place, part.start), _FORMS.get(part.form, "none"))
            if shown:
                parts.append(shown)
        return f"{rule.prefix}{'.'.join(parts)}{rule.suffix}".strip()


def tag_of(element: "Element") -> str:
    """Return an element's tag with its usual prefix, empty where the element is a program's own invention.

    odfdo raises an error over those.
    """
    try:
        return element.tag
    except ValueError:
        return ""


def attribute(element: "Element", name: str) -> str:
    """Return an attribute's value as text, empty where it is absent."""
    value = element.get_attribute(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or ""


def _list_level(element: "Element") -> tuple[int, _ListLevel]:
    return whole(attribute(element, "text:level")), _ListLevel(
        form=attribute(element, "style:num-format"),
        prefix=attribute(element, "style:num-prefix"),
        suffix=attribute(element, "style:num-suffix"),
        start=whole(attribute(element, "text:start-value"), 1),
        shown_levels=whole(attribute(element, "text:display-levels"), 1),
    )
