"""Building an index generation from a folder of documents, doing again only what changed."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from qa.errors import IndexDamagedError, IndexMissingError
from qa.indexing import bm25, chunks, generation, model, pieces, segment_terms, token_states, tokens, vocabulary
from qa.indexing.encoder import OnnxEncoder
from qa.indexing.gather import Gathered, gather, reader_recipe
from qa.indexing.index import (
    BM25,
    ENCODER,
    LIBRARY,
    SENTENCE_VECTORS,
    TOKEN_STATES,
    VECTORS,
    VOCABULARY,
    LocalIndex,
)
from qa.indexing.library import LibraryWriter
from qa.indexing.segment_terms import SegmentedTokens
from qa.indexing.synonyms import Synonym, read_synonyms
from qa.reading import Limits, require_folder
from qa.types import Document, Skipped

CHUNKING_VERSION = 2
"""Raised whenever the same document would be cut into other chunks or sentences."""

Progress = Callable[[str, int, int], None]
"""Told the stage in words, the steps done and the steps in all."""

Gate = Callable[[LocalIndex], Sequence[str]]
"""Shown a build that is whole and does not serve yet; returns why it may not serve, nothing if it may."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `index_id` names the generation that serves now, the file lists name files of the corpus.

    `refused` says why the gate did not let the build through; `index_id` is then that of the generation before, empty
    where there was none, and `kept` the folder of the refused build if it was to be kept.
    """

    index_id: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    skipped: tuple[Skipped, ...]
    chunk_count: int
    embedded_count: int
    swapped: bool
    notices: tuple[str, ...]
    refused: tuple[str, ...] = ()
    kept: str = ""


def build_index(
    corpus: Path,
    index: Path,
    model_name: str | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
    gate: Gate | None = None,
    keep_refused: bool = False,
) -> BuildReport:
    """Read `corpus`, and make a new generation in `index` serve if anything changed and the gate lets it through.

    Without `model_name` the index keeps the model it has. With `keep_refused`, a build that the gate refuses stays in a
    folder beside the generations. Raises `CorpusError` when no document can be read, `ModelError` when the model cannot
    be used, and `QAError` when another build is running; the generation that serves stays in place then.
    """
    require_folder(corpus)
    with generation.alone(index):
        generation.remove_leftovers(index)
        notices: list[str] = []
        old = _open_old(index, notices)
        try:
            show = progress or (lambda stage, done, total: None)
            return _build(corpus, index, old, model_name, limits or Limits(), notices, show, gate, keep_refused)
        except BaseException:
            generation.remove_leftovers(index)  # a full disk must not stay full of a build that failed
            raise
        finally:
            if old is not None:
                old.close()


def _open_old(index: Path, notices: list[str]) -> LocalIndex | None:
    try:
        # Under whatever tokeniser it was built: its documents and vectors can be taken over all the same.
        return LocalIndex.open_generation(generation.open_current(index))
    except IndexMissingError:
        return None
    except IndexDamagedError as error:
        notices.append(f"built from scratch, for the index before could not be used: {error}")
        return None


def _build(
    corpus: Path,
    index: Path,
    old: LocalIndex | None,
    model_name: str | None,
    limits: Limits,
    notices: list[str],
    progress: Progress,
    gate: Gate | None,
    keep_refused: bool,
) -> BuildReport:
    source = model.find_model(model_name or (old.generation.manifest.model if old else model.DEFAULT_MODEL))
    synonyms = read_synonyms(corpus)
    recipe = _recipe(source.fingerprint, limits, synonyms)
    before = old.generation.manifest.recipe if old else {}
    same_reader = before.get("reader") == recipe["reader"]
    read = gather(corpus, old.library if old else None, same_reader, limits, progress)
    if old is not None:
        notices.extend(f"{part} changed" for part in recipe if recipe[part] != before.get(part))
        if not notices and source.name == old.generation.manifest.model and _holds_the_same(old, read):
            return _report(old.id, old.generation.manifest.chunk_count, read, 0, False, notices)
    name = generation.new_name()
    folder = generation.build_folder(index, name)
    encoder = _encoder(source, old, folder / ENCODER, progress)
    groups = [pieces.pieces_of(document, source.fingerprint) for document in read.documents]
    flat = [piece for group in groups for piece in group]
    embedded = pieces.embed(flat, encoder, old, progress)
    progress("Writing the index", 0, 1)
    tokens_of_pieces = pieces.tokenize(flat, old)
    _write_library(folder / LIBRARY, read, groups)
    _write_terms(folder / BM25, tokens_of_pieces)
    _write_vectors(folder, embedded, encoder.token_dimension)
    passages = [piece.text for piece in flat]
    texts = [document.text for document in read.documents]
    vocabulary.write(folder / VOCABULARY, texts, passages, _joined(tokens_of_pieces), synonyms, folder / ENCODER)
    manifest_sha256 = generation.seal(
        folder,
        {
            "model": source.name,
            "recipe": recipe,
            "documents": {document.id: document.sha256 for document in read.documents},
            "chunk_count": len(flat),
            "sentence_count": len(embedded.sentence_vectors),
        },
    )
    progress("Writing the index", 1, 1)
    refused = _examine(folder, name, manifest_sha256, read.documents, gate)
    if refused:
        kept = str(generation.set_aside(index, name, manifest_sha256)) if keep_refused else ""
        generation.remove_leftovers(index)
        serving = (old.id, old.generation.manifest.chunk_count) if old else ("", 0)
        return replace(_report(*serving, read, embedded.fresh, False, notices), refused=tuple(refused), kept=kept)
    generation.publish(index, name, manifest_sha256)
    generation.remove_leftovers(index)
    return _report(name, len(flat), read, embedded.fresh, True, notices)


def _holds_the_same(old: LocalIndex, read: Gathered) -> bool:
    hashes = {document.id: document.sha256 for document in read.documents}
    same_documents = hashes == old.library.document_hashes() and read.files == old.library.file_hashes()
    return same_documents and list(read.skipped) == old.skipped()


def _report(
    index_id: str, chunk_count: int, read: Gathered, embedded: int, swapped: bool, notices: Sequence[str]
) -> BuildReport:
    return BuildReport(
        index_id=index_id,
        added=read.added,
        changed=read.changed,
        unchanged=read.unchanged,
        removed=read.removed,
        moved=read.moved,
        skipped=read.skipped,
        chunk_count=chunk_count,
        embedded_count=embedded,
        swapped=swapped,
        notices=tuple(notices),
    )


def _recipe(encoder_fingerprint: str, limits: Limits, synonyms: Sequence[Synonym]) -> dict[str, Any]:
    return {
        "reader": reader_recipe(limits),
        "chunking": {
            "version": CHUNKING_VERSION,
            "longest_words": chunks.LONGEST_WORDS,
            "merged_words": chunks.MERGED_WORDS,
        },
        "tokenizer": tokens.fingerprint(),
        "bm25": {"k1": bm25.K1, "b": bm25.B, "idf": "lucene"},
        "encoder": encoder_fingerprint,
        "vocabulary": {"version": vocabulary.VERSION, "synonyms": [[s.words, s.added] for s in synonyms]},
    }


def _encoder(source: model.ModelSource, old: LocalIndex | None, target: Path, progress: Progress) -> OnnxEncoder:
    """Take over the exported encoder of the generation before, or export the model."""
    if old is not None and old.encoder.fingerprint == source.fingerprint:
        target.mkdir()
        for path in (old.generation.folder / ENCODER).iterdir():
            _link_or_copy(path, target / path.name)
    else:
        progress(f"Preparing the model {source.name} (once)", 0, 1)
        model.export(source, target)
        progress(f"Preparing the model {source.name} (once)", 1, 1)
    return OnnxEncoder(target, threads=os.cpu_count() or 1)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _write_library(path: Path, read: Gathered, groups: Sequence[Sequence[pieces.Piece]]) -> None:
    with LibraryWriter(path) as library:
        for document, group in zip(read.documents, groups, strict=True):
            library.add(document, [(piece.chunk, piece.key, piece.sentences) for piece in group])
        library.add_files(read.files)
        library.add_skipped(read.skipped)


def _write_terms(folder: Path, tokens_of_pieces: Sequence[SegmentedTokens]) -> None:
    bm25.freeze(_joined(tokens_of_pieces), folder)
    segment_terms.write(tokens_of_pieces, folder)


def _joined(tokens_of_pieces: Sequence[SegmentedTokens]) -> list[list[str]]:
    return [[token for segment in segments for token in segment] for segments in tokens_of_pieces]


def _write_vectors(folder: Path, embedded: pieces.Embedded, token_dimension: int) -> None:
    import faiss

    index = faiss.IndexFlatIP(embedded.vectors.shape[1])
    index.add(embedded.vectors)
    try:
        faiss.write_index(index, str(folder / VECTORS))
    except RuntimeError as error:  # FAISS's word for a disk that is full
        raise OSError(f"{VECTORS}: {' '.join(str(error).split())}") from error
    np.save(folder / SENTENCE_VECTORS, embedded.sentence_vectors, allow_pickle=False)
    token_states.write(embedded.states, token_dimension, folder / TOKEN_STATES)


def _examine(
    folder: Path, name: str, manifest_sha256: str, documents: Sequence[Document], gate: Gate | None
) -> Sequence[str]:
    """Open the sealed build as a reader would, verify it and return why the gate refuses it.

    Raises `IndexDamagedError`; the build is then not published.
    """
    built = LocalIndex.open_generation(generation.open_sealed(folder, name, manifest_sha256))
    try:
        _verify(built, documents)
        return gate(built) if gate else ()
    finally:
        built.close()


def _verify(built: LocalIndex, documents: Sequence[Document]) -> None:
    """Hold every chunk against its document."""
    folder = built.generation.folder
    if damage := built.library.damage():
        raise IndexDamagedError(f"The new index in {folder} was not written whole: {damage}.")
    texts = {document.id: document.text for document in documents}
    for chunk in built.library.all_chunks():
        if texts[chunk.document_id][chunk.start : chunk.end] != chunk.text:
            raise IndexDamagedError(f"The new index in {folder} has a chunk of {chunk.document_id} off its place.")
