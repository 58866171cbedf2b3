"""Why an answer is as it is, in words: for the command line and the page alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from qa.types import Answer, Hit, Reasons

SIGNALS: Mapping[str, str] = {
    "bm25": "rare words (BM25)",
    "cosine": "meaning",
    "coverage": "words of the question",
    "late": "meaning, word by word",
    "weakest": "words matched worst",
    "neighbours": "words side by side",
    "date": "date that is asked for",
    "reranker": "cross-encoder",
    "sentence cosine": "sentence: meaning",
    "lacking": "no number, date, name or code as asked for",
    "undenied": "question denies, quote does not",
}
"""What signals of a ranking and of a confidence are called; one that is not listed goes by its own name."""
SENTENCE = "sentence: "
KINDS: Mapping[str, str] = {
    "acronym": "acronym",
    "capitals": "acronym",
    "synonym": "synonym",
    "spelling": "other spelling",
}


@dataclass(frozen=True, slots=True)
class Share:
    """What one signal added to a score; `signal` is None for what is no signal, such as a date."""

    label: str
    signal: float | None
    share: float


def shares(reasons: Reasons) -> list[Share]:
    """Return what made up a passage's score, what added most first."""
    found = [Share(label_of(name), reasons.signals.get(name), share) for name, share in reasons.shares.items()]
    return sorted(found, key=lambda share: -share.share)


def label_of(name: str) -> str:
    """Return what a signal of a ranking is called; one of the quoted sentence says so."""
    signal = name.removeprefix(SENTENCE)
    of_sentence = SENTENCE if signal != name else ""
    return of_sentence + SIGNALS.get(signal, signal.replace("_", " "))


def found_by(hit: Hit) -> list[str]:
    """Say at which rank each search found a passage and with which score, and both together.

    For example "words: rank 2, BM25 7.31", "meaning: not among the best, cosine 0.412", "together: rank 9, 0.388".
    """
    reasons = hit.reasons
    return [
        f"words: {_rank(hit.lexical_rank)}, BM25 {reasons.lexical_score:.2f}",
        f"meaning: {_rank(hit.dense_rank)}, cosine {reasons.dense_score:.3f}",
        f"together: {_rank(reasons.fused_rank)}, {reasons.fused_score:.3f}",
    ]


def _rank(rank: int | None) -> str:
    return "not among the best" if rank is None else f"rank {rank}"


def also_searched(answer: Answer) -> list[tuple[str, str]]:
    """Return other words for the same thing that were searched, each with those of the question; spellings left out."""
    return [(e.added, e.words) for e in answer.expansions if e.kind != "spelling"]


def about(answer: Answer) -> list[str]:
    """Say what holds for a whole answer: how sure it is and of what that is made, the index, and what was searched."""
    lines = [f"Confidence {answer.confidence:.2f}: {answer.outcome}. Index {answer.index_id}."]
    if answer.features:
        features = (f"{SIGNALS.get(name, name)} {value:.2f}" for name, value in answer.features.items())
        lines.append(f"Confidence from: {', '.join(features)}")
    if answer.query.carried:
        lines.append(f"Taken over from the dialogue: {', '.join(answer.query.carried)}")
    if answer.corrections:
        lines.append(f"Put right: {', '.join(f'{c.searched} for {c.typed}' for c in answer.corrections)}")
    if answer.expansions:
        also = (f"{expansion.added} for {expansion.words} ({KINDS[expansion.kind]})" for expansion in answer.expansions)
        lines.append(f"Searched besides: {', '.join(also)}")
    return lines
