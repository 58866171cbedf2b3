"""Who is let in: every request that asks or shows something of the documents comes from a visitor."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.settings import Settings
from qa.web.guard.identity import ADDRESSED_WITH_TOKEN, ANONYMOUS, EVERYONE, Visitor
from qa.web.guard.paths import WIDGET, own_path
from qa.web.guard.proxies import Proxies
from qa.web.guard.tokens import LONGEST_NAME, TokenError, named_by
from qa.web.guard.turned_away import turned_away

# What says nothing of the documents: scripts, styles, pictures of the interface, and whether the server is well.
# The metrics have a rule of their own.
OPEN_FOLDERS = ("/page/", "/assets/", "/static/", "/svelte/")
OPEN_PATHS = frozenset(
    {WIDGET, "/embed", "/theme.css", "/gradio_api/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json"}
    | {"/api/v1/health", "/api/v1/ready", "/metrics"}
)
# The page before anything is asked. A frame cannot be opened with a header: it gets its token once it has loaded.
SHELL_FOLDERS = ("/gradio_api/heartbeat/",)
SHELL_PATHS = frozenset({"/", "/config", "/config/", "/gradio_api/startup-events"})

NOBODY_NAMED = "Nobody is named who asks: sign in, or send a token as Authorization: Bearer."
SIGNED_TWICE = "Two names were sent for the one who asks."


class Admission:
    """ASGI middleware: finds out who sends a request, and turns away whom nobody knows."""

    def __init__(self, app: ASGIApp, settings: Settings, proxies: Proxies) -> None:
        self.app = app
        self._settings = settings
        self._proxies = proxies
        self._secret = settings.token_secret.get_secret_value()
        self._header = settings.user_header.strip().casefold()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        believed = self._proxies.believes(scope)
        if believed:
            _take_scheme(scope)
        elif self._header:
            # Whatever reads headers further in is not to believe it either.
            scope["headers"] = [entry for entry in scope["headers"] if entry[0] != self._header.encode()]
        visitor: Visitor | None
        try:
            visitor, reason = self._visitor(scope, believed), NOBODY_NAMED
        except TokenError as error:
            visitor, reason = None, str(error)
        if visitor is None and self._is_open(own_path(scope)):
            visitor = ANONYMOUS
        if visitor is None:
            await turned_away(HTTPConnection(scope), self._settings, reason)(scope, receive, send)
            return
        scope.setdefault("state", {})["visitor"] = visitor
        await self.app(scope, receive, send)

    def _visitor(self, scope: Scope, believed: bool) -> Visitor | None:
        """Return who sends a request, None where nobody says. Raises `TokenError` for what cannot be believed."""
        headers = Headers(scope=scope)
        named = headers.getlist(self._header) if self._header and believed else []
        if len(named) > 1:
            raise TokenError(SIGNED_TWICE)
        name = _written(named[0]) if named else ""
        if not name and self._secret and (token := _token(scope, headers)):
            name = named_by(token, self._secret)
        if not name and not self._settings.anonymous:
            return None
        return Visitor(
            name, _is_among(name, self._settings.editor_names), _is_among(name, self._settings.trainer_names)
        )

    def _is_open(self, path: str) -> bool:
        if path in OPEN_PATHS or path.startswith(OPEN_FOLDERS):
            return True
        return bool(self._secret) and (path in SHELL_PATHS or path.startswith(SHELL_FOLDERS))


def _is_among(name: str, names: Collection[str]) -> bool:
    return EVERYONE in names or (bool(name) and name in names)


def _token(scope: Scope, headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        return token.strip()
    addressed = scope["method"] in ("GET", "HEAD") and own_path(scope).startswith(ADDRESSED_WITH_TOKEN)
    return HTTPConnection(scope).query_params.get("token", "") if addressed else ""


def _written(value: str) -> str:
    """Return a name from a header: proxies send UTF-8, which arrives as Latin-1."""
    try:
        name = value.encode("latin-1").decode("utf-8").strip()
    except UnicodeDecodeError:
        name = value.strip()
    return name if name.isprintable() and len(name) <= LONGEST_NAME else ""


def _take_scheme(scope: Scope) -> None:
    """Take over by which scheme a believed proxy was reached, for addresses that are written in full."""
    scheme = Headers(scope=scope).get("x-forwarded-proto", "")
    if scheme in ("http", "https"):
        scope["scheme"] = scheme
