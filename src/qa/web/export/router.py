"""The route of exports: a chat as a file to keep, or an answer as text to paste."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from qa.web.api.problems import API
from qa.web.export.markdown import chat_as_markdown
from qa.web.export.printable import one_line
from qa.web.export.request import ExportRequest
from qa.web.export.text import chat_as_text
from qa.web.export.told import Chat, told
from qa.web.look import look_of
from qa.web.site import Site
from qa.web.sources.originals import attachment

Format = Literal["md", "docx", "text"]
MEDIA_TYPES: Mapping[Format, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text": "text/plain; charset=utf-8",
}
LONGEST_NAME = 60
# Sniffed or not, nothing in it may run, and it is nobody's to keep who might lose access.
HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"}


def export_router(site: Site) -> APIRouter:
    """Return the route POST /api/v1/export?format=md|docx|text&lang=de ."""
    router = APIRouter(prefix=API, tags=["Export"])

    @router.post(
        "/export",
        response_class=Response,
        responses={200: {"description": "The file", "content": {kind: {} for kind in MEDIA_TYPES.values()}}},
        summary="Write a chat to a file",
    )
    def export(
        request: Request,
        wanted: ExportRequest,
        format: Annotated[Format, Query(description="md and docx are files to keep, text is to be pasted")] = "md",
        lang: Annotated[str, Query(max_length=20, description="language of the headings: de")] = "",
    ) -> Response:
        """Write questions with their quotes and where these stand; links lead to this page's own address."""
        texts = look_of(request, site.settings).texts
        exchanges = [(exchange.question, exchange.answer) for exchange in wanted.exchanges]
        chat = Chat(
            title=one_line(wanted.title) or texts("export.title"),
            name=site.settings.name,
            day=wanted.day.isoformat(),
            told=told(exchanges, texts, str(request.base_url)),
            texts=texts,
        )
        headers = dict(HEADERS)
        if format != "text":
            headers["Content-Disposition"] = attachment(f"{file_name(chat.day, exchanges[0][0])}.{format}")
        return Response(_written(chat, format), headers=headers, media_type=MEDIA_TYPES[format])

    return router


def _written(chat: Chat, format: Format) -> str | bytes:
    if format == "docx":
        from qa.web.export.word import chat_as_docx

        return chat_as_docx(chat)
    writers: Mapping[str, Callable[[Chat], str]] = {"md": chat_as_markdown, "text": chat_as_text}
    return writers[format](chat)


def file_name(day: str, question: str) -> str:
    """Return a name that any file system takes, without its ending.

    >>> file_name("2026-01-31", "What is ../leave: 25 days?")
    '2026-01-31 What is leave 25 days'
    """
    words = " ".join(re.sub(r"[^\w]+", " ", one_line(question).replace("\ufffd", " ")).split())
    return f"{day} {words[:LONGEST_NAME].strip()}".strip()
