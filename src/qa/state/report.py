"""What the command line shows of the state: feedback, and what was asked."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from qa.state.feedback import Entry
from qa.state.log import Asked
from qa.state.state import Deleted

LISTED = 50
"""Lines shown before the rest is counted only."""


def print_feedback(entries: Sequence[Entry], as_json: bool) -> None:
    """Print feedback as a table, the newest first, or as JSON."""
    if as_json:
        _print_json([feedback_record(entry) for entry in entries])
        return
    if not entries:
        print("There is no such feedback.")
        return
    rows = [
        (
            entry.given[:16].replace("T", " "),
            entry.feedback.verdict,
            entry.feedback.reason.replace("_", " "),
            entry.feedback.question,
            entry.feedback.comment,
            entry.feedback.visitor,
            entry.id,
        )
        for entry in entries[:LISTED]
    ]
    _print_table(("given (UTC)", "verdict", "reason", "question", "comment", "by", "id"), rows)
    _print_rest(len(entries))


def print_questions(asked: Sequence[Asked], kept: bool, as_json: bool) -> None:
    """Print what was asked as a table or as JSON; `kept` says whether questions are logged now."""
    if as_json:
        _print_json([question_record(question) for question in asked])
        return
    if not asked:
        hint = "" if kept else " None is logged: QA_LOG_QUESTIONS=true turns the log on."
        print(f"There is no such question.{hint}")
        return
    rows = [
        (
            str(question.times),
            *(str(question.outcomes.get(outcome, 0)) for outcome in ("answered", "related", "nothing")),
            question.last[:10],
            question.question,
        )
        for question in asked[:LISTED]
    ]
    _print_table(("asked", "answered", "related", "nothing", "last", "question"), rows)
    _print_rest(len(asked))


def print_deleted(deleted: Deleted, as_json: bool) -> None:
    """Print how much was deleted."""
    if as_json:
        _print_json(asdict(deleted))
        return
    print(f"Deleted. Feedback: {deleted.feedback}. Logged questions: {deleted.questions}.")


def feedback_record(entry: Entry) -> dict[str, Any]:
    """Return feedback as plain JSON values, with the answer as it was shown."""
    return {"id": entry.id, "given": entry.given, "status": entry.status, **asdict(entry.feedback)}


def question_record(asked: Asked) -> dict[str, Any]:
    """Return a question with how often it was asked and what came of it, as plain JSON values."""
    return {
        "question": asked.question,
        "times": asked.times,
        "unanswered": asked.unanswered,
        "outcomes": dict(asked.outcomes),
        "last": asked.last,
    }


def _print_json(records: Sequence[dict[str, Any]] | dict[str, Any]) -> None:
    print(json.dumps(records, ensure_ascii=False))


def _print_table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; a column in which nothing stands is left out."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    used = [place for place in range(len(names)) if any(row[place] for row in rows)]
    for place in used:
        number = all(row[place].isdecimal() for row in rows) and names[place] != "id"
        wide = names[place] in ("question", "comment")
        table.add_column(names[place], justify="right" if number else "left", no_wrap=not wide)
    for row in rows:
        table.add_row(*(Text(_one_line(row[place])) for place in used))
    Console().print(table)


def _print_rest(count: int) -> None:
    if count > LISTED:
        print(f"... and {count - LISTED} more: --json lists them all.")


def _one_line(text: str) -> str:
    """Return visitors' words without what would make a terminal do something."""
    return " ".join("".join(" " if unicodedata.category(c).startswith("C") else c for c in text).split())
