"""Comparing kept runs by their ids."""

from collections.abc import Sequence

from qa.evaluation.compare import Comparison, compare
from qa.web.api.problems import ProblemError
from qa.web.evaluate.kept import KeptRuns

MOST_RUNS = 10


def compared(kept: KeptRuns, run_ids: Sequence[str]) -> list[Comparison]:
    """Hold later runs against the first one. Raises `ProblemError` where there are too few, too many, or one is not."""
    chosen = list(dict.fromkeys(run_ids))
    if not 2 <= len(chosen) <= MOST_RUNS:
        raise ProblemError(422, f"Choose two runs or more to compare, {MOST_RUNS} at most: {len(chosen)} are chosen.")
    before, *later = [kept.read(run_id) for run_id in chosen]
    return [compare(before, after) for after in later]
