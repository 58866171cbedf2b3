"""What is asked, made clean: control and direction characters out, one form for every letter."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from qa.errors import QuestionError
from qa.types import Turn

LONGEST_QUESTION = 20_000


def clean_question(question: str) -> str:
    """Return the question in NFC without control and direction characters. Raises `QuestionError` if it is blank."""
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(f"The question is longer than {LONGEST_QUESTION:,} characters: shorten it.")
    cleaned = _cleaned(question, "question")
    if not cleaned:
        raise QuestionError("The question is blank: ask something, for example “Who founded the group?”.")
    return cleaned


def as_turn(turn: Turn | Mapping[str, str]) -> Turn:
    """Return a turn of the history as `Turn`, cleaned. Raises `QuestionError` where role or content is missing."""
    fields: Mapping[str, Any] = {}
    if isinstance(turn, Turn):
        fields = {"role": turn.role, "content": turn.content}
    elif isinstance(turn, Mapping):
        fields = turn
    role, content = fields.get("role"), fields.get("content")
    if role not in ("user", "assistant") or not isinstance(content, str):
        raise QuestionError('A turn of the history needs "role" ("user" or "assistant") and "content" (text).')
    return Turn("user" if role == "user" else "assistant", _cleaned(content[:LONGEST_QUESTION], "history"))


def _cleaned(text: str, what: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(f"The {what} holds characters that are no text: type it again.") from error
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in kept if unicodedata.category(c) != "Cf").split())
