"""Which part of the site a request is for."""

from starlette.types import Scope

WIDGET = "/widget.js"


def own_path(scope: Scope) -> str:
    """Return a request's path below the one that the site is served under (ASGI: `path` includes it)."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    below = path[len(root) :] if root and (path == root or path.startswith(f"{root}/")) else path
    return below or "/"
