"""The folder of documents as editors change it: files are added, removed and put back, and nothing is ever lost."""

import contextlib
import os
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO, Literal

from qa.reading import find_files
from qa.reading.metadata import SIDECAR_SUFFIX
from qa.web.api.problems import ProblemError
from qa.web.documents.files import put, put_over, received, synced, told_plainly
from qa.web.documents.names import numbered, safe_file_name, safe_folder
from qa.web.documents.removed import Reason, Removal, RemovedFiles
from qa.web.shelf import name_on_disk

Existing = Literal["ask", "replace", "keep_both"]
"""What becomes of a document whose name an upload has: the upload is refused, replaces it, or gets a number."""

DOCUMENTS = "The folder of documents"


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that now stands in the folder of documents, and what it replaced."""

    document: str
    path: Path
    replaced: Removal | None


class DocumentFolder:
    """Changes the corpus, one change at a time; safe to use from several threads."""

    def __init__(self, corpus: Path, removed: Path, title_of: Callable[[str], str]) -> None:
        """Take the folders of documents and of removed ones, and what names a document's title."""
        self._corpus = corpus
        self._removed = RemovedFiles(removed)
        self._title_of = title_of
        self._lock = threading.Lock()

    def add(self, source: BinaryIO, name: str, folder: str, existing: Existing, most_bytes: int, by: str) -> Placed:
        """Add an uploaded file. Raises `ProblemError`: 409 where the name is taken and `existing` is "ask"."""
        safe_name, folders = safe_file_name(name), safe_folder(folder)
        with told_plainly(DOCUMENTS), self._opened(folders) as place:
            target = place / name_on_disk(place, safe_name)
            if existing == "ask" and os.path.lexists(target):
                raise self._taken(target)
            temporary = received(source, place, most_bytes)
            try:
                with self._lock:
                    return self._place(temporary, place, safe_name, existing, by)
            finally:
                temporary.unlink(missing_ok=True)

    def remove(self, document: str, by: str) -> Removal:
        """Move a document's file, and its metadata file, to where removed files are kept.

        Raises `ProblemError` where there is no such file, and for the last document of all.
        """
        with self._lock, told_plainly(DOCUMENTS):
            files, _ = find_files(self._corpus)
            file = next((file for file in files if file.id == document), None)
            if file is None:
                raise ProblemError(404, f"There is no file {document} in the folder of documents.")
            if len(files) == 1:
                raise ProblemError(409, f"{document} is the only document: add another before you remove it.")
            held = [file.path, *([file.sidecar] if file.sidecar else [])]
            with self._keeping(held, document, by, "removed") as removal:
                for path in held:
                    path.unlink()
                synced(file.path.parent)
            return removal

    def removals(self) -> list[Removal]:
        """Return what can be put back, newest first."""
        return self._removed.all()

    def restore(self, removal_id: str, existing: Existing, by: str) -> Placed:
        """Put a removed file back. Raises `ProblemError`: 409 where its name is taken and `existing` is "ask"."""
        with self._lock, told_plainly(DOCUMENTS):
            kept = self._removed.find(removal_id)
            if kept is None:
                raise ProblemError(404, "There is no such removed document: it may have been restored already.")
            *folders, name = kept.removal.document.split("/")
            with self._opened(tuple(folders)) as place:
                placed = self._place(kept.file, place, name, existing, by)
            sidecar = placed.path.with_name(placed.path.name + SIDECAR_SUFFIX)
            if kept.sidecar is not None and os.path.lexists(sidecar):
                return placed  # another metadata file stands there: the one kept stays where it is
            if kept.sidecar is not None:
                put(kept.sidecar, sidecar)
            self._removed.forget(kept.removal)
            return placed

    def _place(self, source: Path, place: Path, name: str, existing: Existing, by: str) -> Placed:
        target = place / name_on_disk(place, name)
        if existing == "replace" and os.path.lexists(target):
            if target.is_symlink() or not target.is_file():
                raise ProblemError(409, f"{self._id(target)} is no file: choose another name.")
            with self._keeping([target], self._id(target), by, "replaced") as replaced:
                put_over(source, target)
            return Placed(self._id(target), target, replaced)
        for number in count(2):
            try:
                put(source, target)
                break
            except FileExistsError as error:
                if existing != "keep_both":
                    raise self._taken(target) from error
                target = place / name_on_disk(place, numbered(name, number))
        return Placed(self._id(target), target, None)

    @contextlib.contextmanager
    def _keeping(self, files: Sequence[Path], document: str, by: str, reason: Reason) -> Iterator[Removal]:
        """Keep files that are about to go; where they stay after all, nothing is kept."""
        removal = self._removed.keep(files, document, self._title_of(document), by, reason)
        try:
            yield removal
        except OSError:
            if all(path.exists() for path in files):
                self._removed.forget(removal)
            raise

    def _taken(self, target: Path) -> ProblemError:
        return ProblemError(409, f"There is a document {self._id(target)} already.", kind="name-taken")

    def _id(self, path: Path) -> str:
        return unicodedata.normalize("NFC", path.relative_to(self._corpus).as_posix())

    @contextlib.contextmanager
    def _opened(self, folders: tuple[str, ...]) -> Iterator[Path]:
        """Give a folder below the corpus, made if it is new; what was made goes again where an error comes."""
        place = self._corpus
        made: list[Path] = []
        try:
            for name in folders:
                place /= name_on_disk(place, name)
                if place.is_symlink() or (place.exists() and not place.is_dir()):
                    raise ProblemError(409, f"{self._id(place)} is no folder: choose another collection.")
                if not place.exists():
                    place.mkdir()
                    made.append(place)
            yield place
        except BaseException:
            for folder in reversed(made):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise
