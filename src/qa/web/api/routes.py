"""The routes of the API, and what is answered below /api/v1 where there is none."""

from itertools import takewhile

from fastapi import APIRouter, FastAPI, Request
from starlette.routing import BaseRoute, Match

from qa.web.api.ask import ask_router
from qa.web.api.description import description_router
from qa.web.api.documents import documents_router
from qa.web.api.health import health_router
from qa.web.api.problems import API, ProblemError
from qa.web.site import Site

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ANYTHING = f"{API}/{{rest:path}}"


def api_router(site: Site) -> APIRouter:
    """Return the routes of the API but those of other parts of the site: they are included before these."""
    router = APIRouter()
    router.include_router(ask_router(site))
    router.include_router(documents_router(site))
    router.include_router(health_router(site))
    router.include_router(description_router(site))
    return router


def close_api(app: FastAPI) -> None:
    """Add the route for whatever else is asked of /api/v1: behind all others of the API, before the page at /."""

    @app.api_route(ANYTHING, methods=[*METHODS, "OPTIONS"], include_in_schema=False)
    async def no_such(request: Request) -> None:
        others = list(takewhile(lambda route: getattr(route, "path", "") != ANYTHING, app.routes))
        allowed = [method for method in METHODS if any(_does(route, request, method) for route in others)]
        if not allowed:
            raise ProblemError(404, "There is nothing here.")
        detail = f"{request.method} cannot be done here, but {', '.join(allowed)}."
        raise ProblemError(405, detail, headers={"Allow": ", ".join(allowed)})


def _does(route: BaseRoute, request: Request, method: str) -> bool:
    return route.matches({**request.scope, "method": method})[0] is Match.FULL
