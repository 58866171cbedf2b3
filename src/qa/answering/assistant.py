"""Asking: the one way from a question to an answer, for the command line, the page and the evaluation alike."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from qa.answering import confidence, disagreement, followup, rank, repetition
from qa.answering.confidence import Calibration
from qa.answering.disagreement import Source
from qa.answering.expectation import Expectation, expectation
from qa.answering.question import as_turn, clean_question
from qa.answering.quote import asks_for_several, choose, further, quote
from qa.answering.reasons import reasons
from qa.answering.rerank import CrossEncoderReranker, Reranker
from qa.answering.search import Found, Search, candidate_rows, search
from qa.answering.widening import Widened, put_right, widen
from qa.errors import IndexDamagedError, QuestionError
from qa.indexing.index import LocalIndex
from qa.indexing.model import canonical_name
from qa.indexing.protocol import Index
from qa.types import Answer, Chunk, Correction, Difference, Hit, Paragraph, Quote, Sentence, Turn

MOST_PASSAGES = 50
# Passages that score less than this share of the best one's are about something else, in which they may differ.
DIFFERING_SHARE = 0.7
# A follow-up leans on the last few questions.
LONGEST_HISTORY = 40


class Assistant:
    """Answers questions over an index with verbatim, cited passages."""

    def __init__(
        self, index: Index, calibration: Calibration = confidence.DEFAULT, reranker: Reranker | None = None
    ) -> None:
        self.index = index
        self.calibration = calibration
        self.reranker = reranker

    @classmethod
    def open(
        cls,
        index: str | Path,
        model: str | None = None,
        reranker: str | None = None,
        calibration: Calibration | None = None,
    ) -> Self:
        """Open the index in a folder, with the calibration that lies there if none is given.

        `reranker` is a cross-encoder's name or folder. Raises `IndexMissingError` and `IndexDamagedError`, the latter
        also when `model` is given and the index was built with another one, and `ModelError` for the reranker.
        """
        opened = LocalIndex.open(Path(index))
        built_with = opened.generation.manifest.model
        if model is not None and canonical_name(model) != built_with:
            raise IndexDamagedError(
                f"The index in {index} was built with the model {built_with}, not {model}: "
                f"run `qa index --model {model}` to build it again, or leave the model out."
            )
        return cls(
            opened,
            calibration or confidence.load(Path(index), opened.encoder.fingerprint),
            CrossEncoderReranker(reranker) if reranker is not None else None,
        )

    def ask(
        self,
        question: str,
        history: Sequence[Turn | Mapping[str, str]] = (),
        k: int = 5,
        documents: Collection[str] | None = None,
        as_typed: bool = False,
        dropped: Collection[str] = (),
    ) -> Answer:
        """Answer `question` with up to `k` quotes, each from a passage of its own, best first.

        `history` holds the earlier turns, oldest first, as `Turn` or {"role", "content"}; `documents` limits the
        search to these document ids. With `as_typed`, no mistyped word is put right; the words in `dropped` are not
        taken over from the history. "Not in the documents" is an outcome, no error. Raises `QuestionError` for a blank
        question or an impossible `k`.
        """
        if not isinstance(k, int) or not 1 <= k <= MOST_PASSAGES:
            raise QuestionError(f"The number of passages must be between 1 and {MOST_PASSAGES}, not {k}.")
        if isinstance(documents, str):
            raise QuestionError("The documents to search need to be a list of ids, even if there is only one.")
        if isinstance(dropped, str) or not all(isinstance(word, str) for word in dropped):
            raise QuestionError("The words to drop need to be a list of words, even if there is only one.")
        asked = clean_question(question)
        meant, corrections, widened = self._widened(asked, history, as_typed, dropped)
        searched = search(self.index, widened, k, documents, self.reranker)
        wanted = expectation(meant)
        shown = self._folded(searched)[:k]
        quotes = tuple(self._quote(found[0], wanted, asks_for_several(meant)) for found in shown)
        seen = _features(shown[0][0], quotes[0], meant) if shown else {}
        sure = confidence.probability(self.calibration, seen) if shown else 0.0
        hits = tuple(self._hit(searched, *found) for found in shown)
        return Answer(
            question=asked,
            outcome=confidence.outcome(self.calibration, sure) if shown else "nothing",
            confidence=sure,
            quotes=quotes,
            hits=hits,
            features=seen,
            differences=self._differences(quotes, hits),
            corrections=(*corrections, *searched.widened.corrections),
            expansions=searched.widened.expansions,
            query=searched.widened.query,
            index_id=self.index.id,
        )

    def candidates(self, question: str, history: Sequence[Turn | Mapping[str, str]] = ()) -> list[Chunk]:
        """Return every passage that either retriever found for a question, best first before any is looked at closely.

        What `ask` shows is among the first of these, in another order.
        """
        _, _, widened = self._widened(clean_question(question), history)
        return [passage.chunk for passage in self.index.passages(candidate_rows(self.index, widened))]

    def _widened(
        self,
        asked: str,
        history: Sequence[Turn | Mapping[str, str]],
        as_typed: bool = False,
        dropped: Collection[str] = (),
    ) -> tuple[str, tuple[Correction, ...], Widened]:
        """Return a question as it was meant, what was put right in it, and what is searched for it."""
        turns = [as_turn(turn) for turn in history[-LONGEST_HISTORY:]]
        # First of all: whether a question goes on with the dialogue shows in the words that were meant.
        meant, corrections = (asked, ()) if as_typed else put_right(asked, self.index.vocabulary)
        query = followup.prepare(meant, turns, dropped, self.index)
        return meant, tuple(corrections), widen(query, self.index.vocabulary, as_typed)

    def _folded(self, searched: Search) -> list[list[Found]]:
        """Group passages that say nearly the same, the best of each group first."""
        texts = [found.passage.chunk.text for found in searched.found]
        groups = repetition.fold(texts, [found.passage.own_terms.tolist() for found in searched.found])
        return [[searched.found[place] for place in group] for group in groups]

    def _hit(self, searched: Search, found: Found, *folded: Found) -> Hit:
        candidate, chunk = found.ranked.candidate, found.passage.chunk
        citations = (self._citation(other) for other in folded)
        return Hit(
            chunk=chunk,
            score=found.ranked.score,
            lexical_rank=candidate.lexical_rank,
            dense_rank=candidate.dense_rank,
            also_in=tuple(dict.fromkeys(citations)),
            replaced_by=self.index.replaced_by(chunk.document_id),
            date=self.index.date_of(chunk.document_id),
            reasons=reasons(searched.asked, searched.widened, found),
        )

    def _citation(self, found: Found) -> str:
        return self._paragraph(found, found.passage.sentences[found.ranked.sentence]).citation

    def _quote(self, found: Found, wanted: Expectation | None, several: bool) -> Quote:
        chunk, sentences, scores = found.passage.chunk, found.passage.sentences, rank.sentence_scores(found.evidence)
        texts = [chunk.text[s.start - chunk.start : s.end - chunk.start] for s in sentences]
        best = choose(scores, texts, wanted)
        first = quote(chunk, sentences, best, self._paragraph(found, sentences[best]), float(scores[best]))
        more = [
            Quote(
                self._paragraph(found, sentences[i]), sentences[i].start, sentences[i].end, texts[i], float(scores[i])
            )
            for i in further(chunk, sentences, scores, first, several)
        ]
        return replace(first, more=tuple(more))

    def _paragraph(self, found: Found, sentence: Sentence) -> Paragraph:
        chunk = found.passage.chunk
        for number in chunk.paragraphs:
            paragraph = self.index.paragraph(chunk.document_id, number)
            if paragraph is not None and paragraph.start <= sentence.start and sentence.end <= paragraph.end:
                return paragraph
        raise IndexDamagedError(
            f"The index {self.index.id} has a sentence of {chunk.document_id} outside its paragraphs: run `qa index`."
        )

    def _differences(self, quotes: Sequence[Quote], hits: Sequence[Hit]) -> tuple[Difference, ...]:
        titles = {hit.chunk.document_id: self.index.title_of(hit.chunk.document_id) for hit in hits}
        telling = [hit for hit in hits if hit.score >= DIFFERING_SHARE * hits[0].score]
        sources = [
            Source(
                document_id=hit.chunk.document_id,
                text=quoted.text,
                subject=f"{titles[hit.chunk.document_id]} {quoted.paragraph.heading}",
                date=hit.date,
                replaced_by=hit.replaced_by,
            )
            for quoted, hit in zip(quotes, telling, strict=False)
        ]
        return disagreement.differences(sources)


def _features(best: Found, quoted: Quote, question: str) -> dict[str, float]:
    place = next(i for i, sentence in enumerate(best.passage.sentences) if sentence.start == quoted.start)
    return confidence.features(best.evidence, place, question, quoted.text)
