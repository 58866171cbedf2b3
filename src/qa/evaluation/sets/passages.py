"""The passages that collections of the retrieval field are made of, and which of them answer a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.evaluation.anchors import Documents, anchor, paragraphs_of
from qa.evaluation.sets.model import Gold, Question
from qa.types import Document, Paragraph


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a collection; `title` is its document's."""

    id: str
    document: str
    title: str
    text: str


@dataclass
class Collection:
    """The passages of the documents, or where there are none the gold quotes themselves.

    `holding` are, for each gold quote, the passages that hold it. `own` counts quotes that are passages of their own
    although there are documents: they are stale, or no paragraph holds them whole.
    """

    passages: dict[str, Passage] = field(default_factory=dict)
    holding: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    own: int = 0

    def relevant(self, question: Question) -> dict[str, int]:
        """Return the passages that answer a question, each with the highest grade of what it holds."""
        grades: dict[str, int] = {}
        for gold in question.gold:
            for passage in self.holding[gold.document, gold.quote]:
                grades[passage] = max(gold.grade, grades.get(passage, 0))
        return grades


def paragraph_id(paragraph: Paragraph) -> str:
    """Return what a paragraph is called in a collection."""
    return f"{paragraph.document_id}#p{paragraph.number}"


def collect(questions: Sequence[Question], documents: Documents | None) -> Collection:
    """Return the passages of the documents and of the questions' gold."""
    collection = Collection()
    for passage in _paragraphs(documents) if documents is not None else ():
        collection.passages[passage.id] = passage
    counts: dict[str, int] = {}
    for gold in (gold for question in questions for gold in question.gold):
        if (gold.document, gold.quote) in collection.holding:
            continue
        holding = _holding(gold, collection, documents)
        if not holding:
            counts[gold.document] = counts.get(gold.document, 0) + 1
            passage = Passage(f"{gold.document}#q{counts[gold.document]}", gold.document, "", gold.quote)
            collection.passages[passage.id] = passage
            collection.own += documents is not None
            holding = (passage.id,)
        collection.holding[gold.document, gold.quote] = holding
    return collection


def _paragraphs(documents: Documents) -> Iterator[Passage]:
    for document_id, title in documents.titles():
        document = documents.document(document_id)
        for paragraph in document.paragraphs if document is not None else ():
            if document is not None and paragraph.kind == "text":
                yield _passage(document, paragraph, title)


def _passage(document: Document, paragraph: Paragraph, title: str) -> Passage:
    text = document.text[paragraph.start : paragraph.end]
    return Passage(paragraph_id(paragraph), document.id, title, text)


def _holding(gold: Gold, collection: Collection, documents: Documents | None) -> tuple[str, ...]:
    document = documents.document(gold.document) if documents is not None else None
    if document is None:
        return ()
    spans = anchor(document, gold).spans
    ids = [paragraph_id(paragraph) for paragraph in paragraphs_of(document, spans)]
    return tuple(passage for passage in dict.fromkeys(ids) if passage in collection.passages)
