"""The routes by which editors change the documents and have the index built."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from qa.web.api.problems import MEDIA_TYPE, Problem, ProblemError
from qa.web.documents.building import IndexBuilding, IndexState
from qa.web.documents.files import told_plainly
from qa.web.documents.folder import DocumentFolder, Existing, Placed
from qa.web.documents.removed import Removal
from qa.web.guard.identity import Visitor, visitor_of
from qa.web.site import Site

NO_EDITOR = "You may not change the documents here: the setting QA_EDITORS names who may."

UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "one file of a known format"},
                        "folder": {"type": "string", "description": "folder to keep it in; it is made if new"},
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


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {"content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    return {status: {"description": "A problem, told in one sentence", **schema} for status in (403, *statuses)}


class StoredDocument(BaseModel):
    """A file that now stands in the folder of documents; it is found once the index is built."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="the document's id, which is its path", examples=["staff/leave.md"])
    replaced: Removal | None = Field(description="what it replaced, and can be put back")


def editor(request: Request) -> Visitor:
    """Return the visitor, an editor. Raises `ProblemError` (403) for anybody else."""
    visitor = visitor_of(request)
    if not visitor.editor:
        raise ProblemError(403, NO_EDITOR)
    return visitor


Editor = Annotated[Visitor, Depends(editor)]


def editing_router(site: Site, folder: DocumentFolder, building: IndexBuilding) -> APIRouter:
    """Return the routes below /api/v1 that only editors may use."""
    router = APIRouter(prefix="/api/v1", tags=["documents"])
    most_bytes = site.settings.upload_mb * 1_000_000

    @router.post(
        "/documents",
        status_code=201,
        summary="Add a document",
        openapi_extra=UPLOAD,
        responses=_problems(409, 413, 415, 422, 507),
    )
    async def add(request: Request, visitor: Editor) -> StoredDocument:
        """Keep an uploaded file in the folder of documents; it is found once the index is built."""
        with told_plainly("The upload"):
            async with request.form(max_files=1, max_fields=8) as form:
                upload, place, existing = _upload_of(form)
                placed = await run_in_threadpool(
                    folder.add, upload.file, upload.filename or "", place, existing, most_bytes, visitor.name
                )
        return _stored(placed)

    @router.delete("/documents/{document:path}", summary="Remove a document", responses=_problems(404, 409, 507))
    def remove(document: str, visitor: Editor) -> Removal:
        """Move a document's file out of the folder of documents; it can be put back."""
        return folder.remove(document, visitor.name)

    @router.post(
        "/documents/removed/{removal}/restore", summary="Put a document back", responses=_problems(404, 409, 507)
    )
    def restore(
        removal: str,
        visitor: Editor,
        existing: Annotated[Existing, Query(description="where the name is taken")] = "ask",
    ) -> StoredDocument:
        """Put a removed file back to where it was."""
        return _stored(folder.restore(removal, existing, visitor.name))

    @router.post("/index", status_code=202, summary="Build the index", responses=_problems(409))
    def build(visitor: Editor) -> IndexState:
        """Start building the index from the folder of documents; the present one answers until the new one is ready."""
        return building.start()

    @router.get("/index", summary="How far the building is", responses=_problems())
    def state(visitor: Editor) -> IndexState:
        """Say what the building of the index is at, or how the last one ended."""
        return building.state

    return router


def _upload_of(form: FormData) -> tuple[UploadFile, str, Existing]:
    upload, folder, existing = form.get("file"), form.get("folder", ""), form.get("existing", "ask")
    if not isinstance(upload, UploadFile):
        raise ProblemError(422, "The request holds no file: send one as the field “file”.")
    if not isinstance(folder, str) or existing not in get_args(Existing):
        raise ProblemError(422, f"The field “existing” is one of {', '.join(get_args(Existing))}.")
    chosen: Existing = "replace" if existing == "replace" else "keep_both" if existing == "keep_both" else "ask"
    return upload, folder, chosen


def _stored(placed: Placed) -> StoredDocument:
    return StoredDocument(id=placed.document, replaced=placed.replaced)
