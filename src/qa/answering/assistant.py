"""Asking: the one way from a question to an answer, for the command line, the page and the evaluation alike."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qa.answering import confidence, followup, rank, repetition
from qa.answering.confidence import Evidence
from qa.answering.quote import quote
from qa.errors import IndexDamagedError, QuestionError
from qa.indexing.encoder import Vectors
from qa.indexing.index import LocalIndex
from qa.indexing.model import canonical_name
from qa.indexing.protocol import Index, SentenceVectors
from qa.indexing.tokens import tokenize
from qa.types import Answer, Chunk, Hit, Query, Quote, Turn

# Candidates that each retriever contributes, and of these how many have their sentences looked at.
CANDIDATE_DEPTH = 100
SENTENCE_DEPTH = 30
MOST_PASSAGES = 50
LONGEST_QUESTION = 20_000
# A follow-up leans on the last few questions.
LONGEST_HISTORY = 40


class Assistant:
    """Answers questions over an index with verbatim, cited passages."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @classmethod
    def open(cls, index: str | Path, model: str | None = None) -> Self:
        """Open the index in a folder.

        Raises `IndexMissingError` and `IndexDamagedError`, the latter also when `model` is given and the index was
        built with another one.
        """
        opened = LocalIndex.open(Path(index))
        built_with = opened.generation.manifest.model
        if model is not None and canonical_name(model) != built_with:
            raise IndexDamagedError(
                f"The index in {index} was built with the model {built_with}, not {model}: "
                f"run `qa index --model {model}` to build it again, or leave the model out."
            )
        return cls(opened)

    def ask(
        self,
        question: str,
        history: Sequence[Turn | Mapping[str, str]] = (),
        k: int = 5,
        documents: Collection[str] | None = None,
    ) -> Answer:
        """Answer `question` with up to `k` quotes, each from a passage of its own, best first.

        `history` holds the earlier turns, oldest first, as `Turn` or {"role", "content"}; `documents` limits the
        search to these document ids. "Not in the documents" is an outcome, no error. Raises `QuestionError` for a
        blank question or an impossible `k`.
        """
        if not isinstance(k, int) or not 1 <= k <= MOST_PASSAGES:
            raise QuestionError(f"The number of passages must be between 1 and {MOST_PASSAGES}, not {k}.")
        if isinstance(documents, str):
            raise QuestionError("The documents to search need to be a list of ids, even if there is only one.")
        asked = clean_question(question)
        query = followup.prepare(asked, [as_turn(turn) for turn in history[-LONGEST_HISTORY:]])
        vector = self._vector(query)
        idf = {term: self.index.idf(term) * weight for term, weight in query.terms.items()}
        found = self._ranked(query, vector, idf, documents, max(SENTENCE_DEPTH, k))
        shown = self._folded(found)[:k]
        sure = confidence.probability(_evidence(found[0], vector, idf)) if found else 0.0
        return Answer(
            question=asked,
            outcome=confidence.outcome(sure) if found else "nothing",
            confidence=sure,
            quotes=tuple(self._quote(passages[0]) for passages in shown),
            hits=tuple(self._hit(*passages) for passages in shown),
            query=query,
            index_id=self.index.id,
        )

    def _ranked(
        self,
        query: Query,
        vector: Vectors,
        idf: Mapping[str, float],
        documents: Collection[str] | None,
        depth: int,
    ) -> list["_Passage"]:
        """Return the `depth` best candidates by fused score, ranked again by their best sentence."""
        candidates = self.index.candidates(query.terms, vector, CANDIDATE_DEPTH, documents)
        fused = rank.fuse(candidates)
        order = sorted(range(len(candidates)), key=lambda i: (-fused[i], candidates[i].row))[:depth]
        rows = [candidates[i].row for i in order]
        passages = {
            row: (chunk, sentences)
            for row, chunk, sentences in zip(rows, self.index.chunks(rows), self.index.sentences(rows), strict=True)
        }
        scores = [_sentence_scores(*passages[row], vector, idf) for row in rows]
        ranked = rank.by_best_sentence([candidates[i] for i in order], [float(fused[i]) for i in order], scores)
        documents = [passages[place.candidate.row][0].document_id for place in ranked]
        ranked = rank.below_successors(ranked, documents, self._successors(documents))
        return [_Passage(place, *passages[place.candidate.row]) for place in ranked]

    def _successors(self, documents: Collection[str]) -> dict[str, str]:
        found = {document: self.index.replaced_by(document) for document in set(documents)}
        return {document: successor for document, successor in found.items() if successor is not None}

    def _folded(self, passages: Sequence["_Passage"]) -> list[list["_Passage"]]:
        """Group passages that say nearly the same, the best of each group first."""
        groups = repetition.fold([passage.chunk.text for passage in passages])
        return [[passages[place] for place in group] for group in groups]

    def _vector(self, query: Query) -> Vectors:
        texts = [text for text, _ in query.dense_texts]
        weights = np.array([weight for _, weight in query.dense_texts], np.float32)
        mean = weights @ self.index.encoder.encode_queries(texts)
        length = float(np.linalg.norm(mean))
        return (mean / length if length else mean).astype(np.float32)

    def _hit(self, passage: "_Passage", *folded: "_Passage") -> Hit:
        candidate = passage.ranked.candidate
        citations = (self._quote(other).paragraph.citation for other in folded)
        return Hit(
            chunk=passage.chunk,
            score=passage.ranked.score,
            lexical_rank=candidate.lexical_rank,
            dense_rank=candidate.dense_rank,
            also_in=tuple(dict.fromkeys(citations)),
            replaced_by=self.index.replaced_by(passage.chunk.document_id),
        )

    def _quote(self, passage: "_Passage") -> Quote:
        chunk, best = passage.chunk, passage.ranked.sentence
        sentence = passage.sentences.sentences[best]
        for number in chunk.paragraphs:
            paragraph = self.index.paragraph(chunk.document_id, number)
            if paragraph is not None and paragraph.start <= sentence.start and sentence.end <= paragraph.end:
                return quote(chunk, passage.sentences.sentences, best, paragraph, passage.ranked.sentence_score)
        raise IndexDamagedError(
            f"The index {self.index.id} has a sentence of {chunk.document_id} outside its paragraphs: run `qa index`."
        )


