"""The local index: one generation on this machine's disk, opened for asking."""

import importlib
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamagedError
from qa.indexing import tokens
from qa.indexing.bm25 import FrozenBM25
from qa.indexing.encoder import OnnxEncoder, Vectors
from qa.indexing.generation import Generation, open_current
from qa.indexing.library import Library
from qa.indexing.protocol import Candidate, Passage
from qa.indexing.segment_terms import SegmentTerms
from qa.indexing.succession import successors
from qa.indexing.token_states import TokenStates
from qa.indexing.vocabulary import Vocabulary
from qa.types import CatalogueEntry, Chunk, Document, Paragraph, Skipped

LIBRARY = "library.sqlite"
BM25 = "bm25"
VECTORS = "vectors.faiss"
SENTENCE_VECTORS = "sentence_vectors.npy"
TOKEN_STATES = "token_states"
ENCODER = "encoder"
VOCABULARY = "vocabulary"


class LocalIndex:
    """Searches a generation; fills the protocol `Index`. Safe to use from several threads."""

    def __init__(
        self,
        generation: Generation,
        library: Library,
        bm25: FrozenBM25,
        vectors: Any,
        sentence_vectors: NDArray[np.float16],
        token_states: TokenStates,
        segment_terms: SegmentTerms,
        encoder: OnnxEncoder,
    ) -> None:
        self.generation = generation
        self.library = library
        self.encoder = encoder
        self.lexical = bm25
        self._vectors = vectors
        self._sentence_vectors = sentence_vectors
        self.token_states = token_states
        self._segment_terms = segment_terms
        self._mask_of = lru_cache(maxsize=16)(self._compute_mask)
        # By the day, for a page that is served over midnight: a rule may take effect on the first of January.
        metadata = library.metadata()
        self._successors_on = lru_cache(maxsize=1)(partial(successors, metadata))
        self._titles = dict(library.titles())
        self._dates = {document: about.effective_from or about.date for document, about in metadata.items()}

    @classmethod
    def open(cls, index: Path) -> Self:
        """Open the generation that serves in the folder `index`.

        Raises `IndexMissingError`, or `IndexDamagedError` when a file is altered, the parts do not fit each
        other, or the index was built with another tokeniser.
        """
        opened = cls.open_generation(open_current(index))
        try:
            opened.require_tokenizer()
        except IndexDamagedError:
            opened.close()
            raise
        return opened

    def require_tokenizer(self) -> None:
        """Raise `IndexDamagedError` where questions would be cut into other tokens than the documents were."""
        if self.generation.manifest.recipe.get("tokenizer") != tokens.fingerprint():
            raise IndexDamagedError(
                f"The index in {self.generation.folder.parent} was built with another tokeniser than this version of "
                "qa uses: run `qa index` to build it again."
            )

    @classmethod
    def open_generation(cls, generation: Generation) -> Self:
        """Open a generation whose files were verified, whatever tokeniser it was built with."""
        import faiss

        folder, manifest = generation.folder, generation.manifest
        faiss.omp_set_num_threads(1)  # one question: 3.9 ms with one thread, 7.3 ms with two, over 50,000 chunks
        try:
            opened = cls(
                generation,
                Library(folder / LIBRARY),
                FrozenBM25.open(folder / BM25, manifest.chunk_count),
                faiss.read_index(str(folder / VECTORS)),
                np.asarray(np.load(folder / SENTENCE_VECTORS, mmap_mode="r", allow_pickle=False)),
                TokenStates(folder / TOKEN_STATES),
                SegmentTerms(folder / BM25),
                OnnxEncoder(folder / ENCODER),
            )
        except (OSError, ValueError, RuntimeError, sqlite3.Error) as error:
            raise IndexDamagedError(f"The index in {folder} cannot be opened ({error}): run `qa index`.") from error
        opened._require_alignment()
        return opened

    def _require_alignment(self) -> None:
        manifest = self.generation.manifest
        expected = (len(manifest.documents), manifest.chunk_count, manifest.sentence_count)
        segments = manifest.chunk_count + manifest.sentence_count
        sizes = {
            LIBRARY: (self.library.counts(), expected),
            VECTORS: ((self._vectors.ntotal, self._vectors.d), (manifest.chunk_count, self.encoder.dimension)),
            SENTENCE_VECTORS: (self._sentence_vectors.shape, (manifest.sentence_count, self.encoder.dimension)),
            TOKEN_STATES: (self.token_states.shape, (segments, self.encoder.token_dimension)),
            BM25: (len(self._segment_terms), segments),
            ENCODER: (self.encoder.fingerprint, manifest.recipe.get("encoder")),
        }
        for part, (found, wanted) in sizes.items():
            if found != wanted:
                raise IndexDamagedError(
                    f"The index in {self.generation.folder} does not fit together: {part} has {found}, "
                    f"the manifest says {wanted}. Run `qa index` to build it again."
                )

    def close(self) -> None:
        """Close the files that stay open."""
        self.library.close()

    @property
    def id(self) -> str:
        """The generation's name."""
        return self.generation.name

    def idf(self, term: str) -> float:
        """Return a term's inverse document frequency."""
        return self.lexical.idf(term)

    def candidates(
        self,
        terms: Mapping[str, float],
        vector: Vectors,
        depth: int,
        documents: Collection[str] | None = None,
    ) -> list[Candidate]:
        """Return the `depth` best chunks by BM25 and by cosine, each with both scores, by row.

        `vector` is a unit row of (dimension,). With `documents`, all others are left out before ranking.
        """
        mask = self._mask_of(frozenset(documents)) if documents is not None else None
        lexical = self.lexical.scores(terms)
        if mask is not None:
            lexical[~mask] = 0.0
        lexical_ranks = {row: rank for rank, row in enumerate(_best_rows(lexical, depth), start=1)}
        dense_found = self._nearest(vector, depth, mask)
        dense_ranks = {row: rank for rank, (row, _) in enumerate(dense_found, start=1)}
        dense = dict(dense_found)
        missing = [row for row in lexical_ranks if row not in dense]
        if missing:
            rows = self._vectors.reconstruct_batch(np.array(missing, np.int64))
            dense.update(zip(missing, (float(s) for s in rows @ vector), strict=True))
        return [
            Candidate(row, float(lexical[row]), dense[row], lexical_ranks.get(row), dense_ranks.get(row))
            for row in sorted(dense)
        ]

    def _nearest(self, vector: Vectors, depth: int, mask: NDArray[np.bool_] | None) -> list[tuple[int, float]]:
        faiss: Any = importlib.import_module("faiss")  # its type stubs do not know the Python wrappers
        parameters = None
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        scores, rows = self._vectors.search(vector[np.newaxis, :], depth, params=parameters)
        # FAISS fills up with row -1 when there are fewer than `depth`.
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]

    def _compute_mask(self, documents: frozenset[str]) -> NDArray[np.bool_]:
        mask = np.zeros(self.generation.manifest.chunk_count, np.bool_)
        mask[self.library.rows_of(documents)] = True
        return mask

    def chunks(self, rows: Sequence[int]) -> list[Chunk]:
        """Return the chunks of `rows`, in their order."""
        return self.library.chunks(rows)

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """Return all that is known of the chunks of `rows`, in their order."""
        found = zip(rows, self.library.chunks(rows), self.library.sentences(rows), strict=True)
        return [
            Passage(
                chunk=chunk,
                sentences=sentences,
                sentence_vectors=self._sentence_vectors[first : first + len(sentences)].astype(np.float32),
                states=self.token_states.of(first + row, len(sentences) + 1),
                terms=self._segment_terms.of(first + row, len(sentences) + 1),
            )
            for row, chunk, (first, sentences) in found
        ]

    def segment_tokens(self, row: int, first_sentence: int, sentence_count: int) -> list[list[str]]:
        """Return the index tokens of a chunk's context and of each of its sentences."""
        found = self._segment_terms.of(first_sentence + row, sentence_count + 1)
        words = [self.lexical.term(int(term)) for term in found.terms]
        return [words[start:end] for start, end in pairwise(found.starts.tolist())]

    def term_rows(self, terms: Sequence[str]) -> list[int | None]:
        """Return the row of each index term, by which passages name theirs; None where no chunk holds it."""
        return [self.lexical.term_row(term) for term in terms]

    def piece_idf(self, pieces: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the idf of word pieces of the encoder."""
        return self.token_states.idf(pieces.tolist())

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the documents and what stands for them. Raises `IndexDamagedError`."""
        return Vocabulary.open(self.generation.folder / VOCABULARY)

    def chunk_vectors(self, rows: Sequence[int]) -> Vectors:
        """Return the vectors of `rows`, (rows, dimension) float32."""
        vectors: Vectors = self._vectors.reconstruct_batch(np.array(rows, np.int64))
        return vectors

    @property
    def vector_count(self) -> int:
        """Rows of passage vectors."""
        return int(self._vectors.ntotal)

    @property
    def sentence_vector_count(self) -> int:
        """Rows of sentence vectors."""
        return len(self._sentence_vectors)

    def sentence_vectors(self, first: int, count: int) -> NDArray[np.float16]:
        """Return stored sentence vectors from row `first` on, (count, dimension) float16."""
        return self._sentence_vectors[first : first + count]

    def paragraph(self, document_id: str, number: int) -> Paragraph | None:
        """Return one paragraph of a document."""
        return self.library.paragraph(document_id, number)

    def document(self, document_id: str) -> Document | None:
        """Return a document by its id."""
        return self.library.document(document_id)

    def titles(self) -> list[tuple[str, str]]:
        """Return id and title of every document."""
        return self.library.titles()

    def replaced_by(self, document_id: str) -> str | None:
        """Return the document that stands in the place of this one today, None where this one holds."""
        return self._successors_on(date.today()).get(document_id)

    def title_of(self, document_id: str) -> str:
        """Return a document's title, empty for one that the index does not hold."""
        return self._titles.get(document_id, "")

    def catalogue(self) -> Sequence[CatalogueEntry]:
        """Return what is known of every document, by id."""
        return [replace(entry, replaced_by=self.replaced_by(entry.id)) for entry in self._entries]

    @cached_property
    def _entries(self) -> list[CatalogueEntry]:
        metadata, notes = self.library.metadata(), defaultdict[str, list[str]](list)
        for document_id, note in self.library.notes():
            notes[document_id].append(note)
        return [
            CatalogueEntry(
                id=document_id,
                file=file,
                title=self._titles[document_id],
                collection=metadata[document_id].collection or (file.split("/")[0] if "/" in file else ""),
                date=self._dates[document_id],
                author=metadata[document_id].author,
                pages=pages,
                paragraphs=paragraphs,
                passages=passages,
                notes=tuple(notes[document_id]),
                replaced_by=None,
            )
            for document_id, (file, pages, paragraphs, passages) in sorted(self.library.counts_by_document().items())
        ]

    def date_of(self, document_id: str) -> str:
        """Return the date from which a document holds, or of which it is; ISO 8601, as exact as known, else empty."""
        return self._dates.get(document_id, "")

    def skipped(self) -> list[Skipped]:
        """Return what was not read when the index was built, and why."""
        return self.library.skipped()


def _best_rows(scores: NDArray[np.float64], depth: int) -> list[int]:
    """Return the rows of the `depth` highest scores above zero, best first, ties by row."""
    found = np.flatnonzero(scores)
    if len(found) > depth:
        threshold = np.partition(scores[found], len(found) - depth)[len(found) - depth]
        found = found[scores[found] >= threshold]
    order = np.lexsort((found, -scores[found]))[:depth]
    return [int(row) for row in found[order]]
