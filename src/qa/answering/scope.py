"""Which documents are searched: some of them by name, a collection, or those of a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import QuestionError
from qa.indexing.protocol import Index
from qa.types import CatalogueEntry


@dataclass(frozen=True, slots=True)
class Scope:
    """What limits a search; an empty field limits nothing.

    `since` and `until` are ISO 8601 dates, as exact as wanted ("2024", "2024-03"), both inclusive: a document of which
    only the year is known lies within any part of that year.
    """

    documents: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is limited."""
        return not (self.documents or self.collections or self.since or self.until)


EVERYTHING = Scope()


def documents_in(scope: Scope, index: Index) -> list[str] | None:
    """Return the ids of the documents in a scope, None for all of them.

    Raises `QuestionError` for a document or collection that the index does not hold.
    """
    if scope.is_everything:
        return None
    entries = index.catalogue()
    _require("document", scope.documents, [entry.id for entry in entries])
    _require("collection", scope.collections, [entry.collection for entry in entries])
    return [entry.id for entry in entries if _holds(scope, entry)]


def collections_of(entries: Sequence[CatalogueEntry]) -> list[str]:
    """Return the names of the collections, in alphabetical order."""
    return sorted({entry.collection for entry in entries if entry.collection}, key=str.casefold)


def _require(kind: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    for name in wanted:
        if name not in known:
            raise QuestionError(f"There is no {kind} {name!r} in the index: leave it out, or choose another.")


def _holds(scope: Scope, entry: CatalogueEntry) -> bool:
    if scope.documents and entry.id not in scope.documents:
        return False
    if scope.collections and entry.collection not in scope.collections:
        return False
    if not (scope.since or scope.until):
        return True
    if not entry.date:
        return False
    # Compared as far as both are known: a document of "2024" lies within "2024-03".
    early = bool(scope.since) and entry.date[: len(scope.since)] < scope.since[: len(entry.date)]
    late = bool(scope.until) and entry.date[: len(scope.until)] > scope.until[: len(entry.date)]
    return not (early or late)
