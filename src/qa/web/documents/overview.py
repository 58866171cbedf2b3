"""Everything the index holds, as the Documents page shows it, beside what the folder of documents holds today."""

import threading
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from qa.errors import CorpusError
from qa.indexing.changes import Changes, changes_since
from qa.indexing.index import LocalIndex
from qa.reading import PARSERS, CorpusFile, file_sha256
from qa.types import CatalogueEntry, Skipped
from qa.web.documents.duplicates import Duplicates, Twin
from qa.web.site import Site

Mark = Literal["searchable", "empty", "replaced", "duplicate", "noted", "changed", "gone"]
MARKS: tuple[Mark, ...] = ("searchable", "empty", "replaced", "duplicate", "noted", "changed", "gone")
"""What may be said of a document: several of these at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document as the page lists it; `replaced_by` is the title of its successor, "" without one."""

    entry: CatalogueEntry
    format: str
    marks: frozenset[Mark]
    replaced_by: str
    twins: tuple[Twin, ...]

    @property
    def removable(self) -> bool:
        """Whether it is a file of its own that is still there; what came inside a file goes with that."""
        return self.entry.id == self.entry.file and "gone" not in self.marks

    @property
    def state(self) -> Mark:
        """The mark that matters most to someone who looks for it."""
        order: tuple[Mark, ...] = ("gone", "changed", "empty", "replaced", "searchable")
        return next(mark for mark in order if mark in self.marks)


@dataclass(frozen=True, slots=True)
class NotRead:
    """What was not read, and why; `removable` is a file that an editor may take out, for its ending has a reader."""

    path: str
    reason: str
    removable: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All documents, and what stands beside them.

    `new` are files not indexed yet, `changed` and `gone` count those that were indexed; `not_read` is what was passed
    over, hidden files left out. `problem` is why the folder
    of documents could not be compared with the index, "" where it could; `seeking_duplicates`: they are not known yet.
    """

    rows: tuple[Row, ...]
    new: tuple[str, ...]
    not_read: tuple[NotRead, ...]
    changed: int
    gone: int
    problem: str
    seeking_duplicates: bool

    @property
    def collections(self) -> list[str]:
        """The collections that documents lie in, by name."""
        return sorted({row.entry.collection for row in self.rows} - {""}, key=str.casefold)

    @property
    def formats(self) -> list[str]:
        """The formats of the documents, by name."""
        return sorted({row.format for row in self.rows})

    @property
    def folders(self) -> list[str]:
        """The folders that documents lie in, as paths below that of all documents."""
        folders = {parent.as_posix() for row in self.rows for parent in PurePosixPath(row.entry.file).parents}
        return sorted(folders - {"."}, key=str.casefold)

    @property
    def outdated(self) -> bool:
        """Whether the folder of documents has changed since the index was built."""
        return bool(self.new or self.changed or self.gone)

    def counted(self, mark: Mark) -> int:
        """Return how many documents bear a mark."""
        return sum(mark in row.marks for row in self.rows)


class FileHashes:
    """The SHA-256 of files, which are read again only once their size or times are others; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[tuple[int, ...], str]] = {}

    def __call__(self, file: CorpusFile) -> str:
        """Return the SHA-256 of a file and its metadata file, "" where they cannot be read."""
        try:
            stamp = tuple(number for path in (file.path, file.sidecar) if path for number in _stamp(path))
        except OSError:
            return ""
        with self._lock:
            known = self._known.get(file.path)
        if known is not None and known[0] == stamp:
            return known[1]
        sha256 = file_sha256(file)
        with self._lock:
            self._known[file.path] = stamp, sha256
        return sha256


def _stamp(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class Overviews:
    """Looks the index and the folder of documents over, keeping what is costly to find out."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._hashes = FileHashes()
        self._duplicates = Duplicates()

    def now(self) -> Overview:
        """Return what there is at this moment."""
        index = self._site.live.current().index
        assert isinstance(index, LocalIndex)
        try:
            changes, problem = changes_since(self._site.settings.corpus, index, self._hashes), ""
        except CorpusError as error:
            changes, problem = Changes(tuple(index.skipped()), (), (), ()), str(error)
        twins = self._duplicates.of(index)
        rows = [_row(entry, index, changes, tuple((twins or {}).get(entry.id, ()))) for entry in index.catalogue()]
        return Overview(
            rows=tuple(rows),
            new=changes.new,
            not_read=tuple(
                _not_read(skipped, self._site.settings.corpus)
                for skipped in changes.not_read
                if not _is_hidden(skipped)
            ),
            changed=len(changes.changed),
            gone=len(changes.deleted),
            problem=problem,
            seeking_duplicates=twins is None,
        )


def _row(entry: CatalogueEntry, index: LocalIndex, changes: Changes, twins: tuple[Twin, ...]) -> Row:
    marks: set[Mark] = set()
    marks.add("searchable" if entry.passages else "empty")
    said: list[tuple[Mark, bool]] = [
        ("replaced", entry.replaced_by is not None),
        ("duplicate", bool(twins)),
        ("noted", bool(entry.notes)),
        ("changed", entry.file in changes.changed),
        ("gone", entry.file in changes.deleted),
    ]
    marks.update(mark for mark, holds in said if holds)
    return Row(
        entry=entry,
        format=PurePosixPath(entry.id).suffix.removeprefix(".").upper(),
        marks=frozenset(marks),
        replaced_by=index.title_of(entry.replaced_by) if entry.replaced_by else "",
        twins=twins,
    )


def _is_hidden(skipped: Skipped) -> bool:
    return PurePosixPath(skipped.path).name.startswith((".", "~$"))


def _not_read(skipped: Skipped, corpus: Path) -> NotRead:
    file = corpus / skipped.path
    has_reader = file.suffix.lower() in PARSERS
    return NotRead(skipped.path, skipped.reason, has_reader and file.is_file() and not file.is_symlink())
