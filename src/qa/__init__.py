"""Answers questions over an organisation's own documents with verbatim passages, cited to the paragraph.

import qa
assistant = qa.Assistant.open("index")
answer = assistant.ask("Who founded Jaish-e-Mohammad?")
for quote in answer.quotes:
    print(quote.text, "-", quote.paragraph.citation)
"""

from typing import TYPE_CHECKING

from qa.errors import QAError
from qa.types import Answer, Chunk, Document, Hit, Paragraph, Query, Quote, Turn

if TYPE_CHECKING:
    from qa.answering.assistant import Assistant

__all__ = ["Answer", "Assistant", "Chunk", "Document", "Hit", "Paragraph", "QAError", "Query", "Quote", "Turn"]


def __getattr__(name: str) -> object:
    # numpy is loaded only when someone asks: `import qa` alone takes milliseconds.
    if name == "Assistant":
        from qa.answering.assistant import Assistant

        return Assistant
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
