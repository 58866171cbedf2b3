"""Question sets: what was asked, and where in the documents the answer stands.

The native format is JSON lines, its schema `schema.json`; `read` and `write` know the others.
"""

from qa.evaluation.sets.formats import ENDINGS, FORMATS, Reading, format_of, load, read, sets_in, write
from qa.evaluation.sets.model import Gold, Question, by_id, history_of
from qa.evaluation.sets.problems import Problem, SetError

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Gold",
    "Problem",
    "Question",
    "Reading",
    "SetError",
    "by_id",
    "format_of",
    "history_of",
    "load",
    "read",
    "sets_in",
    "write",
]
