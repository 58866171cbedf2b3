"""The file of the state: one SQLite database, made when there is a first thing to keep."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import StateError
from qa.state.schema import MIGRATIONS

FILE = "state.sqlite"
BUSY_SECONDS = 3.0
"""How long to wait for another thread or process that is writing."""
LARGEST_BYTES = 1024**3
"""How large the file may grow; beyond, nothing more is kept until something is deleted."""
_PAGE_BYTES = 4096
_REASONS = {
    sqlite3.SQLITE_BUSY: "another program is writing to it",
    sqlite3.SQLITE_LOCKED: "another program is writing to it",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is damaged",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_PERM: "it may not be written",
    sqlite3.SQLITE_CANTOPEN: "it may not be opened",
    sqlite3.SQLITE_FULL: "it is full",
    sqlite3.SQLITE_IOERR: "the disk refuses it",
}
_REMEDIES = {
    "another program is writing to it": "try again in a moment",
    "it is damaged": "move it away, and a new one is begun",
    "it may not be written": "give its folder to the user who runs qa",
    "it may not be opened": "give its folder to the user who runs qa",
    "it is full": "delete what is no longer needed, for example with qa feedback --delete-before 2026-01-31",
    "the disk refuses it": "see whether there is room on the disk",
}


class Database:
    """Hands out short connections, each used by one thread; safe from several threads and processes at once."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that holds the file; nothing is made or opened yet."""
        self.path = folder / FILE

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open for reading: what was never written to is empty. Raises `StateError`."""
        with self._connected(make=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open for one transaction, kept as a whole or not at all. Raises `StateError`."""
        with self._connected(make=True) as connection:
            connection.execute("begin immediate")
            yield connection
            connection.execute("commit")

    @contextmanager
    def erasing(self) -> Iterator[sqlite3.Connection]:
        """Open for one transaction whose deleted words are then nowhere in the files. Raises `StateError`."""
        with self._connected(make=False) as connection:
            connection.execute("begin immediate")
            yield connection
            connection.execute("commit")
            # Deleted words are overwritten in the database, yet stand in its log until that is worked in and cut off.
            connection.execute("pragma wal_checkpoint(truncate)")

    @contextmanager
    def _connected(self, make: bool) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._open(make)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            # The low byte is the kind of failure, those above tell more of it (SQLite: "Result and Error Codes").
            raise self._error(_REASONS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, str(error))) from error
        except OSError as error:
            raise self._error("it may not be opened") from error

    def _open(self, make: bool) -> sqlite3.Connection:
        if make:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        file = self.path if self.path.exists() else ":memory:"
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("pragma foreign_keys = on")
            connection.execute("pragma secure_delete = on")
            connection.execute(f"pragma max_page_count = {LARGEST_BYTES // _PAGE_BYTES}")
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring the tables up to date. Raises `StateError` where a newer version of the product wrote them."""
        if _version(connection) == len(MIGRATIONS):
            return
        connection.execute("pragma journal_mode = wal")
        connection.execute("begin immediate")
        version = _version(connection)  # another process may have been first
        if version > len(MIGRATIONS):
            raise self._error("a newer version of qa wrote it")
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"pragma user_version = {len(MIGRATIONS)}")
        connection.execute("commit")

    def _error(self, reason: str) -> StateError:
        remedy = f": {_REMEDIES[reason]}" if reason in _REMEDIES else ""
        return StateError(f"The state in {self.path} cannot be used, for {reason}{remedy}.", reason)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])
