"""Headers and refusals that hold for every response, Gradio's included."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's page runs inline scripts and styles of its own; nothing may come from, or go to, another host.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
# The source viewer shows document text: it may run nothing at all.
SOURCE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
# Gradio's routes for files have no use here and are open to anyone who reaches the port.
CLOSED_PATHS = ("/gradio_api/upload", "/gradio_api/file", "/gradio_api/proxy", "/gradio_api/deep_link")


class SecurityHeaders:
    """ASGI middleware: sets the headers, closes unused routes, refuses requests that foreign pages send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if _is_closed(scope["path"]):
            await PlainTextResponse("There is nothing here.", 404)(scope, receive, self._guarded(send))
        elif scope["method"] not in ("GET", "HEAD") and _is_foreign(headers):
            await PlainTextResponse("Requests from other sites are refused.", 403)(scope, receive, self._guarded(send))
        else:
            await self.app(scope, receive, self._guarded(send))

    @staticmethod
    def _guarded(send: Send) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", PAGE_POLICY)
                headers.update(HEADERS)
            await send(message)

        return guarded


async def failed(request: Request, error: Exception) -> Response:
    """Answer a request on which the server itself failed, outside of all middleware."""
    return PlainTextResponse("Something went wrong here.", 500, {"Content-Security-Policy": PAGE_POLICY, **HEADERS})


def _is_closed(path: str, closed: Iterable[str] = CLOSED_PATHS) -> bool:
    return any(part in path for part in closed)


def _is_foreign(headers: Headers) -> bool:
    """Tell whether a browser sent the request from a page of another origin."""
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")
