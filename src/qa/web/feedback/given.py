"""Feedback as it arrives and as editors read it."""

from typing import Any, Self

from pydantic import Field, model_validator

from qa.state.feedback import Entry, Feedback, Reason, Verdict
from qa.web.answers import Model, ShownAnswer
from qa.web.asked import MOST_TURNS, Said

LONGEST_COMMENT = 2_000
LONGEST_QUESTION = 20_000
LONGEST_HISTORY = 200_000
"""Characters of all messages together."""
LONGEST_ANSWER = 400_000
"""Characters of an answer as JSON; one of five passages has some 10,000."""


class GivenFeedback(Model):
    """What a visitor says of an answer; with `id` and `key` of earlier feedback, it takes the place of that."""

    verdict: Verdict
    reason: Reason = Field("", description="what was wrong; only with the verdict down")
    comment: str = Field("", max_length=LONGEST_COMMENT)
    passage: str = Field("", max_length=8, description="label of the passage concerned: 1, 1b; empty for all")
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    history: list[Said] = Field(default=[], max_length=MOST_TURNS)
    answer: ShownAnswer = Field(description="the answer as it was shown")
    id: str = Field("", max_length=64)
    key: str = Field("", max_length=64)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.verdict == "up" and self.reason:
            raise ValueError("a reason goes with the verdict down only")
        if self.passage and self.passage not in labels(self.answer):
            raise ValueError(f"the answer has no passage {self.passage!r}")
        if bool(self.id) != bool(self.key):
            raise ValueError("id and key go together")
        if sum(len(said.content) for said in self.history) > LONGEST_HISTORY:
            raise ValueError(f"the dialogue is longer than {LONGEST_HISTORY:,} characters: leave out its beginning")
        return self

    def by(self, visitor: str) -> Feedback:
        """Return the feedback as a visitor's, "" for an anonymous one."""
        return Feedback(
            verdict=self.verdict,
            reason=self.reason,
            passage=self.passage,
            comment=self.comment.strip(),
            question=self.question,
            history=tuple(said.turn for said in self.history),
            answer=self.answer.model_dump(mode="json"),
            index_id=self.answer.index,
            visitor=visitor,
        )


class FeedbackReceipt(Model):
    """What the giver gets: with both, the feedback can be changed or taken back."""

    id: str
    key: str = Field(description="known to nobody else; it is not shown again")


class KeptFeedback(Model):
    """Feedback as it is kept."""

    id: str
    given: str = Field(description="UTC, ISO 8601")
    status: str = Field(description="new until someone has dealt with it")
    visitor: str = Field(description="name, or empty for an anonymous visitor")
    verdict: Verdict
    reason: Reason
    passage: str
    comment: str
    question: str
    history: list[Said]
    # Not a ShownAnswer: it may be of an earlier version of the product.
    answer: dict[str, Any] = Field(description="the answer as it was shown")
    index: str = Field(description="id of the index generation that answered")


class FeedbackList(Model):
    """A part of the feedback, the newest first."""

    total: int = Field(description="entries that fit the filters")
    offset: int
    entries: list[KeptFeedback]


def kept(entry: Entry) -> KeptFeedback:
    """Return an entry as editors read it."""
    feedback = entry.feedback
    return KeptFeedback(
        id=entry.id,
        given=entry.given,
        status=entry.status,
        visitor=feedback.visitor,
        verdict=feedback.verdict,
        reason=feedback.reason,
        passage=feedback.passage,
        comment=feedback.comment,
        question=feedback.question,
        history=[Said(role=turn.role, content=turn.content) for turn in feedback.history],
        answer=dict(feedback.answer),
        index=feedback.index_id,
    )


def labels(answer: ShownAnswer) -> set[str]:
    """Return the labels of all words that an answer shows."""
    return {words.label for passage in answer.passages for words in (passage.words, *passage.more)}
