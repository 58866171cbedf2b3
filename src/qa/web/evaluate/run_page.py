"""The pages of one run: what came of it, and each of its questions."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from qa.evaluation import plots
from qa.evaluation.failures import Failure
from qa.evaluation.html_report import BY_CATEGORY
from qa.evaluation.measures import ALL, MEASURES, group_of
from qa.evaluation.runs import Run
from qa.web.api.problems import ProblemError
from qa.web.evaluate import figures
from qa.web.evaluate.found import asking_again, dialogue_before, found, question_of, wanted
from qa.web.evaluate.kept import KeptRuns
from qa.web.evaluate.listing import FAILED, Wanted, listed, neighbours
from qa.web.evaluate.pages import page_context, pages_router, rendered
from qa.web.site import Site


def run_router(site: Site, kept: KeptRuns) -> APIRouter:
    """Return the pages /evaluate/runs/{id} and /evaluate/runs/{id}/questions?set=..&id=.. ."""
    router = pages_router(site)

    @router.get("/evaluate/runs/{run_id}")
    def run(request: Request, run_id: str) -> HTMLResponse:
        made = kept.read(run_id)
        context, asked = page_context(request, site, "runs"), Wanted.read_from(request.query_params)
        shown = {
            "run": made,
            "measures": made.measures[ALL],
            "counts": Counter(question.failure for question in made.questions),
            "classes": list(Failure),
            "failed": FAILED,
            "wanted": asked,
            "found": listed(made.questions, asked),
            "groups": sorted({group_of(question.category) for question in made.questions}, key=str.casefold),
            "several_sets": len(made.sets) > 1,
            "main": [name for name in figures.MAIN if made.measures[ALL].values[name] is not None],
            "more": [
                name for name in MEASURES if name not in figures.MAIN and made.measures[ALL].values[name] is not None
            ],
            "better": {name: measure.better for name, measure in MEASURES.items()},
            "by_category": BY_CATEGORY,
            "pictures": _pictures(made),
        }
        return rendered("evaluate_run.html", {**context, **figures.writers(context["look"]), **shown})

    @router.get("/evaluate/runs/{run_id}/questions")
    def question(
        request: Request,
        run_id: str,
        in_set: Annotated[str, Query(alias="set")] = "",
        question_id: Annotated[str, Query(alias="id")] = "",
    ) -> HTMLResponse:
        made = kept.read(run_id)
        one = question_of(made, in_set, question_id)
        if one is None:
            raise ProblemError(404, f"The run {run_id} has no question {question_id} of the set {in_set}.")
        context, asked = page_context(request, site, "runs"), Wanted.read_from(request.query_params)
        before, after = neighbours(made.questions, one, asked)
        shown = {
            "run": made,
            "question": one,
            "wanted": asked,
            "before": before,
            "after": after,
            "history": dialogue_before(made, one),
            "gold": wanted(one),
            "quotes": found(one),
            "asking_again": asking_again(made, one),
        }
        return rendered("evaluate_question.html", {**context, **figures.writers(context["look"]), **shown})

    return router


def _pictures(run: Run) -> list[Markup]:
    by_category = [plots.by_category(run.measures, name) for name in BY_CATEGORY[:2]] if len(run.measures) > 1 else []
    others = [
        plots.risk_coverage([run]),
        plots.confidence_histogram(run.questions),
        plots.latency_histogram(run.questions),
    ]
    return [Markup(picture) for picture in [*by_category, *others] if picture]
