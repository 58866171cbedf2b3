"""Runs and comparisons as one HTML file: no script, nothing fetched from elsewhere, light and dark, made for print."""

from collections import Counter
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qa.evaluation import plots
from qa.evaluation.compare import METHOD as TEST
from qa.evaluation.compare import Comparison, first_citation, is_better, name_of, place_of
from qa.evaluation.failures import Failure
from qa.evaluation.measures import ALL, MEASURES
from qa.evaluation.report import figure, interval_in_words, left_out
from qa.evaluation.runs import Run

BY_CATEGORY = ("right", "success_at_1", "ndcg_at_10", "quote_f1")
"""Measures that are shown by category."""


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("qa.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        ALL=ALL,
        BY_CATEGORY=BY_CATEGORY,
        MEASURES=MEASURES,
        TEST=TEST,
        Failure=Failure,
        figure=figure,
        first_citation=first_citation,
        interval=interval_in_words,
        is_better=is_better,
        left_out=left_out,
        name_of=name_of,
        place_of=place_of,
    )
    return made


def run_page(kept: Run) -> str:
    """Return a run as a page: measures, pictures, classes, and every question with gold beside found."""
    pictures = [
        *(plots.by_category(kept.measures, name) for name in BY_CATEGORY),
        plots.risk_coverage([kept]),
        plots.confidence_histogram(kept.questions),
        plots.latency_histogram(kept.questions),
    ]
    return (
        _templates()
        .get_template("run.html")
        .render(
            kept=kept,
            counts=Counter(question.failure for question in kept.questions),
            pictures=[Markup(picture) for picture in pictures if picture],
        )
    )


def comparison_page(compared: list[Comparison]) -> str:
    """Return later runs beside the first one as a page; `compared` is not empty, and all have the same run before."""
    runs = [compared[0].before, *(one.after for one in compared)]
    return (
        _templates()
        .get_template("comparison.html")
        .render(compared=compared, runs=runs, picture=Markup(plots.risk_coverage(runs)))
    )
