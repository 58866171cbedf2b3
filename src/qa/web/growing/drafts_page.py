"""The pages /evaluate/drafts and /evaluate/drafts/{id}: drafts of test questions, and one of them to be edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from qa.evaluation.anchors import Anchor
from qa.evaluation.likeness import AskedAlready
from qa.evaluation.sets import format_of, sets_in
from qa.evaluation.sets.append import NATIVE
from qa.state.changes import changes
from qa.state.drafts import Draft, Status
from qa.web.citations import words_address
from qa.web.evaluate.pages import page_context, pages_router, rendered
from qa.web.growing.asked_already import AlreadyAsked
from qa.web.growing.draft_fields import anchored, question_of
from qa.web.growing.drafts_api import require_draft
from qa.web.growing.export_api import MOST_PROPOSED
from qa.web.growing.plainly import told
from qa.web.site import Site

ON_A_PAGE = 50
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """A draft in the list: its gold with the address of each quote, and the place of the same question in a set."""

    draft: Draft
    gold: Sequence[tuple[Anchor, str]]
    same: str

    @property
    def stale(self) -> bool:
        """Whether a gold quote no longer stands in its document."""
        return any(anchor.stale for anchor, _ in self.gold)


def drafts_page_router(site: Site, already: AlreadyAsked) -> APIRouter:
    """Return the pages of drafts."""
    router = pages_router(site)
    book = site.state.drafts

    @router.get("/evaluate/drafts")
    def drafts(request: Request) -> HTMLResponse:
        with told():
            everything = book.all()
        counts = {status: sum(draft.status == status for draft in everything) for status in STATUSES}
        wanted = request.query_params.get("status", "")
        fallback: Status = "proposed" if counts["proposed"] and not counts["draft"] else "draft"
        status = next((known for known in STATUSES if known == wanted), fallback)
        chosen = [draft for draft in everything if draft.status == status]
        number = request.query_params.get("page", "")
        pages = max(1, -(-len(chosen) // ON_A_PAGE))
        page = min(pages, max(1, int(number))) if number.isascii() and number.isdecimal() and len(number) < 9 else 1
        in_sets = already.in_sets() if status in ("proposed", "draft") else None
        shown = [_shown(draft, site, in_sets) for draft in chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]]
        context = page_context(request, site, "drafts", "growing") | {
            "status": status,
            "counts": counts,
            "shown": shown,
            "page": page,
            "pages": pages,
            "sets": [path.name for path in sets_in(site.settings.evals) if format_of(path).name in NATIVE],
            "most_proposed": MOST_PROPOSED,
        }
        return rendered("evaluate_drafts.html", context)

    @router.get("/evaluate/drafts/{draft}")
    def draft(request: Request, draft: str) -> HTMLResponse:
        with told():
            found = require_draft(book, draft)
            history = changes(site.state.database, f"draft:{found.id}")
        context = page_context(request, site, "drafts", "growing") | {
            "draft": found,
            "question": question_of(found),
            "shown": _shown(found, site, already.in_sets() if found.status in ("proposed", "draft") else None),
            "history": history,
            "titles": site.live.current().index.titles(),
            "categories": sorted({str(one.fields.get("category", "")) for one in book.all()} - {""}),
        }
        return rendered("evaluate_drafts_one.html", context)

    return router


def _shown(draft: Draft, site: Site, in_sets: AskedAlready | None) -> ShownDraft:
    question = question_of(draft)
    gold = [anchored(gold, site.shelf.document) for gold in question.gold]
    same = in_sets.place_of(question.question) if in_sets is not None and not question.history else None
    return ShownDraft(
        draft, [(found, words_address(found.gold.document, found.gold.quote)) for found in gold], same or ""
    )
