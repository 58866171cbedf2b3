"""Files that a PDF carries: taken out, never opened here."""

import re
from collections.abc import Iterator
from typing import Any

from qa.reading.parsed import Attachment, Limits

MAXIMUM_ATTACHMENTS = 1_000


def attachments(document: Any, limits: Limits, notes: list[str]) -> tuple[Attachment, ...]:
    """Return the files embedded in a document or pinned to its pages; `notes` tells which were left out, and why."""
    found: list[Attachment] = []
    seen: set[tuple[str, bytes]] = set()
    left = limits.expanded_bytes
    for number, (name, data) in enumerate(_all(document, notes)):
        if number >= MAXIMUM_ATTACHMENTS:
            notes.append(f"it has more than {MAXIMUM_ATTACHMENTS:,} attachments: the rest were left out")
            break
        if len(data) > left:
            notes.append(f"attachment {name} was left out: too large")
        elif data and (name, data) not in seen:
            seen.add((name, data))
            found.append(Attachment(name, data))
            left -= len(data)
    return tuple(found)
