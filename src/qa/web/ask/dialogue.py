"""The dialogue of one visitor: what was asked, in which way, and what the page shows for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs

from qa.answering.assistant import Assistant
from qa.errors import QAError
from qa.indexing.tokens import tokenize
from qa.types import Answer, Correction, Turn
from qa.web.ask.escaping import escape
from qa.web.ask.rendering import answer_html

Message = dict[str, str]

# An answer takes some 12 KB, in memory and whenever the chat is sent: what is older than this is forgotten.
LONGEST_DIALOGUE = 100
# A word of a question has at most its 4,000 characters, of which each may take nine in an address.
LONGEST_REQUEST = 40_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what the page shows for it.

    `number` counts from 0 and stays; `shown` is HTML. `turns` are what the dialogue holds of it: nothing, if it could
    not be asked. `carried` are the words that it took over from the dialogue, each with the forms in which it may have
    been said there; `dropped` are those that the visitor removed from among them. One from which all were removed is
    `alone`: what was said before it is forgotten by those after it, too.
    """

    number: int
    question: str
    shown: str
    turns: tuple[Turn, ...] = ()
    carried: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    as_typed: bool = False
    alone: bool = False

    @property
    def opens_subject(self) -> bool:
        """Whether it stands by itself, so that what was said before it is no matter of those after it."""
        return self.alone or bool(self.turns and not self.carried)


def asked(assistant: Assistant, question: str, dialogue: Sequence[Exchange]) -> list[Exchange]:
    """Return the dialogue with a further question and its answer, or the sentence that says why there is none.

    Words that were removed from the question before are not taken over, unless this one names them.
    """
    named = set(tokenize(question))
    before = dialogue[-1].dropped if dialogue and not dialogue[-1].alone else ()
    dropped = tuple(word for word in before if named.isdisjoint(tokenize(word)))
    number = dialogue[-1].number + 1 if dialogue else 0
    wanted = Exchange(number, question, "", dropped=dropped)
    return [*dialogue, _exchange(assistant, wanted, dialogue)][-LONGEST_DIALOGUE:]


def asked_again(assistant: Assistant, request: str, dialogue: Sequence[Exchange]) -> list[Exchange]:
    """Return the dialogue with one of its questions asked in another way, in its place.

    `request` is that of a button in an answer (see `rendering.again`): `answer=2&drop=berth` for the third question
    without the word that it took over, `answer=2&alone=1` without any, `answer=2&as_typed=1` with no word put right.
    What asks for nothing that the dialogue holds changes nothing.
    """
    fields = {name: values[0] for name, values in parse_qs(request[:LONGEST_REQUEST]).items()}
    place = next((i for i, exchange in enumerate(dialogue) if fields.get("answer") == str(exchange.number)), None)
    if place is None:
        return list(dialogue)
    wanted, before = dialogue[place], dialogue[:place]
    if fields.get("as_typed") in ("0", "1"):
        wanted = replace(wanted, as_typed=fields["as_typed"] == "1")
    elif fields.get("alone") == "1" and wanted.carried:
        wanted = replace(
            wanted, dropped=(*wanted.dropped, *(form for forms in wanted.carried.values() for form in forms))
        )
    elif fields.get("drop") in wanted.carried:
        wanted = replace(wanted, dropped=(*wanted.dropped, *wanted.carried[fields["drop"]]))
    else:
        return list(dialogue)
    found = _exchange(assistant, wanted, before)
    if not {"drop", "alone"}.isdisjoint(fields) and found.turns:
        found = replace(found, alone=not found.carried)
    return [*before, found, *dialogue[place + 1 :]]


def messages(dialogue: Sequence[Exchange]) -> list[Message]:
    """Return what the chat shows: for each exchange the question and what it got."""
    shown = []
    for exchange in dialogue:
        shown.append({"role": "user", "content": escape(exchange.question.strip() or "…")})
        shown.append({"role": "assistant", "content": exchange.shown})
    return shown


def _exchange(assistant: Assistant, wanted: Exchange, before: Sequence[Exchange]) -> Exchange:
    """Ask the question of an exchange after those before it, and return it with what it got."""
    first = max((place for place, exchange in enumerate(before) if exchange.opens_subject), default=0)
    history = [turn for exchange in before[first:] for turn in exchange.turns]
    try:
        answer = assistant.ask(wanted.question, history, as_typed=wanted.as_typed, dropped=wanted.dropped)
    except QAError as error:
        return replace(wanted, shown=escape(str(error)), turns=(), carried={})
    return replace(
        wanted,
        question=answer.question,
        shown=answer_html(answer, dict(assistant.index.titles()), wanted.number, wanted.as_typed),
        turns=turns_of(answer),
        carried={word: (word, *_typed(word, answer.corrections)) for word in answer.query.carried},
    )


def _typed(searched: str, corrections: Sequence[Correction]) -> list[str]:
    """Return how a word was typed in the dialogue that is taken over put right."""
    return [correction.typed for correction in corrections if correction.searched == searched]


def turns_of(answer: Answer) -> tuple[Turn, ...]:
    """Return what an answer leaves to the dialogue: the question and, if it was answered, its best quote.

    That nothing was found says nothing of the subject, and what is merely near may be about another.
    """
    asked = Turn("user", answer.question)
    if answer.outcome != "answered" or not answer.quotes:
        return (asked,)
    return asked, Turn("assistant", answer.quotes[0].text)
