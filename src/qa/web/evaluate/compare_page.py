"""The page on which runs stand side by side."""

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from qa.evaluation import plots
from qa.evaluation.compare import Change, Comparison, is_better
from qa.evaluation.measures import ALL
from qa.evaluation.report import left_out
from qa.web.evaluate import figures
from qa.web.evaluate.comparing import compared
from qa.web.evaluate.found import found, wanted
from qa.web.evaluate.kept import KeptRuns
from qa.web.evaluate.pages import page_context, pages_router, rendered
from qa.web.site import Site

# A page of more would be too long to read, and to load; the report that can be downloaded holds all.
MOST_CHANGES = 100
MAIN = ("right", "success_at_1", "success_at_5", "ndcg_at_10", "quote_f1", "coverage", "refused", "quote_validity")


def compare_router(site: Site, kept: KeptRuns) -> APIRouter:
    """Return the page /evaluate/compare?run=A&run=B&run=C , on which A is the run before."""
    router = pages_router(site)

    @router.get("/evaluate/compare")
    def compare(
        request: Request,
        run: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
        by: Literal["", "date"] = "",
    ) -> HTMLResponse:
        chosen = sorted(set(run)) if by else run
        made = compared(kept, chosen)
        runs = [made[0].before, *(one.after for one in made)]
        ids = [one.id for one in runs]
        context = page_context(request, site, "runs")
        shown = {
            "runs": runs,
            "ids": ids,
            "compared": made,
            "picture": Markup(plots.risk_coverage(runs)),
            "swapped": ids[::-1],
            "query": urlencode([("run", run_id) for run_id in ids]),
            "all": ALL,
            "main": MAIN,
            "most_changes": MOST_CHANGES,
            "left_out": left_out,
            "is_better": is_better,
            "sorted_changes": _worse_first,
            "gold_of": wanted,
            "found_of": found,
        }
        return rendered("evaluate_compare.html", {**context, **figures.writers(context["look"]), **shown})

    return router


def _worse_first(one: Comparison) -> Sequence[Change]:
    return sorted(one.changes, key=lambda change: change.after.values["right"] or 0.0)
