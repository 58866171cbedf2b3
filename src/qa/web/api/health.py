"""Whether the process lives, whether it can answer, and its figures."""

import threading
import time
from ipaddress import ip_address
from typing import Literal

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field
from starlette.responses import Response

from qa.web.api.problems import API, ProblemError
from qa.web.guard.identity import visitor_of
from qa.web.site import Site

# Seconds that a finding stands: whoever may ask for it must not be able to keep the process busy with it.
FINDING_STANDS = 2.0
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class Health(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """A question can be answered."""

    status: Literal["ready"] = "ready"
    index: str = Field(description="id of the index generation that serves")
    documents: int


class _Trial:
    """Asks a question to see whether one can be answered."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._found: tuple[float, Readiness | None] = (0.0, None)

    def finding(self) -> Readiness | None:
        with self._lock:
            if not self._found[0] or time.monotonic() - self._found[0] > FINDING_STANDS:
                self._found = (time.monotonic(), self._tried())
            return self._found[1]

    def _tried(self) -> Readiness | None:
        try:
            assistant = self._site.live.current()
            assistant.ask("Can a question be answered?", k=1)
            return Readiness(index=assistant.index.id, documents=len(assistant.index.titles()))
        except Exception:  # whatever it is, nobody gets an answer
            return None


def health_router(site: Site) -> APIRouter:
    """Return the routes GET /api/v1/health, /api/v1/ready and /metrics."""
    router = APIRouter()
    trial = _Trial(site)

    @router.get(f"{API}/health", tags=["Operation"], summary="Tell whether the process lives")
    async def health() -> Health:
        """Answer at once, whatever else goes on. No name or token is needed."""
        return Health()

    @router.get(f"{API}/ready", tags=["Operation"], summary="Tell whether questions can be answered")
    def ready() -> Readiness:
        """Ask a question and tell whether it was answered; a finding stands for two seconds. No name is needed."""
        found = trial.finding()
        if found is None:
            detail = "No question can be answered: `qa doctor` says what is wrong with the index."
            raise ProblemError(503, detail, kind="not-ready")
        return found

    @router.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        if not (_is_on_this_machine(request) or visitor_of(request).editor):
            raise ProblemError(403, "Only this machine itself, and those who may edit documents, see the metrics.")
        index = site.live.current().index
        passages = sum(entry.passages for entry in index.catalogue())
        written = site.metrics.written(index.id, len(index.titles()), passages)
        return Response(written, media_type=CONTENT_TYPE_LATEST)

    return router


def _is_on_this_machine(request: Request) -> bool:
    """Tell whether a program of this machine asks, and none that passes on what another machine asks."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
