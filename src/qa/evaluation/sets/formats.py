"""The formats of question sets, by name and by how their files are called."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import QuestionError
from qa.evaluation.anchors import Documents
from qa.evaluation.sets.beir import QUERIES, read_beir, write_beir
from qa.evaluation.sets.csv_table import read_csv, write_csv
from qa.evaluation.sets.jsonl import read_jsonl, write_jsonl
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.squad import read_squad, write_squad
from qa.evaluation.sets.trec import TOPICS, read_trec, write_trec
from qa.evaluation.sets.workbook import read_workbook, write_workbook
from qa.evaluation.sets.yaml_list import read_yaml, write_yaml

_LIST = re.compile(r"\A(?:\s|#.*|---)*[-\[]")
_LONGEST_GATE = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A set as it was read; `notices` are sentences on what was left out or is to be known."""

    questions: list[Question]
    notices: list[str]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of question sets; one without `endings` is a folder of files."""

    name: str
    title: str
    endings: tuple[str, ...]
    read: Callable[[Path, Documents | None], tuple[list[Question], list[str]]]
    write: Callable[[Sequence[Question], Path, Documents | None], list[str]]


def _all_held(
    name: str,
    title: str,
    endings: tuple[str, ...],
    read: Callable[[Path], list[Question]],
    write: Callable[[Sequence[Question], Path], None],
) -> Format:
    """Return a format that holds all of a set."""

    def write_all(questions: Sequence[Question], path: Path, documents: Documents | None) -> list[str]:
        write(questions, path)
        return []

    return Format(name, title, endings, lambda path, documents: (read(path), []), write_all)


FORMATS = {
    known.name: known
    for known in (
        _all_held("jsonl", "JSON lines", (".jsonl", ".ndjson"), read_jsonl, write_jsonl),
        _all_held("yaml", "YAML", (".yaml", ".yml"), read_yaml, write_yaml),
        _all_held("csv", "CSV", (".csv", ".tsv"), read_csv, write_csv),
        _all_held("xlsx", "Excel workbook", (".xlsx",), read_workbook, write_workbook),
        Format("squad", "SQuAD v2", (".json",), lambda path, documents: read_squad(path), write_squad),
        Format("beir", "BEIR folder", (), lambda path, documents: read_beir(path), write_beir),
        Format("trec", "TREC topics and judgements", (), read_trec, write_trec),
    )
}


ENDINGS = tuple(ending for known in FORMATS.values() for ending in known.endings)
"""How files that are sets may end."""
# A gate lies beside the sets that it names, and is YAML as well: these fields no question has.
_GATE = re.compile(r"^(?:at_least|at_most|no_worse_than):", re.MULTILINE)


def sets_in(folder: Path) -> Iterator[Path]:
    """Yield what is called like a question set in a folder, by name: files by their endings, BEIR and TREC folders.

    Whether it is one only reading it tells; a gate is none.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name.casefold())
    except OSError:
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        collection = path.is_dir() and any((path / name).is_file() for name in (QUERIES, TOPICS))
        if collection or (path.suffix.lower() in ENDINGS and path.is_file() and not _is_gate(path)):
            yield path


def _is_gate(path: Path) -> bool:
    if path.suffix.lower() not in FORMATS["yaml"].endings:
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LONGEST_GATE)
    except OSError:
        return False
    return _GATE.search(text) is not None and _LIST.search(text) is None


def load(path: Path) -> list[Question]:
    """Read a question set in any format. Raises `QuestionError` naming file, line and field of all that is wrong."""
    return read(path).questions


def read(path: Path, format_name: str | None = None, documents: Documents | None = None) -> Reading:
    """Read a question set, in the format of its name unless told. Raises `QuestionError`.

    The documents are asked only for the text of judged passages that a TREC folder does not hold itself.
    """
    questions, notices = format_of(path, format_name).read(path, documents)
    return Reading(questions, notices)


def write(
    questions: Sequence[Question], path: Path, format_name: str | None = None, documents: Documents | None = None
) -> list[str]:
    """Write a question set, in the format of its name unless told, and say in words what the format cannot hold.

    With documents, BEIR and TREC get every paragraph of them; SQuAD cannot be written without. Raises `QuestionError`.
    """
    return format_of(path, format_name).write(questions, path, documents)


def format_of(path: Path, name: str | None = None) -> Format:
    """Return the format of that name, else the one that a file's ending or a folder's files tell.

    Raises `QuestionError` where there is none.
    """
    if name is not None:
        if name not in FORMATS:
            raise QuestionError(f"There is no format {name!r}: there are {', '.join(FORMATS)}.")
        return FORMATS[name]
    if path.is_dir():
        return FORMATS["beir" if (path / QUERIES).is_file() else "trec"]
    for known in FORMATS.values():
        if path.suffix.lower() in known.endings:
            return known
    endings = ", ".join(ending for known in FORMATS.values() for ending in known.endings)
    raise QuestionError(
        f"What format the question set {path} has cannot be told from its name ({endings}): name it with --format."
    )
