"""What someone sees who is not let in."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from qa.settings import Settings
from qa.web.api.problems import is_api, problem
from qa.web.guard.headers import SOURCE_POLICY
from qa.web.look import look_of

# RFC 9110, 11.6.1: a refusal names the scheme by which one may try again.
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="qa"', "Cache-Control": "no-store"}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


def turned_away(connection: HTTPConnection, settings: Settings, reason: str) -> Response:
    """Return the refusal: a page for whoever opened an address in a browser, else a problem that gives the reason."""
    if is_api(connection) or not _is_navigation(connection):
        return problem(connection, 401, reason, headers=CHALLENGE)
    page = _templates.get_template("turned_away.html").render(look=look_of(connection, settings))
    return HTMLResponse(page, 401, CHALLENGE | {"Content-Security-Policy": SOURCE_POLICY})


def _is_navigation(connection: HTTPConnection) -> bool:
    mode = connection.headers.get("sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in connection.headers.get("accept", "")
