"""A run that is kept: every question with its answer and its class, the measures, and what they were made with."""

import contextlib
import gzip
import json
import re
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qa.errors import QuestionError
from qa.evaluation.failures import Failure, State
from qa.evaluation.measures import ALL, MEANS, MEASURES, Scored

FILE = "run.json"
FOLDER = "runs"
PACKED = ".gz"
"""How a file is called that holds a run packed (RFC 1952), for one that is kept beside its sets."""
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class KeptSet(_Kept):
    """A question set that was asked; `sha256` is that of its file."""

    name: str
    sha256: str
    questions: int


class KeptIndex(_Kept):
    """The index that answered; `fingerprint` is the same for every index of the same documents built the same way."""

    id: str
    fingerprint: str
    model: str
    documents: int
    passages: int


class KeptCode(_Kept):
    """The version of qa, and the commit where it runs from a checkout, followed by "+changes" if that was edited."""

    version: str
    commit: str


class KeptGold(_Kept):
    """A gold quote, what became of it, and the rank of the first passage that holds it.

    `is_stale`: its words no longer stand in its document, or the document is not in the index; `nearest` is then the
    text most like it, empty where none is.
    """

    document: str
    quote: str
    group: int
    grade: int
    state: State
    is_stale: bool
    nearest: str
    rank: int | None


class KeptTurn(_Kept):
    """One side of a dialogue."""

    role: Literal["user", "assistant"]
    content: str


class KeptQuestion(_Kept):
    """A question as it was asked, with its answer.

    `history` is a dialogue before it that is no question of the set; `dialogue` is the id of the question that its
    dialogue began with. `searched` is the text that was searched, after words were put right and taken over from the
    dialogue. `values` are what it adds to each mean.
    """

    set: str
    id: str
    question: str
    category: str
    parent_id: str | None
    history: list[KeptTurn] = []
    dialogue: str
    unanswerable: bool
    gold: list[KeptGold]
    answers: list[str]
    searched: str
    answer: dict[str, Any]
    failure: Failure
    passage_rank: int | None
    quote_rank: int | None
    candidate_rank: int | None
    candidate_count: int
    right: bool
    stale_gold: int
    values: dict[str, float | None]
    seconds: float

    @property
    def key(self) -> tuple[str, str]:
        """What names the question in a run over several sets."""
        return self.set, self.id

    @property
    def scored(self) -> Scored:
        """What the question adds to the measures."""
        return Scored(
            dialogue=f"{self.set}\n{self.dialogue}",
            category=self.category,
            is_follow_up=self.parent_id is not None,
            confidence=float(self.answer["confidence"]),
            right=self.right,
            seconds=self.seconds,
            stale_gold=self.stale_gold,
            values=self.values,
        )

    @model_validator(mode="after")
    def _whole(self) -> "KeptQuestion":
        if unknown := self.values.keys() ^ set(MEANS):
            raise ValueError(f"values: missing or unknown measures {', '.join(sorted(unknown))}")
        if not isinstance(self.answer.get("confidence"), (int, float)) or "outcome" not in self.answer:
            raise ValueError("answer: it has no confidence or no outcome")
        return self


class KeptMeasures(_Kept):
    """The measures of a group of questions, and their intervals."""

    questions: int
    answerable: int
    unanswerable: int
    stale_gold: int
    values: dict[str, float | None]
    intervals: dict[str, tuple[float, float] | None]


class Run(_Kept):
    """A run as it is kept; two runs over the same index differ in id, author, date and times alone.

    `author` is who had it asked from the page, empty for nobody who is known.
    """

    format: Literal[1] = 1
    id: str = Field(pattern=_ID.pattern)
    created: datetime
    author: str = ""
    sets: list[KeptSet] = Field(min_length=1)
    index: KeptIndex
    settings: dict[str, Any]
    code: KeptCode
    seconds: float
    intervals: str
    measures: dict[str, KeptMeasures]
    questions: list[KeptQuestion] = Field(min_length=1)

    @property
    def name(self) -> str:
        """The sets that were asked, in words."""
        return ", ".join(kept.name for kept in self.sets)

    @model_validator(mode="after")
    def _one_of_each(self) -> "Run":
        keys = [question.key for question in self.questions]
        if len(set(keys)) < len(keys):
            raise ValueError("questions: an id was used twice in a set")
        if ALL not in self.measures:
            raise ValueError(f"measures: those of {ALL!r} are missing")
        if any(found.values.keys() ^ set(MEASURES) for found in self.measures.values()):
            raise ValueError("measures: some are missing or unknown")
        return self


def folder_of(state: Path, run_id: str) -> Path:
    """Return where the run of this id is kept in the folder of the state."""
    return state / FOLDER / run_id


def write(kept: Run, path: Path) -> Path:
    """Write a run to a file (.json, or .gz for a packed one), or as `run.json` into a folder; return the file.

    Raises `QuestionError`.
    """
    file = path if path.suffix in (".json", PACKED) else path / FILE
    temporary = file.with_name(f".{file.name}.{kept.id}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        written = (json.dumps(kept.model_dump(mode="json"), ensure_ascii=False) + "\n").encode()
        temporary.write_bytes(gzip.compress(written, mtime=0) if file.suffix == PACKED else written)
        temporary.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
            file.parent.rmdir()  # which only an empty folder lets happen
        raise QuestionError(f"The run cannot be written to {file}: {error.strerror or error}.") from error
    return file


def read(path: Path) -> Run:
    """Read a run from its file or folder. Raises `QuestionError` naming file and field where it is no run."""
    file = path / FILE if path.is_dir() else path
    try:
        held = file.read_bytes()
        return Run.model_validate_json(gzip.decompress(held) if file.suffix == PACKED else held)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise QuestionError(f"The run {file} cannot be read: {reason}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "run"
        raise QuestionError(
            f'{file}: field "{field}": {first["msg"]}. It is no run that this version of `qa eval` wrote: run it again.'
        ) from error


def find(name: str, state: Path) -> Run:
    """Return a run by its file or folder, by the id under which the state keeps it, or as "latest" the newest kept."""
    if Path(name).exists():
        return read(Path(name))
    if name == "latest" and (kept := ids(state)):
        return read(folder_of(state, kept[-1]))
    if _ID.fullmatch(name) and folder_of(state, name).is_dir():
        return read(folder_of(state, name))
    raise QuestionError(f"There is no run {name!r}: name a file, a folder, or one of those in {state / FOLDER}.")


def ids(state: Path) -> list[str]:
    """Return the ids of the runs that the state keeps, the oldest first."""
    folder = state / FOLDER
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _ID.fullmatch(path.name) and (path / FILE).is_file())
