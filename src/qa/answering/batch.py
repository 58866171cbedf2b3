"""Question files: `{"id", "question", "history"}` a line in, one answer object a line out."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from qa.answering.assistant import Assistant
from qa.answering.question import as_turn, clean_question
from qa.answering.record import answer_record
from qa.errors import QuestionError
from qa.types import Turn


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One line of a question file."""

    id: str | None
    question: str
    history: tuple[Turn, ...]


def read_batch(lines: Iterable[str], name: str) -> list[BatchQuestion]:
    """Read a question file. Raises `QuestionError` naming every line that is wrong, before any is asked."""
    questions: list[BatchQuestion] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line.removeprefix("\ufeff"))))
        except (ValueError, QuestionError) as error:
            problems.append(f"{name}:{number}: {error}")
        except RecursionError:
            problems.append(f"{name}:{number}: nested too deeply")
    if problems:
        raise QuestionError("\n".join(problems))
    if not questions:
        raise QuestionError(f'There is no question in {name}: write one JSON object a line, with the field "question".')
    return questions


def _question(fields: Any) -> BatchQuestion:
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str):
        raise QuestionError('needs to be a JSON object with the field "question"')
    history = fields.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, dict) for turn in history):
        raise QuestionError('"history" needs to be a list of {"role", "content"}')
    question_id = fields.get("id")
    return BatchQuestion(
        id=None if question_id is None else str(question_id),
        question=clean_question(fields["question"]),
        history=tuple(as_turn(turn) for turn in history),
    )


def answer_batch(
    assistant: Assistant, questions: Iterable[BatchQuestion], k: int, documents: Collection[str] | None = None
) -> Iterator[str]:
    """Yield one JSON line for each question, in order."""
    for question in questions:
        answer = assistant.ask(question.question, question.history, k, documents)
        yield json.dumps(answer_record(answer, question.id), ensure_ascii=False)
