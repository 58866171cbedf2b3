"""What waits in the trainers' inbox: answers that people marked as wrong, and questions that got none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qa.state.feedback import Entry, Reason
from qa.state.inbox import Settled, asked_member, feedback_member
from qa.state.log import Asked, wording_of
from qa.state.state import State
from qa.types import Turn

MOST_GROUPED = 1_000
"""Members that are looked at, the newest: grouping costs with the square of their number."""


@dataclass(frozen=True, slots=True)
class Member:
    """Something that waits: feedback, or a question of the log with how often it was asked without an answer.

    `when` is when it was given, or last asked, UTC; `visitor` "" where nobody knows. `shown` are the words that the
    answer began with, `carried` those that the question took over from the dialogue.
    """

    id: str
    question: str
    history: tuple[Turn, ...]
    carried: tuple[str, ...]
    when: str
    times: int
    visitor: str
    reason: Reason
    comment: str
    shown: str
    asked: bool

    @property
    def wording(self) -> str:
        """The question as it is compared: alike for what differs in capitals and marks only."""
        return wording_of(" ".join([self.question, *self.carried]))


@dataclass(frozen=True, slots=True)
class Waiting:
    """The members that wait, the newest first; `left_out` are older ones beyond what is looked at."""

    members: tuple[Member, ...]
    left_out: int


def waiting(state: State) -> Waiting:
    """Return what waits. Raises `StateError`."""
    settled = state.inbox.settled()
    closed = {gap.id: gap.changed for gap in state.gaps.all() if gap.status == "closed"}
    members = [
        *(_of_feedback(entry) for entry in state.feedback.entries(verdict="down")),
        *(_of_log(asked) for asked in state.questions.unanswered()),
    ]
    waits = [member for member in members if not _is_settled(member, settled.get(member.id), closed)]
    waits.sort(key=lambda member: member.when, reverse=True)
    return Waiting(tuple(waits[:MOST_GROUPED]), max(0, len(waits) - MOST_GROUPED))


def _is_settled(member: Member, settled: Settled | None, closed: Mapping[str, str]) -> bool:
    """Tell whether a member is dealt with.

    Feedback that its giver changed since is new again; so is a question that gets no answer though its gap was closed.
    """
    if settled is None:
        return False
    if member.asked:
        return settled.target not in closed or member.when <= closed[settled.target]
    return member.when <= settled.made


def _of_feedback(entry: Entry) -> Member:
    given = entry.feedback
    return Member(
        id=feedback_member(entry.id),
        question=given.question,
        history=given.history,
        carried=tuple(_texts(given.answer.get("carried"))),
        when=entry.given,
        times=1,
        visitor=given.visitor,
        reason=given.reason,
        comment=given.comment,
        shown=_shown(given.answer),
        asked=False,
    )


def _of_log(asked: Asked) -> Member:
    return Member(
        id=asked_member(asked.question),
        question=asked.question,
        history=(),
        carried=(),
        when=asked.last,
        times=asked.times,
        visitor="",
        reason="",
        comment="",
        shown="",
        asked=True,
    )


def _shown(answer: Mapping[str, Any]) -> str:
    """Return the words that an answer began with; it may be of an earlier version of the product."""
    try:
        words = answer["passages"][0]["words"]["text"]
    except (KeyError, IndexError, TypeError):
        return ""
    return words if isinstance(words, str) else ""


def _texts(values: Any) -> Iterable[str]:
    return (value for value in values if isinstance(value, str)) if isinstance(values, list) else ()
