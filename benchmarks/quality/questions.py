"""What is asked and what should be found: one form for every set."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from qa.types import Turn

Half = Literal["tuning", "report"]


@dataclass(frozen=True, slots=True)
class Gold:
    """Words that answer, in a document.

    `occurrence` counts from 0 which of several places with the same words is meant, None where any of them will do.
    """

    document: str
    quote: str
    occurrence: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set.

    `gold` names the passages that answer, as alternatives. `relevance` grades whole documents instead (gain by
    document). `answers` are short answers, any of which a quote should hold; `evidence` are texts, any of which a
    quote should match word for word. `foreign` is a history about something else, for the change of subject.
    """

    id: str
    half: Half
    question: str
    history: tuple[Turn, ...] = ()
    gold: tuple[Gold, ...] = ()
    unanswerable: bool = False
    relevance: Mapping[str, int] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    foreign: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A folder of documents, by file name, with the questions asked of it."""

    files: Mapping[str, bytes]
    questions: tuple[Question, ...]


def half_of(group: str) -> Half:
    """Return the half that a group of questions (a dialogue, say) belongs to, by the CRC-32 of its id."""
    return "report" if zlib.crc32(group.encode()) % 2 else "tuning"


def place(prepared: QuestionSet, folder: Path) -> None:
    """Write `corpus/` and `questions.jsonl` below `folder`; files that are there already stay untouched."""
    corpus = folder / "corpus"
    for name, content in prepared.files.items():
        path = corpus / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in corpus.rglob("*"):
        if path.is_file() and path.relative_to(corpus).as_posix() not in prepared.files:
            path.unlink()
    lines = (json.dumps(asdict(question), ensure_ascii=False) + "\n" for question in prepared.questions)
    (folder / "questions.jsonl").write_text("".join(lines), encoding="utf-8")


def load(path: Path) -> list[Question]:
    """Read back what `place` wrote."""
    return [_question(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _question(fields: dict[str, Any]) -> Question:
    def turns(name: str) -> tuple[Turn, ...]:
        return tuple(Turn(**turn) for turn in fields[name])

    return Question(
        id=fields["id"],
        half=fields["half"],
        question=fields["question"],
        history=turns("history"),
        gold=tuple(Gold(**gold) for gold in fields["gold"]),
        unanswerable=fields["unanswerable"],
        relevance=fields["relevance"],
        answers=tuple(fields["answers"]),
        evidence=tuple(fields["evidence"]),
        foreign=turns("foreign"),
    )


def every(step: int, questions: Iterable[Question]) -> list[Question]:
    """Keep every `step`-th question by sorted id, answerable and unanswerable ones of each half apart."""
    groups: dict[tuple[Half, bool], list[Question]] = {}
    for question in sorted(questions, key=lambda q: q.id):
        groups.setdefault((question.half, question.unanswerable), []).append(question)
    return [question for group in groups.values() for question in group[::step]]
