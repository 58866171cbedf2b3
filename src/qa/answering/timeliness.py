"""Dates: those that stand in a text, those that documents bear, and what a question asks of the latter.

A date is known to the year, the month or the day. Everything here compares dates as exactly as both are known.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

# A fused score is about 1. A tenth decides between passages that fit the question about equally well, no more.
MOST_BONUS = 0.1
# For "since 2020" any later document will do: it says less than "in 2020".
SINCE_BONUS = 0.05

_MONTH_NUMBERS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr, (*("",) * 9, "Sept"))
    for number, name in enumerate(names)
    if name
}
_YEAR = r"(?:1[0-9]|20)\d\d(?![\d%]|[.,]\d)"
_MONTH = "(?:" + "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
# Looked at before all else: at most places of a text the search ends there.
_MONTH_INITIALS = "".join(sorted({name[0] for name in _MONTH_NUMBERS}))
# "14 August 2001", "14th of August", "August 14, 2001", "August 2001", "2001-08-14", "14/08/2001", "2001".
_DATE = re.compile(
    rf"""(?=[\d{_MONTH_INITIALS}])(?<![\w.,/$€£-])(?:
        (?P<y1>{_YEAR})-(?P<m1>0[1-9]|1[0-2])(?:-(?P<d1>[0-3]\d))?(?![\w-])
      | (?P<a>\d\d?)[/.](?P<b>\d\d?)[/.](?P<y2>{_YEAR})
      | (?P<d3>{_DAY})(?:st|nd|rd|th)?\ (?:of\ )?(?P<m3>{_MONTH})(?:,?\ (?P<y3>{_YEAR}))?
      | (?P<m4>{_MONTH})\ (?P<d4>{_DAY})(?:st|nd|rd|th)?\b(?:,?\ (?P<y4>{_YEAR}))?
      | (?P<m5>{_MONTH}),?\ (?:of\ )?(?P<y5>{_YEAR})
      | (?P<y6>{_YEAR})(?![\w-])
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_LATEST = re.compile(
    r"\b(?:latest|newest|current(?:ly)?|now(?:adays)?|today|these days|at present|presently|most recent(?:ly)?|still"
    r"|up[- ]to[- ]date|at the moment|as of now)\b",
    re.IGNORECASE,
)
_BEFORE_YEAR = re.compile(r"\b(?:before|until|till|prior to|up to)\s+(?:the\s+)?$", re.IGNORECASE)
_SINCE_YEAR = re.compile(r"\b(?:since|after|from)\s+(?:the\s+)?$", re.IGNORECASE)
# "from 2018 to 2020" asks for these years, "from 2018 on" for later ones.
_UNTIL_YEAR = re.compile(r"\s*(?:to|until|till|through|and|[-–])\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextDate:
    """A date that stands in a text at [start, end); 0 for a part that is not known."""

    start: int
    end: int
    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a question asks of the documents' dates; nothing, where all fields are empty.

    `periods` and `since` are ISO 8601, a year or a month each: "in March 2021" is ("2021-03",).
    """

    latest: bool = False
    periods: tuple[str, ...] = ()
    since: str = ""


def dates_in(text: str) -> Iterator[TextDate]:
    """Yield the dates of a text, first to last; a number that may be a year ("2019") counts as one.

    In 03/04/2021 the day comes first; where that is impossible (03/25/2021), the month.
    """
    for match in _DATE.finditer(text):
        year = match["y1"] or match["y2"] or match["y3"] or match["y4"] or match["y5"] or match["y6"]
        named_month = match["m3"] or match["m4"] or match["m5"]
        # "may 5" and "march 3" are a verb and a number more often than a date.
        if named_month and not year and not named_month[0].isupper():
            continue
        month = _MONTH_NUMBERS[named_month.rstrip(".").casefold()] if named_month else int(match["m1"] or 0)
        day = int(match["d1"] or match["d3"] or match["d4"] or 0)
        if match["a"]:
            day, month = int(match["a"]), int(match["b"])
            if month > 12:
                day, month = month, day
        if month <= 12 and day <= 31:
            yield TextDate(match.start(), match.end(), int(year or 0), month, day)


def compatible(first: TextDate, second: TextDate) -> bool:
    """Tell whether two dates may be the same: "August 2001" and "14 August 2001" may, "2001" and "2002" not."""
    return all(
        not a or not b or a == b
        for a, b in ((first.year, second.year), (first.month, second.month), (first.day, second.day))
    )


def recency(date: str) -> tuple[int, int, int]:
    """Return a key by which ISO 8601 dates sort, the newest highest, what bears no date lowest.

    A part that is not known counts as the earliest: "" < "2018" < "2018-12" < "2019" < "2019-04" < "2019-04-01".
    """
    parts = [int(part) for part in date[:10].split("-") if part.isdecimal()]
    year, month, day = (*parts, 0, 0, 0)[:3]
    return year, month, day


def names_year(text: str) -> bool:
    """Tell whether a text names a year, so that its words say what time they are about."""
    return any(date.year for date in dates_in(text))


def wish(question: str) -> Wish:
    """Return what a question asks of the documents' dates.

    A year or month comes before a word like "latest": "the latest rules of 2019" are those of 2019.

    >>> wish("Which rules held in March 2021?").periods
    ('2021-03',)
    """
    periods: list[str] = []
    since = ""
    for date in dates_in(question):
        before, after = question[: date.start], question[date.end :]
        if not date.year or _BEFORE_YEAR.search(before):
            continue
        period = f"{date.year:04}-{date.month:02}" if date.month else f"{date.year:04}"
        if _SINCE_YEAR.search(before) and not _UNTIL_YEAR.match(after):
            since = period
        else:
            periods.append(period)
    dated = bool(periods or since)
    return Wish(not dated and _LATEST.search(question) is not None, tuple(periods), since)


def bonus(wished: Wish, date: str, newest: str, text_names_year: bool) -> float:
    """Return what a document's date adds to the fused score of one of its passages, between 0 and 0.1.

    `date` is the document's and `newest` the newest of all candidates' (ISO 8601; "" for none, and for `newest` also
    where a single document bears a date, for that says nothing of the others). For "latest" the newest document gets
    .1, one that is a year older .05, two years .025. For a year or month, a document of that time gets .1 and one since
    then .05, unless the passage names a year itself: then its words say what it is about, not the day on which they
    were written.
    """
    if not date:
        return 0.0
    if wished.latest:
        return MOST_BONUS * 0.5 ** max(0.0, _years(newest) - _years(date)) if newest else 0.0
    if text_names_year:
        return 0.0
    if any(_within(date, period) for period in wished.periods):
        return MOST_BONUS
    return SINCE_BONUS if wished.since and recency(date) >= recency(wished.since) else 0.0


def _within(date: str, period: str) -> bool:
    """Tell whether a date may lie in a period: "2021" may lie in "2021-03"."""
    length = min(len(date), len(period))
    return date[:length] == period[:length]


def _years(date: str) -> float:
    """Return a date in years; a part that is not known counts as the earliest."""
    year, month, day = recency(date)
    return year + max(0, month - 1) / 12 + max(0, day - 1) / 365
