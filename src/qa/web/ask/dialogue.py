"""The dialogue of one visitor: what is asked next, asked again otherwise, restored, or followed from a link."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

from pydantic import Field

from qa.answering.assistant import Assistant
from qa.answering.scope import documents_in
from qa.errors import QAError, QuestionError
from qa.indexing.tokens import tokenize
from qa.types import Answer
from qa.web.answers import Model, shown_answer
from qa.web.ask.escaping import escape
from qa.web.ask.exchange import LONGEST_QUESTION, LONGEST_WORD, Exchange, Suggestions, history_before
from qa.web.ask.rendering import exchange_html
from qa.web.asked import AskedScope
from qa.web.texts import Texts

Message = dict[str, str]

# An answer takes some 10 KB, in memory and whenever the chat is sent: what is older than this is forgotten.
LONGEST_DIALOGUE = 60
# Questions of a shared answer: those of its subject.
LONGEST_LINK = 12
LONGEST_STAMP = 40


class Again(Model):
    """One of the dialogue's questions, to be asked in another way: without a word, by itself, or as it was typed."""

    number: int
    drop: str = Field(default="", max_length=LONGEST_WORD)
    alone: bool = False
    as_typed: bool | None = None


class Link(Model):
    """A shared answer: the questions that lead to it, how the last of them was asked, and which index answered."""

    questions: list[str] = Field(min_length=1, max_length=LONGEST_LINK)
    dropped: list[str] = Field(default=[], max_length=100)
    as_typed: bool = False
    index: str = Field(default="", max_length=200)


class Wish(Model):
    """What the page asks of the server: one of a question, asking again, a link, a dialogue to restore, or a new one.

    `shown` is how many exchanges the page shows: a server that holds fewer was started anew meanwhile, and takes over
    what the browser kept. `stamp` comes back with the answer, so that the page knows which wish was granted.
    """

    stamp: str = Field(default="", max_length=LONGEST_STAMP)
    language: str = Field(default="en", max_length=10)
    scope: AskedScope = AskedScope()
    shown: int = 0
    question: str | None = Field(default=None, max_length=200_000)
    again: Again | None = None
    link: Link | None = None
    restore: list[Exchange] | None = Field(default=None, max_length=LONGEST_DIALOGUE)
    clear: bool = False

    def needs_restoring(self, held: Sequence[Exchange]) -> bool:
        """Tell whether the page goes on with a dialogue that the server does not hold."""
        starts_anew = self.restore is not None or self.link is not None or self.clear
        return not starts_anew and self.shown > len(held)


class Dialogue:
    """Asks on behalf of one visitor.

    `suggest` finds what may be asked next, `answered` is told of every answer, and `timed` times each asking.
    """

    def __init__(
        self,
        assistant: Assistant,
        suggest: Callable[[Answer, Sequence[str]], Suggestions] = lambda answer, asked: Suggestions(),
        answered: Callable[[Answer], None] = lambda answer: None,
        timed: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._assistant = assistant
        self._suggest = suggest
        self._answered = answered
        self._timed = timed

    def ask(self, question: str, before: Sequence[Exchange], scope: AskedScope | None = None) -> list[Exchange]:
        """Return the dialogue with a further question and its answer, or the sentence that says why there is none.

        Words that were removed from the question before are not taken over, unless this one names them.
        """
        named = set(tokenize(question[:LONGEST_QUESTION]))
        removed = before[-1].dropped if before and not before[-1].alone else []
        dropped = [word for word in removed if named.isdisjoint(tokenize(word))]
        wanted = Exchange.model_construct(
            number=before[-1].number + 1 if before else 0,
            question=question,
            dropped=dropped,
            scope=scope or AskedScope(),
        )
        return [*before, self._asked(wanted, before)][-LONGEST_DIALOGUE:]

    def ask_again(self, again: Again, dialogue: Sequence[Exchange]) -> list[Exchange]:
        """Return the dialogue with one of its questions asked in another way, in its place.

        What asks for nothing that the dialogue holds changes nothing.
        """
        place = next((i for i, exchange in enumerate(dialogue) if exchange.number == again.number), None)
        if place is None or (answer := dialogue[place].answer) is None:
            return list(dialogue)
        wanted, before = dialogue[place], dialogue[:place]
        words = answer.carried if again.alone else [word for word in answer.carried if word == again.drop]
        if again.as_typed is not None:
            wanted = wanted.model_copy(update={"as_typed": again.as_typed})
        elif words:
            forms = [form for word in words for form in wanted.carried_forms(word)]
            wanted = wanted.model_copy(update={"dropped": [*wanted.dropped, *forms]})
        else:
            return list(dialogue)
        found = self._asked(wanted, before)
        if words and found.answer is not None:
            found = found.model_copy(update={"alone": not found.answer.carried})
        return [*before, found, *dialogue[place + 1 :]]

    def follow(self, link: Link, scope: AskedScope) -> list[Exchange]:
        """Return the dialogue of a shared answer, asked anew."""
        dialogue: list[Exchange] = []
        for question in link.questions:
            dialogue = self.ask(question, dialogue, scope)
        last = dialogue[-1].model_copy(update={"dropped": link.dropped, "as_typed": link.as_typed})
        if last.dropped or last.as_typed:
            last = self._asked(last, dialogue[:-1])
        return [*dialogue[:-1], last.model_copy(update={"linked_index": link.index})]

    def _asked(self, wanted: Exchange, before: Sequence[Exchange]) -> Exchange:
        """Ask the question of an exchange after those before it, and return it with what it got."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            if len(wanted.question) > LONGEST_QUESTION:
                raise QuestionError(f"The question is longer than {LONGEST_QUESTION:,} characters: shorten it.")
            with self._timed():
                answer = self._assistant.ask(
                    wanted.question,
                    history_before(before),
                    documents=documents_in(wanted.scope.scope, self._assistant.index),
                    as_typed=wanted.as_typed,
                    dropped=wanted.dropped,
                )
        except QAError as error:
            refused = {"question": wanted.question[:LONGEST_QUESTION], "refusal": str(error), "answer": None}
            return wanted.model_copy(update={**refused, "asked_at": now})
        self._answered(answer)
        return wanted.model_copy(
            update={
                "question": answer.question,
                "answer": shown_answer(answer, self._assistant.index),
                "refusal": "",
                "asked_at": now,
                "suggestions": self._suggest(answer, [exchange.question for exchange in before]),
            }
        )


def messages(dialogue: Sequence[Exchange], texts: Texts) -> list[Message]:
    """Return what the chat shows: for each exchange the question and what it got."""
    shown = []
    for exchange in dialogue:
        shown.append({"role": "user", "content": escape(exchange.question.strip() or "…")})
        shown.append({"role": "assistant", "content": exchange_html(exchange, texts)})
    return shown
