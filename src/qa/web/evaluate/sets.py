"""The question sets that trainers may run: those in the folder of sets, and those that were uploaded."""

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from qa.errors import QuestionError
from qa.evaluation.anchors import Documents
from qa.evaluation.sets import ENDINGS, Question, SetError, format_of, read, sets_in
from qa.web.api.problems import FieldProblem, ProblemError
from qa.web.documents.files import put, received, told_plainly
from qa.web.documents.folder import Existing
from qa.web.documents.names import numbered, safe_name

FOLDER = "sets"
"""Where uploaded sets are kept, in the folder of the state."""

Origin = Literal["folder", "uploaded"]


@dataclass(frozen=True, slots=True)
class ListedSet:
    """A question set; with a `problem` it cannot be read as one, and `questions` are 0."""

    name: str
    origin: Origin
    path: Path
    format: str
    questions: int
    problem: str = ""

    @property
    def id(self) -> str:
        """What names the set among all."""
        return f"{self.origin}/{self.name}"


class SetShelf:
    """The sets of both folders, read again only where they changed; safe to use from several threads."""

    def __init__(self, folder: Path, uploads: Path, documents: Callable[[], Documents]) -> None:
        """Take the folder of sets, the one for uploads, and what gives the documents that sets are about."""
        self._folders: dict[Origin, Path] = {"folder": folder, "uploaded": uploads}
        self._documents = documents
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[tuple[int, ...], ListedSet]] = {}

    def all(self) -> list[ListedSet]:
        """Return what can be read as a set and what looks like one, uploaded ones last, each by name."""
        return [self._listed(origin, path) for origin, folder in self._folders.items() for path in sets_in(folder)]

    def find(self, set_id: str) -> ListedSet:
        """Return a set. Raises `ProblemError`: 404 where there is none, 422 where it cannot be read."""
        origin, _, name = set_id.partition("/")
        for known in get_args(Origin):
            for path in sets_in(self._folders[known]) if known == origin else ():
                if path.name == name:
                    return _sound(self._listed(known, path))
        raise ProblemError(404, f"There is no question set {name or set_id}: it may have been removed.")

    def questions(self, listed: ListedSet) -> list[Question]:
        """Return a set's questions. Raises `ProblemError` (422) where it can no longer be read."""
        with _told_as_problem(listed.path):
            return read(listed.path, documents=self._documents()).questions

    def add(self, source: BinaryIO, name: str, existing: Existing, most_bytes: int) -> ListedSet:
        """Keep an uploaded set once it was read whole.

        Raises `ProblemError`: 409 where the name is taken and `existing` is "ask", 422 with all that is wrong in it.
        """
        name = safe_name(name)
        if not name.lower().endswith(ENDINGS):
            raise ProblemError(415, f"{name} is no question set: save it as one of {', '.join(ENDINGS)}.")
        uploads = self._folders["uploaded"]
        with told_plainly("The question set"):
            uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
            place = Path(tempfile.mkdtemp(prefix=".upload-", dir=uploads))
            try:
                file = place / name
                received(source, place, most_bytes).rename(file)
                with _told_as_problem(file):
                    read(file)
                with self._lock:
                    return self._listed("uploaded", self._put(file, existing))
            finally:
                shutil.rmtree(place, ignore_errors=True)

    def remove(self, name: str) -> None:
        """Delete an uploaded set; runs of it stay. Raises `ProblemError` (404) where there is none."""
        listed = self.find(f"uploaded/{name}")
        with told_plainly("The question set"), contextlib.suppress(FileNotFoundError):
            listed.path.unlink()

    def _put(self, file: Path, existing: Existing) -> Path:
        target = self._folders["uploaded"] / file.name
        if existing == "replace":
            if (self._folders["folder"] / file.name).exists():
                raise ProblemError(
                    409, f"{file.name} lies in the server's folder of question sets: it cannot be replaced from here."
                )
            file.replace(target)
            return target
        for number in count(2):
            if not (self._folders["folder"] / target.name).exists():
                with contextlib.suppress(FileExistsError):
                    put(file, target)
                    break
            if existing == "ask":
                raise ProblemError(409, f"There is a question set {target.name} already.", kind="name-taken")
            target = target.with_name(numbered(file.name, number))
        return target

    def _listed(self, origin: Origin, path: Path) -> ListedSet:
        stamp = tuple(part for file in _files(path) for part in _stamp(file))
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = stamp, _looked_over(origin, path, self._documents())
        return known[1]


def _looked_over(origin: Origin, path: Path, documents: Documents) -> ListedSet:
    title = format_of(path).title
    try:
        return ListedSet(path.name, origin, path, title, len(read(path, documents=documents).questions))
    except QuestionError as error:
        problem = str(error).split("\n")[0].replace(str(path), path.name)
        return ListedSet(path.name, origin, path, title, 0, problem)


def _sound(listed: ListedSet) -> ListedSet:
    if listed.problem:
        raise ProblemError(422, f"{listed.name} cannot be read as a question set: {listed.problem}")
    return listed


@contextlib.contextmanager
def _told_as_problem(file: Path) -> Iterator[None]:
    """Turn what is wrong with a set into a `ProblemError` that names every line and field, and no folder."""
    try:
        yield
    except SetError as error:
        places = [
            (f"line {problem.line}: " if problem.line is not None else f"{problem.where}: " if problem.where else "")
            + problem.field
            for problem in error.problems
        ]
        raise ProblemError(
            422,
            f"Something in the file is wrong, so nothing of it is kept. Problems: {len(error.problems)}.",
            kind="wrong-set",
            errors=[
                FieldProblem(field=place.removesuffix(": "), message=problem.text)
                for place, problem in zip(places, error.problems, strict=True)
            ],
        ) from error
    except QuestionError as error:
        raise ProblemError(422, str(error).replace(str(file), file.name), kind="wrong-set") from error


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:  # it went meanwhile: reading it will say so
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
