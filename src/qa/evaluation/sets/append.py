"""Adding questions to a set's file: under names of their own, and the file as before if anything goes wrong."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock, Timeout

from qa.errors import QuestionError
from qa.evaluation.sets.fields import Entry, fields_of, questions_of
from qa.evaluation.sets.files import text_of
from qa.evaluation.sets.formats import format_of, read
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.yaml_list import yaml_text

NATIVE = ("jsonl", "yaml")
LOCK_SECONDS = 10.0
DIGITS = 3
_NAME = re.compile(r"[^\W_][\w .-]{0,80}")


def set_file(folder: Path, name: str) -> Path:
    """Return the file of a set by its name, as JSON lines where that has no ending. Raises `QuestionError`."""
    name = name.strip()
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise QuestionError(
            f"“{name[:100]}” cannot be the name of a question set: use letters, digits, spaces, hyphens and dots."
        )
    path = folder / (name if Path(name).suffix else f"{name}.jsonl")
    if format_of(path).name not in NATIVE:
        raise QuestionError(f"Questions can be added to JSON lines and YAML only, not to {path.name}.")
    return path


@contextmanager
def alone(path: Path, lock: Path) -> Iterator[None]:
    """Be the only one who adds to sets; `lock` is the file that sees to it. Raises `QuestionError`.

    What is added is to be looked up within, so that nobody else has added it meanwhile.
    """
    try:
        lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(lock, timeout=LOCK_SECONDS):
            yield
    except Timeout as error:
        raise QuestionError(f"{path.name} is being written by someone else: try again in a moment.") from error
    except OSError as error:
        raise QuestionError(f"{path.name} cannot be written now: {error.strerror or error}.") from error


def append(path: Path, fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """Add questions, given without ids, to a set's file, which is made if there is none; return their ids.

    One that stands there already, field by field, is not added again: whoever was interrupted between the file and
    what they note of it begins anew. What stands in the file stays as it is written, but for an encoding other than
    UTF-8. The new file is read back before it takes the old one's place. Raises `QuestionError`.
    """
    before = read(path).questions if path.exists() else []
    there = {_said(question): question.id for question in before}
    free = _free_ids(path.stem, [question.id for question in before], len(fields))
    entries = [Entry(None, {**one, "id": id_}, where=f"question {id_}") for one, id_ in zip(fields, free, strict=True)]
    ids: list[str] = []
    added: list[Question] = []
    for question in questions_of(path, entries):
        if _said(question) not in there:
            there[_said(question)] = free[len(added)]
            added.append(replace(question, id=free[len(added)]))
        ids.append(there[_said(question)])
    if not added:
        return ids
    try:
        _replace(path, added, before)
    except OSError as error:
        raise QuestionError(f"{path.name} cannot be written: {error.strerror or error}.") from error
    return ids


def _replace(path: Path, added: Sequence[Question], before: Sequence[Question]) -> None:
    kind = format_of(path).name
    text = text_of(path) if path.exists() else ""
    if text and not text.endswith("\n"):
        text += "\n"
    _put(path, text + _written(added, kind), kind, [*before, *added])


def _said(question: Question) -> Question:
    """Return what a question says, whatever its name."""
    return replace(question, id="")


def _free_ids(stem: str, taken: Sequence[str], count: int) -> list[str]:
    """Return ids like "leave-004", counting on from the highest number that the set has."""
    stem = re.sub(r"\s+", "-", stem)
    numbered = re.compile(rf"{re.escape(stem)}-([0-9]{{1,9}})")
    numbers = [int(found[1]) for one in taken if (found := numbered.fullmatch(one))]
    first = max(numbers, default=0) + 1
    return [f"{stem}-{number:0{DIGITS}}" for number in range(first, first + count)]


def _written(questions: Sequence[Question], kind: str) -> str:
    if kind == "yaml":
        return "".join(f"\n{yaml_text(question)}" for question in questions)
    return "".join(json.dumps(fields_of(question), ensure_ascii=False) + "\n" for question in questions)


def _put(path: Path, text: str, kind: str, wanted: Sequence[Question]) -> None:
    # Without an ending, so that nobody takes it for a set meanwhile.
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            same = read(beside, kind).questions == list(wanted)
        except (QuestionError, yaml.YAMLError):
            same = False
        if not same:
            raise QuestionError(
                f"{path.name} is written in a way that questions cannot be added to: "
                "write a YAML list with each question's “- ” at the beginning of a line, or choose another set."
            )
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
