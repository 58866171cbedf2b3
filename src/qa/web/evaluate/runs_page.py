"""The pages on which sets are kept and run, and runs are listed."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from qa.evaluation import plots
from qa.evaluation.sets import ENDINGS
from qa.web.evaluate import figures
from qa.web.evaluate.asking import Asking
from qa.web.evaluate.checking import checked
from qa.web.evaluate.kept import KeptRuns, RunSummary
from qa.web.evaluate.pages import page_context, pages_router, rendered
from qa.web.evaluate.sets import Origin, SetShelf
from qa.web.evaluate.sets_api import ENDINGS as DOWNLOADS
from qa.web.look import Look
from qa.web.site import Site

ON_A_PAGE = 50
LEAST_FOR_A_TREND = 3
MOST_TRENDS = 2
MOST_POINTS = 30
TREND = ("right", "success_at_1")
UPLOADED = tuple(ending for ending in ENDINGS if ending != ".ndjson")


def runs_router(site: Site, shelf: SetShelf, asking: Asking, kept: KeptRuns) -> APIRouter:
    """Return the pages /evaluate and /evaluate/sets/{origin}/{name}."""
    router = pages_router(site)

    @router.get("/evaluate")
    def evaluate(request: Request) -> HTMLResponse:
        context = page_context(request, site, "runs")
        summaries, broken = kept.summaries()
        pages = max(1, -(-len(summaries) // ON_A_PAGE))
        page = min(_number(request.query_params.get("page", "")), pages)
        return rendered(
            "evaluate.html",
            {
                **context,
                **figures.writers(context["look"]),
                "sets": shelf.all(),
                "asking": asking.state,
                "runs": summaries[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
                "count": len(summaries),
                "page": page,
                "pages": pages,
                "broken": broken,
                "trends": _trends(summaries, context["look"]),
                "columns": figures.LISTED,
                "endings": ",".join(UPLOADED),
                "upload_mb": site.settings.upload_mb,
            },
        )

    @router.get("/evaluate/sets/{origin}/{name}")
    def question_set(request: Request, origin: Origin, name: str) -> HTMLResponse:
        listed = shelf.find(f"{origin}/{name}")
        found = checked(listed, site.live.current().index)
        context: dict[str, Any] = {"listed": listed, "found": found, "downloads": DOWNLOADS}
        return rendered("evaluate_set.html", {**page_context(request, site, "runs"), **context})

    return router


def _number(page: str) -> int:
    return max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 9 else 1


def _trends(summaries: Sequence[RunSummary], look: Look) -> list[Markup]:
    """Return a picture for the sets that were run most lately, of those that were run often enough."""
    by_sets: dict[tuple[str, ...], list[RunSummary]] = {}
    for summary in summaries:
        by_sets.setdefault(tuple(sorted(asked.name for asked in summary.sets)), []).append(summary)
    labels = {name: look.texts(f"evaluate.measure_{name}") for name in TREND}
    return [
        Markup(
            plots.trend(
                look.texts("evaluate.trend", sets=", ".join(names)),
                [
                    (f"{run.created:%Y-%m-%d}", {labels[name]: run.measures[name] for name in TREND})
                    for run in reversed(found[:MOST_POINTS])
                ],
                list(labels.values()),
            )
        )
        for names, found in by_sets.items()
        if len(found) >= LEAST_FOR_A_TREND
    ][:MOST_TRENDS]
