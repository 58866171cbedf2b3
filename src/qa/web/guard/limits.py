"""How many questions one visitor may ask in a minute, through whichever door, and how often hand in what is costly."""

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.web.api.problems import problem
from qa.web.guard.identity import visitor_of
from qa.web.guard.paths import own_path
from qa.web.guard.proxies import Proxies

# The API, and what Gradio has for the page, for gradio_client and for MCP: each such request may ask something.
DOORS = ("/api/v1/ask", "/gradio_api/queue/join")
DOORS_BELOW = ("/gradio_api/run/", "/gradio_api/api/", "/gradio_api/call/", "/gradio_api/mcp")
# What is kept on the disk, or takes long to write: how often in a minute, besides the questions.
COSTLY = {"/api/v1/feedback": 20, "/api/v1/export": 60}
# Whoever has one address of the sixth version has a network full of them.
ONE_VISITORS_NETWORK = 64


class QuestionLimits:
    """ASGI middleware, behind the one that says who is asking: 429 for a visitor beyond what a minute allows."""

    def __init__(self, app: ASGIApp, per_minute: int, proxies: Proxies) -> None:
        self.app = app
        self._per_minute = RateLimitItemPerMinute(per_minute)
        self._proxies = proxies
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit, what = self._limit(scope)
        if limit is None:
            await self.app(scope, receive, send)
            return
        asking = asking_of(scope, self._proxies)
        if self._limiter.hit(limit, what, asking):
            await self.app(scope, receive, send)
            return
        until = self._limiter.get_window_stats(limit, what, asking).reset_time
        seconds = max(1, math.ceil(until - time.time()))
        refused = problem(
            HTTPConnection(scope),
            429,
            f"More than {limit.amount} {what} in a minute: go on in {seconds} s.",
            kind="too-many-questions",
            headers={"Retry-After": str(seconds)},
        )
        await refused(scope, receive, send)

    def _limit(self, scope: Scope) -> tuple[RateLimitItem | None, str]:
        """Return how often such a request may be sent, None for as often as one likes, and what is counted with it."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return None, ""
        path = own_path(scope)
        if path in COSTLY:
            return RateLimitItemPerMinute(COSTLY[path]), f"requests to {path}"
        asks = path in DOORS or path.startswith(DOORS_BELOW)
        return (self._per_minute if asks else None), "questions"


def asking_of(scope: Scope, proxies: Proxies) -> str:
    """Return by what a visitor is counted: the name, or for those without one the address that they ask from."""
    name = visitor_of(HTTPConnection(scope)).name
    return f"name {name}" if name else f"address {_network(_address(scope, proxies))}"


def _address(scope: Scope, proxies: Proxies) -> str:
    """Return the address of who asks; behind proxies that are believed, the last one in the list that is none of them.

    What stands before that was written by whoever sent the request.
    """
    client = scope.get("client")
    address = str(client[0]) if client else ""
    passed = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    while passed and proxies.believes({"client": (address, 0)}):
        address = passed.pop().strip() or address
    return address


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(ip_network(f"{known}/{ONE_VISITORS_NETWORK}", strict=False))
    return str(known)
