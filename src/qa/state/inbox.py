"""What became of what arrived in the trainers' inbox: a question, a gap, nothing; and the way back."""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qa.errors import QAError
from qa.state.changes import note
from qa.state.database import Database
from qa.state.drafts import Origin, add_draft
from qa.state.gaps import add_gap, remove_gap
from qa.state.log import wording_of

Outcome = Literal["draft", "gap", "dismissed"]
FEEDBACK = "feedback:"
ASKED = "asked:"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a member of the inbox; `target` names the draft, the gap, or the dismissal."""

    member: str
    outcome: Outcome
    target: str
    made: str
    made_by: str


def feedback_member(entry_id: str) -> str:
    """Return the member of the inbox that an entry of feedback is."""
    return f"{FEEDBACK}{entry_id}"


def asked_member(question: str) -> str:
    """Return the member that a question of the log is, alike for all its spellings; the words cannot be read off it."""
    return f"{ASKED}{hashlib.sha256(wording_of(question).encode()).hexdigest()[:24]}"


class InboxBook:
    """Settles what arrived, and takes that back; every method raises `StateError` where the state cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make_draft(self, members: Collection[str], fields: Mapping[str, Any], origin: Origin, author: str) -> str:
        """Make members a draft of a test question; return its id."""
        with self._database.writing() as connection:
            draft_id = add_draft(connection, fields, origin, author)
            _settle(connection, members, "draft", draft_id, author, {"question": fields["question"]})
            return draft_id

    def assign_gap(
        self, members: Collection[str], question: str, document: str, owner: str, told: str, times: int, author: str
    ) -> str:
        """Make members a gap in the documents that someone is to close; return its id."""
        with self._database.writing() as connection:
            gap_id = add_gap(connection, question, document, owner, told, times, author)
            _settle(connection, members, "gap", gap_id, author, {"question": question, "owner": owner})
            return gap_id

    def dismiss(self, members: Collection[str], question: str, reason: str, author: str) -> str:
        """Put members aside, for a reason if one is given; return the id of the dismissal."""
        target = secrets.token_hex(8)
        with self._database.writing() as connection:
            _settle(connection, members, "dismissed", target, author, {"question": question, "reason": reason})
            return target

    def take_back(self, target: str, author: str) -> bool:
        """Have the members of a draft, gap or dismissal come back; return whether there is such.

        The draft is dismissed and the gap removed. Raises `ExportedError` for one that stands in a set's file.
        """
        with self._database.writing() as connection:
            rows = connection.execute("select * from settled where target = ?", (target,)).fetchall()
            if not rows:
                return False
            outcome, members = rows[0]["outcome"], [row["member"] for row in rows]
            question = ""
            if outcome == "draft":
                question = _dismiss_draft(connection, target, author)
            elif outcome == "gap":
                question = remove_gap(connection, target)
            connection.execute("delete from settled where target = ?", (target,))
            _mark(connection, members, "new")
            said = {"question": question} if question else {}
            note(connection, author, f"inbox:{target}", "taken back", {**said, "members": len(members)})
            return True

    def settled(self) -> dict[str, Settled]:
        """Return what became of each member, by the member."""
        with self._database.reading() as connection:
            rows = connection.execute("select member, outcome, target, made, made_by from settled")
            return {row["member"]: Settled(**dict(row)) for row in rows}


class ExportedError(QAError):
    """What became of a draft cannot be taken back: it stands in a set's file."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The question stands in {name} already: remove it from there first.")


def _settle(
    connection: sqlite3.Connection,
    members: Collection[str],
    outcome: Outcome,
    target: str,
    author: str,
    told: Mapping[str, Any],
) -> None:
    said = {name: value for name, value in told.items() if value}
    made = note(connection, author, f"inbox:{target}", outcome, {**said, "members": len(members)})
    connection.executemany(
        # What was settled before and came back, its gap being closed, is settled anew.
        "insert or replace into settled (member, outcome, target, made, made_by) values (?, ?, ?, ?, ?)",
        [(member, outcome, target, made, author) for member in members],
    )
    _mark(connection, members, "settled")


def _mark(connection: sqlite3.Connection, members: Iterable[str], status: str) -> None:
    """Say in the feedback itself whether somebody has dealt with it."""
    connection.executemany(
        "update feedback set status = ? where id = ?",
        [(status, member.removeprefix(FEEDBACK)) for member in members if member.startswith(FEEDBACK)],
    )


def _dismiss_draft(connection: sqlite3.Connection, draft_id: str, author: str) -> str:
    row = connection.execute("select * from draft where id = ?", (draft_id,)).fetchone()
    if row["status"] == "exported":
        raise ExportedError(row["exported_to"])
    made = note(connection, author, f"draft:{draft_id}", "dismissed")
    connection.execute(
        "update draft set status = 'dismissed', changed = ?, changed_by = ? where id = ?", (made, author, draft_id)
    )
    return str(json.loads(row["fields"])["question"])
