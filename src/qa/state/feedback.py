"""What people say of answers: a thumb up or down, why, and the answer as they saw it."""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from qa.state import moments
from qa.state.database import Database
from qa.types import Turn

Verdict = Literal["up", "down"]
Reason = Literal["", "wrong_passage", "wrong_words", "should_have_said_no", "missing_document"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What someone says of an answer.

    `visitor` is "" for the anonymous; `passage` is the label of the passage concerned, "" for the answer as a whole;
    `answer` is the answer as it was shown, plain JSON values.
    """

    verdict: Verdict
    reason: Reason
    passage: str
    comment: str
    question: str
    history: tuple[Turn, ...]
    answer: Mapping[str, Any]
    index_id: str
    visitor: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Feedback as it is kept; `given` is when, UTC, and `status` "new" until someone has dealt with it."""

    id: str
    given: str
    status: str
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the giver gets: with both, and only so, they may change or take back what they gave."""

    id: str
    key: str


class FeedbackBook:
    """Keeps feedback; every method raises `StateError` where the state cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, feedback: Feedback) -> Receipt:
        """Keep feedback and return the giver's receipt."""
        receipt = Receipt(secrets.token_hex(8), secrets.token_urlsafe(24))
        row = {"id": receipt.id, "key_sha256": _sha256(receipt.key), **_row(feedback)}
        names = ", ".join(row)
        with self._database.writing() as connection:
            connection.execute(f"insert into feedback ({names}) values (:{names.replace(', ', ', :')})", row)
        return receipt

    def replace(self, receipt: Receipt, feedback: Feedback) -> bool:
        """Put feedback in the place of what the same person gave before; return whether there was such."""
        row = _row(feedback)
        with self._database.writing() as connection:
            changed = connection.execute(
                f"update feedback set {', '.join(f'{name} = :{name}' for name in row)} "
                "where id = :id and key_sha256 = :key_sha256",
                {**row, "id": receipt.id, "key_sha256": _sha256(receipt.key)},
            )
            return changed.rowcount > 0

    def take_back(self, receipt: Receipt) -> bool:
        """Delete feedback by its giver's receipt; return whether there was such."""
        return self._delete("id = ? and key_sha256 = ?", receipt.id, _sha256(receipt.key)) > 0

    def delete(self, entry_id: str) -> int:
        """Delete one entry; return how many there were."""
        return self._delete("id = ?", entry_id)

    def delete_of(self, visitor: str) -> int:
        """Delete all that a visitor gave by name; return how many there were."""
        return self._delete("visitor = ? and visitor <> ''", visitor)

    def entries(
        self,
        verdict: str = "",
        reason: str = "",
        visitor: str = "",
        since: str = "",
        limit: int = -1,
        offset: int = 0,
    ) -> list[Entry]:
        """Return what was given from `since` on (ISO 8601), newest first; "" leaves a condition out, -1 the limit."""
        condition, values = _condition(verdict, reason, visitor, since)
        with self._database.reading() as connection:
            rows = connection.execute(
                f"select * from feedback where {condition} order by given desc, rowid desc limit ? offset ?",
                (*values, limit, offset),
            )
            return [_entry(row) for row in rows]

    def count(self, verdict: str = "", reason: str = "", visitor: str = "", since: str = "") -> int:
        """Return how many `entries` there are without a limit."""
        condition, values = _condition(verdict, reason, visitor, since)
        with self._database.reading() as connection:
            return int(connection.execute(f"select count(*) from feedback where {condition}", values).fetchone()[0])

    def _delete(self, condition: str, *values: str) -> int:
        with self._database.erasing() as connection:
            return connection.execute(f"delete from feedback where {condition}", values).rowcount


def _row(feedback: Feedback) -> dict[str, str]:
    """Return what changes with the feedback; what is changed is new again."""
    return {
        **{name: getattr(feedback, name) for name in _PLAIN},
        "history": json.dumps([asdict(turn) for turn in feedback.history], ensure_ascii=False),
        "answer": json.dumps(feedback.answer, ensure_ascii=False),
        "given": moments.second(moments.now()),
        "status": "new",
    }


_PLAIN = ("verdict", "reason", "passage", "comment", "question", "index_id", "visitor")


def _entry(row: sqlite3.Row) -> Entry:
    feedback = Feedback(
        **{name: row[name] for name in _PLAIN},
        history=tuple(Turn(**turn) for turn in json.loads(row["history"])),
        answer=json.loads(row["answer"]),
    )
    return Entry(row["id"], row["given"], row["status"], feedback)


def _condition(verdict: str, reason: str, visitor: str, since: str) -> tuple[str, list[str]]:
    conditions = {"verdict = ?": verdict, "reason = ?": reason, "visitor = ?": visitor, "given >= ?": since}
    asked = {condition: value for condition, value in conditions.items() if value}
    return " and ".join(asked) or "true", list(asked.values())


def _sha256(key: str) -> str:
    # The key is random and long: it needs no salt.
    return hashlib.sha256(key.encode()).hexdigest()
