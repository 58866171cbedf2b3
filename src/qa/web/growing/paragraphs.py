"""Paragraphs that a trainer may take for the right one: of the documents that are nearest to a question."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from qa.answering.assistant import Assistant
from qa.types import Chunk, Document, Paragraph, Turn
from qa.web.shelf import Shelf
from qa.web.sources.find import folded, wanted

MOST_FOUND = 20
NEAREST_DOCUMENTS = 30
LONGEST_PARAGRAPH = 5_000
"""Characters: what is longer is a whole table, and no quote."""


def paragraphs(
    assistant: Assistant, shelf: Shelf, question: str, history: Sequence[Turn], words: str
) -> list[tuple[Document, Paragraph, str]]:
    """Return paragraphs with their document and text, those of the nearest documents first.

    With `words`, those that hold all of them, and phrases in quotation marks; without, those the search found.
    """
    chunks = assistant.candidates(question, history)
    found = _holding(chunks, shelf, words) if wanted(words) else _of_chunks(chunks, shelf)
    kept: dict[tuple[str, int], tuple[Document, Paragraph, str]] = {}
    for document, paragraph in found:
        text = document.text[paragraph.start : paragraph.body_end].strip()
        if paragraph.kind == "text" and 0 < len(text) <= LONGEST_PARAGRAPH:
            kept.setdefault((document.id, paragraph.number), (document, paragraph, text))
        if len(kept) == MOST_FOUND:
            break
    return list(kept.values())


def _of_chunks(chunks: Sequence[Chunk], shelf: Shelf) -> Iterator[tuple[Document, Paragraph]]:
    for chunk in chunks:
        document = shelf.document(chunk.document_id)
        for number in chunk.paragraphs if document is not None else ():
            if document is not None and number <= len(document.paragraphs):
                yield document, document.paragraphs[number - 1]


def _holding(chunks: Sequence[Chunk], shelf: Shelf, words: str) -> Iterator[tuple[Document, Paragraph]]:
    needles = wanted(words)
    nearest = list(dict.fromkeys(chunk.document_id for chunk in chunks))[:NEAREST_DOCUMENTS]
    for document in (shelf.document(document_id) for document_id in nearest):
        for paragraph in document.paragraphs if document is not None else ():
            if document is not None and paragraph.kind == "text":
                text = folded(document.text[paragraph.start : paragraph.body_end])
                if all(needle in text for needle in needles):
                    yield document, paragraph


def paragraph_address(document_id: str, number: int) -> str:
    """Return the address, below the page's own, at which a paragraph is opened in its document."""
    return f"source/{quote(document_id)}?p={number}#p{number}"
