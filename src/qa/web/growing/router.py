"""Growing the question sets from use: the inbox, gaps, drafts, and what is proposed from the documents."""

from fastapi import APIRouter

from qa.web.growing.asked_already import AlreadyAsked
from qa.web.growing.drafts_api import drafts_router
from qa.web.growing.drafts_page import drafts_page_router
from qa.web.growing.export_api import export_router
from qa.web.growing.gold_api import gold_router
from qa.web.growing.inbox_api import gaps_router, inbox_router
from qa.web.growing.inbox_page import inbox_page_router
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
