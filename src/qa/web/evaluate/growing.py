"""Growing the question sets from use: the inbox, gaps, drafts, and what is proposed from the documents."""

from fastapi import APIRouter

from qa.web.evaluate.asked_already import AlreadyAsked
from qa.web.evaluate.drafts_api import drafts_router
from qa.web.evaluate.drafts_page import drafts_page_router
from qa.web.evaluate.export_api import export_router
from qa.web.evaluate.gold_api import gold_router
from qa.web.evaluate.inbox_api import gaps_router, inbox_router
from qa.web.evaluate.inbox_page import inbox_page_router
from qa.web.site import Site


def growing_router(site: Site) -> APIRouter:
    """Return the pages /evaluate/inbox and /evaluate/drafts, and the routes of the API behind them."""
    already = AlreadyAsked(site)
    router = APIRouter()
    # Before the route of one draft, which would take "file" for its id.
    router.include_router(export_router(site, already))
    router.include_router(drafts_router(site))
    router.include_router(gold_router(site))
    router.include_router(inbox_router(site))
    router.include_router(gaps_router(site))
    router.include_router(inbox_page_router(site))
    router.include_router(drafts_page_router(site, already))
    return router
