"""The origins whose pages may embed the widget and ask from scripts of their own; every other page is refused."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from qa.errors import SettingsError
from qa.settings import Settings

# Pages under development, by which ever port; CSP and a page's own check read "*" alike.
LOCAL_SOURCES = ("http://localhost:*", "http://127.0.0.1:*")
DEFAULT_PORTS = {"http": 80, "https": 443}
# What pages of another origin have to ask; whatever changes documents is asked by the site's own pages alone.
TRAINERS_ONLY = "/api/v1/evaluation/"
FOREIGN_POSTS = frozenset({"/api/v1/ask", "/api/v1/feedback", "/api/v1/export"})
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


class Origins:
    """The allowed origins."""

    def __init__(self, listed: Sequence[str] = (), *, development: bool = False) -> None:
        """Take the origins of the setting. Raises `SettingsError` for what is none."""
        self._listed = tuple(dict.fromkeys(_origin(text) for text in listed))
        self._development = development

    @classmethod
    def of(cls, settings: Settings) -> "Origins":
        """Return the origins that the settings allow. Raises `SettingsError` for what is none."""
        return cls(settings.frame_origins, development=settings.development)

    @property
    def sources(self) -> tuple[str, ...]:
        """The origins as CSP writes them: a port may be "*"."""
        return self._listed + (LOCAL_SOURCES if self._development else ())

    def allow(self, origin: str) -> bool:
        """Tell whether pages of an origin, as the header `Origin` has it, are allowed."""
        if origin in self._listed:
            return True
        return self._development and re.fullmatch(r"http://(localhost|127\.0\.0\.1)(:\d{1,5})?", origin) is not None

    def may_ask(self, origin: str, method: str, path: str) -> bool:
        """Tell whether a page of another origin may send a request: one that is allowed, to the API, to read or ask."""
        reads = method in ("GET", "HEAD") and path.startswith("/api/v1/") and not path.startswith(TRAINERS_ONLY)
        return self.allow(origin) and (reads or (method == "POST" and path in FOREIGN_POSTS))


def _origin(text: str) -> str:
    """Return an origin as browsers write it: without a slash at its end and without the scheme's own port."""
    wrong = SettingsError(
        f"The setting origins cannot hold {text!r}: an origin is a scheme and a host, with a port if it has one, "
        "such as https://intranet.example."
    )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    # A name beyond ASCII is written as the browser sends it: xn--...
    if not re.fullmatch(r"https?://(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9_.-]*[a-z0-9])?)(:\d{1,5})?", text) or port == 0:
        raise wrong
    written = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{written}"
