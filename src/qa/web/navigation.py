"""The head of every page of ours: the organisation's name, the way to the other pages, the choice of language."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import HTTPConnection

from qa.web.guard.identity import visitor_of
from qa.web.look import Look
from qa.web.texts import LANGUAGES

KEPT = ("lang", "theme")
"""Fields of an address that hold for every page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A language and the address of this page in it."""

    code: str
    name: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """What the template header.html shows; `here` names the page that it stands on.

    `evaluate` is "" for who may not.
    """

    here: str
    ask: str
    documents: str
    evaluate: str
    languages: tuple[Choice, ...]


def kept_fields(request: HTTPConnection) -> dict[str, str]:
    """Return the fields of a request's address that its links keep: language and theme, where they were chosen."""
    return {name: request.query_params[name] for name in KEPT if request.query_params.get(name)}


def navigation(request: HTTPConnection, look: Look, here: str) -> Navigation:
    """Return the head of the page `here`, "ask", "documents" or "evaluate", with links that keep language and theme."""
    query = _written(kept_fields(request))
    return Navigation(
        here=here,
        ask=f"{look.root}/{query}",
        documents=f"{look.root}/documents{query}",
        evaluate=f"{look.root}/evaluate{query}" if visitor_of(request).trainer else "",
        languages=tuple(
            Choice(code, name, _written({**request.query_params, "lang": code}), code == look.language)
            for code, name in LANGUAGES.items()
        ),
    )


def _written(fields: Mapping[str, str]) -> str:
    return f"?{urlencode(fields)}" if fields else ""
