"""The source viewer: a document by its stored ranges, with the quoted words marked."""

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from qa.types import Document, Heading, Paragraph
from qa.web.live import LiveAssistant
from qa.web.rendering import check_of
from qa.web.security import SOURCE_POLICY

# Paragraphs shown around the cited one; a longer document is paged through.
NEIGHBOURS = 150

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A heading (`level` above 0) or paragraph as shown: its text in three parts, the middle one marked."""

    level: int
    number: int
    kind: str
    page: str | None
    here: bool
    before: str
    marked: str
    after: str


def source_router(live: LiveAssistant) -> APIRouter:
    """Return the route /source/{document}?p=12&start=..&end=..&check=.. ."""
    router = APIRouter()

    @router.get("/source/{document_id:path}", response_class=HTMLResponse)
    def source(
        request: Request,
        document_id: str,
        p: int = Query(1, ge=1, description="number of the paragraph to open"),
        start: int = Query(0, ge=0, description="where the words to mark start"),
        end: int = Query(0, ge=0, description="where they end"),
        check: str = Query("", description="hash of the words, to notice a changed document"),
        theme: str = Query("", description="light or dark; else what the browser prefers"),
    ) -> HTMLResponse:
        document = live.current().index.document(document_id)
        static = f"{request.scope.get('root_path', '')}/page/source.css"
        if document is None:
            page = _templates.get_template("missing.html").render(static=static, document_id=document_id, theme=theme)
            return HTMLResponse(page, 404, {"Content-Security-Policy": SOURCE_POLICY})
        intact = not check or check_of(document.text[start:end]) == check
        first, last = window(document, p)
        page = _templates.get_template("source.html").render(
            static=static,
            document=document,
            shown=shown(document, p, (start, end) if intact else (0, 0), first, last),
            changed=not intact,
            earlier=max(1, first - NEIGHBOURS) if first > 1 else None,
            later=last + NEIGHBOURS if last < len(document.paragraphs) else None,
            theme=theme if theme in ("light", "dark") else "",
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": SOURCE_POLICY})

    return router


def window(document: Document, number: int) -> tuple[int, int]:
    """Return the numbers of the first and last paragraph to show around paragraph `number`."""
    count = len(document.paragraphs)
    here = min(number, count)
    return max(1, here - NEIGHBOURS), min(count, here + NEIGHBOURS)


def shown(document: Document, number: int, mark: tuple[int, int], first: int, last: int) -> list[Shown]:
    """Return headings and paragraphs from paragraph `first` to `last` in the order of the text."""
    if not document.paragraphs:
        return []
    from_offset = document.paragraphs[first - 1].start if first > 1 else 0
    to_offset = document.paragraphs[last - 1].end
    everything: list[Heading | Paragraph] = [*document.headings, *document.paragraphs]
    parts = [part for part in everything if from_offset <= part.start and part.end <= to_offset]
    parts.sort(key=lambda part: part.start)
    if parts and isinstance(parts[0], Heading) and document.text[parts[0].start : parts[0].end] == document.title:
        del parts[0]  # the title stands above already
    return [_show(document, part, number, mark) for part in parts]


def _show(document: Document, part: Heading | Paragraph, number: int, mark: tuple[int, int]) -> Shown:
    start, end = part.start, part.end
    marks = start <= mark[0] < mark[1] <= end
    mark_start, mark_end = mark if marks else (end, end)
    heading = isinstance(part, Heading)
    return Shown(
        level=min(part.level + 1, 6) if isinstance(part, Heading) else 0,
        number=0 if isinstance(part, Heading) else part.number,
        kind="heading" if isinstance(part, Heading) else part.kind,
        page=None if isinstance(part, Heading) else part.page,
        here=not heading and isinstance(part, Paragraph) and part.number == number,
        before=document.text[start:mark_start],
        marked=document.text[mark_start:mark_end],
        after=document.text[mark_end:end],
    )
