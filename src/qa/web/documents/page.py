"""The page that lists everything indexed, and on which editors add, remove and restore documents."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from qa.reading import PARSERS
from qa.settings import Settings
from qa.web.documents.api import editing_router
from qa.web.documents.building import IndexBuilding
from qa.web.documents.folder import DocumentFolder
from qa.web.documents.listing import SORTS, Wanted, listed
from qa.web.documents.overview import MARKS, Overviews
from qa.web.guard.identity import visitor_of
from qa.web.look import look_of
from qa.web.navigation import kept_fields, navigation
from qa.web.site import Site

REMOVED = "removed"
# Everything comes from this server, and nothing else may show the page within itself: a click here can remove a file.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
# A narrow space, as ISO 80000-1 has it, is read alike in every language.
_templates.filters["grouped"] = lambda number: f"{number:,}".replace(",", "\u202f")


def documents_router(site: Site) -> APIRouter:
    """Return the page /documents and the routes that it uses to change the documents and to build the index."""
    settings, live = site.settings, site.live

    def title_of(document: str) -> str:
        return live.current().index.title_of(document)

    folder = DocumentFolder(settings.corpus, settings.state / REMOVED, title_of)
    building = IndexBuilding(settings, finished=live.current)
    overviews = Overviews(site)

    @asynccontextmanager
    async def ending_builds(_: FastAPI) -> AsyncIterator[None]:
        yield
        building.stop()

    router = APIRouter(lifespan=ending_builds)
    router.include_router(editing_router(site, folder, building))

    @router.get("/documents", response_class=HTMLResponse, include_in_schema=False)
    def documents(request: Request) -> HTMLResponse:
        editor = visitor_of(request).editor
        context = _context(request, settings, overviews)
        page = _templates.get_template("documents.html").render(
            **context,
            editor=editor,
            removals=folder.removals() if editor else [],
            folders=context["overview"].folders,
            endings=",".join(sorted(PARSERS)),
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

    return router


def _context(request: Request, settings: Settings, overviews: Overviews) -> Mapping[str, Any]:
    look, kept = look_of(request, settings), kept_fields(request)
    overview, wanted = overviews.now(), Wanted.read_from(request.query_params)
    found = listed(overview.rows, wanted)
    query = f"?{urlencode(kept)}" if kept else ""
    return {
        "look": look,
        "t": look.texts,
        "navigation": navigation(request, look, "documents"),
        "overview": overview,
        "titles": {row.entry.id: row.entry.title for row in overview.rows},
        "wanted": wanted,
        "kept": kept,
        "found": found,
        "marks": [mark for mark in MARKS if overview.counted(mark)],
        "columns": [(column, wanted.sorted_by(column).address(kept), _order(wanted, column)) for column in SORTS],
        "cleared": Wanted().address(kept),
        "turned": {number: replace(wanted, page=number).address(kept) for number in (found.page - 1, found.page + 1)},
        "source": lambda document: f"{look.root}/source/{quote(document)}{query}",
        "script_texts": look.texts.part("documents"),
        "upload_mb": settings.upload_mb,
    }


def _order(wanted: Wanted, column: str) -> str:
    if wanted.sort != column:
        return ""
    return "descending" if wanted.descending else "ascending"
