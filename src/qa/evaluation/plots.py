"""Pictures of a run, as SVG within a page, whose style sheet colours them for light and dark."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from qa.evaluation.measures import MEASURES
from qa.evaluation.runs import KeptMeasures, KeptQuestion, Run
from qa.evaluation.selective import risks

_WIDTH, _HEIGHT = 560, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 546, 12, 218
_ROW = 24
_NAMES = 150
"""The picture, the plot in it, the height of a bar's row and the room for its name, in units of the picture."""

BINS = 10


def by_category(measures: dict[str, KeptMeasures], name: str) -> str:
    """Return one measure of every group as bars, with its intervals."""
    rows = [(group, found, value) for group, found in measures.items() if (value := found.values[name]) is not None]
    if not rows:
        return ""
    height = _ROW * len(rows) + 28
    parts = []
    for row, (group, found, value) in enumerate(rows):
        y = row * _ROW + 4
        interval = found.intervals[name]
        told = f"{group}: {value:.3f}, {found.questions} questions" + (
            f", 95 % interval {interval[0]:.3f} to {interval[1]:.3f}" if interval else ""
        )
        parts.append(f"<g><title>{escape(told)}</title>")
        parts.append(_text(_NAMES - 8, y + 13, group if len(group) < 22 else f"{group[:20]}…", "end"))
        parts.append(f'<rect class="bar" x="{_NAMES}" y="{y}" width="{_along(value) - _NAMES:.1f}" height="16"/>')
        if interval:
            low, high = (_along(end) for end in interval)
            parts.append(
                f'<path class="whisker" d="M{low:.1f} {y + 8}H{high:.1f}M{low:.1f} {y + 4}v8M{high:.1f} {y + 4}v8"/>'
            )
        parts.append(_text(_RIGHT, y + 13, f"{value:.2f}", "end", "value"))
        parts.append("</g>")
    for step in (0.0, 0.5, 1.0):
        parts.append(_text(_along(step), height - 8, f"{step:g}", "middle", "tick"))
    return _picture(f"{MEASURES[name].label} by category", height, parts)


def _along(share: float) -> float:
    return _NAMES + share * (_RIGHT - 46 - _NAMES)


def risk_coverage(runs: Sequence[Run]) -> str:
    """Return for each run the wrong share of the surest answers, from the tenth on, by the share that is answered."""
    parts = [*_frame("share of all questions that is answered")]
    for number, run in enumerate(runs):
        scored = [question.scored for question in run.questions]
        shares = risks(np.array([one.confidence for one in scored]), np.array([one.right for one in scored]))
        first = min(BINS, len(shares)) - 1  # before, one wrong answer moves it by ten of a hundred and more
        points = " ".join(
            f"{_x((place + 1) / len(shares)):.1f},{_y(share):.1f}"
            for place, share in enumerate(shares)
            if place >= first
        )
        parts.append(f'<polyline class="line run{number}" points="{points}"><title>{escape(run.id)}</title></polyline>')
    return _picture("Risk and coverage: wrong share of the answers, the surest first", _HEIGHT, parts)


def confidence_histogram(questions: Sequence[KeptQuestion]) -> str:
    """Return how many questions got which confidence, the right ones below the others."""
    bins = [min(BINS - 1, int(BINS * question.scored.confidence)) for question in questions]
    right = np.bincount([place for place, q in zip(bins, questions, strict=True) if q.right], minlength=BINS)
    counts = np.bincount(bins, minlength=BINS)
    labels = [f"{place / BINS:.1f}" for place in range(BINS)]
    told = [f"from {labels[p]}: {counts[p]} questions, {right[p]} with the right passage first" for p in range(BINS)]
    bars = _stacked(counts.tolist(), right.tolist(), labels, told, "confidence")
    return _picture("Questions by confidence; in full colour: right passage first", _HEIGHT, bars)


