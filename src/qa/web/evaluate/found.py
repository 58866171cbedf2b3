"""A question of a run as its page shows it: the dialogue before it, what was wanted, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from qa.evaluation.runs import KeptGold, KeptQuestion, KeptTurn, Run
from qa.web.citations import address_of_record, words_address


@dataclass(frozen=True, slots=True)
class Wanted:
    """A gold quote and the address of its words in the source viewer; a stale one's is that of the nearest text."""

    gold: KeptGold
    address: str


@dataclass(frozen=True, slots=True)
class Found:
    """A quote of the answer, its place, and whether its passage is one that was wanted.

    `more` are further words of the same passage, `passage` is all of it.
    """

    rank: int
    text: str
    more: tuple[str, ...]
    document: str
    page: str
    paragraph: int
    passage: str
    address: str
    holds_gold: bool


def question_of(run: Run, set_name: str, question_id: str) -> KeptQuestion | None:
    """Return a question of a run, None if it has no such."""
    return next((question for question in run.questions if question.key == (set_name, question_id)), None)


def dialogue_before(run: Run, question: KeptQuestion) -> list[KeptTurn]:
    """Return the turns before a question: its ancestors', each answered with its first gold quote."""
    turns: list[KeptTurn] = []
    for asked in reversed(ancestors(run, question)):
        reply = asked.gold[0].quote if asked.gold else ""
        turns += [KeptTurn(role="user", content=asked.question), KeptTurn(role="assistant", content=reply)]
    first = (ancestors(run, question) or [question])[-1]
    return [*first.history, *turns]


def ancestors(run: Run, question: KeptQuestion) -> list[KeptQuestion]:
    """Return the questions that one follows, the nearest first."""
    known = {other.key: other for other in run.questions}
    found: list[KeptQuestion] = []
    parent = question.parent_id
    while parent is not None and (question.set, parent) in known:
        found.append(known[question.set, parent])
        parent = found[-1].parent_id
    return found


def asking_again(run: Run, question: KeptQuestion) -> str:
    """Return the part of an address, behind "#", with which the page asks the question after its dialogue."""
    asked = [turn.content for turn in dialogue_before(run, question) if turn.role == "user"]
    return "ask/" + urlencode([("q", words) for words in [*asked, question.question]])


def wanted(question: KeptQuestion) -> dict[int, list[Wanted]]:
    """Return the gold quotes by group: of each, one is needed."""
    groups: dict[int, list[Wanted]] = {}
    for gold in question.gold:
        words = gold.nearest if gold.is_stale else gold.quote
        address = words_address(gold.document, words) if words else ""
        groups.setdefault(gold.group, []).append(Wanted(gold, address))
    return groups


def found(question: KeptQuestion) -> list[Found]:
    """Return the quotes of the answer in their order."""
    quotes: Sequence[Mapping[str, Any]] = question.answer.get("quotes") or []
    passages: Sequence[Mapping[str, Any]] = question.answer.get("passages") or []
    ranks = {gold.rank for gold in question.gold}
    return [
        Found(
            rank=rank,
            text=quoted["text"],
            more=tuple(further["text"] for further in quoted.get("more", ())),
            document=quoted["document"],
            page=quoted["page"] or "",
            paragraph=quoted["paragraph"],
            passage=passages[rank - 1]["text"] if rank <= len(passages) else "",
            address=address_of_record(quoted, passages[rank - 1] if rank <= len(passages) else None),
            holds_gold=rank in ranks,
        )
        for rank, quoted in enumerate(quotes, start=1)
    ]
