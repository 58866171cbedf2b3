"""Starter questions proposed from the documents themselves, each tried out; a person decides on every one."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Any

from qa.answering.assistant import Assistant
from qa.errors import QAError
from qa.evaluation.anchors import places
from qa.evaluation.likeness import AskedAlready
from qa.evaluation.wording_rules import of_heading, of_sentence
from qa.indexing.sentences import split_sentences
from qa.indexing.tokens import STOP_WORDS
from qa.types import Document, Paragraph

MOST_PROPOSED = 200
PARAGRAPHS_OF_A_SECTION = 3
# A text of which fewer words are English stop words is hardly English; of running English text 35 to 50 % are.
ENGLISH_FROM = 0.2
_LOOKED_AT = 5_000
"""Characters of a document by which its language is told."""
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question, as fields of a question set, that a document answers.

    `found` is the place, from 1, at which the assistant showed a gold quote when it was tried; 0 where it did not.
    """

    fields: dict[str, Any]
    found: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was proposed; `other_languages` counts documents that were passed over, for there are no rules for them."""

    proposals: list[Proposal]
    other_languages: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    question: str
    gold: tuple[str, ...]
    document: str
    note: str


def propose(
    assistant: Assistant, asked: AskedAlready, count: int, documents: Collection[str] | None = None
) -> Proposed:
    """Return up to `count` questions that `asked` does not hold, spread over the documents, or over some of them.

    What is proposed is added to `asked`, so that nothing is proposed twice.
    """
    candidates: list[list[_Candidate]] = []
    passed_over = 0
    for document_id, _ in assistant.index.titles():
        if documents is not None and document_id not in documents:
            continue
        document = assistant.index.document(document_id)
        if document is None or assistant.index.replaced_by(document_id) is not None:
            continue
        if not _is_english(document):
            passed_over += 1
            continue
        candidates.append(list(_candidates(document)))
    found: list[Proposal] = []
    for candidate in (one for row in zip_longest(*candidates) for one in row if one is not None):
        if len(found) >= count:
            break
        if asked.place_of(candidate.question) is None:
            asked.add("proposal", candidate.question)
            found.append(_tried(assistant, candidate))
    return Proposed(found, passed_over)


def _is_english(document: Document) -> bool:
    if document.metadata.language and not document.metadata.language.casefold().startswith("en"):
        return False
    words = [word.casefold() for word in _WORDS.findall(document.text[:_LOOKED_AT])]
    return not words or sum(word in STOP_WORDS for word in words) >= ENGLISH_FROM * len(words)


def _candidates(document: Document) -> Iterator[_Candidate]:
    """Yield what may be asked of a document: what a sentence says first, a heading's question after each third."""
    sentences, headings = _of_sentences(document), list(_of_headings(document))
    for number, candidate in enumerate(sentences):
        if number % 3 == 0 and headings:
            yield headings.pop(0)
        yield candidate
    yield from headings


def _of_sentences(document: Document) -> Iterator[_Candidate]:
    @cache
    def is_name(word: str) -> bool:
        return bool(re.search(rf"[a-z,] {re.escape(word)}\b", document.text)) and not re.search(
            rf"\b{re.escape(word.casefold())}\b", document.text
        )

    for paragraph in _searchable(document):
        text = document.text[paragraph.start : paragraph.body_end]
        for start, end in split_sentences(text):
            question = of_sentence(text[start:end], is_name)
            if question is not None and text[start:end].endswith("."):
                yield _Candidate(question, (text[start:end],), document.id, "Proposed from a sentence.")


def _of_headings(document: Document) -> Iterator[_Candidate]:
    paragraphs = _searchable(document)
    bounds = [heading.start for heading in document.headings[1:]] + [len(document.text)]
    for heading, bound in zip(document.headings, bounds, strict=True):
        below = [p for p in paragraphs if heading.end <= p.start < bound][:PARAGRAPHS_OF_A_SECTION]
        texts = tuple(document.text[p.start : p.body_end].strip() for p in below)
        words = document.text[heading.start : heading.end]
        question = of_heading(words, document.title, "\n".join(texts)) if texts else None
        if question is not None:
            yield _Candidate(question, texts, document.id, f"Proposed from the heading “{' '.join(words.split())}”.")


def _searchable(document: Document) -> list[Paragraph]:
    return [paragraph for paragraph in document.paragraphs if paragraph.kind == "text"]


def _tried(assistant: Assistant, candidate: _Candidate) -> Proposal:
    found = _found_at(assistant, candidate)
    told = f"When it was proposed, the answer stood at place {found}." if found else "It was not found when proposed."
    gold = [{"document": candidate.document, "quote": quote} for quote in candidate.gold]
    return Proposal({"question": candidate.question, "gold": gold, "note": f"{candidate.note} {told}"}, found)


def _found_at(assistant: Assistant, candidate: _Candidate) -> int:
    try:
        answer = assistant.ask(candidate.question)
    except QAError:
        return 0
    for place, hit in enumerate(answer.hits, start=1):
        chunk = hit.chunk
        if chunk.document_id == candidate.document and any(places(chunk.text, gold) for gold in candidate.gold):
            return place
    return 0
