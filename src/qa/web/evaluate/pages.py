"""What the pages of the trainers have in common: who may open them, their head, their templates and their policy."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import Response

from qa.web.api.problems import ProblemError
from qa.web.guard.identity import Visitor, visitor_of
from qa.web.look import look_of
from qa.web.navigation import kept_fields, navigation
from qa.web.site import Site

NO_TRAINER = "You may not evaluate here: the setting QA_TRAINERS names who may."
# Everything comes from this server, and nothing else may show the page within itself: a click here can delete a run.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}

Tab = Literal["runs", "inbox", "drafts"]
TABS: dict[Tab, str] = {"runs": "/evaluate", "inbox": "/evaluate/inbox", "drafts": "/evaluate/drafts"}
"""The pages beside one another, and their paths."""

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
# A narrow space, as ISO 80000-1 has it, is read alike in every language.
templates.filters["grouped"] = lambda number: f"{number:,}".replace(",", "\u202f")
templates.filters["moment"] = lambda moment: _moment(moment).strftime("%Y-%m-%d %H:%M")


def _moment(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def trainer(request: Request) -> Visitor:
    """Return the visitor, a trainer. Raises `ProblemError` (403) for anybody else."""
    visitor = visitor_of(request)
    if not visitor.trainer:
        raise ProblemError(403, NO_TRAINER)
    return visitor


Trainer = Annotated[Visitor, Depends(trainer)]


def page_context(request: Request, site: Site, tab: Tab, *parts: str) -> dict[str, Any]:
    """Return what `evaluate_page.html` needs; scripts get the texts of `parts`, and of "evaluate"."""
    look, kept = look_of(request, site.settings), kept_fields(request)

    def link(path: str, **fields: object) -> str:
        """Return the address of a page below the prefix, with the language and theme that were chosen."""
        query = urlencode({name: value for name, value in fields.items() if value not in ("", None)} | kept, doseq=True)
        return f"{look.root}{path}{'?' if query else ''}{query}"

    return {
        "look": look,
        "t": look.texts,
        "navigation": navigation(request, look, "evaluate"),
        "tab": tab,
        "tabs": [(name, link(path)) for name, path in TABS.items()],
        "kept": kept,
        "link": link,
        "script_texts": look.texts.part("evaluate", *parts),
    }


def rendered(template: str, context: dict[str, Any], status: int = 200) -> HTMLResponse:
    """Return a page of the trainers, which nobody keeps."""
    return HTMLResponse(templates.get_template(template).render(**context), status, HEADERS)


def pages_router(site: Site) -> APIRouter:
    """Return a router for pages that only trainers may open; what is refused is told on a page as well."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def answered(request: Request) -> Response:
                try:
                    return await answer(request)
                except ProblemError as error:
                    context = page_context(request, site, "runs")
                    trains = visitor_of(request).trainer
                    sentence = str(error) if trains else context["t"]("evaluate.no_trainer")
                    return rendered(
                        "evaluate_refused.html", {**context, "sentence": sentence, "trains": trains}, error.status
                    )

            return answered

    return APIRouter(
        route_class=PageRoute,
        dependencies=[Depends(trainer)],
        default_response_class=HTMLResponse,
        include_in_schema=False,
    )
