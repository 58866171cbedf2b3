"""The coverage–error curve (Geifman and El-Yaniv 2017) as a picture: what answering more questions costs in errors.

It begins at the tenth answered question: before, one wrong answer moves it by ten of a hundred and more.
"""

import math
from collections.abc import Sequence
from html import escape

from qa.evaluation.selective import Point, wilson

FROM_ANSWERED = 10

_BLOCKS = " ▁▂▃▄▅▆▇█"
_MARGIN = 6
"""Columns left of the plot for the labels of its axis."""

_WIDTH, _HEIGHT = 720, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 690, 70, 380
"""The picture and the plot in it, in units of the picture."""

_STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #1b1f24; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
  .title { font-size: 16px; font-weight: 600; }
  .tick { fill: #57606a; }
  .page { fill: #ffffff; }
  .grid { stroke: #d8dee4; }
  .target { stroke: #57606a; stroke-dasharray: 6 4; }
  .band { fill: #0b63ce; fill-opacity: .12; }
  .curve { fill: none; stroke: #0b63ce; stroke-width: 2.5; }
  .chosen { fill: #b3400a; stroke: #ffffff; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; stroke: #0d1117; }
    .tick { fill: #9aa4af; }
    .page { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .target { stroke: #9aa4af; }
    .band { fill: #6cb2ff; }
    .curve { stroke: #6cb2ff; }
    .chosen { fill: #ffa657; stroke: #0d1117; }
  }"""


def chart(points: Sequence[Point], chosen: Point, target: float, width: int = 80, height: int = 12) -> str:
    """Return the curve for a terminal, `width` columns wide, with the error aimed at and the point that was chosen."""
    shown = _shown(points)
    top = _top([*(point.error for point in shown), target])
    columns = width - _MARGIN
    errors = [_error_at(shown, (column + 0.5) / columns) for column in range(columns)]
    target_row = min(height - 1, int(target / top * height))
    lines = []
    for row in reversed(range(height)):
        cells = [_cell(error, row, height / top) for error in errors]
        if row == target_row:
            cells = [cell if cell in _BLOCKS[1:-1] else "┄" for cell in cells]
        share = target if row == target_row else top if row == height - 1 else 0.0 if row == 0 else None
        lines.append(f"{'' if share is None else _percent(share):>{_MARGIN - 2}} │{''.join(cells).rstrip()}")
    lines.append(" " * (_MARGIN - 1) + "└" + "─" * columns)
    lines.append(_ticks(columns))
    lines.append(_pointer(chosen, columns))
    return "\n".join(lines)


def _cell(error: float | None, row: int, rows_per_unit: float) -> str:
    eighths = 0 if error is None else round(8 * (error * rows_per_unit - row))
    return _BLOCKS[min(8, max(0, eighths))]


def _ticks(columns: int) -> str:
    line = [" "] * (_MARGIN + columns)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        label = _percent(share)
        start = min(_MARGIN + round(share * columns), len(line) - len(label))
        line[start : start + len(label)] = label
    return "".join(line)


def _pointer(chosen: Point, columns: int) -> str:
    column = _MARGIN + min(columns - 1, int(chosen.coverage * columns))
    words = f"chosen: {_percent(chosen.coverage)} answered, {_percent(chosen.error)} of them wrong"
    if column + len(words) + 2 <= _MARGIN + columns:
        return " " * column + "▲ " + words
    return f"{words} ▲".rjust(column + 1)


def _shown(points: Sequence[Point]) -> Sequence[Point]:
    return [point for point in points if point.answered >= FROM_ANSWERED] or points


def _error_at(points: Sequence[Point], coverage: float) -> float | None:
    """Return the error of the strictest threshold that answers this share, None left and right of the curve."""
    if coverage < points[0].coverage:
        return None
    return next((point.error for point in points if point.coverage >= coverage), None)


def _top(shares: Sequence[float]) -> float:
    """Return where an axis over these shares ends: at the next tenth."""
    return min(1.0, max(0.1, math.ceil(10 * max(shares) + 1e-9) / 10))


def _percent(share: float) -> str:
    return f"{share:.0%}"


def picture(points: Sequence[Point], chosen: Point, target: float, name: str) -> str:
    """Return the curve as SVG, with the 95 % intervals of its errors, for light and dark pages."""
    shown = _shown(points)
    intervals = [wilson(point.wrong, point.answered) for point in shown]
    top = _top([*(high for _, high in intervals), target])

    def at(coverage: float, error: float) -> tuple[float, float]:
        return _LEFT + coverage * (_RIGHT - _LEFT), _BOTTOM - error / top * (_BOTTOM - _TOP)

    highs = [at(point.coverage, high) for point, (_, high) in zip(shown, intervals, strict=True)]
    lows = [at(point.coverage, low) for point, (low, _) in zip(shown, intervals, strict=True)]
    x, y = at(chosen.coverage, chosen.error)
    target_y = at(0, target)[1]
    summary = (
        f"Where {_percent(chosen.coverage)} of the questions of {name} are answered, {_percent(chosen.error)} of the "
        f"answers are wrong; {_percent(target)} were aimed at."
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">Coverage and error</title>',
        f'<desc id="d">{escape(summary)}</desc>',
        f"<style>{_STYLE}\n</style>",
        f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}"/>',
        _text(_LEFT, 28, "What answering more questions costs", "title"),
        _text(_LEFT, 50, "Wrong share of the answered questions; shaded: its 95 % interval", "tick"),
        *_grid(top),
        f'<polygon class="band" points="{_path([*highs, *reversed(lows)])}"/>',
        f'<polyline class="curve" points="{_path([at(point.coverage, point.error) for point in shown])}"/>',
        f'<line class="target" x1="{_LEFT}" y1="{target_y:.1f}" x2="{_RIGHT}" y2="{target_y:.1f}"/>',
        _text(_RIGHT, target_y - 7, f"aimed at: {_percent(target)}", anchor="end"),
        f'<circle class="chosen" cx="{x:.1f}" cy="{y:.1f}" r="7"/>',
        _chosen_label(chosen, x, y),
        _text((_LEFT + _RIGHT) / 2, _HEIGHT - 12, "Share of all questions that are answered", anchor="middle"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(top: float) -> list[str]:
    lines = []
    for step in range(round(10 * top) + 1):
        y = _BOTTOM - step / 10 / top * (_BOTTOM - _TOP)
        lines.append(f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}"/>')
        lines.append(_text(_LEFT - 10, y + 5, _percent(step / 10), "tick", "end"))
    for step in range(0, 11, 2):
        x = _LEFT + step / 10 * (_RIGHT - _LEFT)
        lines.append(_text(x, _BOTTOM + 22, _percent(step / 10), "tick", "middle"))
    return lines


def _chosen_label(chosen: Point, x: float, y: float) -> str:
    words = f"chosen: {_percent(chosen.coverage)} answered, {_percent(chosen.error)} wrong"
    beside, anchor = (x - 10, "end") if x > (_LEFT + _RIGHT) / 2 else (x + 10, "start")
    # Below the point, where a curve that rises leaves room; above it next to the axis.
    return _text(beside, y + 26 if y < _BOTTOM - 40 else y - 16, words, anchor=anchor)


def _text(x: float, y: float, words: str, style: str = "label", anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _path(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