def latency_histogram(questions: Sequence[KeptQuestion]) -> str:
    """Return how many questions took how long, in bins that double."""
    milliseconds = [max(1.0, 1000 * question.seconds) for question in questions]
    exponents = np.floor(np.log2(milliseconds)).astype(int)
    low, high = int(exponents.min()), int(exponents.max())
    counts = np.bincount(exponents - low, minlength=high - low + 1)
    labels = [f"{2**exponent}" for exponent in range(low, high + 1)]
    told = [f"from {label} ms: {count} questions" for label, count in zip(labels, counts, strict=True)]
    bars = _stacked(counts.tolist(), counts.tolist(), labels, told, "milliseconds, from … on")
    return _picture("Questions by time", _HEIGHT, bars)


def trend(title: str, points: Sequence[tuple[str, Mapping[str, float | None]]], names: Sequence[str]) -> str:
    """Return how some shares went from run to run; a point is what a run is called, and its shares by their names."""
    width = (_RIGHT - _LEFT) / max(1, len(points) - 1)
    parts = _frame("", across=False)
    for number, name in enumerate(names):
        places = [(_LEFT + at * width, label, share[name]) for at, (label, share) in enumerate(points)]
        known = [(x, _y(share), label, share) for x, label, share in places if share is not None]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in known)
        parts.append(f'<polyline class="line run{number}" points="{line}"/>')
        for x, y, label, share in known:
            told = escape(f"{label}: {name} {share:.1%}")
            parts.append(
                f'<circle class="dot run{number}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{told}</title></circle>'
            )
    for at, anchor in ((0, "start"), (len(points) - 1, "end")):
        parts.append(_text(_LEFT + at * width, _BOTTOM + 18, points[at][0], anchor, "tick"))
    for number, name in enumerate(names):
        x = _LEFT + number * 160
        parts.append(
            f'<path class="line run{number}" d="M{x} {_HEIGHT - 6}h18"/>{_text(x + 24, _HEIGHT - 2, name, "start")}'
        )
    return _picture(title, _HEIGHT, parts)


def _stacked(
    counts: Sequence[int], below: Sequence[int], labels: Sequence[str], told: Sequence[str], axis: str
) -> list[str]:
    most, width = max(*counts, 1), (_RIGHT - _LEFT) / len(counts)
    parts = [
        _text((_LEFT + _RIGHT) / 2, _HEIGHT - 4, axis, "middle", "tick"),
        _text(_LEFT - 8, _TOP + 10, str(most), "end"),
    ]
    for place, (count, lower, label) in enumerate(zip(counts, below, labels, strict=True)):
        x, high, middle = _LEFT + place * width + 2, _y(count / most), _y(lower / most)
        parts.append(f"<g><title>{escape(told[place])}</title>")
        parts.append(
            f'<rect class="pale" x="{x:.1f}" y="{high:.1f}" width="{width - 4:.1f}" height="{middle - high:.1f}"/>'
        )
        parts.append(
            f'<rect class="bar" x="{x:.1f}" y="{middle:.1f}" width="{width - 4:.1f}" height="{_BOTTOM - middle:.1f}"/>'
        )
        parts.append(_text(x + width / 2 - 2, _BOTTOM + 18, label, "middle", "tick") + "</g>")
    return parts


def _frame(x_axis: str, across: bool = True) -> list[str]:
    parts = [_text((_LEFT + _RIGHT) / 2, _HEIGHT - 4, x_axis, "middle", "tick")]
    for step in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path class="grid" d="M{_LEFT} {_y(step):.1f}H{_RIGHT}"/>')
        parts.append(_text(_LEFT - 8, _y(step) + 4, f"{step:.0%}", "end", "tick"))
        if across:
            parts.append(_text(_x(step), _BOTTOM + 18, f"{step:.0%}", "end" if step == 1.0 else "middle", "tick"))
    return parts


def _x(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _y(share: float) -> float:
    return _BOTTOM - share * (_BOTTOM - _TOP)


def _text(x: float, y: float, words: str, anchor: str, style: str = "label") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _picture(title: str, height: int, parts: Sequence[str]) -> str:
    head = f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    return f"<figure><figcaption>{escape(title)}</figcaption>{head}{''.join(parts)}</svg></figure>"
