"""Which questions of a run the page lists, and in which order: by the fields of its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from qa.evaluation.failures import Failure
from qa.evaluation.measures import group_of
from qa.evaluation.runs import KeptQuestion

ON_A_PAGE = 100
FAILED = "failed"
"""The class that stands for all but "right"."""

Sort = Literal["", "surest", "unsurest"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a trainer wants to see; an unknown value of a field counts as none."""

    words: str = ""
    failure: str = ""
    category: str = ""
    sort: Sort = ""
    page: int = 1

    @classmethod
    def read_from(cls, query: Mapping[str, str]) -> Self:
        """Return what the fields of an address ask for."""
        page, failure, sort = query.get("page", ""), query.get("class", ""), query.get("sort", "")
        return cls(
            words=query.get("q", "").strip(),
            failure=failure if failure in (FAILED, *Failure) else "",
            category=query.get("category", ""),
            sort="surest" if sort == "surest" else "unsurest" if sort == "unsurest" else "",
            page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 9 else 1,
        )

    @property
    def filters(self) -> bool:
        """Whether some questions may be left out."""
        return bool(self.words or self.failure or self.category)

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the address that asks for this."""
        said = {
            "q": self.words,
            "class": self.failure,
            "category": self.category,
            "sort": self.sort,
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in said.items() if value}

    def but(self, **changed: Any) -> dict[str, str]:
        """Return the fields of the same with something else, from the first page on unless told."""
        return replace(self, **{"page": 1, **changed}).fields


@dataclass(frozen=True, slots=True)
class Listed:
    """The questions on one page of a list, how many it has in all, and its pages."""

    questions: Sequence[KeptQuestion]
    count: int
    page: int
    pages: int


def fitting(questions: Sequence[KeptQuestion], wanted: Wanted) -> list[KeptQuestion]:
    """Return all questions that are wanted, in the order that is wanted."""
    words = wanted.words.casefold().split()
    found = [question for question in questions if _fits(question, wanted, words)]
    if wanted.sort:
        found.sort(key=lambda question: question.scored.confidence, reverse=wanted.sort == "surest")
    return found


def listed(questions: Sequence[KeptQuestion], wanted: Wanted) -> Listed:
    """Return one page of the questions that are wanted."""
    found = fitting(questions, wanted)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(wanted.page, pages)
    return Listed(found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], len(found), page, pages)


def _fits(question: KeptQuestion, wanted: Wanted, words: Sequence[str]) -> bool:
    text = f"{question.id}\n{question.question}\n{question.searched}\n{question.set}".casefold()
    failed = question.failure is not Failure.RIGHT
    return (
        (failed if wanted.failure == FAILED else wanted.failure in ("", question.failure))
        and wanted.category in ("", group_of(question.category))
        and all(word in text for word in words)
    )


def neighbours(
    questions: Sequence[KeptQuestion], question: KeptQuestion, wanted: Wanted
) -> tuple[KeptQuestion | None, KeptQuestion | None]:
    """Return the questions before and after one: of those that are wanted, without a filter of those that failed."""
    order = fitting(questions, wanted if wanted.filters else replace(wanted, failure=FAILED))
    keys = [other.key for other in order]
    if question.key in keys:
        place = keys.index(question.key)
        before, after = place - 1, place + 1
    else:
        # A right one among the failed: what stands around it in the run.
        places = {other.key: number for number, other in enumerate(questions)}
        before = max((n for n, key in enumerate(keys) if places[key] < places[question.key]), default=-1)
        after = before + 1
    return (order[before] if before >= 0 else None), (order[after] if after < len(order) else None)
