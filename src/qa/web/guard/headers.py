"""Headers and refusals that hold for every response, Gradio's included."""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.api.problems import refusal
from qa.web.guard.body import LARGEST_BODY, Body, BodyRefusedError, too_large
from qa.web.guard.origins import PREFLIGHT_HEADERS, Origins
from qa.web.guard.paths import WIDGET, own_path

# Gradio's page runs inline scripts and styles of its own; nothing may come from, or go to, another host.
# Who may frame a page is no part of its policy: `SecurityHeaders` adds that, for all of them alike.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'"
)
# The source viewer shows document text: it may run nothing at all; its one form finds words in the document.
SOURCE_POLICY = "default-src 'none'; style-src 'self'; img-src 'none'; base-uri 'none'; form-action 'self'"
FRAME_ANCESTORS = "frame-ancestors 'self'"
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
# What the page, gradio_client and MCP ask of Gradio. All else that it brings along (files, uploads, recordings, a
# reloader that keeps the server busy, editing of its own code) has no use here: a new version may not open more.
GRADIO = "/gradio_api/"
GRADIO_OPEN = frozenset(
    f"{GRADIO}{name}"
    for name in ("info", "startup-events", "theme.css", "app_id", "user", "login_check", "reset", "cancel", "mcp")
)
GRADIO_OPEN_BELOW = tuple(f"{GRADIO}{name}/" for name in ("run", "api", "call", "queue", "heartbeat", "mcp"))
# Gradio's description of its own API is none of ours, and nobody signs in with it.
CLOSED_PATHS = frozenset({"/openapi.json", "/login", "/logout", "/monitoring"})
UPLOADS = frozenset({"/api/v1/documents", "/api/v1/evaluation/sets"})
LOCAL_HOSTS = frozenset({"localhost", "ip6-localhost"})
NOBODY = Origins()


class SecurityHeaders:
    """ASGI middleware: sets the headers, closes unused routes, refuses what only foreign pages or attackers send."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str] = (),
        origins: Origins = NOBODY,
        largest_upload: int = LARGEST_BODY,
    ) -> None:
        """Take the names by which the page is reached, besides localhost and addresses in figures.

        A page of another site can make its own name resolve to this machine (DNS rebinding) and would then count as
        this site; it cannot do so with an address in figures or a name that is not its own. `origins` are those whose
        pages may frame the page and ask the API; `largest_upload` is in bytes.
        """
        self.app = app
        self.hosts = LOCAL_HOSTS | {host.casefold() for host in hosts}
        self.origins = origins
        self.largest_upload = largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Nothing here speaks it, and what follows would not see it.
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        send = self._guarded(scope, headers, send)
        answer = self._answered_here(scope, headers)
        if answer is not None:
            await answer(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"x-forwarded-host"]
        body = Body(receive, self._largest_body(scope))
        try:
            await self.app(scope, body.receive, send)
        except BodyRefusedError as error:
            await refusal(HTTPConnection(scope), error.status, error.text, kind=_kind(error.status))(
                scope, receive, send
            )

    def _answered_here(self, scope: Scope, headers: Headers) -> Response | None:
        refused = self._refusal(scope, headers)
        if refused is not None:
            return refusal(HTTPConnection(scope), *refused, kind=_kind(refused[0]))
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            return Response(status_code=204)
        return None

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if any(len(headers.getlist(name)) > 1 for name in ("host", "origin", "content-length")):
            return 400, "A header stands there twice."
        if not self._is_own(headers.get("host", "")):
            return 400, "The page is not reached by this name: the setting QA_HOSTS lists the names that it answers to."
        if _is_closed(own_path(scope)):
            return 404, "There is nothing here."
        if self._is_refused_abroad(scope, headers):
            return 403, "Requests from other sites are refused."
        length, largest = headers.get("content-length", "0"), self._largest_body(scope)
        if length.isdecimal() and int(length) > largest:
            return 413, too_large(largest)
        return None

    def _is_own(self, host: str) -> bool:
        name = urlsplit(f"//{host}").hostname or ""
        try:
            return bool(ip_address(name))
        except ValueError:
            return name in self.hosts

    def _is_refused_abroad(self, scope: Scope, headers: Headers) -> bool:
        """Tell whether a page of another origin sent the request and may not; following a link is no such thing."""
        method, path, origin = scope["method"], own_path(scope), headers.get("origin")
        if path == WIDGET and method in ("GET", "HEAD"):
            return False  # a script for any page: what it opens decides for itself who may frame it
        if origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
            return not self.origins.may_ask(origin, _asked_for(scope, headers), path)
        foreign_site = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        followed_link = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
        return origin is None and foreign_site and not followed_link

    def _largest_body(self, scope: Scope) -> int:
        uploads = scope["method"] == "POST" and own_path(scope) in UPLOADS
        # The form around a file takes some bytes of its own.
        return self.largest_upload + LARGEST_BODY if uploads else LARGEST_BODY

    def _guarded(self, scope: Scope, headers: Headers, send: Send) -> Send:
        path = own_path(scope)
        cors = self._cors_headers(scope, headers)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                policy = told.get("content-security-policy", PAGE_POLICY)
                if "frame-ancestors" not in policy:
                    told["Content-Security-Policy"] = f"{policy}; {self._frame_ancestors(path)}"
                told.update(HEADERS)
                # Gradio lets any origin read its answers.
                for name in [name for name in told if name.lower().startswith("access-control-")]:
                    del told[name]
                told.update(cors)
                if path == WIDGET or path.startswith("/api/v1/"):
                    told.add_vary_header("Origin")
            await send(message)

        return guarded

    def _cors_headers(self, scope: Scope, headers: Headers) -> dict[str, str]:
        """Return the headers that let a page of an allowed origin read the answer, without its cookies."""
        path, origin = own_path(scope), headers.get("origin", "")
        script = path == WIDGET and self.origins.allow(origin)
        if not script and not self.origins.may_ask(origin, _asked_for(scope, headers), path):
            return {}
        preflight = PREFLIGHT_HEADERS if scope["method"] == "OPTIONS" else {}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After", **preflight}

    def _frame_ancestors(self, path: str) -> str:
        # Every page around a source counts, and so does the one around the page that shows it.
        framed = path in ("/", "/embed") or path.startswith("/source/")
        return " ".join([FRAME_ANCESTORS, *self.origins.sources]) if framed else FRAME_ANCESTORS


async def failed(request: Request, error: Exception) -> Response:
    """Answer a request on which the server itself failed, outside of all middleware."""
    policy = {"Content-Security-Policy": f"{PAGE_POLICY}; {FRAME_ANCESTORS}"}
    return PlainTextResponse("Something went wrong here.", 500, policy | HEADERS)


def _is_closed(path: str) -> bool:
    if not path.startswith(GRADIO):
        return path.removesuffix("/") in CLOSED_PATHS
    return path.removesuffix("/") not in GRADIO_OPEN and not path.startswith(GRADIO_OPEN_BELOW)


def _asked_for(scope: Scope, headers: Headers) -> str:
    """Return the method of a request, or the one that a browser asks leave for (a CORS preflight)."""
    asked = headers.get("access-control-request-method", "") if scope["method"] == "OPTIONS" else scope["method"]
    return str(asked)


def _kind(status: int) -> str:
    return "too-large" if status == 413 else ""
