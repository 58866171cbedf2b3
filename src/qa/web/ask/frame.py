"""The frame around Gradio's chat, in the visitor's language: header, start page, line to ask in, dialogs."""

import json
import re
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from pydantic import BaseModel
from starlette.requests import Request as PlainRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.settings import Settings
from qa.web.ask.exchange import LONGEST_QUESTION
from qa.web.ask.suggestions import Suggester
from qa.web.guard.identity import visitor_of
from qa.web.guard.origins import Origins
from qa.web.look import Look, look_of
from qa.web.navigation import navigation
from qa.web.site import Site

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
_OPENING = re.compile(r"<html\s+lang=\"en\"")
_BODY = re.compile(r"<body[^>]*>")
# Gradio's own links for previews name a foreign host, and its manifest another name; nothing here needs them.
_PREVIEWS = re.compile(r"\s*<(?:meta\s+(?:property=\"og:|name=\"twitter:)|link\s+rel=\"manifest\")[^>]*>")
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_END = "</gradio-app>"


class Starters(BaseModel):
    """What an empty page offers: questions that the documents answer, and how many documents there are."""

    questions: list[str]
    documents: int


def starters_router(site: Site, suggester: Suggester) -> APIRouter:
    """Return the route /api/v1/starters."""
    router = APIRouter()

    @router.get("/api/v1/starters", tags=["documents"], summary="Questions to start with")
    def starters(collection: Annotated[str, Query(max_length=500)] = "") -> Starters:
        """Offer a few questions that the documents, or those of a collection, answer, spread over them."""
        assistant = site.live.current()
        return Starters(questions=suggester.starters(assistant, collection), documents=len(assistant.index.titles()))

    return router


class FramedChat:
    """ASGI middleware: writes the frame around the page that Gradio serves at the root, and leaves all else alone."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = scope.get("root_path", "")
        at_root = scope["type"] == "http" and scope["path"].removeprefix(root) in ("", "/")
        if not at_root or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        started: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal started, body
            if message["type"] == "http.response.start":
                started = message
            elif message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await self._framed(started, body, PlainRequest(scope))(scope, receive, send)

        plain = {**scope, "headers": [(n, v) for n, v in scope["headers"] if n != b"accept-encoding"]}
        await self.app(plain, receive, collect)

    def _framed(self, started: Message, body: bytes, request: PlainRequest) -> Response:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in started["headers"]}
        headers.pop("content-length", None)
        headers |= {"vary": "Accept-Language", "cache-control": "no-cache"}
        if started["status"] == 200 and headers.get("content-type", "").startswith("text/html"):
            body = framed(body.decode("utf-8"), look_of(request, self._settings), request, self._settings).encode()
        return Response(body, started["status"], headers)


def framed(page: str, look: Look, request: PlainRequest, settings: Settings) -> str:
    """Return Gradio's page with the frame written around its chat."""
    compact = request.query_params.get("view") == "compact"
    trainer = visitor_of(request).trainer and not compact
    about = {
        "root": look.root,
        "language": look.language,
        "theme": look.theme,
        "compact": compact,
        "collection": request.query_params.get("collection", "")[:200],
        "texts": look.texts.part("ask", "sources", *(["growing"] if trainer else [])),
    }
    values = {
        "look": look,
        "origins": Origins.of(settings).sources,
        "title": request.query_params.get("title", "")[:80] if compact else "",
        "greeting": request.query_params.get("greeting", "")[:200] if compact else "",
        "compact": compact,
        "trainer": trainer,
        "navigation": navigation(request, look, "ask"),
        "longest": LONGEST_QUESTION,
        # "<" would end the element that holds it.
        "about": Markup(json.dumps(about, ensure_ascii=False).replace("<", "\\u003c")),
    }
    head, above, below = (
        _templates.get_template(f"ask_{part}.html").render(values) for part in ("head", "above", "below")
    )
    theme = f' data-theme="{look.theme}"' if look.theme else ""
    view = " data-view=compact" if compact else " data-trainer" if trainer else ""
    opening = f'<html lang="{look.language}" dir="{look.direction}"{theme}{view}'
    page = _PREVIEWS.sub("", _TITLE.sub("", page))
    page = _OPENING.sub(lambda found: opening, page, count=1)
    page = page.replace("<head>", f"<head>{head}", 1)
    page = _BODY.sub(lambda found: found[0] + above, page, count=1)
    return page.replace(_END, _END + below, 1)
