"""What a format cannot hold, told in words: nothing is left out in silence."""

from collections.abc import Callable, Sequence

from qa.evaluation.sets.model import Question

_HAS: dict[str, Callable[[Question], bool]] = {
    "category": lambda question: bool(question.category),
    "parent_id": lambda question: question.parent_id is not None,
    "history": lambda question: bool(question.history),
    "answer": lambda question: bool(question.answer),
    "answers": lambda question: bool(question.answers),
    "author": lambda question: bool(question.author),
    "note": lambda question: bool(question.note),
    "grade": lambda question: any(gold.grade != 1 for gold in question.gold),
    "group": lambda question: any(gold.group for gold in question.gold),
}


def left_out(questions: Sequence[Question], format_name: str, fields: Sequence[str]) -> list[str]:
    """Return a sentence for each of the fields that a question has and the format does not hold."""
    counts = {name: sum(_HAS[name](question) for question in questions) for name in fields}
    return [f"{format_name} has no field {name!r}: left out, questions: {n}." for name, n in counts.items() if n]


def some(ids: Sequence[str], most: int = 5) -> str:
    """Return the first few of some ids, and how many there are."""
    shown = ", ".join(ids[:most])
    return f"{shown}, ... ({len(ids):,} in all)" if len(ids) > most else shown
