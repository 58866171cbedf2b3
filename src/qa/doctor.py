"""What is in the index, what is not, what is odd about it, and what has changed since it was built."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from qa.answering.assistant import Assistant
from qa.indexing import generation, likeness, succession
from qa.indexing.changes import changes_since
from qa.indexing.index import LocalIndex
from qa.indexing.integrity import Integrity, integrity
from qa.indexing.likeness import Alike
from qa.types import Skipped

ENCODING_NOTE = "encoding guessed"


@dataclass(frozen=True, slots=True)
class Superfluous:
    """A generation, or what was left of a build, that the next build deletes; `freed_bytes` counts unshared files."""

    name: str
    freed_bytes: int


@dataclass(frozen=True, slots=True)
class Findings:
    """The state of an index beside its corpus; opening it has verified the hash of every file.

    `notes` and `encodings` pair a document with what its reader noted, `replaced` an old document with the one in its
    place, `unknown_supersedes` a document with a name in its `supersedes` that leads nowhere.
    """

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
    unfindable: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    encodings: tuple[tuple[str, str], ...]
    alike_documents: tuple[Alike, ...]
    alike_paragraphs: tuple[Alike, ...]
    replaced: tuple[tuple[str, str], ...]
    unknown_supersedes: tuple[tuple[str, str], ...]
    circular_supersedes: tuple[str, ...]
    integrity: Integrity
    superfluous: tuple[Superfluous, ...]

    @property
    def to_do(self) -> tuple[str, ...]:
        """What someone should see to, in words; all else the doctor says is for information."""
        missing = [skipped for skipped in self.not_read if not is_hidden(skipped)]
        outdated = len(self.new) + len(self.changed) + len(self.deleted)
        misleading = len(self.unknown_supersedes) + len(self.circular_supersedes)
        found = (
            (len(missing), "not read: mend, convert or remove them"),
            (outdated, "new, changed or deleted: run `qa index`"),
            (len(self.unfindable), "with no text to find: mend or remove them"),
            (misleading, "with a `supersedes` that cannot be followed: correct it"),
            (len(self.integrity.mismatches), "out of step: delete the index's file CURRENT and run `qa index`"),
        )
        return tuple(f"{count} {what}" for count, what in found if count)

    @property
    def healthy(self) -> bool:
        """True when nothing needs to be done."""
        return not self.to_do


def is_hidden(skipped: Skipped) -> bool:
    """Tell whether what was passed over is a hidden or temporary file, which nobody misses."""
    return PurePosixPath(skipped.path).name.startswith((".", "~$"))


def examine(corpus: Path, index: Path, model: str | None = None) -> Findings:
    """Open and verify the index, look it through and compare it with the corpus.

    Raises `IndexMissingError`, `IndexDamagedError` or `CorpusError`.
    """
    opened = Assistant.open(index, model).index
    assert isinstance(opened, LocalIndex)
    manifest, library = opened.generation.manifest, opened.library
    changes = changes_since(corpus, opened)
    notes = library.notes()
    alike = likeness.likeness(library)
    metadata = library.metadata()
    return Findings(
        index=opened.id,
        model=manifest.model,
        created=manifest.created,
        documents=tuple(opened.titles()),
        chunk_count=manifest.chunk_count,
        sentence_count=manifest.sentence_count,
        not_read=changes.not_read,
        new=changes.new,
        changed=changes.changed,
        deleted=changes.deleted,
        unfindable=tuple(library.unfindable()),
        notes=tuple(note for note in notes if not note[1].startswith(ENCODING_NOTE)),
        encodings=tuple(note for note in notes if note[1].startswith(ENCODING_NOTE)),
        alike_documents=alike.documents,
        alike_paragraphs=alike.paragraphs,
        replaced=tuple(sorted(succession.successors(metadata, date.today()).items())),
        unknown_supersedes=tuple(succession.unknown_documents(metadata)),
        circular_supersedes=tuple(succession.circles(metadata)),
        integrity=integrity(opened),
        superfluous=tuple(_superfluous(index)),
    )


def _superfluous(index: Path) -> list[Superfluous]:
    return [Superfluous(name, _unshared_bytes(index / name)) for name in generation.superfluous(index)]


def _unshared_bytes(folder: Path) -> int:
    # The exported model is linked from generation to generation: deleting one frees nothing of it.
    stats = (path.stat() for path in folder.rglob("*") if path.is_file())
    return sum(stat.st_size for stat in stats if stat.st_nlink == 1)
