"""The numbers that Word shows before headings and list items: its files hold only the rules for them."""

from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str
    plain_digits: bool
    style: str


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of a document, which must be asked for in their order."""

    _lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _list_of: dict[str, str] = field(default_factory=dict)
    _overrides: dict[str, dict[int, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _met: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: etree._Element | None, style_numbers: dict[str, str]) -> "Numbering":
        """Read the part ``numbering.xml``; `style_numbers` names the list of each style that has one."""
        numbering = cls()
        if root is None:
            return numbering
        links: dict[str, str] = {}
        for abstract in root.iter(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId", "")
            numbering._lists[name] = dict(map(_level_of, abstract.iterfind(f"{W}lvl")))
            if link := value_of(abstract, "numStyleLink"):
                links[name] = link
        for number in root.iter(f"{W}num"):
            name = number.get(f"{W}numId", "")
            numbering._list_of[name] = value_of(number, "abstractNumId")
            numbering._read_overrides(name, number)
        for name, style in links.items():
            linked = numbering._list_of.get(style_numbers.get(style, ""), "")
            numbering._lists[name] = numbering._lists.get(linked, {})
        return numbering

    def _read_overrides(self, name: str, number: etree._Element) -> None:
        replaced = dict(map(_level_of, number.iterfind(f"{W}lvlOverride/{W}lvl")))
        if replaced:
            # A list of its own: it looks otherwise, so Word counts it on its own as well.
            own = f"{self._list_of[name]}/{name}"
            self._lists[own] = {**self._lists.get(self._list_of[name], {}), **replaced}
            self._list_of[name] = own
        self._overrides[name] = {
            whole(override.get(f"{W}ilvl", "")): whole(start, 1)
            for override in number.iterfind(f"{W}lvlOverride")
            if (start := value_of(override, "startOverride"))
        }

    def level_of_style(self, number: str, style: str, otherwise: int) -> int:
        """Return the level of list `number` that `style` is bound to."""
        levels = self._lists.get(self._list_of.get(number, ""), {})
        return next((index for index, level in levels.items() if style and level.style == style), otherwise)

    def label(self, number: str, index: int) -> str:
        """Count the next paragraph of list `number` at level `index` and return its number as Word shows it.

        Empty where the paragraph has a bullet or a kind of number that is not known.
        """
        name = self._list_of.get(number, "")
        levels = self._lists.get(name, {})
        level = levels.get(index)
        if level is None:
            return ""
        counts = self._counts[name]
        override = self._overrides.get(number, {}).get(index)
        if override is not None and (number, index) not in self._met:
            counts[index] = override
        else:
            counts[index] = counts[index] + 1 if index in counts else level.start
        self._met.add((number, index))
        for deeper in [deeper for deeper in counts if deeper > index]:
            del counts[deeper]
        if level.form == "bullet":
            return ""
        return _filled(level, levels, counts)


def _level_of(element: etree._Element) -> tuple[int, _Level]:
    return whole(element.get(f"{W}ilvl", "")), _Level(
        start=whole(value_of(element, "start"), 1),
        form=value_of(element, "numFmt") or "decimal",
        text=value_of(element, "lvlText"),
        plain_digits=element.find(f"{W}isLgl") is not None,
        style=value_of(element, "pStyle"),
    )


def _filled(level: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    """Fill the counts into a level's text: "%1.%2" becomes "3.2"."""
    text = level.text
    for place in range(LEVELS):
        if f"%{place + 1}" not in text:
            continue
        part = levels.get(place)
        count = counts.setdefault(place, part.start if part else 1)
        shown = numeral(count, "decimal" if level.plain_digits or part is None else part.form)
        if shown is None:
            return ""
        text = text.replace(f"%{place + 1}", shown)
    return text.strip()


def numeral(count: int, form: str) -> str | None:
    """Return `count` in one of Word's number formats, None where the format is not known here.

    >>> [numeral(4, form) for form in ("decimal", "upperRoman", "lowerLetter")]
    ['4', 'IV', 'd']
    """
    if form in ("decimal", "decimalZero"):
        return f"{count:02}" if form == "decimalZero" else str(count)
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = ""
        rest = count
        for size, letters in _ROMAN:
            roman += letters * (rest // size)
            rest %= size
        return roman.upper() if form == "upperRoman" else roman
    if form in ("lowerLetter", "upperLetter") and 0 < count < 1000:
        # After z come aa, bb, cc.
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    return "" if form == "none" else None


def value_of(element: etree._Element, name: str) -> str:
    """Return the value of an element's child such as ``<w:start w:val="1"/>``, empty where there is none."""
    child = element.find(f"{W}{name}")
    return "" if child is None else child.get(f"{W}val", "")


def whole(text: str, otherwise: int = 0) -> int:
    """Return a small number that a file names, `otherwise` where it names none."""
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise
