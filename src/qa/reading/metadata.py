"""What a sidecar file or front matter says about a document: it overrides the file's own properties.

A sidecar stands beside its file and is named after it: `leave.pdf` and `leave.pdf.meta.yaml`.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, ClassVar

import yaml

from qa.errors import CorpusError
from qa.types import Metadata

SIDECAR_SUFFIX = ".meta.yaml"
_LISTS = ("supersedes", "tags")
_DATES = ("date", "effective_from")
_ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2})?\S*)?)?)?")
KNOWN = tuple(field.name for field in fields(Metadata))


class _Loader(yaml.SafeLoader):
    """Knows nothing and dates, and leaves all else as it is written: a title "Yes", a tag "010"."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]  # the stubs have it as a variable of instances
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":timestamp"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def from_yaml(text: str) -> dict[str, Any]:
    """Return the fields of a YAML mapping. Raises `CorpusError` where the text is none."""
    try:
        found = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CorpusError(f"not readable YAML: {' '.join(str(error).split())}") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise CorpusError("not a list of names and values")
    return {str(name): value for name, value in found.items()}


def overridden(metadata: Metadata, given: Mapping[str, Any]) -> Metadata:
    """Return `metadata` with the known fields of `given` in place of its own; others are left alone.

    Raises `CorpusError` where a date is no date.
    """
    changes: dict[str, Any] = {}
    for name in KNOWN:
        value = given.get(name)
        if value is None:
            continue
        if name in _LISTS:
            changes[name] = tuple(str(item) for item in (value if isinstance(value, list) else [value]))
        elif name in _DATES:
            changes[name] = _date(name, value)
        else:
            changes[name] = " ".join(str(value).split())
    return replace(metadata, **changes)


def _date(name: str, value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value).strip()
    if not _ISO_DATE.fullmatch(text):
        raise CorpusError(f"{name}: {text!r} is no date: write it as 2026-01-31")
    return text


def from_fields(stored: Mapping[str, Any]) -> Metadata:
    """Return metadata from what `dataclasses.asdict` made of it and JSON brought back."""
    kept: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    return Metadata(**kept)
