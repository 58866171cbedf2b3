"""What the product sees of each candidate for the questions of the open sets: what its weights are fitted on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.quality import catalogue
from benchmarks.quality.passages import holds_gold, locate, span_of
from benchmarks.quality.questions import Half, Question, place
from qa.answering import followup
from qa.answering.assistant import Assistant
from qa.answering.confidence import features
from qa.answering.expectation import expectation
from qa.answering.quote import choose
from qa.answering.rank import sentence_scores
from qa.answering.search import Found, search
from qa.answering.widening import widen
from qa.indexing.build import build_index
from qa.types import Turn

# Every n-th question, so that no set takes more than a minute.
EVERY = {"dialdoc": 2, "doqa": 2}
DEPTH = 50


@dataclass(frozen=True, slots=True)
class Observation:
    """A question with its candidates.

    `passages` (candidates, passage signals) and `sentences`, for each candidate (sentences, sentence signals), are what
    ranking looks at, `gains` what finding each candidate is worth, and `documents` where they stand. `features` are
    those of confidence for the product's first answer, and `right` tells whether that holds gold.
    """

    question: Question
    passages: NDArray[np.float64]
    sentences: Sequence[NDArray[np.float64]]
    gains: NDArray[np.float64]
    documents: Sequence[str]
    features: dict[str, float]
    right: bool


def observe(name: str, bench: Path, work: Path, half: Half) -> list[Observation]:
    """Index the set `name` below `work` and look at every candidate for the questions of one half."""
    prepared = catalogue.prepare(name, bench)
    place(prepared, work / name)
    build_index(work / name / "corpus", work / name / "index")
    assistant = Assistant.open(work / name / "index")
    questions = [q for q in prepared.questions if q.half == half][:: EVERY.get(name, 1)]
    return list(_observations(assistant, questions))


def _observations(assistant: Assistant, questions: Sequence[Question]) -> Iterator[Observation]:
    read = lru_cache(maxsize=64)(assistant.index.document)
    for question in questions:
        found = found_for(assistant, question.question, question.history)
        gold = locate(read, question.gold)
        gains = [
            float(question.relevance.get(f.passage.chunk.document_id, 0))
            if question.relevance
            else float(holds_gold(span_of(f.passage.chunk), gold))
            for f in found
        ]
        if found:
            yield Observation(
                question=question,
                passages=np.array([f.evidence.passage for f in found]),
                sentences=[f.evidence.sentences for f in found],
                gains=np.array(gains),
                documents=[f.passage.chunk.document_id for f in found],
                features=features_of(question.question, found[0]),
                right=gains[0] > 0,
            )


def found_for(assistant: Assistant, question: str, history: Sequence[Turn] = ()) -> Sequence[Found]:
    """Return the ranked candidates for a question after a dialogue."""
    query = followup.prepare(question, history, (), assistant.index)
    return search(assistant.index, widen(query, assistant.index.vocabulary), DEPTH).found


def features_of(question: str, best: Found) -> dict[str, float]:
    """Return the features of confidence for the quote that the product would show of a passage."""
    chunk, wanted, scores = best.passage.chunk, expectation(question), sentence_scores(best.evidence)
    texts = [chunk.text[s.start - chunk.start : s.end - chunk.start] for s in best.passage.sentences]
    sentence = choose(scores, texts, wanted)
    return features(best.evidence, sentence, question, " ".join(texts[sentence : sentence + 2]))


def observe_all(bench: Path, work: Path, half: Half) -> dict[str, list[Observation]]:
    """Observe every set whose data is there; says what is missing."""
    console, observed = Console(stderr=True), {}
    for name in catalogue.NAMES:
        try:
            observed[name] = observe(name, bench, work, half)
            console.print(f"{name}: {len(observed[name])} questions of the {half} half")
        except FileNotFoundError as error:
            console.print(f"SKIPPED {name}: {error.filename} is absent", style="bold red")
    return observed
