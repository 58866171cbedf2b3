"""Figures for the operator, in the text format of Prometheus, each application with a registry of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.types import Outcome

# Seconds: an answer takes some ten milliseconds, on a small machine with a large index a second.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"
"""What stands for the route of a request that met none: files, refusals, addresses where nothing is."""


class Metrics:
    """Counts what is asked and answered; safe to use from several threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "qa_requests", "Requests, by the route that answered", ["route", "method", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "qa_ask_seconds", "Time from a question to its answer", buckets=BUCKETS, registry=self.registry
        )
        self._answers = Counter("qa_answers", "Answers, by outcome", ["outcome"], registry=self.registry)
        self._feedback = Counter("qa_feedback", "Feedback on answers, by verdict", ["verdict"], registry=self.registry)
        self._documents = Gauge("qa_documents", "Documents of the index that serves", registry=self.registry)
        self._passages = Gauge("qa_passages", "Passages of the index that serves", registry=self.registry)
        self._index = Info("qa_index", "The index generation that serves", registry=self.registry)
        for outcome in ("answered", "related", "nothing"):
            self._answers.labels(outcome)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Time one question."""
        with self._seconds.time():
            yield

    def answered(self, outcome: Outcome) -> None:
        """Count an answer."""
        self._answers.labels(outcome).inc()

    def judged(self, verdict: str) -> None:
        """Count a visitor's verdict on an answer: "up" or "down"."""
        self._feedback.labels(verdict).inc()

    def responded(self, route: str, method: str, status: int) -> None:
        """Count a request; `route` is the template of its address, not the address."""
        self._requests.labels(route, method if method in METHODS else "other", status).inc()

    def written(self, generation: str, documents: int, passages: int) -> bytes:
        """Return all figures as text, with those of the index that serves now."""
        self._documents.set(documents)
        self._passages.set(passages)
        self._index.info({"generation": generation})
        return generate_latest(self.registry)


class CountRequests:
    """ASGI middleware, outermost of all: counts each request by the template of its route and by status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def counting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, counting)
        finally:
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            self._metrics.responded(route, scope["method"], status)
