"""The rows of the table: for each set, which measures of which runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality import measures
from benchmarks.quality.asking import Asked, History
from benchmarks.quality.passages import distinct_documents, holds_gold

RETRIEVERS = ("product", "bm25", "dense", "rrf")
Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A measure of a set, by retriever; `n` questions went into it.

    `target` is what the product should reach, None where none was set. `lower_is_better` holds for risks alone.
    """

    set: str
    measure: str
    figures: Mapping[str, float | None]
    n: int
    target: float | None = None
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a set is asked and measured.

    `histories` are the dialogues it is asked after, `k` the passages that are asked for, `rows` makes the rows out of
    the results by history. Ten distinct documents need more passages than a reader sees.
    """

    rows: Callable[[str, Mapping[History, Sequence[Asked]]], list[Row]]
    histories: tuple[History, ...] = ("own",)
    k: int = 5


TARGETS: dict[tuple[str, str], float] = {
    ("scifact", "nDCG@10"): 0.74,
    ("cranfield", "nDCG@10"): 0.58,
    ("squad", "Success@1"): 0.90,
    ("squad", "Success@5"): 0.97,
    ("briefing", "AUROC answerable"): 0.85,
    ("squad", "AUROC answerable"): 0.75,
    ("clapnq", "AUROC answerable"): 0.75,
}
# With the dialogue, the passage must be among the first five this much more often than by the last question alone.
GAIN_BY_HISTORY = 0.15


def _row(name: str, measure: str, figures: Figures, n: int, **more: float | None) -> Row:
    return Row(name, measure, figures, n, target=more.get("target", TARGETS.get((name, measure))))


def graded(name: str, results: Mapping[History, Sequence[Asked]]) -> list[Row]:
    """Return nDCG@10 over documents, each at the rank of its best passage."""
    asked = results["own"]

    def mean_ndcg(retriever: str) -> float:
        rankings = ((distinct_documents(a.passages[retriever]), a.question.relevance) for a in asked)
        return sum(measures.ndcg(ranking, gains) for ranking, gains in rankings) / len(asked)

    return [_row(name, "nDCG@10", {retriever: mean_ndcg(retriever) for retriever in RETRIEVERS}, len(asked))]


def squad(name: str, results: Mapping[History, Sequence[Asked]]) -> list[Row]:
    """Return Success of the paragraph, how often an answer's first quote holds the short answer, and AUROC."""
    asked = results["own"]
    answered = [a for a in asked if not a.question.unanswerable and a.outcome == "answered"]
    held = [any(measures.holds(a.quotes[0][1], answer) for answer in a.question.answers) for a in answered]
    return [
        *successes(name, asked),
        _row(name, "answer in first quote, of answered", _product(held), len(answered)),
        answerable(name, asked),
    ]


def dialdoc(name: str, results: Mapping[History, Sequence[Asked]]) -> list[Row]:
    """Return Success with the dialogue and by the last question alone, F1 of the quote, and the change of subject."""
    with_history, alone = results["own"], results["none"]
    alone_rows = successes(name, alone, "last question alone")
    rows = successes(name, with_history, "with dialogue")
    baseline = alone_rows[1].figures["product"] or 0.0
    aim = _row(name, rows[1].measure, dict(rows[1].figures), rows[1].n, target=baseline + GAIN_BY_HISTORY)
    return [rows[0], aim, *alone_rows, quote_f1(name, with_history), *switch(name, results)]


def doqa(name: str, results: Mapping[History, Sequence[Asked]]) -> list[Row]:
    """Return Success with the dialogue, F1 of the quote, and AUROC."""
    asked = results["own"]
    return [*successes(name, asked, "with dialogue"), quote_f1(name, asked), answerable(name, asked)]


