"""Question sets: what was asked, and where in the documents the answer stands."""

from qa.evaluation.sets.jsonl import load
from qa.evaluation.sets.model import Gold, Question, by_id, history_of

__all__ = ["Gold", "Question", "by_id", "history_of", "load"]
