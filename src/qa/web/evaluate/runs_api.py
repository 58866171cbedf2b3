"""The routes by which trainers have sets asked, and read, compare and delete the runs that came of it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi import Path as PathField
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from qa.evaluation.compare import Comparison
from qa.evaluation.html_report import comparison_page, run_page
from qa.evaluation.junit import junit
from qa.evaluation.markdown import comparison_markdown, run_markdown
from qa.evaluation.report import comparison_record
from qa.evaluation.runs import Run
from qa.web.api.problems import API
from qa.web.evaluate.asking import Asking, AskingState
from qa.web.evaluate.comparing import compared
from qa.web.evaluate.kept import KeptRuns, RunSummary
from qa.web.evaluate.pages import Trainer
from qa.web.evaluate.sets import SetShelf
from qa.web.sources.originals import attachment

RunId = Annotated[str, PathField(description="id of the run")]
ReportName = Literal["html", "markdown", "junit"]
ComparisonName = Literal["json", "html", "markdown"]

REPORTS: Mapping[ReportName, tuple[Callable[[Run], str], str, str]] = {
    "html": (run_page, ".html", "text/html; charset=utf-8"),
    "markdown": (run_markdown, ".md", "text/markdown; charset=utf-8"),
    "junit": (junit, ".xml", "application/xml"),
}
"""What writes each report of a run, how its file ends, and its media type."""
# Nothing in a file may run, whatever a browser takes it for, and nobody keeps what they might lose access to.
HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"}


class Wish(BaseModel):
    """What is to be asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sets: list[Annotated[str, Field(max_length=500)]] = Field(
        min_length=1, max_length=100, description="ids of the sets"
    )


class RunList(BaseModel):
    """All runs that are kept, newest first."""

    model_config = ConfigDict(frozen=True)

    runs: list[RunSummary]


def runs_router(shelf: SetShelf, asking: Asking, kept: KeptRuns) -> APIRouter:
    """Return the routes below /api/v1/evaluation but those of the sets."""
    router = APIRouter(prefix=f"{API}/evaluation", tags=["Evaluation"])
    _add_asking(router, shelf, asking)
    _add_runs(router, kept)

    @router.get(
        "/comparison",
        summary="Compare runs",
        response_model=list[dict[str, Any]],
        responses=_files("JSON, or a report as a file", REPORTS["html"][2], REPORTS["markdown"][2]),
    )
    def comparison(
        _: Trainer,
        run: Annotated[list[str], Query(description="ids of the runs, two or more; the first is the one before")],
        format: Annotated[ComparisonName, Query(description="json, or a report to keep")] = "json",
    ) -> Response:
        """Hold later runs against the first one, question by question."""
        return _comparison(compared(kept, run), format)

    return router


def _add_asking(router: APIRouter, shelf: SetShelf, asking: Asking) -> None:
    @router.post("/asking", status_code=202, summary="Run question sets")
    def start(wish: Wish, visitor: Trainer) -> AskingState:
        """Start asking every question of some sets, with the server's index and settings; one run at a time."""
        return asking.start([shelf.find(set_id) for set_id in dict.fromkeys(wish.sets)], visitor.name)

    @router.get("/asking", summary="How far the run is")
    def state(_: Trainer) -> AskingState:
        """Say how many questions were asked, or how the last run ended."""
        return asking.state

    @router.delete("/asking", summary="Cancel the run")
    def cancel(_: Trainer) -> AskingState:
        """End the run that is being made; nothing of it is kept."""
        return asking.cancel()


def _add_runs(router: APIRouter, kept: KeptRuns) -> None:
    @router.get("/runs", summary="List the runs")
    def runs(_: Trainer) -> RunList:
        """List the runs that are kept, with their measures."""
        return RunList(runs=kept.summaries()[0])

    @router.get("/runs/{run_id}", summary="Get a run")
    def run(run_id: RunId, _: Trainer) -> Run:
        """Return a run whole: what it was made with, its measures, and every question with its answer."""
        return kept.read(run_id)

    @router.delete("/runs/{run_id}", status_code=204, summary="Delete a run")
    def delete(run_id: RunId, _: Trainer) -> None:
        """Delete a run for good."""
        kept.delete(run_id)

    @router.get(
        "/runs/{run_id}/report",
        response_class=Response,
        responses=_files("The report", *(kind for _, _, kind in REPORTS.values())),
        summary="Download a run's report",
    )
    def report(
        run_id: RunId,
        _: Trainer,
        format: Annotated[ReportName, Query(description="a page, Markdown, or JUnit XML")] = "html",
    ) -> Response:
        """Write a run as one file that needs nothing else."""
        write, ending, kind = REPORTS[format]
        return _file(write(kept.read(run_id)), f"run-{run_id}{ending}", kind)


def _comparison(found: list[Comparison], format: ComparisonName) -> Response:
    name = "comparison-" + "-".join([found[0].before.id, *(one.after.id for one in found)])
    if format == "html":
        return _file(comparison_page(found), f"{name}.html", REPORTS["html"][2])
    if format == "markdown":
        return _file("\n".join(map(comparison_markdown, found)), f"{name}.md", REPORTS["markdown"][2])
    return JSONResponse([comparison_record(one) for one in found], headers={"Cache-Control": "no-store"})


def _file(content: str, name: str, kind: str) -> Response:
    return Response(content, headers=HEADERS | {"Content-Disposition": attachment(name)}, media_type=kind)


def _files(description: str, *kinds: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {kind: {} for kind in kinds}}}
