"""Sentences taken apart, to be held against others: their words, names, numbers, dates and negations."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.figures import PERSONS, Figure, figures_in
from qa.answering.numerals import numerals
from qa.answering.timeliness import TextDate, dates_in
from qa.answering.wording import Surroundings, Word, blotted, first_stem, names_in, stemmed, stems, words_in
from qa.indexing.sentences import split_sentences

# "Paid employees" and "paid staff" are no two kinds of pay.
_STAFF = PERSONS | stems("employee employees staff worker workers member members group")
# "Section 7", "GS 15": names that hold a number.
_LABEL = re.compile(
    r"\b(?=[A-Z.]+[ -](?:\d|[A-Z]\b))(?:section|article|chapter|step|phase|version|page|form|table|level|grade"
    r"|paragraph|appendix|figure|part|rule|act|resolution|room|building|line|class|series|group|unit|tier|stage|item|option"
    r"|gs|no\.)[ -](?:\d[\w.-]*|[A-Z]\b)",
    re.IGNORECASE,
)
# Of a document: where a rule stands does not tell whom it is for.
_PARTS = ("section", "article", "chapter", "version", "page", "paragraph", "appendix", "part", "rule", "no.")
_NEGATION = re.compile(r"(?=[CN])(?:\b(?:not|never|cannot|no longer)|(?<=\w)n['’]t)\b", re.IGNORECASE)
_PERIOD = re.compile(
    r"\b(?:this|last|next|past|previous|coming)\s+(?:year|quarter|month|week|term|season|morning|evening|night)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\w+(?=['’]s\b|s['’]\s)")
_FOR = re.compile(r"\bfor\s", re.IGNORECASE)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|be|been|being)\b", re.IGNORECASE)
# They bound what a sentence says: "not without approval" does not contradict "with approval".
_BOUNDING = frozenset("without unless except only until if whether nor neither although however".split())


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence taken apart: its words, and apart from these its figures and dates with their neighbours.

    `qualified` holds the words right before each word, `labels` names with a number ("section 7"), `negations`
    where each ends, `periods` "this year" and "last week", `possessives` whose something is, `beneficiaries`
    the words right behind "for", `content` the words in their order, how many of them stand before "is" or
    "was" in `subject_length` (-1 where there is neither), and `time` the dates that hold for it, its own or
    those of the sentence before.
    """

    text: str
    words: frozenset[str]
    names: frozenset[str]
    qualified: Mapping[str, frozenset[str]]
    labels: frozenset[str]
    bounding: frozenset[str]
    negations: tuple[int, ...]
    figures: tuple[Figure, ...]
    dates: tuple[TextDate, ...]
    time: tuple[TextDate, ...]
    near_dates: frozenset[str]
    periods: frozenset[str]
    possessives: frozenset[str]
    beneficiaries: frozenset[str]
    content: tuple[str, ...]
    subject_length: int

    @property
    def passive(self) -> bool:
        """Whether it is said what something is or was, not what somebody does."""
        return self.subject_length >= 0

    def before_verb(self, verbs: Collection[str]) -> frozenset[str]:
        """Return the words before "is" or "was", else before the first of these verbs."""
        if self.passive:
            return frozenset(self.content[: self.subject_length])
        place = next((place for place, word in enumerate(self.content) if word in verbs), 0)
        return frozenset(self.content[:place])


@dataclass(frozen=True, slots=True)
class Topic:
    """What a quote speaks of: its words and names, and the words and labels of its document's title and heading."""

    words: frozenset[str]
    names: frozenset[str]
    subject: frozenset[str]
    labels: frozenset[str]


def topic(text: str, subject: str) -> Topic:
    """Return what a quote speaks of; `subject` is the title of its document with its heading."""
    words = words_in(text)
    return Topic(
        words=frozenset(word for _, _, word in stemmed(words)),
        names=frozenset(names_in(text, words)),
        subject=stems(subject),
        labels=frozenset(label for m in _LABEL.finditer(subject) if not (label := m[0].casefold()).startswith(_PARTS)),
    )


def statements_in(text: str) -> Iterator[Statement]:
    """Yield the sentences of a quote taken apart.

    A date holds for the sentences behind it: "On 13 July a bomber struck a rally. He killed 149 people."
    """
    time: tuple[TextDate, ...] = ()
    for start, end in split_sentences(text):
        statement = _statement(text[start:end], time)
        time = statement.time
        yield statement


def _statement(text: str, time_before: tuple[TextDate, ...]) -> Statement:
    dates = tuple(dates_in(text))
    labels = [match.span() for match in _LABEL.finditer(text)]
    countable = blotted(text, [*((date.start, date.end) for date in dates), *labels])
    numbers = list(numerals(countable))
    plain = blotted(countable, [(number.start, number.end) for number in numbers])
    words = words_in(plain)
    content = stemmed(words)
    surroundings = Surroundings(plain, content)
    sides = [side for date in dates for side in surroundings.sides(date.start, date.end)]
    auxiliary = _AUXILIARY.search(plain)
    return Statement(
        text=text,
        words=frozenset(word for _, _, word in content),
        names=frozenset(names_in(text, words)),
        qualified=_qualified(plain, content),
        labels=frozenset(text[start:end].casefold() for start, end in labels),
        bounding=_BOUNDING.intersection(word.casefold() for _, _, word in words),
        negations=tuple(match.end() for match in _NEGATION.finditer(text)),
        figures=tuple(figures_in(countable, numbers, plain, surroundings)),
        dates=dates,
        time=dates or time_before,
        near_dates=frozenset(word for side in sides for word in side),
        periods=frozenset(match[0].casefold() for match in _PERIOD.finditer(text)),
        possessives=stems(" ".join(match[0] for match in _POSSESSIVE.finditer(text))),
        beneficiaries=frozenset(found for match in _FOR.finditer(plain) if (found := first_stem(plain, match.end()))),
        content=tuple(word for _, _, word in content),
        subject_length=sum(end <= auxiliary.start() for _, end, _ in content) if auxiliary else -1,
    )


def _qualified(plain: str, content: Sequence[Word]) -> dict[str, frozenset[str]]:
    """Return for each word the words right before it: "leave" is "annual", "payment" is "late"."""
    found: dict[str, frozenset[str]] = {}
    for (_, end, before), (start, _, word) in pairwise(content):
        if plain[end:start] in (" ", "-") and before not in _STAFF:
            found[word] = found.get(word, frozenset()) | {before}
    return found
