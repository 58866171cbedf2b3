"""The best figures known for a measure from elsewhere, over whole sets where the table has halves.

Only figures for the same task: whole collections searched, no passage given beforehand.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A figure and who measured it how."""

    value: float
    source: str


KNOWN: dict[tuple[str, str], Known] = {
    ("scifact", "nDCG@10"): Known(
        0.730, "BM25 and all-MiniLM-L6-v2, convex fusion, our own; published: BM25 with a MiniLM cross-encoder .688"
    ),
    ("cranfield", "nDCG@10"): Known(0.570, "BM25 and all-MiniLM-L6-v2, convex fusion, our own"),
    ("squad", "Success@1"): Known(0.893, "late interaction over a convex fusion, 300 questions, our own; txtai .833"),
    ("squad", "Success@5"): Known(0.975, "txtai 9.14 hybrid, 593 questions, measured by us"),
}
