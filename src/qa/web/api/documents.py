"""What is indexed, as JSON: the list of documents, one document, and its paragraphs with their exact places."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from qa.answering.permalink import version_of
from qa.types import CatalogueEntry, Document, Paragraph, ParagraphKind
from qa.web.api.problems import API, ProblemError
from qa.web.shelf import NO_SUCH_DOCUMENT
from qa.web.site import Site

MOST_LISTED = 500
MOST_PARAGRAPHS = 200
MOST_NEIGHBOURS = 50


class Shown(BaseModel):
    """A part of a response."""

    model_config = ConfigDict(frozen=True)


class ListedDocument(Shown):
    """What is known of a document without its text."""

    id: str = Field(description="path below the folder of documents; an attachment's is that of its file and its own")
    file: str = Field(description="path of the file that it was read from")
    title: str
    format: str = Field(description="ending of its name: pdf, docx")
    collection: str = Field(description="empty for none")
    date: str = Field(description="ISO 8601 as exact as known, or empty")
    author: str
    pages: int = Field(description="0 where the format has no pages")
    paragraphs: int
    passages: int = Field(description="what can be found in it; 0 where nothing can")
    notes: list[str] = Field(description="what was odd about reading it")
    replaced_by: str = Field(description="id of the document that has taken its place, or empty")


class Collection(Shown):
    """Documents that belong together."""

    name: str
    documents: int


class DocumentList(Shown):
    """A part of the list of documents, by id."""

    total: int = Field(description="documents that fit the filters")
    offset: int
    documents: list[ListedDocument]
    collections: list[Collection] = Field(description="all collections, whatever the filters")


class OutlineHeading(Shown):
    """A heading, and the number of the first paragraph below it, null where none follows."""

    text: str
    level: int
    start: int
    end: int
    paragraph: int | None


class DocumentDetails(ListedDocument):
    """What is known of a document, and its headings."""

    version: str = Field(description="beginning of the SHA-256 of its file, as permalinks name it")
    language: str
    effective_from: str
    tags: list[str]
    characters: int = Field(description="length of its text in code points")
    headings: list[OutlineHeading]


class SourceParagraph(Shown):
    """A paragraph by its exact range in the document's text."""

    number: int
    start: int = Field(description="in code points")
    end: int
    text: str = Field(description="exactly the text from start to end")
    page: str | None
    heading: str
    kind: ParagraphKind = Field(description="only text is searched and quoted")
    asked: bool = Field(description="whether it is one of those asked for, or a neighbour")


class SourceText(Shown):
    """Paragraphs of a document, in its order."""

    document: str
    title: str
    version: str
    changed: bool = Field(description="whether the address names another version than the one indexed now")
    total: int = Field(description="paragraphs of the document")
    paragraphs: list[SourceParagraph]


class Filters(BaseModel):
    """Which documents are listed."""

    q: str = Field("", max_length=200, description="words that title, id or author hold")
    collection: str = Field("", max_length=500, description="name of a collection")
    format: str = Field("", max_length=20, description="ending of the name: pdf")
    offset: int = Field(0, ge=0, description="documents to pass over")
    limit: int = Field(100, ge=1, le=MOST_LISTED, description="documents to list at most")


class Range(BaseModel):
    """Which paragraphs are wanted."""

    p: int = Field(1, ge=1, description="number of the paragraph, or of the first")
    to: int | None = Field(None, ge=1, description="number of the last; without it, the first alone")
    neighbours: int = Field(0, ge=0, le=MOST_NEIGHBOURS, description="paragraphs before and after to add")


