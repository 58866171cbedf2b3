"""What goes wrong in the API, told as problem details (RFC 9457); everything below /api/v1 answers so."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from qa.errors import IndexDamagedError, IndexMissingError, ModelError, QAError, StateError
from qa.web.guard.body import BodyRefusedError
from qa.web.guard.paths import own_path
from qa.web.shelf import ShelfError

API = "/api/v1"
MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"
"""The type of a problem that its status says all about (RFC 9457, 4.2.1)."""
KINDS: Mapping[str, str] = {
    "invalid-request": "The request lacks a field, or has one that cannot be: `errors` names each.",
    "too-large": "The body is larger than this request may be.",
    "too-many-questions": "The visitor has asked or sent all that a minute allows: `Retry-After` says when to go on.",
    "name-taken": "A document, or a question set, has this name already: `existing` says what becomes of it.",
    "wrong-set": "A question set holds something that cannot be: `errors` names each line and field.",
    "not-ready": "The index cannot be opened or asked.",
}
"""Problems that are explained on the page of the API, by the anchor that their type names."""

Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    model_config = ConfigDict(frozen=True)

    field: str = Field(description="where it stands: body.question, query.k, line 3: gold", examples=["body.question"])
    message: str = Field(examples=["String should have at least 1 character"])


class Problem(BaseModel):
    """A problem as RFC 9457 describes it."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(BLANK, description="address of the problem's explanation, or about:blank")
    title: str = Field(description="the kind of problem in a few words", examples=["Bad Request"])
    status: int = Field(description="the HTTP status", examples=[400])
    detail: str = Field(description="one sentence: what, where, and what to do")
    instance: str = Field(description="path of the request", examples=["/api/v1/ask"])
    errors: list[FieldProblem] | None = Field(
        None, description="the fields of the request, or of a file, that cannot be"
    )


class ProblemError(QAError):
    """A request that cannot be answered as it was meant; `status` is the HTTP status that says so.

    `kind` is one of `KINDS`, "" where the status says all; `errors` are the parts of what was sent that cannot be.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "",
        errors: Sequence[FieldProblem] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.errors = errors
        self.headers = headers


def is_api(connection: HTTPConnection) -> bool:
    """Tell whether a request is one to the API."""
    path = own_path(connection.scope)
    return path == API or path.startswith(f"{API}/")


def problem(
    connection: HTTPConnection,
    status: int,
    detail: str,
    *,
    kind: str = "",
    errors: Sequence[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response that tells of a problem; `kind` is one of `KINDS`, "" where the status says all."""
    root = connection.scope.get("root_path", "")
    told = Problem(
        type=f"{root}{API}/#{kind}" if kind else BLANK,
        title=kind.replace("-", " ").capitalize() if kind else HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=f"{root}{own_path(connection.scope)}",
        errors=list(errors) if errors is not None else None,
    )
    return JSONResponse(told.model_dump(exclude_none=True), status, headers, MEDIA_TYPE)


def refusal(
    connection: HTTPConnection,
    status: int,
    sentence: str,
    *,
    kind: str = "",
    errors: Sequence[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response that refuses a request: a problem where the API was meant, else the sentence as text."""
    if is_api(connection):
        return problem(connection, status, sentence, kind=kind, errors=errors, headers=headers)
    return PlainTextResponse(sentence, status, headers)


def problem_handlers(failed: Handler) -> dict[int | type[Exception], Handler]:
    """Return what an application does with errors: problems below /api/v1, elsewhere what it did before.

    `failed` answers a request on which the server itself failed; of its response, the headers hold for the API too.
    """

    async def told(request: Request, error: Exception) -> Response:
        match error:
            case ProblemError():
                return refusal(
                    request, error.status, str(error), kind=error.kind, errors=error.errors, headers=error.headers
                )
            case ShelfError():
                return refusal(request, error.status, str(error))
            case IndexMissingError() | IndexDamagedError() | ModelError():
                return refusal(request, 503, str(error), kind="not-ready")
            case StateError():
                return refusal(request, 503, str(error))
            case _:
                return refusal(request, 400, str(error))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if not is_api(request):
            return await request_validation_exception_handler(request, error)
        found = [_field_problem(entry) for entry in error.errors()]
        detail = f"The request cannot be read: {found[0].field}: {found[0].message}."
        return problem(request, 422, detail, kind="invalid-request", errors=found)

    async def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, BodyRefusedError):
            # FastAPI takes it for a body that it cannot read.
            raise error.__cause__
        if not is_api(request):
            return await http_exception_handler(request, error)
        return problem(request, error.status_code, str(error.detail), headers=error.headers)

    async def unexpected(request: Request, error: Exception) -> Response:
        response = await failed(request, error)
        if not is_api(request):
            return response
        # This handler stands outside of all middleware: the headers that it sets are all there are.
        kept = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
        policy = response.headers.get("content-security-policy")
        return problem(
            request,
            500,
            "Something went wrong here.",
            headers=kept | ({"content-security-policy": policy} if policy else {}),
        )

    return {QAError: told, RequestValidationError: invalid, HTTPException: plain, Exception: unexpected}


def _field_problem(entry: Mapping[str, object]) -> FieldProblem:
    place = entry["loc"]
    assert isinstance(place, tuple)
    return FieldProblem(field=".".join(str(part) for part in place), message=str(entry["msg"]))