@dataclass(frozen=True, slots=True)
class _Passage:
    """A ranked candidate with its text and sentences."""

    ranked: rank.Ranked
    chunk: Chunk
    sentences: SentenceVectors


def clean_question(question: str) -> str:
    """Return the question in NFC without control and direction characters. Raises `QuestionError` if it is blank."""
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(f"The question is longer than {LONGEST_QUESTION:,} characters: shorten it.")
    cleaned = _cleaned(question, "question")
    if not cleaned:
        raise QuestionError("The question is blank: ask something, for example “Who founded the group?”.")
    return cleaned


def as_turn(turn: Turn | Mapping[str, str]) -> Turn:
    """Return a turn of the history as `Turn`, cleaned. Raises `QuestionError` where role or content is missing."""
    fields: Mapping[str, Any] = {}
    if isinstance(turn, Turn):
        fields = {"role": turn.role, "content": turn.content}
    elif isinstance(turn, Mapping):
        fields = turn
    role, content = fields.get("role"), fields.get("content")
    if role not in ("user", "assistant") or not isinstance(content, str):
        raise QuestionError('A turn of the history needs "role" ("user" or "assistant") and "content" (text).')
    return Turn("user" if role == "user" else "assistant", _cleaned(content[:LONGEST_QUESTION], "history"))


def _cleaned(text: str, what: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(f"The {what} holds characters that are no text: type it again.") from error
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in kept if unicodedata.category(c) != "Cf").split())


def _sentence_scores(
    chunk: Chunk, sentences: SentenceVectors, vector: Vectors, idf: Mapping[str, float]
) -> NDArray[np.float64]:
    texts = [chunk.text[s.start - chunk.start : s.end - chunk.start] for s in sentences.sentences]
    covered = np.array([confidence.coverage(idf, frozenset(tokenize(text))) for text in texts])
    return rank.sentence_scores(sentences.vectors @ vector, covered)


def _evidence(passage: _Passage, vector: Vectors, idf: Mapping[str, float]) -> Evidence:
    chunk, best = passage.chunk, passage.ranked.sentence
    sentence = passage.sentences.sentences[best]
    words = chunk.text[sentence.start - chunk.start : sentence.end - chunk.start]
    return Evidence(
        sentence_cosine=float(passage.sentences.vectors[best] @ vector),
        passage_cosine=passage.ranked.candidate.dense_score,
        coverage=confidence.coverage(idf, frozenset(tokenize(chunk.heading + " " + chunk.text))),
        sentence_coverage=confidence.coverage(idf, frozenset(tokenize(words))),
    )
