"""What the documents lack, and who is to see to it."""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal

from qa.state.changes import note
from qa.state.database import Database

GapStatus = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the documents do not answer, or not rightly.

    `document` is the id of the nearest one, "" for none; `owner` whoever is to close the gap, in a trainer's words;
    `times` how often it was asked or complained of. Times are UTC, ISO 8601.
    """

    id: str
    question: str
    document: str
    owner: str
    note: str
    times: int
    status: GapStatus
    made: str
    made_by: str
    changed: str
    changed_by: str


class GapBook:
    """Keeps gaps, and notes every change; every method raises `StateError` where the state cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def change(
        self,
        gap_id: str,
        author: str,
        *,
        owner: str | None = None,
        told: str | None = None,
        status: GapStatus | None = None,
    ) -> Gap | None:
        """Change what is not None: the owner, the note, or whether the gap is open; return it, None for no such gap."""
        with self._database.writing() as connection:
            row = connection.execute("select * from gap where id = ?", (gap_id,)).fetchone()
            if row is None:
                return None
            wanted = {"owner": owner, "note": told, "status": status}
            changed = {name: value for name, value in wanted.items() if value is not None and value != row[name]}
            if changed:
                action = "closed" if status == "closed" else "opened" if status == "open" else "edited"
                made = note(connection, author, f"gap:{gap_id}", action, changed)
                settings = ", ".join(f"{name} = :{name}" for name in changed)
                connection.execute(
                    f"update gap set {settings}, changed = :changed, changed_by = :changed_by where id = :id",
                    {**changed, "changed": made, "changed_by": author, "id": gap_id},
                )
            return Gap(**dict(connection.execute("select * from gap where id = ?", (gap_id,)).fetchone()))

    def all(self) -> list[Gap]:
        """Return all gaps: the open ones first, then the ones asked most often, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute("select * from gap order by status = 'closed', times desc, made desc, rowid desc")
            return [Gap(**dict(row)) for row in rows]


def add_gap(
    connection: sqlite3.Connection, question: str, document: str, owner: str, told: str, times: int, author: str
) -> str:
    """Keep a gap within a transaction that does more; return its id."""
    gap_id = secrets.token_hex(8)
    made = note(connection, author, f"gap:{gap_id}", "made", {"owner": owner} if owner else {})
    connection.execute(
        "insert into gap (id, question, document, owner, note, times, status, made, made_by, changed, changed_by) "
        "values (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)",
        (gap_id, question, document, owner, told, times, made, author, made, author),
    )
    return gap_id


def remove_gap(connection: sqlite3.Connection, gap_id: str) -> str:
    """Remove a gap that should not have been one, within a transaction that does more; return its question."""
    row = connection.execute("select question from gap where id = ?", (gap_id,)).fetchone()
    connection.execute("delete from gap where id = ?", (gap_id,))
    return str(row["question"])
