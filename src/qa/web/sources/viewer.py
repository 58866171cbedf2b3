"""The source viewer: a document by its stored ranges, with the quoted words marked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from qa.answering.permalink import quote_context, version_of
from qa.types import Document, Heading, Paragraph
from qa.web.guard.headers import SOURCE_POLICY
from qa.web.site import Site
from qa.web.sources.originals import has_pages
from qa.web.sources.place import Opened, Place, opened

# Paragraphs shown around the cited one; a longer document is paged through.
NEIGHBOURS = 150
# An address may name its paragraph behind the "#", which no server sees: so many are shown where none is asked for.
MOST_SHOWN = 5_000
# The pictures of a PDF's pages come from this server; no other document has any.
PICTURE_POLICY = SOURCE_POLICY.replace("img-src 'none'", "img-src 'self'")

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A heading (`level` above 0) or paragraph as shown: its text in three parts, the middle one marked."""

    level: int
    number: int
    kind: str
    page: str | None
    here: bool
    before: str
    marked: str
    after: str


def source_router(site: Site) -> APIRouter:
    """Return the route /source/{document}@{version}?p=12&exact=..&prefix=..&suffix=..#p12 ."""
    router = APIRouter()
    shelf = site.shelf

    @router.get("/source/{address:path}", response_class=HTMLResponse)
    def source(request: Request, address: str, place: Annotated[Place, Query()]) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        theme = place.theme if place.theme in ("light", "dark") else ""
        static = f"{root}/page/source.css"
        document, version = shelf.addressed(address)
        if document is None:
            page = _templates.get_template("missing.html").render(static=static, document_id=address, theme=theme)
            return HTMLResponse(page, 404, {"Content-Security-Policy": SOURCE_POLICY})
        found = opened(document, place, version)
        first, last = window(document, found.number or 1)
        if found.number is None and len(document.paragraphs) <= MOST_SHOWN:
            first, last = 1, len(document.paragraphs)
        parts = shown(document, found.number or 0, (found.start, found.end), first, last)
        successor = shelf.successor(document)
        page = _templates.get_template("source.html").render(
            static=static,
            theme=theme,
            document=document,
            known=known(document),
            successor=successor,
            successor_address=f"{root}/source/{quote(successor.id)}?{urlencode({'theme': theme})}" if successor else "",
            original=f"{root}/original/{quote(document.id)}",
            permalink=f"{root}{permalink(document, found)}",
            picture=f"{root}{drawn}" if (drawn := picture(document, found)) else "",
            found=found,
            shown=parts,
            standing_out=any(part.here for part in parts),
            earlier=max(1, first - NEIGHBOURS) if first > 1 else None,
            later=last + NEIGHBOURS if last < len(document.paragraphs) else None,
        )
        policy = PICTURE_POLICY if has_pages(document) else SOURCE_POLICY
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    return router


def known(document: Document) -> list[tuple[str, str]]:
    """Return what the document's head says about it, as names and values; what is not known is left out."""
    metadata = document.metadata
    fields = [("Author", metadata.author), ("Date", metadata.date), ("Collection", metadata.collection)]
    return [(name, value) for name, value in fields if value]


def permalink(document: Document, found: Opened) -> str:
    """Return the lasting address of what is shown: of the marked words, else the paragraph, else the document."""
    address = f"/source/{quote(document.id)}@{version_of(document)}"
    if found.number is None:
        return address
    query: dict[str, str | int] = {"p": found.number}
    if found.start < found.end:
        prefix, suffix = quote_context(document.text, found.start, found.end)
        query |= {"exact": document.text[found.start : found.end], "prefix": prefix, "suffix": suffix}
    return f"{address}?{urlencode(query)}#p{found.number}"


def picture(document: Document, found: Opened) -> str:
    """Return the address of the picture of the page that holds the marked words; "" where there is none."""
    paragraph = next((p for p in document.paragraphs if p.start <= found.start < found.end <= p.end), None)
    if paragraph is None or paragraph.page is None or not has_pages(document):
        return ""
    query = {"page": paragraph.page, "p": paragraph.number, "start": found.start, "end": found.end}
    return f"/page-image/{quote(document.id)}?{urlencode(query)}"


def window(document: Document, number: int) -> tuple[int, int]:
    """Return the numbers of the first and last paragraph to show around paragraph `number`."""
    count = len(document.paragraphs)
    here = min(number, count)
    return max(1, here - NEIGHBOURS), min(count, here + NEIGHBOURS)


def shown(document: Document, number: int, mark: tuple[int, int], first: int, last: int) -> list[Shown]:
    """Return headings and paragraphs from paragraph `first` to `last` in the order of the text."""
    if not document.paragraphs:
        return []
    from_offset = document.paragraphs[first - 1].start if first > 1 else 0
    to_offset = document.paragraphs[last - 1].end if last < len(document.paragraphs) else len(document.text)
    everything: list[Heading | Paragraph] = [*document.headings, *document.paragraphs]
    parts = [part for part in everything if from_offset <= part.start and part.end <= to_offset]
    parts.sort(key=lambda part: part.start)
    if parts and isinstance(parts[0], Heading) and document.text[parts[0].start : parts[0].end] == document.title:
        del parts[0]  # the title stands above already
    return [_show(document, part, number, mark) for part in parts]


def _show(document: Document, part: Heading | Paragraph, number: int, mark: tuple[int, int]) -> Shown:
    start, end = part.start, part.end
    marks = start <= mark[0] < mark[1] <= end
    mark_start, mark_end = mark if marks else (end, end)
    heading = isinstance(part, Heading)
    return Shown(
        level=min(part.level + 1, 6) if isinstance(part, Heading) else 0,
        number=0 if isinstance(part, Heading) else part.number,
        kind="heading" if isinstance(part, Heading) else part.kind,
        page=None if isinstance(part, Heading) else part.page,
        here=not heading and isinstance(part, Paragraph) and part.number == number,
        before=document.text[start:mark_start],
        marked=document.text[mark_start:mark_end],
        after=document.text[mark_end:end],
    )
