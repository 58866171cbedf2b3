"""Fit the weights of `qa.answering.confidence` on tuning questions and print them with their AUROC on the others.

    python -m benchmarks.confidence --bench ../shared/bench

Tuning: the even articles of SQuAD 2.0 dev and every second question of evals/briefing.jsonl, each also asked of the
other corpus, where nothing answers it. Report: the other halves.
"""

import argparse
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.squad import prepare
from qa.answering import assistant as asking
from qa.answering.assistant import Assistant
from qa.answering.confidence import Evidence
from qa.evaluation.run import judge
from qa.evaluation.sets import Question, by_id, history_of, load
from qa.indexing.build import build_index


def observe(assistant: Assistant, questions: list[Question], foreign: bool) -> tuple[list[list[float]], list[int]]:
    """Return, for each question, the evidence for its best answer and whether that answers it."""
    rows, labels = [], []
    known = by_id(questions)
    seen: list[Evidence] = []
    original = asking.confidence.probability
    asking.confidence.probability = lambda evidence: (seen.append(evidence), original(evidence))[1]  # type: ignore
    try:
        for question in questions:
            seen.clear()
            answer = assistant.ask(question.question, history_of(question, known))
            right = not foreign and judge(assistant, question, answer, 0.0).passage_rank == 1
            evidence = seen[0] if seen else Evidence(0.0, 0.0, 0.0, 0.0)
            rows.append([getattr(evidence, name) for name in Evidence.__slots__])
            labels.append(int(right))
    finally:
        asking.confidence.probability = original
    return rows, labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    arguments = parser.parse_args()
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    with TemporaryDirectory() as folder:
        corpus, tuning_path, report_path = prepare(arguments.bench / "squad2/dev-v2.0.json", Path(folder))
        build_index(corpus, Path(folder, "squad-index"))
        build_index(Path("corpus"), Path(folder, "briefing-index"))
        squad = Assistant.open(Path(folder, "squad-index"))
        briefing = Assistant.open(Path(folder, "briefing-index"))
        shipped = load(Path("evals/briefing.jsonl"))
        sets = {}
        for label, path, parity in (("tuning", tuning_path, 0), ("report", report_path, 1)):
            own = [q for q in shipped if zlib.crc32((q.parent_id or q.id).encode()) % 2 == parity]
            own = [q for q in own if q.parent_id is None or q.parent_id in {o.id for o in own}]
            sets[label] = (load(path), own)
        observed = {}
        for label, (squad_set, briefing_set) in sets.items():
            observed[label] = {
                "SQuAD": observe(squad, squad_set, False),
                "briefing": observe(briefing, briefing_set, False),
                "foreign": observe(briefing, squad_set[::4], True),
            }
    x, y, weights = [], [], []
    for name, (rows, labels) in observed["tuning"].items():
        x.extend(rows)
        y.extend(labels)
        weights.extend([{"SQuAD": 1.0, "briefing": 4.0, "foreign": 1.0}[name]] * len(rows))
    model = LogisticRegression(C=10.0).fit(np.array(x), np.array(y), sample_weight=np.array(weights))
    print("INTERCEPT", round(float(model.intercept_[0]), 2))
    for name, weight in zip(Evidence.__slots__, model.coef_[0], strict=True):
        print(name.upper(), round(float(weight), 2))
    for label, groups in observed.items():
        for name, (rows, labels) in groups.items():
            p = model.predict_proba(np.array(rows))[:, 1]
            auroc = roc_auc_score(labels, p) if len(set(labels)) == 2 else float("nan")
            answered = p >= 0.5
            precision = float(np.array(labels)[answered].mean()) if answered.any() else float("nan")
            print(
                f"{label:7} {name:9} n {len(rows):4} right {np.mean(labels):.2f} AUROC {auroc:.3f} "
                f"answered {answered.mean():.2f} precision {precision:.2f} p<.15 {(p < 0.15).mean():.2f}"
            )


if __name__ == "__main__":
    main()
