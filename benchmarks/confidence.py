"""Fit `qa.answering.confidence` on the tuning halves and print it with what it is worth there.

    python -m benchmarks.confidence --bench ../shared/bench --work /tmp/work

Questions of the sets with unanswerable ones, each set counting the same, and questions of SQuAD 2.0 asked of the
shipped documents, where nothing answers them. Right is an answerable question whose first passage holds gold. The
threshold of "answered" is the lowest from which `TARGET_PRECISION` of what is answered is right, every set counting the
same; that of "related" leaves at most `UNTOLD` of the answerable questions with nothing.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sklearn.linear_model import LogisticRegression

from benchmarks.observing import features_of, found_for, observe_all
from benchmarks.quality.measures import auroc
from qa.answering.assistant import Assistant
from qa.answering.confidence import FEATURES

SETS = ("briefing", "clapnq", "doqa", "squad")
TARGET_PRECISION = 0.7
UNTOLD = 0.05
FOREIGN_EVERY = 8


class Cases:
    """The features of a set's answers, whether each is right, and whether the question can be answered."""

    def __init__(
        self, features: Sequence[Mapping[str, float]], right: Sequence[bool], answerable: Sequence[bool]
    ) -> None:
        self.features = np.array([[found[name] for name in FEATURES] for found in features])
        self.right = np.array(right)
        self.answerable = np.array(answerable)


def threshold(probabilities: Mapping[str, NDArray[np.float64]], cases: Mapping[str, Cases]) -> float:
    """Return the lowest probability from which the mean over the sets of the precision reaches the target."""
    for bound in np.arange(0.05, 0.96, 0.01):
        precisions = [
            float(cases[name].right[found >= bound].mean()) if (found >= bound).any() else 1.0
            for name, found in probabilities.items()
            if name in SETS
        ]
        if np.mean(precisions) >= TARGET_PRECISION:
            return float(bound)
    return 0.95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"), help="folder of the sets")
    parser.add_argument("--work", type=Path, required=True, help="where corpora and indexes are kept")
    parser.add_argument("--half", choices=("tuning", "report"), default="tuning", help="report: only look")
    arguments = parser.parse_args()
    observed = observe_all(arguments.bench, arguments.work, arguments.half)
    cases = {
        name: Cases(
            [o.features for o in observed[name]],
            [o.right for o in observed[name]],
            [not o.question.unanswerable for o in observed[name]],
        )
        for name in SETS
        if name in observed
    }
    if "squad" in observed:
        briefing = Assistant.open(arguments.work / "briefing/index")
        asked = [o.question.question for o in observed["squad"]][::FOREIGN_EVERY]
        foreign = [features_of(question, found[0]) for question in asked if (found := found_for(briefing, question))]
        cases["foreign"] = Cases(foreign, [False] * len(foreign), [False] * len(foreign))
    shares = np.concatenate([np.full(len(of_set.right), 1000 / len(of_set.right)) for of_set in cases.values()])
    model = LogisticRegression(C=3.0, max_iter=5000).fit(
        np.concatenate([of_set.features for of_set in cases.values()]),
        np.concatenate([of_set.right for of_set in cases.values()]),
        sample_weight=shares,
    )
    console = Console()
    console.print(f"intercept={model.intercept_[0]:.2f}")
    console.print(", ".join(f'"{n}": {w:.2f}' for n, w in zip(FEATURES, model.coef_[0], strict=True)))
    probabilities = {name: model.predict_proba(of_set.features)[:, 1] for name, of_set in cases.items()}
    bound = threshold(probabilities, cases)
    answerable = np.concatenate([probabilities[name][cases[name].answerable] for name in cases if name in SETS])
    console.print(f"answered from {bound:.2f}, related from {np.quantile(answerable, UNTOLD):.2f}")
    for name, of_set in cases.items():
        found = probabilities[name]
        answered = found >= bound
        line = f"{name:9} n {len(found):4} right {of_set.right.mean():.2f} answered {answered.mean():.2f}"
        if answered.any():
            line += f" precision {of_set.right[answered].mean():.2f}"
        if 0 < of_set.answerable.sum() < len(found):
            line += f" AUROC answerable {auroc(found.tolist(), of_set.answerable.tolist()):.3f}"
            line += f" right {auroc(found.tolist(), of_set.right.tolist()):.3f}"
        console.print(line)


if __name__ == "__main__":
    main()
