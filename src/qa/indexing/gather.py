"""Reading a corpus into documents, each file anew only if it changed."""

import os
import queue
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.errors import CorpusError
from qa.indexing.library import Library
from qa.reading import READER_VERSION, UNLISTABLE, CorpusFile, Limits, ReaderProcess, find_files, read_file_bytes
from qa.types import Document, Skipped


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of a corpus beside those of the generation before.

    `files` holds the SHA-256 of every file that was looked at, refused ones included; added, changed, unchanged and
    removed name files; `moved` pairs the old and new path of files that are the same byte for byte.
    """

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    files: dict[str, str]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _FileReading:
    """What became of one file; `sha256` is empty where its bytes could not be read."""

    sha256: str
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]


def reader_recipe(limits: Limits) -> dict[str, Any]:
    """Return everything besides a file's bytes that decides what is read from it."""
    return {
        "version": READER_VERSION,
        "limits": asdict(limits),
        "libreoffice": bool(shutil.which("soffice") or shutil.which("libreoffice")),
        "ocr": bool(shutil.which("tesseract")),
    }


def gather(
    corpus: Path,
    before: Library | None,
    same_reader: bool,
    limits: Limits,
    progress: Callable[[str, int, int], None],
) -> Gathered:
    """Read every file of `corpus`, those unchanged since `before` taken over if the reader is the same.

    Raises `CorpusError` when there is nothing to read.
    """
    files, passed_over = find_files(corpus)
    known = before.file_hashes() if before else {}
    readings = _read_all(files, before, known, same_reader, limits, progress)
    out_of_reach = _out_of_reach(passed_over, before)
    readings_of = dict(zip((file.id for file in files), readings, strict=True)) | out_of_reach
    documents = tuple(document for file in sorted(readings_of) for document in readings_of[file].documents)
    skipped = sorted(
        [*passed_over, *(s for reading in readings_of.values() for s in reading.skipped)],
        key=lambda s: (s.path, s.reason),
    )
    if not documents:
        hint = f" ({len(skipped)} files were passed over: {skipped[0].reason})" if skipped else ""
        raise CorpusError(
            f"There is no document to read in {corpus}{hint}: put documents there, or name another folder "
            "with --corpus."
        )
    answering_before = before.answering_files() if before else {}
    read = {document.file: document.sha256 for document in documents}
    added = [file for file in read if file not in answering_before]
    removed = sorted(set(answering_before) - set(read))
    old_place = {answering_before[file]: file for file in removed}
    return Gathered(
        documents=documents,
        skipped=tuple(skipped),
        files={file: reading.sha256 for file, reading in readings_of.items()},
        added=tuple(added),
        changed=tuple(file for file in read if answering_before.get(file, read[file]) != read[file]),
        unchanged=tuple(file for file in read if answering_before.get(file) == read[file]),
        removed=tuple(removed),
        moved=tuple((old_place[read[file]], file) for file in added if read[file] in old_place),
    )


def _out_of_reach(passed_over: list[Skipped], before: Library | None) -> dict[str, _FileReading]:
    """Keep the documents below folders that cannot be listed now: a lost right is no deletion."""
    kept: dict[str, _FileReading] = {}
    closed = tuple(f"{skipped.path}/" for skipped in passed_over if skipped.reason.startswith(UNLISTABLE))
    if before is None or not closed:
        return kept
    hashes = before.file_hashes()
    for file in before.answering_files():
        if file.startswith(closed):
            reason = "its folder cannot be listed; the version read before still answers"
            kept[file] = _FileReading(hashes[file], tuple(before.documents_of(file)), (Skipped(file, reason),))
    return kept


def _read_all(
    files: list[CorpusFile],
    before: Library | None,
    known: dict[str, str],
    same_reader: bool,
    limits: Limits,
    progress: Callable[[str, int, int], None],
) -> list[_FileReading]:
    workers = min(os.cpu_count() or 1, 4)
    idle: queue.SimpleQueue[ReaderProcess] = queue.SimpleQueue()
    readings: list[_FileReading] = []
    with ExitStack() as stack:
        for _ in range(workers):
            idle.put(stack.enter_context(ReaderProcess(limits)))

        def read(file: CorpusFile) -> _FileReading:
            return _read_one(file, before, known.get(file.id), same_reader, limits, idle)

        pool = stack.enter_context(ThreadPoolExecutor(workers))
        progress("Reading documents", 0, len(files))
        try:
            for reading in pool.map(read, files):
                readings.append(reading)
                progress("Reading documents", len(readings), len(files))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return readings


def _read_one(
    file: CorpusFile,
    before: Library | None,
    known: str | None,
    same_reader: bool,
    limits: Limits,
    idle: "queue.SimpleQueue[ReaderProcess]",
) -> _FileReading:
    """Read a file in a worker process, or take it over; where it cannot be read, the version before answers on."""
    sha256 = ""
    try:
        data, sidecar, sha256 = read_file_bytes(file, limits.expanded_bytes)
        if before is not None and same_reader and known == sha256:
            return _FileReading(sha256, tuple(before.documents_of(file.id)), tuple(before.skipped_in(file.id)))
        worker = idle.get()
        try:
            found = worker.read(file.id, data, sidecar)
        finally:
            idle.put(worker)
        return _FileReading(sha256, found.documents, found.skipped)
    except CorpusError as error:
        kept = tuple(before.documents_of(file.id)) if before is not None else ()
        reason = f"{error}; the version read before still answers" if kept else str(error)
        return _FileReading(sha256, kept, (Skipped(file.id, reason),))
