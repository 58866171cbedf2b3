"""A dialogue told on paper: what each kind of file writes, in its order, with its footnotes numbered throughout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from qa.web.answers import Passage, ShownAnswer, Words
from qa.web.export.printable import one_line, printable
from qa.web.texts import Texts

# What RFC 3986 lets stand in an address, less brackets and quotes, which mean something around one.
_ADDRESS = "/?&=#%+@:,;~!*$-._"


@dataclass(frozen=True, slots=True)
class Footnote:
    """Where quoted words stand; `address` opens them, absolute, "" where none is known."""

    number: int
    title: str
    place: str
    address: str

    @property
    def line(self) -> str:
        """The footnote in one line, without its number and address."""
        return f"{self.title} — {self.place}" if self.title else self.place


@dataclass(frozen=True, slots=True)
class Quoted:
    """Verbatim words and their footnote."""

    words: str
    note: Footnote


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the quotes that do not agree says, its date and its footnote."""

    value: str
    date: str
    note: Footnote


@dataclass(frozen=True, slots=True)
class Told:
    """A question and its answer: `notices` say what came of it, `best` are the words that answer, if any do."""

    question: str
    notices: tuple[str, ...]
    best: tuple[Quoted, ...]
    further: tuple[Quoted, ...]
    differing: tuple[tuple[Side, ...], ...]

    @property
    def notes(self) -> list[Footnote]:
        """All footnotes in their order."""
        return [quoted.note for quoted in (*self.best, *self.further)]


@dataclass(frozen=True, slots=True)
class Chat:
    """A dialogue to be written: `day` is ISO 8601, `name` that of the organisation, "" for none."""

    title: str
    name: str
    day: str
    told: tuple[Told, ...]
    texts: Texts


def told(exchanges: Sequence[tuple[str, ShownAnswer]], texts: Texts, base: str) -> tuple[Told, ...]:
    """Return questions with their answers as they are written; `base` is the page's absolute address, ending in "/"."""
    numbers = count(1)
    return tuple(_told(question, answer, texts, base, numbers) for question, answer in exchanges)


def _told(question: str, answer: ShownAnswer, texts: Texts, base: str, numbers: Iterator[int]) -> Told:
    passages = [_quoted(passage, texts, base, numbers) for passage in answer.passages]
    answered = answer.outcome == "answered"
    return Told(
        question=one_line(question),
        notices=tuple(_notices(answer, texts)),
        best=tuple(passages[0]) if answered and passages else (),
        further=tuple(quoted for passage in passages[1 if answered else 0 :] for quoted in passage),
        differing=tuple(
            tuple(
                Side(one_line(side.value), one_line(answer.passages[side.passage].date), passages[side.passage][0].note)
                for side in difference.sides
            )
            for difference in answer.differences
        ),
    )


def _notices(answer: ShownAnswer, texts: Texts) -> Iterator[str]:
    if answer.carried:
        yield texts("export.carried", words=one_line(", ".join(answer.carried)))
    if answer.corrections:
        yield texts("export.corrected", words=one_line(", ".join(pair.searched for pair in answer.corrections)))
    if answer.outcome == "related":
        yield texts("export.related")
    elif answer.outcome == "nothing" or not answer.passages:
        yield texts("export.nothing_near" if answer.passages else "export.nothing")


def _quoted(passage: Passage, texts: Texts, base: str, numbers: Iterator[int]) -> list[Quoted]:
    return [
        Quoted(printable(words.text), _footnote(passage, words, texts, base, next(numbers)))
        for words in (passage.words, *passage.more)
    ]


def _footnote(passage: Passage, words: Words, texts: Texts, base: str, number: int) -> Footnote:
    newer = passage.replaced_by_title or passage.replaced_by
    place = [words.citation, passage.date, texts("export.replaced", title=newer) if newer else ""]
    return Footnote(
        number=number,
        title=one_line(passage.title),
        place=one_line(", ".join(part for part in place if part)),
        address=_address(base, words.source),
    )


def _address(base: str, source: str) -> str:
    """Return where words are opened; the address comes from a browser, and nothing but a source's is believed."""
    return base + quote(printable(source), safe=_ADDRESS) if source.startswith("source/") else ""
