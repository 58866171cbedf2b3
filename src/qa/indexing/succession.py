"""Which document replaces which, by the `supersedes` of their metadata."""

import posixpath
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date

from qa.types import Metadata


def successors(metadata: Mapping[str, Metadata], today: date) -> dict[str, str]:
    """Return, for each document that is replaced, the document that stands in its place today.

    A chain ends at its newest document. Of several that replace the same one the latest counts, by the day it takes
    effect, else by its date. A document whose `effective_from` is yet to come replaces nothing. Documents that replace
    each other in a circle replace nothing either: which one holds is then not known.
    """
    direct: dict[str, str] = {}
    for document_id in sorted(metadata, key=lambda name: (_since(metadata[name]), name)):
        if not metadata[document_id].effective_from[:10] > today.isoformat():
            for named in metadata[document_id].supersedes:
                replaced = named_document(named, document_id, metadata)
                if replaced is not None:
                    direct[replaced] = document_id
    return {document_id: last for document_id in direct if (last := _last(document_id, direct)) is not None}


def unknown_documents(metadata: Mapping[str, Metadata]) -> list[tuple[str, str]]:
    """Return the documents whose `supersedes` names no other document, with the name it gives."""
    return [
        (document_id, named)
        for document_id in sorted(metadata)
        for named in metadata[document_id].supersedes
        if named_document(named, document_id, metadata) is None
    ]


def circles(metadata: Mapping[str, Metadata]) -> list[str]:
    """Return the documents that, by one or more steps, replace themselves."""
    graph = {
        document_id: [
            found for named in about.supersedes if (found := named_document(named, document_id, metadata)) is not None
        ]
        for document_id, about in metadata.items()
    }
    return [document_id for document_id in sorted(graph) if _reaches(document_id, graph)]


def named_document(named: str, document_id: str, known: Collection[str]) -> str | None:
    """Return the document that `document_id` calls `named`: by its id, or by its path from the same folder."""
    name = unicodedata.normalize("NFC", named.strip()).removeprefix("./")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(document_id), name))
    return next((found for found in (name, beside) if found in known and found != document_id), None)


def _since(metadata: Metadata) -> str:
    return (metadata.effective_from or metadata.date)[:10]


def _last(document_id: str, direct: Mapping[str, str]) -> str | None:
    seen = {document_id}
    while (following := direct.get(document_id)) is not None:
        if following in seen:
            return None
        seen.add(following)
        document_id = following
    return document_id


def _reaches(document_id: str, graph: Mapping[str, Collection[str]]) -> bool:
    pending, seen = list(graph[document_id]), set()
    while pending:
        here = pending.pop()
        if here == document_id:
            return True
        if here not in seen:
            seen.add(here)
            pending.extend(graph[here])
    return False
