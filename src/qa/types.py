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
class CatalogueEntry:
    """What is known of a document without its text.

    `collection` is the one its metadata name, else the topmost folder it lies in, "" for none; `date` is the date from
    which it holds, or of which it is, ISO 8601 as exact as known. `pages` counts those that have a printed label,
    `passages` what can be found in it.
    """

    id: str
    file: str
    title: str
    collection: str
    date: str
    author: str
    pages: int
    paragraphs: int
    passages: int
    notes: tuple[str, ...]
    replaced_by: str | None


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
class Correction:
    """A word of the question that the documents do not hold, and the one of theirs that was searched in its place."""

    typed: str
    searched: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words of the question, and other words for the same thing that were searched as well; with their index tokens.

    `kind` says how they are known to be the same: an acronym that the documents introduce (`capitals`: one that is a
    word too, meant only in capitals), a synonym of the organisation's own list, or another spelling.
    """

    kind: Literal["acronym", "capitals", "synonym", "spelling"]
    words: str
    added: str
    tokens: tuple[str, ...]
    added_tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a passage stands where it stands.

    `terms` are the question's words that it holds. `lexical_score` is BM25, `dense_score` the cosine, `fused_score` and
    `fused_rank` (1-based) what made it one of those looked at closely. `signals` are what was seen then, 1 at most,
    and `shares` what each added to the score; `sentence: ...` are those of the quoted sentence.
    """

    terms: tuple[str, ...]
    lexical_score: float
    dense_score: float
    fused_score: float
    fused_rank: int
    signals: Mapping[str, float]
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, and why: ranks are 1-based, None where that retriever did not find it.

    `also_in` holds the citations of passages that say nearly the same words and are not shown, best first;
    `replaced_by` names the document that stands in the place of the chunk's, None where that holds itself; `date` is
    the document's, ISO 8601 as exact as known, else empty.
    """

    chunk: Chunk
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    also_in: tuple[str, ...]
    replaced_by: str | None
    date: str
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Quote:
    """The words that are shown and cited, verbatim.

    `more` are further sentences of the same passage, for a question that asks for several things.
    """

    paragraph: Paragraph
    start: int
    end: int
    text: str
    score: float
    more: tuple["Quote", ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Quotes that speak of the same thing and do not agree.

    `places` index the answer's quotes, the newest document first; `values` are what each says, verbatim: the number or
    date, or the whole sentence where one denies what the other says.
    """

    kind: Literal["number", "date", "negation"]
    places: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: `quotes[i]` was taken from `hits[i]`, best first.

    `confidence` is between 0 and 1 and is made of `features`, none where no passage was found; `outcome` follows from
    it by the rule in `answering.confidence`. `corrections` and `expansions` are what was searched otherwise than typed,
    or besides.
    """

    question: str
    outcome: Outcome
    confidence: float
    quotes: tuple[Quote, ...]
    hits: tuple[Hit, ...]
    features: Mapping[str, float]
    differences: tuple[Difference, ...]
    corrections: tuple[Correction, ...]
    expansions: tuple[Expansion, ...]
    query: Query
    index_id: str
