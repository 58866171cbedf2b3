"""The nouns of the product: one frozen dataclass per stage from file to answer.

Offsets are half-open code-point positions in `Document.text`. Two invariants hold for everything
that is ever read:

1. ``document.text[x.start:x.end] == x.text`` for every chunk and every quote;
2. every quote lies inside its paragraph, and every paragraph inside its document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ParagraphKind = Literal["text", "sources", "furniture", "duplicate"]
"""What a paragraph is for: only ``text`` is searched and quoted, all four are shown.

``sources`` is a list of references, ``furniture`` a page header, footer, navigation or block of
addresses, ``duplicate`` a pull quote or a repetition of another paragraph of the same document.
"""

Outcome = Literal["answered", "related", "nothing"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much reading one file may cost; a file beyond is refused with its reason."""

    seconds: float = 30.0
    memory_bytes: int = 512 * 1024**2
    expanded_bytes: int = 256 * 1024**2
    pages: int = 5_000


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in a document; `level` is 1 for the topmost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit that is cited.

    `number` is 1-based and counts every paragraph of the document, headings excluded. `page` is the
    printed label of the page, None where the format has none. `heading` names the sections the
    paragraph stands in, outermost first, joined by " › ". Words from `body_end` on are a closing list
    of sources: shown, but neither searched nor quoted.
    """

    document_id: str
    number: int
    start: int
    end: int
    body_end: int
    page: str | None
    heading: str
    kind: ParagraphKind

    @property
    def citation(self) -> str:
        """How the paragraph is cited, e.g. ``leave-policy.pdf, p. 4, ¶ 12``."""
        page = f", p. {self.page}" if self.page is not None else ""
        return f"{self.document_id}{page}, ¶ {self.number}"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document besides its text; dates are ISO 8601, as exact as they are known.

    From the file's own properties, overridden by front matter, overridden by a sidecar file. `supersedes` names
    documents, by id, that this one replaces.
    """

    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    effective_from: str = ""
    collection: str = ""
    supersedes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read, or a file inside a file.

    `id` is its POSIX path below the corpus; an attachment's is that of its file followed by its own name
    ("mails/report.eml/table.xlsx"). `file` is the path of the file on disk, `sha256` that of the file's bytes and of
    its metadata file. `notes` say what was odd about reading it.
    """

    id: str
    file: str
    title: str
    text: str
    sha256: str
    headings: tuple[Heading, ...]
    paragraphs: tuple[Paragraph, ...]
    metadata: Metadata
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is retrieved: one or more neighbouring paragraphs of a section, or part of a long one.

    `lead_in` is the sentence that a list hangs on ("You may take leave for:") where it stands in an earlier chunk; it
    is searched with the chunk and is no part of its text.
    """

    document_id: str
    start: int
    end: int
    text: str
    heading: str
    paragraphs: tuple[int, ...]
    lead_in: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a chunk, by its offsets in the document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a dialogue, oldest first in a history."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for retrieval.

    `terms` weighs each index token (1.0 for the question's own words), `dense_texts` weighs each text
    whose vector makes up the dense query, and `carried` lists the words taken over from the history.
    """

    text: str
    terms: Mapping[str, float]
    dense_texts: tuple[tuple[str, float], ...]
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, and why: ranks are 1-based, None where that retriever did not find it.

    `also_in` holds the citations of passages that say nearly the same words and are not shown, best first;
    `replaced_by` names the document that stands in the place of the chunk's, None where that holds itself.
    """

    chunk: Chunk
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    also_in: tuple[str, ...] = ()
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The words that are shown and cited, verbatim."""

    paragraph: Paragraph
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: `quotes[i]` was taken from `hits[i]`, best first.

    `confidence` is between 0 and 1; `outcome` follows from it by the rule in `answering.confidence`.
    """

    question: str
    outcome: Outcome
    confidence: float
    quotes: tuple[Quote, ...]
    hits: tuple[Hit, ...]
    query: Query
    index_id: str
