"""From a document's paragraphs to the chunks that are retrieved."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.indexing.sentences import split_sentences
from qa.types import Chunk, Document, Paragraph, Sentence

# all-MiniLM-L6-v2 reads 256 word pieces, about 190 English words, of which title and heading take some 20.
LONGEST_WORDS = 160
# Neighbouring short paragraphs (list items with their lead-in, most of all) share a chunk up to this length.
MERGED_WORDS = 80
# After "You may take leave for:", paragraphs up to this length are taken for items of the list.
LISTED_WORDS = 60


def split(document: Document) -> list[Chunk]:
    """Return the chunks of a document, in order: slices of its text that never leave a section.

    Only searchable words are covered: no furniture, duplicates or closing lists of sources. A paragraph
    longer than `LONGEST_WORDS` is cut between sentences; every chunk names the paragraphs it touches.
    """
    chunks: list[Chunk] = []
    leading: Paragraph | None = None
    for run in _runs(document):
        if leading is not None and (run[0].heading != leading.heading or _words(document, run[0]) > LISTED_WORDS):
            leading = None
        if len(run) == 1 and _words(document, run[0]) > LONGEST_WORDS:
            chunks.extend(_parts(document, run[0]))
        else:
            numbers = tuple(paragraph.number for paragraph in run)
            chunk = _chunk(document, run[0], run[0].start, run[-1].body_end, numbers)
            chunks.append(replace(chunk, lead_in=_last_sentence(document, leading)) if leading else chunk)
        for paragraph in run:
            if document.text[paragraph.body_end - 1] == ":":
                leading = paragraph
    return chunks


def _last_sentence(document: Document, paragraph: Paragraph) -> str:
    body = document.text[paragraph.start : paragraph.body_end]
    start, end = split_sentences(body)[-1]
    return body[start:end]


def context(document_title: str, heading: str) -> str:
    """Return what is indexed together with a chunk although it is no part of its text."""
    return f"{document_title} › {heading}" if heading else document_title


def indexed_text(document_title: str, chunk: Chunk) -> str:
    """Return the text of which a chunk's tokens and vector are made."""
    lead_in = f"{chunk.lead_in}\n" if chunk.lead_in else ""
    return f"{context(document_title, chunk.heading)}\n{lead_in}{chunk.text}"


def segment_bounds(indexed: str, chunk: Chunk, sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Return the offsets in a chunk's indexed text of what stands before its own words, and of each sentence."""
    before = len(indexed) - len(chunk.text)
    shift = before - chunk.start
    return [(0, before), *((sentence.start + shift, sentence.end + shift) for sentence in sentences)]


def _words(document: Document, paragraph: Paragraph) -> int:
    return len(document.text[paragraph.start : paragraph.body_end].split())


def _runs(document: Document) -> Iterator[list[Paragraph]]:
    """Group neighbouring paragraphs that together make one chunk."""
    run: list[Paragraph] = []
    run_words = 0
    for paragraph in document.paragraphs:
        words = _words(document, paragraph)
        joins = (
            bool(run)
            and paragraph.kind == "text"
            and paragraph.number == run[-1].number + 1
            and paragraph.heading == run[-1].heading
            and run[-1].body_end == run[-1].end
            and run_words + words <= MERGED_WORDS
            and not _heading_between(document, run[-1], paragraph)
        )
        if run and not joins:
            yield run
            run, run_words = [], 0
        if paragraph.kind == "text":
            run.append(paragraph)
            run_words += words
    if run:
        yield run


def _heading_between(document: Document, before: Paragraph, after: Paragraph) -> bool:
    # Two sections may bear the same name, one after the other.
    return "\n\n" in document.text[before.end : after.start].removeprefix("\n\n")


def _chunk(document: Document, paragraph: Paragraph, start: int, end: int, numbers: tuple[int, ...]) -> Chunk:
    return Chunk(document.id, start, end, document.text[start:end], paragraph.heading, numbers)


def _parts(document: Document, paragraph: Paragraph) -> Iterator[Chunk]:
    """Cut a long paragraph into parts of whole sentences, as even in length as may be."""
    body = document.text[paragraph.start : paragraph.body_end]
    sentences = [piece for span in split_sentences(body) for piece in _fitting(body, *span)]
    total = sum(len(body[start:end].split()) for start, end in sentences)
    target = total / -(-total // LONGEST_WORDS)
    start, words = sentences[0][0], 0
    for index, (sentence_start, sentence_end) in enumerate(sentences):
        length = len(body[sentence_start:sentence_end].split())
        if words and (words + length > LONGEST_WORDS or words + length / 2 > target):
            end = sentences[index - 1][1]
            yield _chunk(document, paragraph, paragraph.start + start, paragraph.start + end, (paragraph.number,))
            start, words = sentence_start, 0
        words += length
    end = sentences[-1][1]
    yield _chunk(document, paragraph, paragraph.start + start, paragraph.start + end, (paragraph.number,))


def _fitting(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence that is longer than a chunk between words: a table or list without full stops."""
    position = start
    words = 0
    for index in range(start, end):
        if body[index].isspace() and not body[index - 1].isspace():
            words += 1
            if words == LONGEST_WORDS:
                yield position, index
                position, words = index + 1, 0
    if body[position:end].strip():
        yield position, end
