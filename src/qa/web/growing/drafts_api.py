"""The routes by which trainers keep drafts of test questions."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi import Path as PathField
from pydantic import Field

from qa.state.drafts import Draft, DraftBook, Status
from qa.web.answers import Model
from qa.web.api.problems import API, ProblemError
from qa.web.evaluate.pages import Trainer
from qa.web.growing.draft_fields import ShownDraft, TestQuestion, shown_draft
from qa.web.growing.plainly import told
from qa.web.site import Site

NO_SUCH_DRAFT = "There is no such draft."
MOST_AT_ONCE = 1_000

Ids = Annotated[list[str], Field(min_length=1, max_length=MOST_AT_ONCE)]
DraftId = Annotated[str, PathField(max_length=64, description="the draft's id")]


class DraftList(Model):
    """Drafts, the newest first."""

    drafts: list[ShownDraft]


class StatusChange(Model):
    """Drafts that are accepted, or brought back (draft), or thrown away (dismissed)."""

    drafts: Ids
    status: Literal["draft", "dismissed"]


class Changed(Model):
    """The drafts that were changed."""

    drafts: list[str]


def drafts_router(site: Site) -> APIRouter:
    """Return the routes below /api/v1/evaluation for drafts."""
    router = APIRouter(prefix=f"{API}/evaluation", tags=["Evaluation"])
    book = site.state.drafts

    @router.get("/drafts", summary="List the drafts")
    def drafts(
        _: Trainer, status: Annotated[Status | None, Query(description="only those that are at this")] = None
    ) -> DraftList:
        """List drafts of test questions, the newest first."""
        with told():
            return DraftList(drafts=[shown_draft(draft) for draft in (book.all(status) if status else book.all())])

    @router.post("/drafts", status_code=201, summary="Save a test question")
    def save(given: TestQuestion, visitor: Trainer) -> ShownDraft:
        """Keep a question as a draft; every gold quote has to stand in its document."""
        fields = given.fields(site.shelf.document, visitor.name)
        with told():
            (draft_id,) = book.add([fields], "chat", visitor.name)
            return shown_draft(require_draft(book, draft_id))

    @router.post("/drafts/status", summary="Accept, bring back or dismiss drafts")
    def set_status(change: StatusChange, visitor: Trainer) -> Changed:
        """Give drafts another status; what stands in a set's file already stays as it is."""
        with told():
            chosen = [draft for draft_id in change.drafts if (draft := book.get(draft_id)) is not None]
            changing = [draft.id for draft in chosen if draft.status not in ("exported", change.status)]
            return Changed(drafts=book.set_status(changing, change.status, visitor.name))

    @router.get("/drafts/{draft}", summary="Read a draft")
    def draft(draft: DraftId, _: Trainer) -> ShownDraft:
        """Return a draft."""
        with told():
            return shown_draft(require_draft(book, draft))

    @router.put("/drafts/{draft}", summary="Change a draft")
    def edit(draft: DraftId, given: TestQuestion, visitor: Trainer) -> ShownDraft:
        """Put other fields in the place of a draft's; a proposal becomes a draft by it."""
        fields = given.fields(site.shelf.document)
        with told():
            require_draft(book, draft)
            if not book.edit(draft, fields, visitor.name):
                raise ProblemError(409, "This draft is done with: it was exported or dismissed.")
            return shown_draft(require_draft(book, draft))

    return router


def require_draft(book: DraftBook, draft_id: str) -> Draft:
    """Return a draft. Raises `ProblemError` (404) where there is none."""
    draft = book.get(draft_id)
    if draft is None:
        raise ProblemError(404, NO_SUCH_DRAFT)
    return draft
