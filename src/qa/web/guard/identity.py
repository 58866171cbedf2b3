"""Who is asking: anonymous, named by a sign-on proxy, or by a token that an embedding page's backend signed."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

# The setting of editors, or trainers, under which whoever is let in is one.
EVERYONE = "everyone"
# Pages that a browser opens in a frame or a tab of its own, where no script can send a header.
ADDRESSED_WITH_TOKEN = ("/source/", "/original/", "/page-image/")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone who was let in.

    `name` is what the proxy or the token calls them, "" for the anonymous; an `editor` may add and remove documents,
    a `trainer` may evaluate.
    """

    name: str = ""
    editor: bool = False
    trainer: bool = False


ANONYMOUS = Visitor()


def visitor_of(connection: HTTPConnection) -> Visitor:
    """Return the visitor whom the middleware let in."""
    found = getattr(connection.state, "visitor", ANONYMOUS)
    return found if isinstance(found, Visitor) else ANONYMOUS
