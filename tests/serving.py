"""Serving what a test has built."""

from typing import Any

from conftest import Built
from qa.settings import Settings


def settings_of(built: Built, **given: Any) -> Settings:
    """Return the settings under which a built index is served to the test client, its state kept beside its index."""
    folders = {"corpus": built.corpus, "index": built.index, "state": built.index.parent / "state"}
    return Settings(**{**folders, "evals": built.corpus.parent / "evals", "hosts": "testserver", **given})
