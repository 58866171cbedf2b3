"""Fit the weights of `qa.answering.rank` on the tuning halves of all sets together, and print what each is worth.

    python -m benchmarks.ranking --bench ../shared/bench --work /tmp/work

The weights are never below zero and sum to 1. For each question, the probability that a softmax over its candidates
gives to those with gold is made as high as can be (ListNet, Cao et al. 2007); a set counts the same whatever its size,
but for `COUNTS`.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.observing import Observation, observe_all
from benchmarks.quality.measures import ndcg
from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS
from qa.answering.rank import PASSAGE_WEIGHTS, SENTENCE_WEIGHTS

# SQuAD has ten times the questions of the other sets that have paragraphs to find.
COUNTS: Mapping[str, float] = {"squad": 3.0, "cranfield": 2.0, "scifact": 2.0}
NAMES = (*PASSAGE_SIGNALS, *(f"sentence {name}" for name in SENTENCE_SIGNALS))
Weights = NDArray[np.float64]


def signals(observation: Observation, weights: Weights) -> NDArray[np.float64]:
    """Return the signals of each candidate with those of its best sentence, (candidates, signals)."""
    of_sentences = weights[len(PASSAGE_SIGNALS) :]
    best = [sentences[int(np.argmax(sentences @ of_sentences))] for sentences in observation.sentences]
    return np.hstack([observation.passages, np.array(best)])


def fit(observed: Mapping[str, Sequence[Observation]]) -> Weights:
    """Return the weights, of the passage's signals first; the best sentences are chosen anew five times."""
    weights = np.array([*PASSAGE_WEIGHTS.values(), *SENTENCE_WEIGHTS.values()]) * 10
    for _ in range(5):
        cases = []
        for name, observations in observed.items():
            telling = [o for o in observations if 0 < np.count_nonzero(o.gains) < len(o.gains)]
            share = COUNTS.get(name, 1.0) / max(1, len(telling))
            cases.extend((share, signals(o, weights), o.gains > 0) for o in telling)

        def loss(
            candidate: Weights, cases: list[tuple[float, NDArray[np.float64], NDArray[np.bool_]]] = cases
        ) -> tuple[float, Weights]:
            total, slope = 3e-4 * candidate @ candidate / 2, 3e-4 * candidate
            for share, seen, gold in cases:
                scores = seen @ candidate
                chances = np.exp(scores - scores.max())
                chances /= chances.sum()
                of_gold = float(chances[gold].sum())
                total -= share * np.log(of_gold + 1e-12)
                slope = slope - share * ((chances * gold) / of_gold - chances) @ seen
            return float(total), slope

        weights = minimize(loss, weights, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(NAMES)).x
    return weights / weights.sum()


def figures(observations: Sequence[Observation], weights: Weights) -> str:
    """Return nDCG@10 over documents for a set with grades, else Success@1 and @5, over its answerable questions."""
    answerable = [o for o in observations if not o.question.unanswerable]
    orders = [np.argsort(-(signals(o, weights) @ weights), kind="stable") for o in answerable]
    if answerable[0].question.relevance:
        rankings = [
            list(dict.fromkeys(o.documents[i] for i in order)) for o, order in zip(answerable, orders, strict=True)
        ]
        return f"{np.mean([ndcg(r, o.question.relevance) for r, o in zip(rankings, answerable, strict=True)]):.3f}"
    gains = [o.gains[order] > 0 for o, order in zip(answerable, orders, strict=True)]
    return f"{np.mean([g[0] for g in gains]):.3f} {np.mean([g[:5].any() for g in gains]):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the sets")
    parser.add_argument("--work", type=Path, required=True, help="where corpora and indexes are kept")
    arguments = parser.parse_args()
    observed = observe_all(arguments.bench, arguments.work, "tuning")
    present = np.array([*PASSAGE_WEIGHTS.values(), *SENTENCE_WEIGHTS.values()])
    fitted = fit(observed)
    for name, now, then in zip(NAMES, present, fitted, strict=True):
        print(f"{name:20} present {now:.3f} fitted {then:.3f}")
    for name, observations in observed.items():
        print(f"{name:20} present {figures(observations, present)} fitted {figures(observations, fitted)}")


if __name__ == "__main__":
    main()
