"""Which documents the page lists, and in which order: by the fields of its address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from qa.web.documents.overview import MARKS, Row

ROWS_ON_A_PAGE = 200

SORTS: Mapping[str, Callable[[Row], Any]] = {
    "title": lambda row: row.entry.title.casefold(),
    "collection": lambda row: row.entry.collection.casefold(),
    "format": lambda row: row.format,
    "date": lambda row: row.entry.date,
    "pages": lambda row: row.entry.pages,
    "passages": lambda row: row.entry.passages,
    "status": lambda row: MARKS.index(row.state),
}
"""The columns that a reader may sort by; equal rows stay in the order of their paths."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see; an unknown value of a field counts as none."""

    words: str = ""
    collection: str = ""
    format: str = ""
    status: str = ""
    sort: str = "title"
    descending: bool = False
    page: int = 1

    @classmethod
    def read_from(cls, query: Mapping[str, str]) -> Self:
        """Return what the fields of an address ask for."""
        page = query.get("page", "")
        return cls(
            words=query.get("q", "").strip(),
            collection=query.get("collection", ""),
            format=query.get("format", ""),
            status=query.get("status", "") if query.get("status", "") in MARKS else "",
            sort=query.get("sort", "") if query.get("sort", "") in SORTS else "title",
            descending=query.get("order", "") == "desc",
            page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 9 else 1,
        )

    @property
    def filters(self) -> bool:
        """Whether some documents may be left out."""
        return bool(self.words or self.collection or self.format or self.status)

    def address(self, kept: Mapping[str, str]) -> str:
        """Return the query of the address that asks for this, with other fields that are kept."""
        fields = {
            "q": self.words,
            "collection": self.collection,
            "format": self.format,
            "status": self.status,
            "sort": self.sort if self.sort != "title" or self.descending else "",
            "order": "desc" if self.descending else "",
            "page": str(self.page) if self.page > 1 else "",
            **kept,
        }
        return "?" + urlencode({name: value for name, value in fields.items() if value})

    def sorted_by(self, column: str) -> Self:
        """Return the same, sorted by a column; the other way round where it is sorted by that already."""
        return replace(self, sort=column, descending=self.sort == column and not self.descending, page=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows on one page of a list, how many it has in all, and its pages."""

    rows: Sequence[Row]
    count: int
    page: int
    pages: int


def listed(rows: Sequence[Row], wanted: Wanted) -> Listed:
    """Return the rows that are wanted, in the order that is wanted, one page of them."""
    words = wanted.words.casefold().split()
    found = [row for row in rows if _fits(row, wanted, words)]
    found.sort(key=SORTS[wanted.sort], reverse=wanted.descending)
    found.sort(key=lambda row: SORTS[wanted.sort](row) == "")  # what has no date or collection stands last either way
    pages = max(1, -(-len(found) // ROWS_ON_A_PAGE))
    page = min(wanted.page, pages)
    return Listed(found[(page - 1) * ROWS_ON_A_PAGE : page * ROWS_ON_A_PAGE], len(found), page, pages)


def _fits(row: Row, wanted: Wanted, words: Sequence[str]) -> bool:
    entry = row.entry
    text = f"{entry.title}\n{entry.id}\n{entry.collection}\n{entry.author}".casefold()
    return (
        wanted.collection in ("", entry.collection)
        and wanted.format in ("", row.format)
        and (not wanted.status or wanted.status in row.marks)
        and all(word in text for word in words)
    )
