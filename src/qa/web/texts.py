"""The interface's own words in six languages: what a document says is never translated.

Each language has a folder `texts/<code>` with a JSON file for each part of the interface; English is the original, and
stands in where another language lacks a text.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ur": "اردو",
    "ar": "العربية",
}
"""Codes (BCP 47) and the names that their speakers use."""
RIGHT_TO_LEFT = frozenset({"ur", "ar"})
# A language range and its weight, 0 to 1 with three decimals at most: de-AT;q=0.9
_ACCEPTED = re.compile(r"\s*([a-z]{1,8})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language by their keys, such as "ask.placeholder"."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with `{names}` filled in. Raises `KeyError` for a key that is nowhere."""
        # All at once: a value may hold braces of its own.
        return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), self.entries[key])

    @property
    def direction(self) -> str:
        """The direction in which the language is written: "ltr" or "rtl"."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def part(self, *names: str) -> dict[str, str]:
        """Return the texts of some parts of the interface, for a script to use."""
        return {key: text for key, text in self.entries.items() if key.split(".")[0] in names}


def texts(language: str) -> Texts:
    """Return the texts of a language, English for one that is not known."""
    return _texts(language if language in LANGUAGES else "en")


@cache
def _texts(code: str) -> Texts:
    return Texts(code, {**_read("en"), **_read(code)})


def _read(code: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((FOLDER / code).glob("*.json")):
        found |= {f"{path.stem}.{key}": text for key, text in json.loads(path.read_text(encoding="utf-8")).items()}
    return found


def choose_language(wanted: str, setting: str, accepted: str) -> str:
    """Return the language to show: the one asked for, else the setting's, else the best of `Accept-Language`.

    The header is read as RFC 9110, 12.5.4, says: by its weights, then in its order.

    >>> choose_language("", "auto", "pt, de-AT;q=0.9, en;q=0.8")
    'de'
    """
    for code in (wanted.split("-", maxsplit=1)[0].casefold(), setting):
        if code in LANGUAGES:
            return code
    weighed = [
        (float(found[2] or "1"), found[1].casefold())
        for found in map(_ACCEPTED.fullmatch, accepted.split(","))
        if found is not None
    ]
    known = [(weight, code) for weight, code in weighed if code in LANGUAGES and weight > 0]
    return max(known, key=lambda entry: entry[0], default=(0.0, "en"))[1]
