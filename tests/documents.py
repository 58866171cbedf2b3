"""What tests ask of a document that was read, and what holds for every document and its chunks."""

from qa.indexing.chunks import split
from qa.indexing.sentences import split_sentences
from qa.reading import read_document
from qa.types import Chunk, Document


def read(document_id: str, content: str | bytes) -> Document:
    return read_document(document_id, content.encode() if isinstance(content, str) else content)


def texts(document: Document) -> list[str]:
    return [document.text[p.start : p.end] for p in document.paragraphs]


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(p.kind, document.text[p.start : p.end]) for p in document.paragraphs]


def outline(document: Document) -> list[tuple[int, str]]:
    return [(h.level, document.text[h.start : h.end]) for h in document.headings]


def searchable(document: Document) -> str:
    return "\n".join(document.text[p.start : p.body_end] for p in document.paragraphs if p.kind == "text")


def assert_sound(document: Document) -> None:
    """Headings and paragraphs make up the whole text, in order, numbered, without overlap."""
    spans = sorted([(h.start, h.end) for h in document.headings] + [(p.start, p.end) for p in document.paragraphs])
    assert "\n\n".join(document.text[start:end] for start, end in spans) == document.text
    assert all(document.text[start:end].strip() for start, end in spans)
    assert [p.number for p in document.paragraphs] == list(range(1, len(document.paragraphs) + 1))
    assert [p.start for p in document.paragraphs] == sorted(p.start for p in document.paragraphs)
    for paragraph in document.paragraphs:
        assert paragraph.document_id == document.id
        assert paragraph.start <= paragraph.body_end <= paragraph.end
        assert (paragraph.kind == "sources") == (paragraph.body_end == paragraph.start)
    assert document.title.strip()
    assert "\n" not in document.title


def assert_chunks_sound(document: Document) -> list[Chunk]:
    """Chunks are slices that hold each searchable character once and nothing else; their sentences likewise."""
    paragraphs = {p.number: p for p in document.paragraphs}
    chunks = split(document)
    times_covered = [0] * len(document.text)
    for chunk in chunks:
        assert document.text[chunk.start : chunk.end] == chunk.text
        touched = [paragraphs[number] for number in chunk.paragraphs]
        assert chunk.start >= touched[0].start
        assert chunk.end <= touched[-1].body_end
        assert all(p.start < chunk.end and chunk.start < p.body_end for p in touched)
        assert {p.heading for p in touched} == {chunk.heading}
        for position in range(chunk.start, chunk.end):
            times_covered[position] += not document.text[position].isspace()
        _assert_sentences_sound(document, chunk)
    expected = [0] * len(document.text)
    for paragraph in document.paragraphs:
        if paragraph.kind == "text":
            for position in range(paragraph.start, paragraph.body_end):
                expected[position] = int(not document.text[position].isspace())
    assert times_covered == expected
    return chunks


def _assert_sentences_sound(document: Document, chunk: Chunk) -> None:
    times_covered = [0] * len(chunk.text)
    end_before = 0
    for start, end in split_sentences(chunk.text):
        assert end_before <= start < end
        end_before = end
        assert chunk.text[start:end] == chunk.text[start:end].strip()
        within = [p for p in document.paragraphs if p.start <= chunk.start + start and chunk.start + end <= p.body_end]
        assert len(within) == 1
        for position in range(start, end):
            times_covered[position] += not chunk.text[position].isspace()
    assert times_covered == [int(not c.isspace()) for c in chunk.text]
