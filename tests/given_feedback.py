"""Feedback made by hand."""

from typing import Any

from qa.state.feedback import Feedback
from qa.types import Turn


def given(**fields: Any) -> Feedback:
    return Feedback(
        **{
            "verdict": "down",
            "reason": "wrong_words",
            "passage": "1",
            "comment": "Nine metres is meant.",
            "question": "When is the flood gate closed?",
            "history": (Turn("user", "Where is the flood gate?"), Turn("assistant", "At the quay.")),
            "answer": {"outcome": "answered", "passages": ["…"]},
            "index_id": "generation",
            "visitor": "",
            **fields,
        }
    )
