"""Confidence intervals of measures by the percentile bootstrap (Efron 1979), drawing whole dialogues.

The questions of one dialogue stand and fall together, so they are drawn together. The draws come from a fixed seed: the
same run gets the same intervals.
"""

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
RESAMPLES = 1000
SEED = 20_260_101
LEAST_DIALOGUES = 10
"""From so few, drawing says little: three right answers of three would be right in every draw."""

METHOD = (
    f"{LEVEL:.0%} percentile bootstrap, {RESAMPLES} draws of as many dialogues, seed {SEED}; "
    f"none for fewer than {LEAST_DIALOGUES} dialogues"
)

Interval = tuple[float, float]
Figures = NDArray[np.float64]
Times = NDArray[np.int64]


class Bootstrap:
    """The draws for a group of questions, of which each entry of `dialogues` names its dialogue."""

    def __init__(self, dialogues: Sequence[Hashable]) -> None:
        numbers: dict[Hashable, int] = {}
        self._dialogue = np.array([numbers.setdefault(name, len(numbers)) for name in dialogues], dtype=np.int64)
        self._count = len(numbers)
        self._says_something = self._count >= LEAST_DIALOGUES
        if self._says_something:
            random = np.random.default_rng(SEED)
            self._drawn = random.multinomial(self._count, np.full(self._count, 1 / self._count), size=RESAMPLES)

    def means(self, values: Figures) -> list[Interval | None]:
        """Return the interval of the mean of each column of `values`, one row a question; NaN does not count.

        None for a column that counts fewer than ten dialogues.
        """
        if not self._says_something:
            return [None] * values.shape[1]
        counted = ~np.isnan(values)
        sums, counts = (np.zeros((self._count, values.shape[1])) for _ in range(2))
        np.add.at(sums, self._dialogue, np.where(counted, values, 0.0))
        np.add.at(counts, self._dialogue, counted.astype(np.float64))
        with np.errstate(invalid="ignore"):  # a draw without any question that counts has no mean
            means = (self._drawn @ sums) / (self._drawn @ counts)
        enough = (counts > 0).sum(axis=0) >= LEAST_DIALOGUES
        return [_interval(means[:, column]) if enough[column] else None for column in range(values.shape[1])]

    def whole(self, figure: Callable[[Times], Figures]) -> Interval | None:
        """Return the interval of a figure that is no mean.

        `figure` is told how often each question was drawn, (draws, questions), and returns its value in each draw.
        """
        return _interval(figure(self._drawn[:, self._dialogue])) if self._says_something else None


def _interval(drawn: Figures) -> Interval:
    beyond = 100 * (1 - LEVEL) / 2
    low, high = np.nanpercentile(drawn, [beyond, 100 - beyond])
    return float(low), float(high)
