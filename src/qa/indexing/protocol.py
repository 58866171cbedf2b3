"""What the answering rooms ask of an index: the small protocol a distributed engine can fill as well."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.indexing.encoder import Encoder, Vectors
from qa.indexing.segment_terms import PassageTerms
from qa.indexing.token_states import SegmentedStates
from qa.indexing.vocabulary import Vocabulary
from qa.types import CatalogueEntry, Chunk, Document, Paragraph, Sentence


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
class Passage:
    """A chunk with all that ranking looks at: `sentence_vectors` are unit rows, (sentences, dimension) float32.

    `states` and `terms` have one segment for the chunk's context and one for each sentence.
    """

    chunk: Chunk
    sentences: Sequence[Sentence]
    sentence_vectors: Vectors
    states: SegmentedStates
    terms: PassageTerms

    @property
    def own_terms(self) -> NDArray[np.int32]:
        """The index terms of the chunk's own words, without its context."""
        return self.terms.terms[int(self.terms.starts[1]) :]


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

    def passages(self, rows: Sequence[int]) -> list[Passage]: ...

    def term_rows(self, terms: Sequence[str]) -> list[int | None]:
        """Return the number of each index term in `Passage.terms`, None for one that no chunk holds."""
        ...

    def piece_idf(self, pieces: NDArray[np.int32]) -> NDArray[np.float32]: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    def paragraph(self, document_id: str, number: int) -> Paragraph | None: ...

    def document(self, document_id: str) -> Document | None: ...

    def titles(self) -> list[tuple[str, str]]: ...

    def title_of(self, document_id: str) -> str: ...

    def catalogue(self) -> Sequence[CatalogueEntry]:
        """Return what is known of every document, by id."""
        ...

    def date_of(self, document_id: str) -> str: ...

    def replaced_by(self, document_id: str) -> str | None:
        """Return the document that stands in the place of this one today, None where this one holds."""
        ...
