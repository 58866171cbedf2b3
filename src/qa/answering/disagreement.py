"""Sources that differ: quotes of one answer that say the same thing with another number or date, or deny it.

Nothing is merged and nobody is right: the quotes are only named together, so that they can be shown side by side.
Pure functions over texts, built to miss a difference rather than to claim one that is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from qa.answering.figures import KILLED, PERSONS, TOLLS, UNITS, WOUNDED, Figure, agree, comparable, overlap, qualifiers
from qa.answering.statements import Statement, Topic, statements_in, topic
from qa.answering.timeliness import compatible, recency
from qa.answering.wording import first_stem, stems
from qa.types import Difference

Kind = Literal["number", "date", "negation"]

# Of the words of the shorter quote, and of its names, the share that the other one holds as well. On the questions
# tried, .4 found no planted difference more.
WORDS_SHARED = 0.5
# Words that two sentences share besides units.
FEWEST_SHARED = 2
# Sentences that differ by a negation are alike in nearly all else (Jaccard).
NEARLY_ALL = 0.7

# What happens to one thing once, so that two dates of it are one too many: elections are held again and again.
_ONCE = stems(
    "found founded establish established create created form formed ban banned outlaw outlawed born die died death "
    "assassinated murdered launch launched enact enacted sign signed adopt adopted ratify ratified designated start "
    "started begin began begun end ended expire expired abolished independence deadline due published introduced "
    "effect set emerged proscribed discovered invented built completed dissolved merged"
)
# A law and its amendment, a rule and its draft: each has numbers and dates of its own.
_DERIVED = stems(
    "amend amended amendment revise revised revision renew renewed renewal extend extended extension draft reform "
    "proposed proposal former previous previously formerly new newly again successor replacement planned"
)
# Words that narrow nothing: any other word that only one of two sentences has may make it speak of another thing.
_HARMLESS = stems(
    "employee employees staff worker workers people person persons get gets receive receives received have has "
    "had entitled entitlement entitles given gives give grant grants granted allow allows allowed allowance "
    "provide provides provided offer offers offered take takes taken must need needs needed require requires "
    "required can will day days week weeks month months year years calendar dollar dollars euro euros pound "
    "pounds rupee rupees begin begins began start starts started"
)
# Of titles and headings: the kinds of documents and their parts. Years and numbers of chapters are none either.
_DOCUMENTS = stems(
    "policy policies handbook handbooks guide guides guideline guidelines guidance circular circulars rule rules "
    "manual manuals document documents notice notices memo memorandum procedure procedures code regulation "
    "regulations version edition copy new old revised revision updated update current final faq faqs "
    "question questions answer answers information info page pages note notes book booklet leaflet brochure "
    "statement standard standards overview introduction summary general chapter section part appendix annex hr "
    "human resources md txt pdf docx html company"
)
_TOLL_WORDS = PERSONS | KILLED | WOUNDED


@dataclass(frozen=True, slots=True)
class Source:
    """A quote as it is compared: its words, the document they stand in, and what that is called.

    `subject` is the document's title with the quote's heading, `date` the document's (ISO 8601, "" where unknown), and
    `replaced_by` the document that stands in its place.
    """

    document_id: str
    text: str
    subject: str
    date: str = ""
    replaced_by: str | None = None


def differences(sources: Sequence[Source]) -> tuple[Difference, ...]:
    """Return the differences between the quotes of an answer, those of its best quotes first.

    Places count from 0. Quotes of one document are not held against each other, nor a quote of a document that was
    replaced against one of its successor: that it was replaced is said already.
    """
    topics = [topic(source.text, source.subject) for source in sources]
    alike = [
        (i, j)
        for i, j in combinations(range(len(sources)), 2)
        if not _same_origin(sources[i], sources[j]) and _same_topic(topics[i], topics[j])
    ]
    # Most quotes are like no other, and are left whole: this takes most of the time.
    statements = {
        place: list(statements_in(sources[place].text)) for place in sorted({p for pair in alike for p in pair})
    }
    pairs = [
        (kind, {i: said, j: otherwise})
        for i, j in alike
        for a in statements[i]
        for b in statements[j]
        if len((a.words & b.words) - UNITS) >= FEWEST_SHARED
        for kind, said, otherwise in _differing(a, b, topics[i], topics[j])
    ]
    return tuple(_joined(pairs, [recency(source.date) for source in sources]))


def _same_origin(first: Source, second: Source) -> bool:
    return second.document_id in (first.document_id, first.replaced_by) or second.replaced_by == first.document_id


def _same_topic(a: Topic, b: Topic) -> bool:
    """Tell whether two quotes may speak of the same thing: half the words and half the names of one are the other's."""
    return overlap(a.words, b.words) >= WORDS_SHARED and overlap(a.names, b.names) >= WORDS_SHARED


def _joined(
    pairs: Sequence[tuple[Kind, dict[int, str]]], recencies: Sequence[tuple[int, int, int]]
) -> Iterator[Difference]:
    """Yield pairs that share what one quote says as one difference: 27 and 30, 27 and 28 days are 27, 30 and 28."""
    groups: list[tuple[Kind, dict[int, str]]] = []
    for kind, said in pairs:
        for known, group in groups:
            if known == kind and said.items() & group.items() and all(group.get(p, v) == v for p, v in said.items()):
                group.update(said)
                break
        else:
            groups.append((kind, dict(said)))
    for kind, group in groups:
        places = sorted(group, key=lambda place: ([-part for part in recencies[place]], place))
        yield Difference(kind, tuple(places), tuple(group[place] for place in places))


