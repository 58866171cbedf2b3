"""Questions on their way into a question set, with their authors."""

import json
import secrets
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from qa.state.changes import note
from qa.state.database import Database

EXPORT_LOCK = "drafts.lock"
"""The file, in the folder of the state, that keeps two from adding to a set at once."""
Origin = Literal["chat", "feedback", "asked", "proposed"]
"""Where a draft comes from: an answer on the page, a thumb down, the question log, or the documents themselves."""
Status = Literal["proposed", "draft", "exported", "dismissed"]
"""What a draft is at: a program's proposal, a person's question, one that stands in a set's file, one thrown away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question on its way into a set; `fields` are those of a question set's native format, without "id".

    `exported_to` is the name of the set that it stands in. Times are UTC, ISO 8601.
    """

    id: str
    fields: Mapping[str, Any]
    origin: Origin
    status: Status
    exported_to: str
    made: str
    made_by: str
    changed: str
    changed_by: str

    @property
    def for_set(self) -> dict[str, Any]:
        """The fields with an author: whoever made the draft, or accepted it, unless they name one."""
        author = self.fields.get("author") or self.made_by or self.changed_by
        return {**self.fields, "author": author} if author else dict(self.fields)


class DraftBook:
    """Keeps drafts, and notes every change; every method raises `StateError` where the state cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, fields: Sequence[Mapping[str, Any]], origin: Origin, author: str) -> list[str]:
        """Keep questions as drafts, or as proposals where no person made them; return their ids."""
        with self._database.writing() as connection:
            return [add_draft(connection, each, origin, author) for each in fields]

    def edit(self, draft_id: str, fields: Mapping[str, Any], author: str) -> bool:
        """Put other fields in the place of a draft's, which makes it a person's; return whether there is such.

        What stands in a set's file already, or was thrown away, is not edited any more.
        """
        with self._database.writing() as connection:
            found = _row(connection, draft_id)
            if found is None or found["status"] not in ("proposed", "draft"):
                return False
            made = note(connection, author, _subject(draft_id), "edited", {"before": json.loads(found["fields"])})
            connection.execute(
                "update draft set fields = ?, status = 'draft', changed = ?, changed_by = ? where id = ?",
                (_written(fields), made, author, draft_id),
            )
            return True

    def set_status(self, draft_ids: Collection[str], status: Status, author: str, exported_to: str = "") -> list[str]:
        """Give drafts another status, `exported_to` being the set they now stand in; return the ids that there were."""
        with self._database.writing() as connection:
            known = [draft_id for draft_id in draft_ids if _row(connection, draft_id) is not None]
            for draft_id in known:
                made = note(connection, author, _subject(draft_id), status, {"set": exported_to} if exported_to else {})
                connection.execute(
                    "update draft set status = ?, exported_to = ?, changed = ?, changed_by = ? where id = ?",
                    (status, exported_to, made, author, draft_id),
                )
            return known

    def get(self, draft_id: str) -> Draft | None:
        """Return a draft, None where there is none of that id."""
        with self._database.reading() as connection:
            found = _row(connection, draft_id)
            return _draft(found) if found is not None else None

    def all(self, *statuses: Status) -> list[Draft]:
        """Return the drafts of some statuses, or all, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute("select * from draft order by made desc, rowid desc")
            return [_draft(row) for row in rows if not statuses or row["status"] in statuses]


def add_draft(connection: sqlite3.Connection, fields: Mapping[str, Any], origin: Origin, author: str) -> str:
    """Keep a question as a draft within a transaction that does more; return its id."""
    draft_id = secrets.token_hex(8)
    made = note(connection, author, _subject(draft_id), "made", {"origin": origin})
    status: Status = "proposed" if origin == "proposed" else "draft"
    connection.execute(
        "insert into draft (id, fields, origin, status, made, made_by, changed, changed_by) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        (draft_id, _written(fields), origin, status, made, author, made, author),
    )
    return draft_id


def _subject(draft_id: str) -> str:
    return f"draft:{draft_id}"


def _written(fields: Mapping[str, Any]) -> str:
    return json.dumps(dict(fields), ensure_ascii=False)


def _row(connection: sqlite3.Connection, draft_id: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute("select * from draft where id = ?", (draft_id,)).fetchone()
    return found


def _draft(row: sqlite3.Row) -> Draft:
    return Draft(**{**dict(row), "fields": json.loads(row["fields"])})
