"""The routes of feedback: give it, change it, take it back, and read it as an editor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from qa.errors import StateError
from qa.state.feedback import Reason, Receipt, Verdict
from qa.web.api.problems import API, ProblemError
from qa.web.feedback.given import LONGEST_ANSWER, FeedbackList, FeedbackReceipt, GivenFeedback, kept
from qa.web.guard.identity import visitor_of
from qa.web.site import Site

NOT_FOUND = "There is no such feedback, or the key is not its own."
EDITORS_ONLY = "Feedback is read by editors only: the setting QA_EDITORS names them."
MOST_LISTED = 200


class Filters(BaseModel):
    """Which feedback is listed."""

    verdict: Verdict | None = None
    reason: Reason | None = Field(None, description="what was wrong")
    visitor: str = Field("", max_length=500)
    since: str = Field("", pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="first day: 2026-01-31")
    limit: int = Field(50, ge=1, le=MOST_LISTED)
    offset: int = Field(0, ge=0, le=2**31)


def feedback_router(site: Site) -> APIRouter:
    """Return the routes below /api/v1/feedback."""
    router = APIRouter(prefix=API, tags=["Feedback"])
    book = site.state.feedback

    @router.post("/feedback", status_code=201, summary="Say what you think of an answer")
    def give(request: Request, given: GivenFeedback, response: Response) -> FeedbackReceipt:
        """Keep what someone says of an answer, with the question and the answer as it was shown.

        With `id` and `key` of earlier feedback, the new takes its place and the answer is 200.
        """
        if len(given.answer.model_dump_json()) > LONGEST_ANSWER:
            raise ProblemError(413, f"The answer is longer than {LONGEST_ANSWER:,} characters.", kind="too-large")
        feedback = given.by(visitor_of(request).name)
        with _told():
            if not given.id:
                receipt = book.add(feedback)
                site.metrics.judged(given.verdict)
                return FeedbackReceipt(id=receipt.id, key=receipt.key)
            if not book.replace(Receipt(given.id, given.key), feedback):
                raise ProblemError(404, NOT_FOUND)
        response.status_code = 200
        return FeedbackReceipt(id=given.id, key=given.key)

    @router.delete("/feedback/{entry_id}", status_code=204, summary="Take feedback back")
    def take_back(
        request: Request,
        entry_id: str,
        key: Annotated[str, Query(max_length=64, description="the receipt's; editors need none")] = "",
    ) -> None:
        """Delete feedback for good: one's own by its key, any as an editor."""
        with _told():
            editor = visitor_of(request).editor
            if not (book.delete(entry_id) if editor else book.take_back(Receipt(entry_id, key))):
                raise ProblemError(404, NOT_FOUND)

    @router.get("/feedback", summary="Read feedback")
    def entries(request: Request, filters: Annotated[Filters, Query()]) -> FeedbackList:
        """Return feedback to an editor, the newest first."""
        if not visitor_of(request).editor:
            raise ProblemError(403, EDITORS_ONLY)
        wanted = (filters.verdict or "", filters.reason or "", filters.visitor, filters.since)
        with _told():
            found = book.entries(*wanted, limit=filters.limit, offset=filters.offset)
            return FeedbackList(
                total=book.count(*wanted), offset=filters.offset, entries=[kept(entry) for entry in found]
            )

    return router


@contextmanager
def _told() -> Iterator[None]:
    """Tell visitors why the state cannot be used, without naming places on the disk."""
    try:
        yield
    except StateError as error:
        raise ProblemError(
            503, f"Feedback cannot be kept or read at present, for {error.reason}: tell whoever runs this page."
        ) from error
