"""Headers and refusals that hold for every response, Gradio's included."""

import asyncio
from collections.abc import Collection
from ipaddress import ip_address
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
# Gradio's routes for files have no use here and are open to anyone who reaches the port; its description of its own
# API is none of ours.
CLOSED_PATHS = ("/gradio_api/upload", "/gradio_api/file", "/gradio_api/proxy", "/gradio_api/deep_link", "/openapi.json")
LARGEST_BODY = 1_000_000
"""Bytes of a request's body; a question has a few hundred, a long dialogue some ten thousand."""
LONGEST_BODY_SECONDS = 30.0
LOCAL_HOSTS = frozenset({"localhost", "ip6-localhost"})


class SecurityHeaders:
    """ASGI middleware: sets the headers, closes unused routes, refuses what only foreign pages or attackers send."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        """Take the names by which the page is reached, besides localhost and addresses in figures.

        A page of another site can make its own name resolve to this machine (DNS rebinding) and would then count as
        this site; it cannot do so with an address in figures or a name that is not its own.
        """
        self.app = app
        self.hosts = LOCAL_HOSTS | {host.casefold() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope, Headers(scope=scope))
        if refusal is not None:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, _guarded(send))
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"x-forwarded-host"]
        body = _Body(receive)
        try:
            await self.app(scope, body.receive, _guarded(send))
        except _BodyRefusedError as error:
            await PlainTextResponse(error.text, error.status)(scope, receive, _guarded(send))

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if any(len(headers.getlist(name)) > 1 for name in ("host", "origin", "content-length")):
            return 400, "A header stands there twice."
        if not self._is_own(headers.get("host", "")):
            return 400, "The page is not reached by this name: the setting QA_HOSTS lists the names that it answers to."
        if any(part in scope["path"] for part in CLOSED_PATHS):
            return 404, "There is nothing here."
        if _is_foreign(scope["method"], headers):
            return 403, "Requests from other sites are refused."
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > LARGEST_BODY:
            return 413, f"The request is larger than {LARGEST_BODY:,} bytes."
        return None

    def _is_own(self, host: str) -> bool:
        name = urlsplit(f"//{host}").hostname or ""
        try:
            return bool(ip_address(name))
        except ValueError:
            return name in self.hosts


class _BodyRefusedError(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class _Body:
    """A request's body that may neither grow nor take its time without bound."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0
        self._complete = False

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), LONGEST_BODY_SECONDS)
        except TimeoutError as error:
            raise _BodyRefusedError(408, "The request took too long to arrive.") from error
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._size > LARGEST_BODY:
            raise _BodyRefusedError(413, f"The request is larger than {LARGEST_BODY:,} bytes.")
        return message


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            headers.update(HEADERS)
            # Gradio lets any origin read its answers.
            for name in [name for name in headers if name.lower().startswith("access-control-")]:
                del headers[name]
        await send(message)

    return guarded


async def failed(request: Request, error: Exception) -> Response:
    """Answer a request on which the server itself failed, outside of all middleware."""
    return PlainTextResponse("Something went wrong here.", 500, {"Content-Security-Policy": PAGE_POLICY, **HEADERS})


def _is_foreign(method: str, headers: Headers) -> bool:
    """Tell whether a browser sent the request from a page of another origin; following a link here is no such thing."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
        return True
    foreign_site = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    followed_link = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
    return foreign_site and not followed_link