def documents_router(site: Site) -> APIRouter:
    """Return the routes GET /api/v1/documents, /api/v1/documents/{document} and /api/v1/sources/{document}."""
    router = APIRouter(prefix=API, tags=["Documents"])

    @router.get("/documents", summary="List documents")
    def list_documents(filters: Annotated[Filters, Query()]) -> DocumentList:
        """List what is indexed, by id, with the names of all collections."""
        entries = site.live.current().index.catalogue()
        fitting = [entry for entry in entries if _fits(entry, filters)]
        counts = Counter(entry.collection for entry in entries if entry.collection)
        return DocumentList(
            total=len(fitting),
            offset=filters.offset,
            documents=[listed(entry) for entry in fitting[filters.offset : filters.offset + filters.limit]],
            collections=[Collection(name=name, documents=counts[name]) for name in sorted(counts, key=str.casefold)],
        )

    @router.get("/documents/{document:path}", summary="Describe a document")
    def describe(document: str) -> DocumentDetails:
        """Return what is known of a document, and its headings with their places."""
        found = site.shelf.document(document)
        entry = next((e for e in site.live.current().index.catalogue() if e.id == document), None)
        if found is None or entry is None:
            raise ProblemError(404, NO_SUCH_DOCUMENT)
        return DocumentDetails(
            **listed(entry).model_dump(),
            version=version_of(found),
            language=found.metadata.language,
            effective_from=found.metadata.effective_from,
            tags=list(found.metadata.tags),
            characters=len(found.text),
            headings=_outline(found),
        )

    @router.get("/sources/{document:path}", summary="Read paragraphs")
    def source(document: str, wanted: Annotated[Range, Query()]) -> SourceText:
        """Return paragraphs with their exact ranges: `text` is what the document holds from `start` to `end`.

        The id may name a version ("leave.md@0123456789ab"): `changed` tells whether the document is another by now.
        """
        found, version = site.shelf.addressed(document)
        if found is None:
            raise ProblemError(404, NO_SUCH_DOCUMENT)
        return SourceText(
            document=found.id,
            title=found.title,
            version=version_of(found),
            changed=bool(version) and version != version_of(found),
            total=len(found.paragraphs),
            paragraphs=_paragraphs(found, wanted),
        )

    return router


def listed(entry: CatalogueEntry) -> ListedDocument:
    """Return an entry of the catalogue as the API shows it."""
    return ListedDocument(
        id=entry.id,
        file=entry.file,
        title=entry.title,
        format=_format(entry),
        collection=entry.collection,
        date=entry.date,
        author=entry.author,
        pages=entry.pages,
        paragraphs=entry.paragraphs,
        passages=entry.passages,
        notes=list(entry.notes),
        replaced_by=entry.replaced_by or "",
    )


def _format(entry: CatalogueEntry) -> str:
    return PurePosixPath(entry.id).suffix.removeprefix(".").casefold()


def _fits(entry: CatalogueEntry, filters: Filters) -> bool:
    if filters.collection and entry.collection != filters.collection:
        return False
    if filters.format and _format(entry) != filters.format.casefold().removeprefix("."):
        return False
    held = f"{entry.title}\n{entry.id}\n{entry.author}".casefold()
    return all(word in held for word in filters.q.casefold().split())


def _outline(document: Document) -> list[OutlineHeading]:
    starts = [paragraph.start for paragraph in document.paragraphs]
    outline = []
    for heading in document.headings:
        row = bisect_left(starts, heading.end)
        outline.append(
            OutlineHeading(
                text=document.text[heading.start : heading.end],
                level=heading.level,
                start=heading.start,
                end=heading.end,
                paragraph=document.paragraphs[row].number if row < len(starts) else None,
            )
        )
    return outline


def _paragraphs(document: Document, wanted: Range) -> list[SourceParagraph]:
    """Return the paragraphs wanted and their neighbours. Raises `ProblemError` where the document has none such."""
    count, first = len(document.paragraphs), wanted.p
    last = wanted.to if wanted.to is not None else first
    if not first <= last <= count:
        raise ProblemError(404, f"{document.id} has no paragraphs {first} to {last}: it has {count}.")
    if last - first >= MOST_PARAGRAPHS:
        raise ProblemError(400, f"At most {MOST_PARAGRAPHS} paragraphs can be had at once: ask for fewer.")
    around: Sequence[Paragraph] = document.paragraphs[max(0, first - 1 - wanted.neighbours) : last + wanted.neighbours]
    return [
        SourceParagraph(
            number=paragraph.number,
            start=paragraph.start,
            end=paragraph.end,
            text=document.text[paragraph.start : paragraph.end],
            page=paragraph.page,
            heading=paragraph.heading,
            kind=paragraph.kind,
            asked=first <= paragraph.number <= last,
        )
        for paragraph in around
    ]
