"""Searching: from a query to ranked passages with all that speaks for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from qa.answering import evidence, followup, rank, timeliness
from qa.answering.evidence import Asked, Evidence
from qa.answering.rerank import LOOKED_AT, Reranker, mixed
from qa.answering.widening import Widened
from qa.indexing.chunks import indexed_text
from qa.indexing.protocol import Candidate, Index, Passage
from qa.indexing.tokens import tokenize

# Candidates that each retriever contributes, and of these how many are looked at closely.
CANDIDATE_DEPTH = 100
EVIDENCE_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A ranked candidate with its passage and what speaks for it; `fused_rank` is 1-based, `bonus` for its date.

    `reranked` is the reranker's score, 0 beyond those that it looks at, None where there is none.
    """

    ranked: rank.Ranked
    passage: Passage
    evidence: Evidence
    fused_rank: int
    fused_score: float
    bonus: float
    reranked: float | None


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched, and the passages found, best first."""

    widened: Widened
    asked: Asked
    found: tuple[Found, ...]


def search(
    index: Index,
    widened: Widened,
    k: int,
    documents: Collection[str] | None = None,
    reranker: Reranker | None = None,
) -> Search:
    """Return the best candidates by fused score, ranked again by all that speaks for them.

    At least `EVIDENCE_DEPTH` passages are looked at closely, `k` if that is more.
    """
    question = _asked(index, widened)
    fused = _fused(index, widened, question, documents)[: max(EVIDENCE_DEPTH, k)]
    chosen = [candidate for candidate, _ in fused]
    passages = index.passages([candidate.row for candidate in chosen])
    gathered = evidence.gather(question, chosen, passages)
    bonuses = _bonuses(index, widened.query.text, passages)
    ranked = rank.by_evidence(chosen, gathered, bonuses)
    place = {candidate.row: i for i, candidate in enumerate(chosen)}
    ranked, again = _reranked(index, widened, ranked, [passages[place[r.candidate.row]] for r in ranked], reranker)
    ids = [passages[place[r.candidate.row]].chunk.document_id for r in ranked]
    ranked = rank.below_successors(ranked, ids, _successors(index, ids))
    found = []
    for r in ranked:
        i = place[r.candidate.row]
        score_again = again.get(r.candidate.row)
        found.append(Found(r, passages[i], gathered[i], i + 1, fused[i][1], bonuses[i], score_again))
    return Search(widened, question, tuple(found))


def candidate_rows(index: Index, widened: Widened) -> list[int]:
    """Return the rows of all candidates, best first by fused score; most of them are not looked at closely."""
    return [candidate.row for candidate, _ in _fused(index, widened, _asked(index, widened), None)]


def _fused(
    index: Index, widened: Widened, question: Asked, documents: Collection[str] | None
) -> list[tuple[Candidate, float]]:
    """Return what either retriever found with its fused score, best first."""
    found = index.candidates(_terms(index, widened), question.vector, CANDIDATE_DEPTH, documents)
    scored = zip(found, rank.fuse(found, question.terms).tolist(), strict=True)
    return sorted(scored, key=lambda scored: (-scored[1], scored[0].row))


def _terms(index: Index, widened: Widened) -> dict[str, float]:
    """Return the weights of all terms; an added one that is rarer than the word it stands for counts as much."""
    shares: dict[str, float] = {}
    for expansion in widened.expansions:
        own = min((index.idf(token) for token in expansion.tokens), default=0.0)
        for token in expansion.added_tokens:
            shares[token] = max(shares.get(token, 0.0), min(1.0, own / index.idf(token)))
    return {t: weight * shares.get(t, 1.0) for t, weight in widened.added.items()} | dict(widened.query.terms)


def _reranked(
    index: Index,
    widened: Widened,
    ranked: Sequence[rank.Ranked],
    passages: Sequence[Passage],
    reranker: Reranker | None,
) -> tuple[list[rank.Ranked], dict[int, float]]:
    """Return the candidates ranked again with the reranker's scores, and these by row."""
    if reranker is None:
        return list(ranked), {}
    chunks = [passage.chunk for passage in passages[:LOOKED_AT]]
    texts = [indexed_text(index.title_of(chunk.document_id), chunk) for chunk in chunks]
    question, _ = widened.query.dense_texts[-1]  # with the words taken over from the dialogue, if any
    again = reranker.scores(question, texts)
    unseen = [0.0] * (len(ranked) - len(again))
    scores = mixed([r.score for r in ranked], again)
    rescored = [replace(r, score=score) for r, score in zip(ranked, scores, strict=True)]
    by_row = {r.candidate.row: score for r, score in zip(ranked, [*again, *unseen], strict=True)}
    return sorted(rescored, key=lambda r: -r.score), by_row


def _asked(index: Index, widened: Widened) -> Asked:
    texts = [text for text, _ in widened.query.dense_texts]
    weights = [weight for _, weight in widened.query.dense_texts]
    stand_ins: dict[str, list[tuple[str, ...]]] = {}
    for expansion in widened.expansions:
        for token in expansion.tokens:
            stand_ins.setdefault(token, []).append(expansion.added_tokens)
    encoded = list(zip(index.encoder.read_queries(texts), weights, strict=True))
    tokens = tokenize(widened.query.text)[: followup.LONGEST_TOKENS]
    return evidence.asked(index, encoded, widened.query.terms, tokens, stand_ins)


def _bonuses(index: Index, question: str, passages: Sequence[Passage]) -> list[float]:
    """Return what each passage gains by its document's date; nothing for a question that asks for no date."""
    wished = timeliness.wish(question)
    if wished == timeliness.Wish():
        return [0.0] * len(passages)
    dates = [index.date_of(passage.chunk.document_id) for passage in passages]
    dated = {date for date in dates if date}
    newest = max(dated, key=timeliness.recency) if len(dated) > 1 else ""
    return [
        timeliness.bonus(wished, date, newest, timeliness.names_year(f"{p.chunk.heading} {p.chunk.text}"))
        for date, p in zip(dates, passages, strict=True)
    ]


def _successors(index: Index, documents: Collection[str]) -> dict[str, str]:
    found = {document: index.replaced_by(document) for document in set(documents)}
    return {document: successor for document, successor in found.items() if successor is not None}
