"""The files themselves: a document's original to keep, and a page of a PDF as a picture."""

from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response

from qa.types import Document
from qa.web.look import look_of
from qa.web.shelf import ShelfError
from qa.web.site import Site
from qa.web.sources.pictures import PagePictures
from qa.web.texts import Texts, texts

# Whatever a browser makes of the answer, it may run nothing, and it is nobody's to keep who might lose access.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


def originals_router(site: Site) -> APIRouter:
    """Return the routes /original/{document} and /page-image/{document}?page=4&p=12&start=..&end=.. ."""
    router = APIRouter()
    shelf, pictures = site.shelf, PagePictures()

    def refusal(request: Request, error: ShelfError) -> Response:
        return PlainTextResponse(told(error, look_of(request, site.settings).texts), error.status, HEADERS)

    @router.get("/original/{document_id:path}", response_class=Response)
    def original(request: Request, document_id: str) -> Response:
        try:
            found = shelf.original(document_id)
        except ShelfError as error:
            return refusal(request, error)
        disposition = {"Content-Disposition": attachment(found.name)}
        return Response(found.data, headers=HEADERS | disposition, media_type="application/octet-stream")

    @router.get("/page-image/{document_id:path}", response_class=Response)
    def page_image(
        request: Request,
        document_id: str,
        page: str = Query(max_length=100, description="printed label of the page"),
        p: int = Query(ge=1, description="number of the paragraph"),
        start: int = Query(ge=0, description="where the words to box start"),
        end: int = Query(ge=0, description="where they end"),
    ) -> Response:
        try:
            found = shelf.original(document_id)
            words = _words(found.document, p, start, end)
            picture = pictures.picture(found.document.sha256, found.data, page, words)
        except ShelfError as error:
            return refusal(request, error)
        return Response(picture, headers=HEADERS, media_type="image/png")

    return router


def has_pages(document: Document) -> bool:
    """Tell whether pictures of a document's pages can be had: of a PDF that is no file in another file."""
    return document.file == document.id and document.id.lower().endswith(".pdf")


def attachment(name: str) -> str:
    """Return the header that makes a browser save a file under `name`, written as RFC 6266 and RFC 5987 say.

    >>> attachment("Übung.pdf")
    'attachment; filename="_bung.pdf"; filename*=UTF-8\\'\\'%C3%9Cbung.pdf'
    """
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _words(document: Document, number: int, start: int, end: int) -> str:
    """Return the words to box. Raises `ShelfError` unless they are of that paragraph of a PDF."""
    if not has_pages(document):
        raise ShelfError(404, "There are no pictures of this document's pages.")
    if not any(p.number == number and p.start <= start < end <= p.end for p in document.paragraphs):
        raise ShelfError(404, "There is no such passage in this document.")
    return document.text[start:end]


def told(error: ShelfError, interface: Texts) -> str:
    """Return the sentence of an error in the language of the interface."""
    keys = {sentence: key for key, sentence in texts("en").part("sources").items()}
    key = keys.get(str(error))
    return interface(key) if key else str(error)