def clapnq(name: str, results: Mapping[History, Sequence[Asked]]) -> list[Row]:
    """Return Success of the passage, F1 of the evidence, AUROC, and what confidence is worth.

    The evidence is held against all quotes of an answer that are taken from the gold passage, together. An answer is
    wrong when its first quote is from another passage, whatever the question: unanswerable ones have no gold.
    """
    asked = results["own"]
    with_gold = [a for a in asked if not a.question.unanswerable and a.question.evidence]
    f1 = [_evidence_f1(a) for a in with_gold]
    right = [bool(a.quotes) and holds_gold(a.quotes[0][0], a.gold) for a in asked]
    sure = [a.scores["product"] for a in asked]
    risk = Row(name, "area under risk-coverage", {"product": measures.aurc(sure, right)}, len(asked), None, True)
    half = measures.precision_at_coverage(sure, right, 0.5)
    return [
        *successes(name, asked),
        _row(name, "evidence F1", _product(f1), len(f1)),
        answerable(name, asked),
        risk,
        _row(name, "precision at half coverage", {"product": half}, len(asked)),
    ]


def briefing(name: str, results: Mapping[History, Sequence[Asked]]) -> list[Row]:
    """Return Success, Quote@1, AUROC, and the change of subject."""
    asked = results["own"]
    quoted = [a.quote_has_gold for a in asked if not a.question.unanswerable]
    rows = [*successes(name, asked), _row(name, "Quote@1", _product(quoted), len(quoted)), answerable(name, asked)]
    return [*rows, *switch(name, results)]


def successes(name: str, asked: Sequence[Asked], how: str = "") -> list[Row]:
    """Return Success@1 and Success@5 of a gold passage over the answerable questions."""
    ranked = [a for a in asked if not a.question.unanswerable]
    suffix = f" {how}" if how else ""
    return [_row(name, f"Success@{depth}{suffix}", _success(ranked, depth), len(ranked)) for depth in (1, 5)]


def switch(name: str, results: Mapping[History, Sequence[Asked]]) -> list[Row]:
    """Return Success@5 of opening questions after a dialogue about something else; the target is that without it."""
    foreign = [a for a in results["foreign"] if a.question.foreign]
    # The own history of an opening question is empty.
    alone = _success([a for a in results["own"] if a.question.foreign], 5)
    return [
        _row(name, "Success@5 opening question", alone, len(foreign)),
        _row(name, "Success@5 after a change of subject", _success(foreign, 5), len(foreign), target=alone["product"]),
    ]


def answerable(name: str, asked: Sequence[Asked]) -> Row:
    """Return how well confidence tells answerable from unanswerable questions; plain retrievers by their best score."""
    positive = [not a.question.unanswerable for a in asked]
    figures: Figures = {
        retriever: measures.auroc([a.scores[retriever] for a in asked], positive) for retriever in asked[0].scores
    }
    return _row(name, "AUROC answerable", figures, len(asked))


def quote_f1(name: str, asked: Sequence[Asked]) -> Row:
    """Return the token F1 of the first quote against the words that the reply is grounded in."""
    with_gold = [a for a in asked if a.question.evidence]
    f1 = [
        max(measures.token_f1(a.quotes[0][1] if a.quotes else "", text) for text in a.question.evidence)
        for a in with_gold
    ]
    return _row(name, "F1 of first quote", _product(f1), len(f1))


def _evidence_f1(asked: Asked) -> float:
    documents = {gold.document for gold in asked.gold}
    quoted = " ".join(text for span, text in asked.quotes if span.document in documents)
    return max(measures.token_f1(quoted, text) for text in asked.question.evidence)


def _success(asked: Sequence[Asked], depth: int) -> Figures:
    return {retriever: measures.success([a.ranks[retriever] for a in asked], depth) for retriever in RETRIEVERS}


def _product(values: Sequence[float]) -> Figures:
    return {"product": sum(values) / len(values) if values else None}


_GRADED = Recipe(graded, k=50)
RECIPES: dict[str, Recipe] = {
    "briefing": Recipe(briefing, ("own", "foreign")),
    "dialdoc": Recipe(dialdoc, ("own", "none", "foreign")),
    "clapnq": Recipe(clapnq),
    "doqa": Recipe(doqa),
    "squad": Recipe(squad),
    "cranfield": _GRADED,
    "scifact": _GRADED,
}
