"""Index generations on disk: sealed with hashes, swapped by one rename, verified when opened.

index/CURRENT               names the generation that serves and the one before, each with its manifest's SHA-256
index/<name>/manifest.json  says how it was built and the SHA-256 of every other file
index/.build-<name>/        a build in progress, or what a crash left of one
index/refused-<name>/       an index of its own: a build that was not let through and is kept to be looked at
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from qa.errors import IndexDamagedError, IndexMissingError, QAError

FORMAT_VERSION = 2
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
_BUILD_PREFIX = ".build-"
_REFUSED_PREFIX = "refused-"
# Only folders of such names are ever deleted: someone else's may lie in the same place.
_NAME = re.compile(r"\d{8}T\d{6}-\d{6}-[0-9a-f]{6}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself.

    `recipe` holds everything besides the documents that the contents depend on; `documents` the SHA-256 of
    every document's file by id; `files` the SHA-256 of every file of the generation by its relative path.
    """

    format_version: int
    created: str
    model: str
    recipe: Mapping[str, Any]
    documents: Mapping[str, str]
    chunk_count: int
    sentence_count: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation whose files match its manifest."""

    name: str
    folder: Path
    manifest: Manifest


@contextmanager
def alone(index: Path) -> Iterator[None]:
    """Hold the lock of an index while it changes. Raises `QAError` when another build holds it, or the disk fails."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / ".lock").acquire(timeout=0):
            yield
    except Timeout as error:
        raise QAError(f"Another build of the index in {index} is running: wait for it to end.") from error
    except (OSError, sqlite3.Error) as error:
        raise QAError(f"The index in {index} cannot be written: {error}.") from error


