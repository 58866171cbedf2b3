"""Where gold quotes stand in the documents as they are now, and what became of those that no longer do."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from qa.answering.permalink import find_quote
from qa.types import Document, Paragraph

if TYPE_CHECKING:  # the formats of question sets look for their quotes here
    from qa.evaluation.sets.model import Gold, Question

Standing = Literal["found", "changed", "gone", "not indexed"]
"""What became of a gold quote: it stands in its document, nearly the same words do, none do, there is no document."""


class Documents(Protocol):
    """The documents that gold quotes are looked up in; an index is one."""

    def document(self, document_id: str) -> Document | None: ...

    def titles(self) -> list[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Anchor:
    """What became of a gold quote.

    `spans` are its places, half-open offsets in the document's text; none where it is stale. For one that changed,
    `nearest` is the text most like it and `citation` the paragraph that holds this.
    """

    gold: "Gold"
    standing: Standing
    spans: tuple[tuple[int, int], ...] = ()
    nearest: str = ""
    citation: str = ""

    @property
    def stale(self) -> bool:
        """Whether the quote no longer stands in its document."""
        return self.standing != "found"


def anchor(document: Document | None, gold: "Gold") -> Anchor:
    """Look a gold quote up in its document, None where that is not indexed."""
    if document is None:
        return Anchor(gold, "not indexed")
    if spans := places(document.text, gold.quote):
        return Anchor(gold, "found", spans)
    nearest = find_quote(document, gold.quote, prefix="", suffix="", number=1)
    if nearest.paragraph is None:
        return Anchor(gold, "gone")
    words = document.text[nearest.start : nearest.end]
    return Anchor(gold, "changed", nearest=words, citation=nearest.paragraph.citation)


def anchors(documents: Documents, question: "Question") -> list[Anchor]:
    """Look up every gold quote of a question, in order."""
    return [anchor(documents.document(gold.document), gold) for gold in question.gold]


def places(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    """Return every place of a quote in a text, whatever white space stands between its words."""
    words = quote.split()
    if not words:
        return ()
    exact = re.escape(" ".join(words))
    found = [match.span() for match in re.finditer(exact, text)]
    if not found and len(words) > 1 and all(word in text for word in words):
        found = [match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), text)]
    return tuple(found)


def elsewhere(documents: Documents, golds: Collection["Gold"]) -> dict["Gold", list[str]]:
    """Return for each gold quote the other documents in which it stands: its own may have been renamed or split."""
    found: dict[Gold, list[str]] = {gold: [] for gold in golds}
    for document_id, _ in documents.titles() if golds else ():
        document = documents.document(document_id)
        for gold, holding in found.items():
            if document is not None and document_id != gold.document and places(document.text, gold.quote):
                holding.append(document_id)
    return found


def paragraphs_of(document: Document, spans: Sequence[tuple[int, int]]) -> list[Paragraph]:
    """Return the paragraphs that hold one of the spans whole, in order."""
    return [p for p in document.paragraphs if any(p.start <= start and end <= p.end for start, end in spans)]
