"""What every route of the page works with."""

from dataclasses import dataclass

from qa.settings import Settings
from qa.web.live import LiveAssistant
from qa.web.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Site:
    """The served assistant, the documents behind it, and how it is set."""

    settings: Settings
    live: LiveAssistant
    shelf: Shelf
