"""Which code this is: the version of the package and, in a checkout, the commit."""

import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_SECONDS = 5.0


@cache
def code_version() -> dict[str, str]:
    """Return `version` and `commit`, the latter followed by "+changes" if files were edited, empty if not known."""
    try:
        version = metadata.version("qa")
    except metadata.PackageNotFoundError:
        version = ""
    return {"version": version, "commit": _commit()}


def _commit() -> str:
    # An installed package may lie in somebody else's checkout, which does not know its files.
    if _git("ls-files", "--error-unmatch", "__init__.py") is None:
        return ""
    head, changed = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--", ".")
    return f"{head}+changes" if head and changed else head or ""


def _git(*arguments: str) -> str | None:
    """Return what git prints, None where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(_PACKAGE), *arguments],
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
