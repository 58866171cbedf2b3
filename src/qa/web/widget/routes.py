"""The widget's script, and the address of the compact page for a plain iframe."""

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from qa.web.guard.paths import WIDGET

STATIC = Path(__file__).parents[1] / "static"
# An intranet's page asks again after five minutes, and is then told that nothing changed (ETag).
CACHED = "public, max-age=300"


def widget_router() -> APIRouter:
    """Return the routes /widget.js and /embed."""
    router = APIRouter(include_in_schema=False)

    files = StaticFiles(directory=STATIC)

    @router.api_route(WIDGET, methods=["GET", "HEAD"])
    async def widget(request: Request) -> Response:
        response = await files.get_response("widget.js", request.scope)
        response.headers["Cache-Control"] = CACHED
        if response.status_code == 200:
            # RFC 9239. What a suffix stands for otherwise depends on the machine and on other libraries.
            response.headers["Content-Type"] = "text/javascript; charset=utf-8"
        return response

    @router.get("/embed")
    def embed(request: Request) -> Response:
        fields = [(name, value) for name, value in parse_qsl(request.url.query) if name != "view"]
        # Relative, so that it stays below the path under which a proxy serves the site.
        return RedirectResponse(f"./?{urlencode([('view', 'compact'), *fields])}", 307)

    return router