def new_name() -> str:
    """Return a name for a new generation; names sort by the time of building, to the microsecond."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S-%f}-{secrets.token_hex(3)}"


def build_folder(index: Path, name: str) -> Path:
    """Create the folder in which the generation `name` is built."""
    folder = index / f"{_BUILD_PREFIX}{name}"
    folder.mkdir(parents=True)
    return folder


def seal(folder: Path, describe: Mapping[str, Any]) -> str:
    """Write the manifest over all files in `folder`, all on disk before it returns; return its SHA-256."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        _sync(path)
    with ThreadPoolExecutor() as pool:
        hashes = dict(zip((p.relative_to(folder).as_posix() for p in files), pool.map(_sha256, files), strict=True))
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files=hashes,
        **describe,
    )
    data = (json.dumps(asdict(manifest), indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
    (folder / MANIFEST).write_bytes(data)
    _sync(folder / MANIFEST)
    for directory in {path.parent for path in files} | {folder}:
        _sync(directory)
    return hashlib.sha256(data).hexdigest()


def publish(index: Path, name: str, manifest_sha256: str) -> None:
    """Make the sealed build `name` the generation that serves, by one rename of `CURRENT`."""
    try:
        previous = _read_current(index)
    except IndexDamagedError:
        previous = None  # what is published now mends the damage
    (index / f"{_BUILD_PREFIX}{name}").rename(index / name)
    _sync(index)
    _write_current(index, _successor(name, manifest_sha256, previous))


def set_aside(index: Path, name: str, manifest_sha256: str) -> Path:
    """Make the sealed build `name` an index of its own, in a folder beside the generations; return that folder."""
    folder = index / f"{_REFUSED_PREFIX}{name}"
    folder.mkdir()
    (index / f"{_BUILD_PREFIX}{name}").rename(folder / f"{_BUILD_PREFIX}{name}")
    publish(folder, name, manifest_sha256)
    return folder


def open_before(index: Path) -> Generation:
    """Verify and return the generation that served before the current one.

    Raises `IndexMissingError` when there is none, and `IndexDamagedError` as `open_current` does.
    """
    entry = _read_current(index)
    if entry is None or not entry.previous or not (index / entry.previous).is_dir():
        raise IndexMissingError(f"There is no generation before the one that serves in {index} to go back to.")
    return open_sealed(index / entry.previous, entry.previous, _sha256_of_previous(index, entry))


def roll_back(index: Path) -> None:
    """Make the generation before serve again, by one rename of `CURRENT`; a second call undoes the first.

    Call it under the lock of the index, after `open_before` has verified what will serve.
    """
    entry = _read_current(index)
    assert entry is not None and entry.previous
    _write_current(index, _successor(entry.previous, _sha256_of_previous(index, entry), entry))


def _sha256_of_previous(index: Path, entry: "_Entry") -> str:
    # A version of qa that could not go back did not write it down.
    return entry.previous_sha256 or _sha256(index / entry.previous / MANIFEST)


def _successor(name: str, manifest_sha256: str, before: "_Entry | None") -> "_Entry":
    if before is None:
        return _Entry(name, manifest_sha256)
    return _Entry(name, manifest_sha256, before.name, before.manifest_sha256)


def _write_current(index: Path, entry: "_Entry") -> None:
    temporary = index / f".{CURRENT}.{entry.name}"
    words = (entry.name, entry.manifest_sha256, entry.previous, entry.previous_sha256)
    temporary.write_text(" ".join(word for word in words if word) + "\n", encoding="ascii")
    _sync(temporary)
    temporary.replace(index / CURRENT)
    _sync(index)


def remove_leftovers(index: Path) -> None:
    """Delete what crashed builds left, and all generations but the current one and the one it replaced.

    Call it under the lock of the index. The one before stays, so that a reader that is just opening it finds its
    files, and so that one can go back to it.
    """
    for path in index.glob(f"{_BUILD_PREFIX}*"):
        if _NAME.fullmatch(path.name.removeprefix(_BUILD_PREFIX)):
            shutil.rmtree(path, ignore_errors=True)
    for path in index.glob(f".{CURRENT}.*"):
        path.unlink(missing_ok=True)
    for name in superfluous(index):
        # Under the name of a build, what a crash leaves of it is known for a leftover.
        leftover = (index / name).rename(index / f"{_BUILD_PREFIX}{name}")
        shutil.rmtree(leftover, ignore_errors=True)


def superfluous(index: Path) -> list[str]:
    """Return the names of generations that neither serve nor are the one before, by age; none if that is not known."""
    try:
        entry = _read_current(index)
    except IndexDamagedError:
        return []  # which generation served is not known; the build that mends it comes first
    if entry is None:
        return []
    kept = {entry.name, entry.previous}
    return sorted(path.name for path in index.iterdir() if _NAME.fullmatch(path.name) and path.name not in kept)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What `CURRENT` says; what it says of the generation before is empty for the first one."""

    name: str
    manifest_sha256: str
    previous: str = ""
    previous_sha256: str = ""


def open_current(index: Path) -> Generation:
    """Verify and return the generation that serves.

    Raises `IndexMissingError` when nothing was built yet, and `IndexDamagedError` naming the file that is
    missing or altered, or when the format is of another version.
    """
    while True:
        entry = _read_current(index)
        if entry is None:
            raise IndexMissingError(f"There is no index in {index}: run `qa index` first.")
        try:
            return open_sealed(index / entry.name, entry.name, entry.manifest_sha256)
        except IndexDamagedError:
            # A build may have replaced and deleted this generation between the two reads.
            if _read_current(index) == entry:
                raise


def current_name(index: Path) -> str | None:
    """Return the name of the generation that serves without verifying it, None when there is none."""
    entry = _read_current(index)
    return entry.name if entry else None


def _read_current(index: Path) -> _Entry | None:
    path = index / CURRENT
    try:
        words = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}): run `qa index` to build the index again.") from error
    names_fit = all(_NAME.fullmatch(name) for name in words[::2]) and all(_SHA256.fullmatch(x) for x in words[1::2])
    if len(words) not in (2, 3, 4) or not names_fit:
        raise IndexDamagedError(f"{path} is damaged: run `qa index` to build the index again.")
    return _Entry(*words)


def open_sealed(folder: Path, name: str, manifest_sha256: str) -> Generation:
    """Verify and return the generation in `folder`, published or not. Raises `IndexDamagedError`."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error
    if hashlib.sha256(data).hexdigest() != manifest_sha256:
        raise _damaged(path, "it was altered")
    fields = json.loads(data)
    if fields.get("format_version") != FORMAT_VERSION:
        raise IndexDamagedError(
            f"The index in {folder.parent} has format {fields.get('format_version')}, this version of qa reads format "
            f"{FORMAT_VERSION}: run `qa index` to build it again."
        )
    manifest = Manifest(**fields)
    _verify_files(folder, manifest.files)
    return Generation(name, folder, manifest)


def _verify_files(folder: Path, files: Mapping[str, str]) -> None:
    def problem(item: tuple[str, str]) -> IndexDamagedError | None:
        path = folder / item[0]
        try:
            return None if _sha256(path) == item[1] else _damaged(path, "its contents were altered")
        except OSError as error:
            return _damaged(path, error.strerror or str(error))

    with ThreadPoolExecutor() as pool:
        for found in pool.map(problem, files.items()):
            if found:
                raise found


def _damaged(path: Path, what: str) -> IndexDamagedError:
    return IndexDamagedError(f"The index is damaged: {path}: {what}. Run `qa index` to build the index again.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
