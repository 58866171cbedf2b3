"""What a number in a sentence says: how many of what, or how much, how often, and among which words."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from qa.answering.numerals import Numeral
from qa.answering.wording import Surroundings, stem, stems

# The share of the words around two numbers, of the shorter list, that stands around both.
NEAR_SHARED = 0.33
# Words right behind a number that tell what it counts: "2,500 former Taliban militants".
LONGEST_RUN = 3
# "1.5 million" may be 1,483,000 put shortly: a number with fewer digits, this near.
ROUNDING = 0.05

TOLLS = ("killed", "wounded")
KILLED = stems("kill killing dead die died death deaths fatality fatalities toll lives slain")
WOUNDED = stems("wound wounded wounding injure injured injuries hurt")
# "143 people" killed are 143 dead; "143 soldiers" are not "143 children".
PERSONS = stems("people person persons other others individual individuals victim victims")
UNITS = stems(
    "day days week weeks month months year years hour hours minute minutes second seconds km kilometre kilometres "
    "kilometer kilometers mile miles metre metres meter meters kg kilogram kilograms tonne tonnes ton tons dollar "
    "dollars euro euros rupee rupees pound pounds gb mb am pm"
)

_BRIDGE = re.compile(
    r"[\s\"“‘-]*(?:(?:or (?:more|less|fewer)|other|more|additional|further|of (?:his|her|its|their))\s+)?",
    re.IGNORECASE,
)
# "Candidates: more than 150"
_CELL = re.compile(r"(\w+):\s+(?:more than|over|at least|about|around|up to|some|nearly|almost)?\s*$", re.IGNORECASE)
_CELL_LENGTH = 60
_RATE = re.compile(r"\b(?:(?:per|each|every|an?)\s+(\w+)|(annual|year|month|week|dai)ly\b)", re.IGNORECASE)
_RATE_LENGTH = 40
_YEARLY = frozenset(("year", "annual"))
_PERIODS = frozenset("year month week day hour quarter person annual dai".split())


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts, at [start, end) of its sentence, and the interval that it may lie in.

    `measure` is "%", a currency, a unit, "killed" or "wounded", else "" for what `run`, the words right behind it,
    says. `near` are the words around it, `behind` those of them behind it, `rate` what it is counted by ("per week").
    """

    start: int
    end: int
    bounds: tuple[float, float]
    measure: str
    run: tuple[str, ...]
    near: frozenset[str]
    behind: frozenset[str]
    rate: frozenset[str]


def figures_in(text: str, numbers: Sequence[Numeral], plain: str, surroundings: Surroundings) -> Iterator[Figure]:
    """Yield what the numbers of a sentence say; not "one" where that may be somebody.

    `plain` is the text with its numbers blotted out, and `surroundings` the words of that.
    """
    for number in numbers:
        run, said_until = _run(number, plain, surroundings)
        if text[number.start : number.end].casefold() == "one" and not UNITS & set(run[:1]):
            continue
        before, after = surroundings.sides(number.start, number.end)
        rate = frozenset(
            found
            for match in _RATE.finditer(plain, number.end, number.end + _RATE_LENGTH)
            if (found := (match[1] or match[2]).casefold()) in _PERIODS
        )
        measure = number.measure or _measure(run, before, after)
        near, behind = frozenset(before + after), frozenset(after)
        yield Figure(number.start, said_until, number.bounds, measure, tuple(run), near, behind, rate)


def _run(number: Numeral, plain: str, surroundings: Surroundings) -> tuple[list[str], int]:
    """Return the words right behind a number, or before its colon, and where what is said of it ends."""
    run: list[str] = []
    said_until, reached = number.end, _behind(plain, number.end)
    for first, last, found in surroundings.behind(reached):
        if first != reached or len(run) == LONGEST_RUN:
            break
        run.append(found)
        said_until, reached = last, _behind(plain, last)
    if not run:
        cell = _CELL.search(plain, max(0, number.start - _CELL_LENGTH), number.start)
        run = [found for found in (stem(cell[1]) if cell else "",) if found]
    return run, said_until


def _behind(plain: str, end: int) -> int:
    """Return where the next word starts behind a number or word: 27 "other" days, 27 "of his" days."""
    bridge = _BRIDGE.match(plain, end)
    return bridge.end() if bridge else end


def _measure(run: Sequence[str], before: Sequence[str], after: Sequence[str]) -> str:
    if unit := next((found for found in run if found in UNITS), ""):
        return unit
    counted = [found for found in run if found not in PERSONS][:1]
    toll = next((found for found in [*counted, *before, *after] if found in KILLED or found in WOUNDED), "")
    return ("killed" if toll in KILLED else "wounded") if toll else ""


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of the smaller set that stands in the other, 1 where it is empty."""
    fewer = min(len(first), len(second))
    return len(first & second) / fewer if fewer else 1.0


def comparable(x: Figure, y: Figure, nearly_the_same: bool) -> bool:
    """Tell whether two figures count or measure the same: the same unit or noun, among like words.

    Of sentences that are `nearly_the_same` the words need not be looked at.
    """
    if (x.rate ^ y.rate) - _YEARLY:
        return False
    if x.measure == y.measure and x.measure in TOLLS:
        return True
    measures = {x.measure, y.measure}
    if "" in measures:
        # "Two sons died with him", "with his three sons": a toll by its verb in one, by its noun alone in the other.
        if not measures <= {"", *TOLLS} or not set(x.run) & set(y.run) - PERSONS:
            return False
    elif len(measures) == 2:
        return False
    return nearly_the_same or (bool(x.near & y.near) and overlap(x.near, y.near) >= NEAR_SHARED)


def qualifiers(run: Sequence[str], counted: Collection[str]) -> frozenset[str]:
    """Return the words between a number and what it counts: "annual" of "27 annual leave days"."""
    place = next((place for place, found in enumerate(run) if found in counted), 0)
    return frozenset(run[:place])


def agree(x: Figure, y: Figure) -> bool:
    """Tell whether two figures may be the same number: 166 and "more than 160", 1.5 million and 1,483,000."""
    low, high = max(x.bounds[0], y.bounds[0]), min(x.bounds[1], y.bounds[1])
    if low <= high:
        # Two limits ("within 14 days", "within 30 days") differ, two counts ("at least 7 killed") need not.
        limits = x.measure in UNITS | {"%"} and (
            x.bounds[0] == y.bounds[0] == -inf or x.bounds[1] == y.bounds[1] == inf
        )
        return not limits or x.bounds == y.bounds
    digits = _digits(x.bounds[0]), _digits(y.bounds[0])
    return digits[0] != digits[1] and max(low, high) >= 1000 and low - high <= ROUNDING * low


def _digits(value: float) -> int:
    """Return how many digits of a number are significant: 2 of 1,500,000."""
    return len(f"{value:.0f}".rstrip("0")) if abs(value) < inf else 0
