"""What the answering rooms ask of an index: the small protocol a distributed engine can fill as well."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.indexing.encoder import Encoder, Vectors
from qa.types import Chunk, Document, Paragraph, Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that one of the retrievers found, with the scores of both.

    `row` is 0-based, ranks are 1-based and None where that retriever did not find the chunk among its best;
    `lexical_score` is BM25, `dense_score` the cosine.
    """

    row: int
    lexical_score: float
    dense_score: float
    lexical_rank: int | None
    dense_rank: int | None


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """The sentences of a chunk with their unit vectors, (sentences, dimension) float32."""

    sentences: Sequence[Sentence]
    vectors: Vectors


class Index(Protocol):
    """A searchable generation of documents."""

    @property
    def id(self) -> str: ...

    @property
    def encoder(self) -> Encoder: ...

    def idf(self, term: str) -> float: ...

    def candidates(
        self,
        terms: Mapping[str, float],
        vector: Vectors,
        depth: int,
        documents: Collection[str] | None = None,
    ) -> list[Candidate]:
        """Return the `depth` best chunks of each retriever, those of `documents` alone where given."""
        ...

    def chunks(self, rows: Sequence[int]) -> list[Chunk]: ...

    def sentences(self, rows: Sequence[int]) -> list[SentenceVectors]: ...

    def paragraph(self, document_id: str, number: int) -> Paragraph | None: ...

    def document(self, document_id: str) -> Document | None: ...

    def titles(self) -> list[tuple[str, str]]: ...

    def replaced_by(self, document_id: str) -> str | None:
        """Return the document that stands in the place of this one today, None where this one holds."""
        ...
