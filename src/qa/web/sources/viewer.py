"""The source viewer: a document by its stored ranges, with the quoted words marked."""

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from qa.answering.permalink import quote_context, version_of
from qa.types import Document
from qa.web.guard.headers import SOURCE_POLICY
from qa.web.look import Look, look_of
from qa.web.site import Site
from qa.web.sources.finding import finding
from qa.web.sources.originals import has_pages
from qa.web.sources.outline import outline
from qa.web.sources.pieces import Mark
from qa.web.sources.place import Opened, Place, opened
from qa.web.sources.shown import sections, window

# Nobody keeps what they might lose access to.
UNKEPT = {"Cache-Control": "private, no-store"}
# The pictures of a PDF's pages come from this server; no other document has any.
PICTURE_POLICY = SOURCE_POLICY.replace("img-src 'none'", "img-src 'self'")
# What of an address goes with the reader from place to place; `panel` is set where the page stands in the panel, which
# names the document itself.
KEPT = ("lang", "theme", "panel", "token")

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


def source_router(site: Site) -> APIRouter:
    """Return the route /source/{document}@{version}?p=12&exact=..&prefix=..&suffix=..#p12 ."""
    router = APIRouter()

    @router.get("/source/{address:path}", response_class=HTMLResponse)
    def source(request: Request, address: str, place: Annotated[Place, Query()]) -> HTMLResponse:
        look = look_of(request, site.settings)
        kept = {name: value for name in KEPT if (value := request.query_params.get(name))}
        document, version = site.shelf.addressed(address)
        if document is None:
            page = _rendered("missing.html", look, kept, document_id=address)
            return HTMLResponse(page, 404, UNKEPT | {"Content-Security-Policy": SOURCE_POLICY})
        page = _rendered("source.html", look, kept, **_seen(site, look, document, version, place, kept))
        policy = PICTURE_POLICY if has_pages(document) else SOURCE_POLICY
        return HTMLResponse(page, headers=UNKEPT | {"Content-Security-Policy": policy})

    return router


def _rendered(template: str, look: Look, kept: dict[str, str], **values: Any) -> str:
    def here(**query: object) -> str:
        """Return the address of another place of this page."""
        return f"?{urlencode({name: value for name, value in query.items() if value} | kept)}"

    return _templates.get_template(template).render(look=look, t=look.texts, kept=kept, here=here, **values)


def _seen(
    site: Site, look: Look, document: Document, version: str, place: Place, kept: dict[str, str]
) -> dict[str, Any]:
    """Return what the template shows of a document."""
    search = finding(document, place.find, place.hit)
    if search is not None:
        found, marks = Opened(search.paragraph, 0, 0), search.marks
    else:
        found = opened(document, place, version, look.texts)
        marks = [Mark("hit", found.start, found.end)] if found.start < found.end else []
    shown = window(document, found.number or (search.around if search else place.around))
    is_list = search is not None and search.chosen is None
    listed = [] if is_list else sections(document, found.number, marks, shown)
    successor = site.shelf.successor(document)
    carried = {name: value for name, value in kept.items() if name == "token"}
    return {
        "document": document,
        "facts": facts(document, look),
        "successor": successor,
        "successor_address": _with(f"{look.root}/source/{quote(successor.id)}", kept) if successor else "",
        "original": _with(f"{look.root}/original/{quote(document.id)}", carried),
        "permalink": f"{look.root}{permalink(document, found)}",
        "picture": f"{look.root}{drawn}" if (drawn := picture(document, found, carried)) else "",
        "found": found,
        "finding": search,
        "outline": outline(document),
        "sections": listed,
        "shown": shown,
        "shown_headings": {section.heading.place for section in listed if section.heading},
        "tongue": language_of(document),
        "standing_out": any(paragraph.here for section in listed for paragraph in section.paragraphs),
    }


def _with(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def facts(document: Document, look: Look) -> list[tuple[str, str]]:
    """Return what the document's head says about it, as names and values; what is not known is left out."""
    metadata, file = document.metadata, PurePosixPath(document.file)
    known = {
        "author": metadata.author,
        "date": metadata.date,
        "in_force": metadata.effective_from,
        "collection": metadata.collection or (file.parts[0] if len(file.parts) > 1 else ""),
        "format": PurePosixPath(document.id).suffix.removeprefix(".").upper(),
    }
    return [(look.texts(f"sources.{name}"), value) for name, value in known.items() if value]


def language_of(document: Document) -> str:
    """Return the language in which a document is written (BCP 47), "" where its metadata name none."""
    language = document.metadata.language
    return language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", language) else ""


def permalink(document: Document, found: Opened) -> str:
    """Return the lasting address of what is shown: of the marked words, else the paragraph, else the document.

    It is for passing on: nothing of the reader's own goes with it.
    """
    address = f"/source/{quote(document.id)}@{version_of(document)}"
    if found.number is None:
        return address
    query: dict[str, str | int] = {"p": found.number}
    if found.start < found.end:
        prefix, suffix = quote_context(document.text, found.start, found.end)
        query |= {"exact": document.text[found.start : found.end], "prefix": prefix, "suffix": suffix}
    return f"{address}?{urlencode(query)}#p{found.number}"


def picture(document: Document, found: Opened, carried: dict[str, str]) -> str:
    """Return the address of the picture of the page that holds the marked words; "" where there is none."""
    paragraph = next((p for p in document.paragraphs if p.start <= found.start < found.end <= p.end), None)
    if paragraph is None or paragraph.page is None or not has_pages(document):
        return ""
    query = {"page": paragraph.page, "p": paragraph.number, "start": found.start, "end": found.end}
    return f"/page-image/{quote(document.id)}?{urlencode(query | carried)}"
