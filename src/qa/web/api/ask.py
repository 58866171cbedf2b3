"""POST /api/v1/ask: a question and its answer."""

from fastapi import APIRouter, Request

from qa.web.answers import ShownAnswer
from qa.web.api.asking import Question, answered
from qa.web.api.problems import API
from qa.web.site import Site
from qa.web.texts import choose_language


def ask_router(site: Site) -> APIRouter:
    """Return the route POST /api/v1/ask."""
    router = APIRouter(prefix=API, tags=["Asking"])

    @router.post("/ask", summary="Ask a question")
    def ask(request: Request, asked: Question) -> ShownAnswer:
        """Answer a question with verbatim passages, best first, each with its place and why it stands there.

        That the documents do not answer is an outcome, no error. `source` of each quote is relative to the page's own
        address.
        """
        language = choose_language("", site.settings.language, request.headers.get("accept-language", ""))
        return answered(site, asked, language)

    return router
