"""The questions of all sets in a folder, for telling what is asked already."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from qa.errors import QuestionError
from qa.evaluation.sets.formats import load, sets_in
from qa.evaluation.sets.model import Question


def questions_in(folder: Path) -> Iterator[tuple[str, Question]]:
    """Yield every question of the sets in a folder with its file's name; what cannot be read as a set is left out."""
    for path in sets_in(folder):
        with contextlib.suppress(QuestionError):
            yield from ((path.name, question) for question in load(path))
