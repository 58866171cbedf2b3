"""What is in the index, what is not, and what has changed since it was built."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from qa.answering.assistant import Assistant
from qa.errors import CorpusError
from qa.indexing.index import LocalIndex
from qa.reading import find_files, read_bytes
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
    files, _ = find_files(corpus)
    refused = {skipped.path for skipped in opened.skipped()}
    new, changed = [], []
    for file in files:
        known = manifest.documents.get(file.id)
        try:
            now = hashlib.sha256(read_bytes(file)).hexdigest()
        except CorpusError:
            now = None
        if known is None and file.id not in refused:
            new.append(file.id)
        elif known is not None and known != now and file.id not in refused:
            changed.append(file.id)
    present = {file.id for file in files}
    return Findings(
        index=opened.id,
        model=manifest.model,
        created=manifest.created,
        documents=tuple(opened.titles()),
        chunk_count=manifest.chunk_count,
        sentence_count=manifest.sentence_count,
        not_read=tuple(opened.skipped()),
        new=tuple(new),
        changed=tuple(changed),
        deleted=tuple(sorted(set(manifest.documents) - present)),
    )
