"""What the API offers: as OpenAPI for programs, and as a page for people made from the same."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from qa.web.api.problems import API, KINDS, MEDIA_TYPE, Problem
from qa.web.guard.headers import SOURCE_POLICY
from qa.web.look import look_of
from qa.web.site import Site

VERSION = "1"
DESCRIPTION = (
    "Answers questions over this organisation's own documents with verbatim, cited passages. "
    "Errors are problem details (RFC 9457). Where a name is needed, the sign-on proxy in front gives it, "
    "or a short-lived token does, signed by the page that embeds the widget."
)
EXAMPLES = Path(__file__).parent / "examples.json"
# What the page shows first; other parts of the site follow as they come.
FIRST = ("Asking", "Documents")
METHODS = ("get", "post", "put", "patch", "delete")

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation as the page shows it; `request` and `response` are examples, "" where there is none."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[Mapping[str, Any]]
    request: str
    response: str


def description_router(site: Site) -> APIRouter:
    """Return the routes GET /api/v1/openapi.json and /api/v1/, a page."""
    router = APIRouter(prefix=API, include_in_schema=False)

    @router.get("/openapi.json")
    def openapi(request: Request) -> JSONResponse:
        return JSONResponse(described(request.app, request.scope.get("root_path", "")))

    @router.get("", response_class=HTMLResponse)
    @router.get("/", response_class=HTMLResponse)
    def page(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        schema = described(request.app, root)
        look = look_of(request, site.settings)
        shown = _templates.get_template("api.html").render(
            look=look, schema=schema, groups=_groups(schema), problems=KINDS, api=API
        )
        return HTMLResponse(shown, headers={"Content-Security-Policy": SOURCE_POLICY})

    return router


def described(app: FastAPI, root: str = "") -> dict[str, Any]:
    """Return the OpenAPI description of an application's routes below /api/v1, served below the path `root`."""
    schema = get_openapi(
        title="Questions and answers",
        version=VERSION,
        description=DESCRIPTION,
        routes=app.routes,
        servers=[{"url": root or "/"}],
        separate_input_output_schemas=False,
    )
    schema["paths"] = {path: item for path, item in schema["paths"].items() if path.startswith(f"{API}/")}
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    for path, method, operation in operations(schema):
        _complete(operation, _examples().get(f"{method.upper()} {path}", {}))
    schema["components"]["schemas"] = {name: schemas[name] for name in sorted(_used(schema["paths"], schemas))}
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "signed with HS256"}
    }
    # Either will do, as the site is set.
    schema["security"] = [{}, {"token": []}]
    return schema


def operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of every operation."""
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _complete(operation: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """Add the examples of an operation, and that it tells of errors as a problem, whatever FastAPI says itself."""
    operation["tags"] = [tag.capitalize() for tag in operation.get("tags", ["More"])]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = examples.get("request")
    for parameter in operation.get("parameters", []):
        if parameter["name"] in examples.get("parameters", {}):
            parameter["example"] = examples["parameters"][parameter["name"]]
    told = {
        MEDIA_TYPE: {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": examples.get("problem", _examples()["problem"]),
        }
    }
    responses = operation["responses"]
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            response["content"] = told
        elif "response" in examples and "application/json" in response.get("content", {}):
            response["content"]["application/json"]["example"] = examples["response"]
    responses["default"] = {"description": "What went wrong", "content": told}


def _used(part: Any, schemas: Mapping[str, Any]) -> set[str]:
    """Return the names of the schemas that a part of the description refers to, themselves or through others."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        match waiting.pop():
            case {"$ref": str(reference)}:
                name = reference.removeprefix("#/components/schemas/")
                if name in schemas and name not in found:
                    found.add(name)
                    waiting.append(schemas[name])
            case dict(entries):
                waiting.extend(entries.values())
            case list(entries):
                waiting.extend(entries)
    return found


@cache
def _examples() -> Mapping[str, Any]:
    read = json.loads(EXAMPLES.read_text(encoding="utf-8"))

    def filled(part: Any) -> Any:
        match part:
            case {"$example": name}:
                return read[name]
            case dict(entries):
                return {name: filled(entry) for name, entry in entries.items()}
            case list(entries):
                return [filled(entry) for entry in entries]
        return part

    return {name: filled(example) for name, example in read.items()}


def _groups(schema: Mapping[str, Any]) -> dict[str, list[Shown]]:
    groups: dict[str, list[Shown]] = {tag: [] for tag in FIRST}
    for path, method, operation in operations(schema):
        bodies = operation.get("requestBody", {}).get("content", {}).values()
        contents = [
            content
            for status, response in operation["responses"].items()
            if status.startswith("2")
            for content in response.get("content", {}).values()
        ]
        shown = Shown(
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            parameters=operation.get("parameters", []),
            request=_written([body["example"] for body in bodies]),
            response=_written([content["example"] for content in contents if "example" in content]),
        )
        groups.setdefault(operation["tags"][0], []).append(shown)
    return groups


def _written(examples: list[Any]) -> str:
    return json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else ""
