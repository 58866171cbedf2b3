"""Why a passage stands where it stands, in figures that can be shown."""

from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS, Asked
from qa.answering.rank import PASSAGE_WEIGHTS, SENTENCE_WEIGHTS
from qa.answering.rerank import SHARE
from qa.answering.search import Found
from qa.answering.widening import Widened
from qa.indexing.tokens import tokenize
from qa.types import Reasons


def reasons(asked: Asked, widened: Widened, found: Found) -> Reasons:
    """Return what was seen in a passage and what each of it added to its score; the shares sum to the score.

    A passage that gave way to its successor has a lower score than its shares sum to.
    """
    sentence = found.evidence.sentences[found.ranked.sentence]
    signals = dict(zip(PASSAGE_SIGNALS, found.evidence.passage.tolist(), strict=True))
    signals |= {f"sentence: {n}": float(v) for n, v in zip(SENTENCE_SIGNALS, sentence, strict=True)}
    weights = {**PASSAGE_WEIGHTS, **{f"sentence: {name}": weight for name, weight in SENTENCE_WEIGHTS.items()}}
    shares = {name: weights[name] * value for name, value in signals.items()}
    if found.bonus:
        shares["date"] = found.bonus
    if found.reranked is not None:
        shares = {name: (1 - SHARE) * share for name, share in shares.items()} | {"reranker": SHARE * found.reranked}
    return Reasons(
        terms=_held_terms(asked, widened, found),
        lexical_score=found.ranked.candidate.lexical_score,
        dense_score=found.ranked.candidate.dense_score,
        fused_score=found.fused_score,
        fused_rank=found.fused_rank,
        signals=signals,
        shares=shares,
    )


def _held_terms(asked: Asked, widened: Widened, found: Found) -> tuple[str, ...]:
    """Return the words of the query, as typed or carried over, that stand in the passage, its title or headings."""
    here = set(found.passage.terms.terms.tolist())
    held = {t for t, alternatives in asked.found_as.items() if any(here.issuperset(words) for words in alternatives)}
    words = [*widened.query.text.split(), *widened.query.carried]
    shown = (word.strip(".,;:?!\"'()[]“”‘’") for word in words)
    return tuple(dict.fromkeys(word for word in shown if held & set(tokenize(word))))
