"""Figures as the pages of the trainers write them: shares in per cent, scores with three decimals."""

from collections.abc import Callable, Mapping

from qa.evaluation.intervals import Interval
from qa.evaluation.measures import ALL, FOLLOW_UPS, MEASURES, NO_CATEGORY
from qa.evaluation.runs import KeptQuestion
from qa.web.look import Look

# Neither is a share of questions: .648 of nDCG is no 64.8 of 100.
SCORES = frozenset(
    {"ndcg_at_10", "mrr", "quote_f1", "f1", "has_ans_f1", "no_ans_f1", "recall_at_5", "recall_at_10", "aurc", "ece"}
)
NONE = "–"
# A narrow space that no line breaks at, as ISO 80000-1 has it between number and sign.
_SPACE = "\u202f"
_MINUS = "\u2212"
GROUPS: Mapping[str, str] = {ALL: "all", FOLLOW_UPS: "follow_ups", NO_CATEGORY: "no_category"}
"""The groups of questions that are no category of a set, and the keys of what they are called."""

MAIN = (
    "right",
    "success_at_1",
    "success_at_5",
    "ndcg_at_10",
    "quote_f1",
    "coverage",
    "selective_accuracy",
    "refused",
    "quote_validity",
    "p50_ms",
)
"""Measures that are shown first."""

LISTED = (
    "right",
    "success_at_1",
    "success_at_5",
    "ndcg_at_10",
    "coverage",
    "selective_accuracy",
    "quote_validity",
)
"""Measures that the list of runs shows."""


def figure(name: str, value: float | None) -> str:
    """Return a measure's value.

    >>> figure("right", 0.648), figure("mrr", 0.648), figure("p50_ms", 51.6)
    ('64.8\\u202f%', '0.648', '52\\u202fms')
    """
    if value is None:
        return NONE
    if MEASURES[name].unit == "ms":
        return f"{value:.0f}{_SPACE}ms"
    return f"{value:.3f}" if name in SCORES else percent(value)


def percent(share: float) -> str:
    """Return a share in per cent; one that is not quite all never reads 100."""
    tenths = round(1000 * share)
    if tenths == 1000 and share < 1:
        tenths = 999
    return f"{tenths / 10:g}{_SPACE}%" if tenths in (0, 1000) else f"{tenths / 10:.1f}{_SPACE}%"


def interval(name: str, found: Interval | None) -> str:
    """Return an interval, "" where there is none.

    >>> interval("right", (0.5, 0.75))
    '50.0–75.0\\u202f%'
    """
    if found is None:
        return ""
    low, high = found
    if MEASURES[name].unit == "ms":
        return f"{low:.0f}–{high:.0f}{_SPACE}ms"
    return f"{low:.3f}–{high:.3f}" if name in SCORES else f"{100 * low:.1f}–{100 * high:.1f}{_SPACE}%"


def difference(name: str, value: float) -> str:
    """Return by how much a measure grew, shares in points of a hundred.

    >>> difference("right", -0.021)
    '−2.1'
    """
    written = f"{100 * value:+.1f}" if name not in SCORES else f"{value:+.3f}"
    if MEASURES[name].unit == "ms":
        written = f"{value:+.0f}{_SPACE}ms"
    if not any(character in "123456789" for character in written):
        return "0"
    return written.replace("-", _MINUS)


def writers(look: Look) -> dict[str, Callable[..., str]]:
    """Return what templates write figures with, and the names of classes, groups and places."""
    t = look.texts

    def group(name: str) -> str:
        return t(f"evaluate.group_{GROUPS[name]}") if name in GROUPS else name

    def place(question: KeptQuestion) -> str:
        """Say where the first passage with gold words stands."""
        if question.passage_rank is not None:
            return t("evaluate.place_shown", rank=question.passage_rank)
        if question.candidate_rank is not None:
            return t("evaluate.place_candidate", rank=question.candidate_rank, count=question.candidate_count)
        return t("evaluate.place_none")

    return {"figure": figure, "interval": interval, "difference": difference, "group": group, "place": place}
