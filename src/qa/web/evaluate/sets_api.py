"""The routes by which trainers keep question sets: list, upload, look over, download, remove."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathField
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from qa.evaluation.anchors import Documents
from qa.evaluation.sets import FORMATS, Question, write
from qa.web.api.problems import API, ProblemError
from qa.web.documents.files import told_plainly
from qa.web.documents.folder import Existing
from qa.web.evaluate.checking import SetCheck, checked
from qa.web.evaluate.pages import Trainer
from qa.web.evaluate.sets import ListedSet, Origin, SetShelf
from qa.web.site import Site
from qa.web.sources.originals import attachment

FormatName = Literal["jsonl", "yaml", "csv", "xlsx", "squad", "beir", "trec"]
ENDINGS: Mapping[FormatName, str] = {
    "jsonl": ".jsonl",
    "yaml": ".yaml",
    "csv": ".csv",
    "xlsx": ".xlsx",
    "squad": ".squad.json",
    "beir": ".beir.zip",
    "trec": ".trec.zip",
}
"""How a download in each format is called; those that are folders are packed."""
MEDIA_TYPE = "application/octet-stream"
# Nothing in a file may run, whatever a browser takes it for, and nobody keeps what they might lose access to.
HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"}

UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "a set as JSON lines, YAML, CSV, TSV, XLSX or SQuAD v2",
                        },
                        "existing": {
                            "type": "string",
                            "enum": list(get_args(Existing)),
                            "default": "ask",
                            "description": "where the name is taken: refuse (409), replace, or keep both",
                        },
                    },
                }
            }
        },
    }
}

SetName = Annotated[str, PathField(description="name of the set's file or folder")]


class ShownSet(BaseModel):
    """A question set that can be asked; with a `problem` it cannot be read."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="where it is kept, and its name", examples=["uploaded/briefing.csv"])
    name: str = Field(examples=["briefing.csv"])
    origin: Origin = Field(description="the server's folder of sets, or uploaded")
    format: str = Field(examples=["CSV"])
    questions: int
    problem: str = Field(description="why it cannot be read as a set, empty if it can")


class SetList(BaseModel):
    """All question sets."""

    model_config = ConfigDict(frozen=True)

    sets: list[ShownSet]


def sets_router(site: Site, shelf: SetShelf) -> APIRouter:
    """Return the routes below /api/v1/evaluation/sets."""
    router = APIRouter(prefix=f"{API}/evaluation/sets", tags=["Evaluation"])
    most_bytes = site.settings.upload_mb * 1_000_000

    def documents() -> Documents:
        return site.live.current().index

    @router.get("", summary="List the question sets")
    def sets(_: Trainer) -> SetList:
        """List the sets in the server's folder and those that were uploaded."""
        return SetList(sets=[_shown(listed) for listed in shelf.all()])

    @router.post("", status_code=201, summary="Add a question set", openapi_extra=UPLOAD)
    async def add(request: Request, _: Trainer) -> SetCheck:
        """Keep an uploaded set once it was read whole, and look it over; a wrong one is refused with all its faults."""
        with told_plainly("The upload"):
            async with request.form(max_files=1, max_fields=8) as form:
                upload, existing = _upload_of(form)
                listed = await run_in_threadpool(shelf.add, upload.file, upload.filename or "", existing, most_bytes)
        return await run_in_threadpool(checked, listed, documents())

    @router.get("/{origin}/{name}", summary="Look a question set over")
    def check(origin: Origin, name: SetName, _: Trainer) -> SetCheck:
        """Count a set's questions, and name gold quotes that no longer stand in the documents."""
        return checked(shelf.find(f"{origin}/{name}"), documents())

    @router.get(
        "/{origin}/{name}/file",
        response_class=Response,
        responses={200: {"description": "The file", "content": {MEDIA_TYPE: {}}}},
        summary="Download a question set",
    )
    def download(
        origin: Origin,
        name: SetName,
        _: Trainer,
        format: Annotated[FormatName, Query(description="format to write it in; folders come packed")] = "jsonl",
    ) -> Response:
        """Write a set in a format; what that cannot hold is left out."""
        listed = shelf.find(f"{origin}/{name}")
        content = written(shelf.questions(listed), format, documents())
        headers = HEADERS | {"Content-Disposition": attachment(f"{Path(listed.name).stem}{ENDINGS[format]}")}
        return Response(content, headers=headers, media_type=MEDIA_TYPE)

    @router.delete("/uploaded/{name}", status_code=204, summary="Remove an uploaded question set")
    def remove(name: SetName, _: Trainer) -> None:
        """Delete an uploaded set; the runs in which it was asked stay."""
        shelf.remove(name)

    return router


def written(questions: list[Question], format: FormatName, documents: Documents) -> bytes:
    """Return a set in a format, a folder as a ZIP archive."""
    with tempfile.TemporaryDirectory(prefix="qa-set-") as folder:
        target = Path(folder) / "set"
        if FORMATS[format].endings:
            write(questions, target, format, documents)
            return target.read_bytes()
        target.mkdir()
        write(questions, target, format, documents)
        return Path(shutil.make_archive(str(target), "zip", target)).read_bytes()


def _shown(listed: ListedSet) -> ShownSet:
    return ShownSet(
        id=listed.id,
        name=listed.name,
        origin=listed.origin,
        format=listed.format,
        questions=listed.questions,
        problem=listed.problem,
    )


def _upload_of(form: FormData) -> tuple[UploadFile, Existing]:
    upload, existing = form.get("file"), form.get("existing", "ask")
    if not isinstance(upload, UploadFile):
        raise ProblemError(422, "The request holds no file: send one as the field “file”.")
    if existing not in get_args(Existing):
        raise ProblemError(422, f"The field “existing” is one of {', '.join(get_args(Existing))}.")
    return upload, "replace" if existing == "replace" else "keep_both" if existing == "keep_both" else "ask"
