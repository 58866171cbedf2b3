"""Who did what to which draft, gap or message of the inbox, and when: written with each change, never altered."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qa.state import moments
from qa.state.database import Database


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `subject` is a kind and an id ("draft:3f9a..."), `told` what else is known, plain JSON values."""

    made: str
    made_by: str
    subject: str
    action: str
    told: Mapping[str, Any]


def note(
    connection: sqlite3.Connection, author: str, subject: str, action: str, told: Mapping[str, Any] | None = None
) -> str:
    """Write a change down within the transaction that makes it; return its time, UTC."""
    made = moments.second(moments.now())
    connection.execute(
        "insert into change (made, made_by, subject, action, told) values (?, ?, ?, ?, ?)",
        (made, author, subject, action, json.dumps(dict(told or {}), ensure_ascii=False)),
    )
    return made


def changes(database: Database, subject: str = "", limit: int = 200) -> list[Change]:
    """Return the changes of a subject, of a kind ("gap:"), or of all, newest first. Raises `StateError`."""
    with database.reading() as connection:
        rows = connection.execute(
            "select made, made_by, subject, action, told from change where substr(subject, 1, length(?)) = ? "
            "order by number desc limit ?",
            (subject, subject, limit),
        )
        return [Change(**{**dict(row), "told": json.loads(row["told"])}) for row in rows]
