"""Runs and comparisons as Markdown, for a merge request."""

from collections import Counter
from collections.abc import Sequence

from qa.evaluation.compare import METHOD as TEST
from qa.evaluation.compare import Comparison, is_better, name_of
from qa.evaluation.failures import Failure
from qa.evaluation.measures import ALL, MEASURES
from qa.evaluation.report import figure, interval_in_words, left_out
from qa.evaluation.runs import Run

_BY_CATEGORY = ("right", "success_at_1", "success_at_5", "ndcg_at_10", "quote_f1", "answered", "refused")
_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|~$@&!"})


def run_markdown(kept: Run) -> str:
    """Return a run's measures, overall and by category, and its failures."""
    measures = kept.measures[ALL]
    rows = [
        [
            measure.label,
            figure(name, value),
            interval_in_words(measures.intervals[name], measure.unit == "ms"),
            measure.meaning,
        ]
        for name, measure in MEASURES.items()
        if (value := measures.values[name]) is not None
    ]
    counts = Counter(question.failure for question in kept.questions)
    return "\n".join(
        [
            f"## {_plain(kept.name)}",
            "",
            f"{measures.questions} questions ({measures.answerable} answerable), index {_plain(kept.index.id)}, run "
            f"{kept.id}.",
            "",
            *_table(["measure", "value", "95 % interval", "meaning"], rows),
            "",
            f"Intervals: {kept.intervals}.",
            "",
            *_table(
                ["category", "n", *(MEASURES[name].label for name in _BY_CATEGORY)],
                [
                    [group, str(found.questions), *(figure(name, found.values[name]) for name in _BY_CATEGORY)]
                    for group, found in kept.measures.items()
                ],
            ),
            "",
            *_table(
                ["class", "questions", "meaning"],
                [[f.label, str(counts[f]), f.sentence] for f in Failure if counts[f]],
            ),
            "",
        ]
    )


def comparison_markdown(compared: Comparison) -> str:
    """Return what a later run changed: by measure, by category, and question by question."""
    lines = [
        f"## {_plain(compared.after.name)}: {compared.after.id} against {compared.before.id}",
        "",
        f"{compared.pairs} questions in common.",
        "",
        *(f"- {_plain(line)}" for line in [*compared.made_with, *left_out(compared)]),
        "",
    ]
    lines += _table(
        ["measure", "before", "after", "change", "win / tie / loss", "p"],
        [
            [
                MEASURES[name].label,
                figure(name, duel.before),
                figure(name, duel.after),
                _change(name, duel.difference),
                f"{duel.wins} / {duel.ties} / {duel.losses}",
                "–" if duel.p is None else f"{duel.p:.4f}",
            ]
            for name, duel in compared.duels.get(ALL, {}).items()
        ]
        + [
            [MEASURES[name].label, figure(name, before), figure(name, after), _change(name, after - before), "", ""]
            for name, (before, after) in compared.wholes.items()
        ],
    )
    lines += ["", f"p: {TEST}.", ""]
    lines += _table(
        ["category", "n", "right before", "right after", "win / tie / loss"],
        [
            [
                group,
                str(found["right"].questions),
                figure("right", found["right"].before),
                figure("right", found["right"].after),
                f"{found['right'].wins} / {found['right'].ties} / {found['right'].losses}",
            ]
            for group, found in compared.duels.items()
        ],
    )
    lines += ["", f"### What changed: {len(compared.changes)} questions", ""]
    lines += _table(
        ["question", "before", "after", "why"],
        [
            [name_of(change.after), change.before.failure.label, change.after.failure.label, change.why]
            for change in compared.changes
        ],
    )
    return "\n".join([*lines, ""])


def _change(name: str, difference: float) -> str:
    sign = {True: " better", False: " worse", None: ""}[is_better(name, difference)]
    return (f"{difference:+.0f} ms" if MEASURES[name].unit == "ms" else f"{difference:+.3f}") + sign


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = [head, ["---"] * len(head), *([_plain(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _plain(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line: questions and quotes are anybody's words."""
    return " ".join(text.split()).translate(_SPECIAL)
