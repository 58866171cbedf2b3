"""Walking the folder of documents: what is there, and what is passed over and why."""

import hashlib
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from qa.errors import CorpusError
from qa.reading.formats import PARSERS
from qa.reading.metadata import SIDECAR_SUFFIX
from qa.types import Skipped

SYNONYMS = "synonyms.yaml"
"""The organisation's own words, at the top of the folder of documents: no document, and read by `qa index` itself."""

UNLISTABLE = "cannot be listed"
"""How the reason begins for which a whole folder was passed over."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that a parser exists for: `id` is its POSIX path below the corpus, `sidecar` its metadata file."""

    id: str
    path: Path
    sidecar: Path | None


def require_folder(corpus: Path) -> None:
    """Raise `CorpusError` when `corpus` is no folder."""
    if not corpus.is_dir():
        raise CorpusError(f"There is no folder of documents at {corpus}: create it or name another with --corpus.")


def find_files(corpus: Path) -> tuple[list[CorpusFile], list[Skipped]]:
    """Return the readable files below `corpus`, sorted by id, and everything that was passed over.

    Raises `CorpusError` when `corpus` is no folder that can be listed.
    """
    require_folder(corpus)
    files: list[CorpusFile] = []
    skipped: list[Skipped] = []
    pending = [corpus]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if folder == corpus:
                raise CorpusError(f"The folder {corpus} cannot be listed: {error.strerror}.") from error
            skipped.append(Skipped(_identify(folder, corpus), f"{UNLISTABLE}: {error.strerror}"))
            continue
        names = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
        for entry in entries:
            path = Path(entry.path)
            if entry.name.endswith(SIDECAR_SUFFIX) and entry.name.removesuffix(SIDECAR_SUFFIX) in names:
                continue  # read with the file that it is about
            if path == corpus / SYNONYMS:
                continue
            reason = _reason_to_skip(entry)
            if reason:
                skipped.append(Skipped(_identify(path, corpus), reason))
            elif entry.is_dir(follow_symlinks=False):
                pending.append(path)
            else:
                sidecar = path.with_name(entry.name + SIDECAR_SUFFIX)
                files.append(CorpusFile(_identify(path, corpus), path, sidecar if sidecar.name in names else None))
    files.sort(key=lambda file: file.id)
    return _without_collisions(files, skipped)


def _reason_to_skip(entry: os.DirEntry[str]) -> str:
    name = entry.name
    if entry.is_symlink():
        return "a link: put the file itself into the folder"
    if name.startswith((".", "~$")):
        return "hidden or temporary"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name):
        return "its name holds control characters: rename it"
    if entry.is_dir(follow_symlinks=False):
        return ""
    if not entry.is_file(follow_symlinks=False):
        return "not a regular file"
    suffix = Path(name).suffix.lower()
    if suffix not in PARSERS:
        return f"no reader for {suffix} files" if suffix else "no reader for files without an ending"
    return ""


def _identify(path: Path, corpus: Path) -> str:
    relative = path.relative_to(corpus).as_posix()
    readable = relative.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", readable)


def _without_collisions(files: list[CorpusFile], skipped: list[Skipped]) -> tuple[list[CorpusFile], list[Skipped]]:
    """Keep one file of several whose names differ only in their Unicode form."""
    kept: dict[str, CorpusFile] = {}
    for file in files:
        if file.id in kept:
            skipped.append(Skipped(file.id, "another file has the same name in another Unicode form: rename one"))
        else:
            kept[file.id] = file
    return list(kept.values()), sorted(skipped, key=lambda s: s.path)


def read_bytes(file: CorpusFile) -> bytes:
    """Return a file's bytes. Raises `CorpusError` with the reason where it cannot be read."""
    return _bytes_of(file.path)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror}") from error


def read_file_bytes(file: CorpusFile, largest_bytes: int | None = None) -> tuple[bytes, bytes, str]:
    """Return a file's bytes, those of its sidecar (empty without one), and the SHA-256 of both together.

    Raises `CorpusError` with the reason where one of them cannot be read or the file is larger than `largest_bytes`.
    """
    if largest_bytes is not None and file.path.is_file() and file.path.stat().st_size > largest_bytes:
        raise CorpusError(f"larger than {largest_bytes // 1024**2} MB: split it, or raise QA_FILE_EXPANDED_MB")
    data = read_bytes(file)
    sidecar = _bytes_of(file.sidecar) if file.sidecar else b""
    return data, sidecar, sha256_of(data, sidecar)


def sha256_of(data: bytes, sidecar: bytes) -> str:
    """Return the SHA-256 that stands for a file and its sidecar."""
    return hashlib.sha256(data + (b"\0" + sidecar if sidecar else b"")).hexdigest()


def file_sha256(file: CorpusFile) -> str:
    """Return the SHA-256 of a file and its sidecar, empty where they cannot be read."""
    try:
        return read_file_bytes(file)[2]
    except CorpusError:
        return ""