def _differing(a: Statement, b: Statement, one: Topic, other: Topic) -> Iterator[tuple[Kind, str, str]]:
    """Yield what two sentences on the same matter say otherwise."""
    if a.labels != b.labels or a.periods != b.periods or not _DERIVED.isdisjoint(a.words ^ b.words):
        return
    # Of two events without a name in common, one dated and one not, it is open whether they are the same.
    if bool(a.time) != bool(b.time) and not one.names & other.names:
        return
    dated_alike = not a.time or not b.time or any(compatible(x, y) for x in a.time for y in b.time)
    if one.labels - b.labels != other.labels - a.labels:
        return
    if a.figures and b.figures and dated_alike:
        yield from _numbers(a, b, one, other)
    if a.dates and b.dates and not dated_alike:
        yield from _dates(a, b, one, other)
    if len(a.negations) != len(b.negations) and not _narrowed(a, b, one, other):
        yield from _negation(a, b)


def _narrowed(a: Statement, b: Statement, one: Topic, other: Topic) -> bool:
    """Tell whether one sentence has a word that the other lacks, and may so speak of less: "for administrators"."""
    said = (a.words - b.words - other.subject) | (b.words - a.words - one.subject)
    return not said <= _HARMLESS or _titled_otherwise(a, b, one, other)


def _titled_otherwise(a: Statement, b: Statement, one: Topic, other: Topic) -> bool:
    """Tell whether the title or heading of one sentence says what neither the other sentence nor its title does."""
    said = (one.subject - other.subject - b.words) | (other.subject - one.subject - a.words)
    return any(word not in _HARMLESS | _DOCUMENTS and not word.isdecimal() for word in said)


def _numbers(a: Statement, b: Statement, one: Topic, other: Topic) -> Iterator[tuple[Kind, str, str]]:
    if any(_qualified_otherwise(word, a, b, one, other) for word in a.words & b.words - a.names):
        return
    nearly_the_same = overlap(one.words, other.words) >= NEARLY_ALL
    narrowed = _narrowed(a, b, one, other)
    # Of an event that is told by its name or date, each tells other circumstances.
    same_event = bool(a.names & b.names) or bool(a.time and b.time)
    pairs = [
        (x, y)
        for x in a.figures
        for y in b.figures
        if (not narrowed or (same_event and x.measure in TOLLS))
        and comparable(x, y, nearly_the_same)
        and not _conflicting(x, y, a, b, one, other)
    ]
    for x, y in pairs:
        # Of two figures of a kind in one sentence it is open which is meant; "120, of these 40 abroad" has both.
        alone = sum(x is figure or y is opposite for figure, opposite in pairs) == 1
        elsewhere = {f.bounds for f in b.figures} & {x.bounds} or {f.bounds for f in a.figures} & {y.bounds}
        if alone and not elsewhere and not agree(x, y):
            yield "number", a.text[x.start : x.end], b.text[y.start : y.end]


def _qualified_otherwise(word: str, a: Statement, b: Statement, one: Topic, other: Topic) -> bool:
    """Tell whether a word has another attribute in each sentence: "annual leave", "sick leave"."""
    x, y = a.qualified.get(word), b.qualified.get(word)
    if not x or not y:
        return False
    return not any(q in other.words or q in other.subject for q in x) and not any(
        q in one.words or q in one.subject for q in y
    )


def _conflicting(x: Figure, y: Figure, a: Statement, b: Statement, one: Topic, other: Topic) -> bool:
    """Tell whether the words around two figures make them figures of different things."""
    elsewhere, here = other.words | other.subject, one.words | one.subject
    if x.measure not in TOLLS and x.behind - elsewhere and y.behind - here:
        return True  # three months for managers, one month for trainees
    # Camps of one group and of another, or of one group and of all.
    named, named_there = (x.near & a.names) - elsewhere, (y.near & b.names) - here
    if (named and (named_there or not b.names)) or (named_there and not a.names):
        return True
    counted = {x.measure} | _TOLL_WORDS if x.measure else set(x.run) & set(y.run)
    return not qualifiers(x.run, counted) <= elsewhere or not qualifiers(y.run, counted) <= here


def _dates(a: Statement, b: Statement, one: Topic, other: Topic) -> Iterator[tuple[Kind, str, str]]:
    """Yield the dates of two sentences that have one each, of something that happens once."""
    if a.possessives != b.possessives or a.beneficiaries ^ b.beneficiaries or _titled_otherwise(a, b, one, other):
        return
    # "The report was published", "the report on water was published"; not "he banned it", "it was banned".
    if (a.passive == b.passive) and not (a.before_verb(_ONCE) ^ b.before_verb(_ONCE)) <= _HARMLESS:
        return
    shared = a.near_dates & b.near_dates
    if len(a.dates) == len(b.dates) == 1 and shared & _ONCE and overlap(a.near_dates, b.near_dates) >= WORDS_SHARED:
        (first,), (second,) = a.dates, b.dates
        yield "date", a.text[first.start : first.end].rstrip("."), b.text[second.start : second.end].rstrip(".")


def _negation(a: Statement, b: Statement) -> Iterator[tuple[Kind, str, str]]:
    """Yield what two sentences of nearly the same words say, of which one denies what the other states."""
    if len(a.words & b.words) < NEARLY_ALL * len(a.words | b.words) or a.bounding != b.bounding:
        return
    denial, statement = (a, b) if a.negations else (b, a)
    if len(denial.negations) != 1 or statement.negations:
        return
    if first_stem(denial.text, denial.negations[0]) in statement.words:
        yield "negation", a.text, b.text
