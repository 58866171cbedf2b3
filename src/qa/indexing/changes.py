"""What has changed in a corpus since its index was built."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qa.indexing.index import LocalIndex
from qa.indexing.synonyms import read_synonyms
from qa.reading import SYNONYMS, CorpusFile, file_sha256, find_files
from qa.types import Skipped


@dataclass(frozen=True, slots=True)
class Changes:
    """The files of a corpus that are new, changed or deleted since, and what was not read then or would not be now."""

    not_read: tuple[Skipped, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]


def changes_since(
    corpus: Path, opened: LocalIndex, sha256_of_file: Callable[[CorpusFile], str] = file_sha256
) -> Changes:
    """Compare the files of `corpus` with those that the index was built from; by default every file is read for it.

    Raises `CorpusError` when `corpus` is no folder that can be listed, or its synonyms cannot be read.
    """
    files, passed_over = find_files(corpus)
    known = opened.library.file_hashes()
    present = {file.id for file in files}
    words = [[synonym.words, synonym.added] for synonym in read_synonyms(corpus)]
    other_words = opened.generation.manifest.recipe.get("vocabulary", {}).get("synonyms") != words
    return Changes(
        not_read=tuple(sorted({*opened.skipped(), *passed_over}, key=lambda skipped: (skipped.path, skipped.reason))),
        new=tuple(file.id for file in files if file.id not in known),
        changed=(
            *(file.id for file in files if file.id in known and known[file.id] != sha256_of_file(file)),
            *((SYNONYMS,) if other_words else ()),
        ),
        deleted=tuple(sorted(set(opened.library.answering_files()) - present)),
    )
