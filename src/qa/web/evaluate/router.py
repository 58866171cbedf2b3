"""All that trainers have for question sets and runs: the pages, the routes of the API, and the asking behind them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from qa.evaluation.anchors import Documents
from qa.web.evaluate import runs_api, runs_page
from qa.web.evaluate.asking import Asking
from qa.web.evaluate.compare_page import compare_router
from qa.web.evaluate.kept import KeptRuns
from qa.web.evaluate.run_page import run_router
from qa.web.evaluate.sets import FOLDER, SetShelf
from qa.web.evaluate.sets_api import sets_router
from qa.web.site import Site


def evaluate_router(site: Site) -> APIRouter:
    """Return the pages below /evaluate and the routes below /api/v1/evaluation for sets and runs."""
    settings = site.settings

    def documents() -> Documents:
        return site.live.current().index

    shelf = SetShelf(settings.evals, settings.state / FOLDER, documents)
    asking, kept = Asking(settings), KeptRuns(settings.state)

    @asynccontextmanager
    async def ending_runs(_: FastAPI) -> AsyncIterator[None]:
        yield
        asking.stop()

    router = APIRouter(lifespan=ending_runs)
    router.include_router(sets_router(site, shelf))
    router.include_router(runs_api.runs_router(shelf, asking, kept))
    router.include_router(runs_page.runs_router(site, shelf, asking, kept))
    router.include_router(compare_router(site, kept))
    router.include_router(run_router(site, kept))
    return router
