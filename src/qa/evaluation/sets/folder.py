"""The questions of all sets in a folder, for telling what is asked already."""

import contextlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from qa.errors import QuestionError
from qa.evaluation.sets.formats import load, sets_in
from qa.evaluation.sets.model import Question


def questions_in(folder: Path) -> Iterator[tuple[str, Question]]:
    """Yield every question of the sets in a folder with its file's name; what cannot be read as a set is left out."""
    for path in sets_in(folder):
        with contextlib.suppress(QuestionError, OSError):
            found = path.stat()
            yield from ((path.name, question) for question in _read(path, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=16)
def _read(path: Path, changed: int, size: int) -> Sequence[Question]:
    """Return a file's questions; it is read again when it was changed. Raises `QuestionError`."""
    return tuple(load(path))
