"""What is in the index, what is not, and what has changed since it was built."""

from dataclasses import dataclass
from pathlib import Path

from qa.answering.assistant import Assistant
from qa.indexing.index import LocalIndex
from qa.reading import file_sha256, find_files
from qa.types import Skipped


@dataclass(frozen=True, slots=True)
class Findings:
    """The state of an index beside its corpus; opening it has verified the hash of every file."""

    index: str
    model: str
    created: str
    documents: tuple[tuple[str, str], ...]
    chunk_count: int
    sentence_count: int
    not_read: tuple[Skipped, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        """True when every file is read and the index is up to date."""
        return not (self.not_read or self.new or self.changed or self.deleted)


def examine(corpus: Path, index: Path, model: str | None = None) -> Findings:
    """Open and verify the index and compare it with the corpus.

    Raises `IndexMissingError`, `IndexDamagedError` or `CorpusError`.
    """
    opened = Assistant.open(index, model).index
    assert isinstance(opened, LocalIndex)
    manifest = opened.generation.manifest
    files, passed_over = find_files(corpus)
    known = opened.library.file_hashes()
    not_read = sorted({*opened.skipped(), *passed_over}, key=lambda skipped: (skipped.path, skipped.reason))
    new = [file.id for file in files if file.id not in known]
    changed = [file.id for file in files if file.id in known and known[file.id] != file_sha256(file)]
    present = {file.id for file in files}
    return Findings(
        index=opened.id,
        model=manifest.model,
        created=manifest.created,
        documents=tuple(opened.titles()),
        chunk_count=manifest.chunk_count,
        sentence_count=manifest.sentence_count,
        not_read=tuple(not_read),
        new=tuple(new),
        changed=tuple(changed),
        deleted=tuple(sorted(set(opened.library.answering_files()) - present)),
    )
