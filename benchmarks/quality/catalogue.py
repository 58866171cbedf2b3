"""The sets by name, the cheapest to index first."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.quality import beir, briefing, clapnq, dialogues, squad2
from benchmarks.quality.questions import QuestionSet

ROOT = Path(__file__).parents[2]

# The folder of a set below --bench, and what reads it.
FOLDERS: dict[str, tuple[str, Callable[[Path], QuestionSet]]] = {
    "dialdoc": ("dialdoc", dialogues.prepare_dialdoc),
    "clapnq": ("clapnq", clapnq.prepare),
    "doqa": ("doqa-cooking", dialogues.prepare_doqa),
    "squad": ("squad2", squad2.prepare),
    "cranfield": ("cranfield", beir.prepare),
    "scifact": ("scifact", beir.prepare),
}
NAMES = ("briefing", *FOLDERS)


def prepare(name: str, bench: Path) -> QuestionSet:
    """Return the set `name`. Raises `FileNotFoundError` where its data is absent."""
    if name == "briefing":
        return briefing.prepare(ROOT / "corpus", ROOT / "evals/briefing.jsonl")
    folder, read = FOLDERS[name]
    return read(bench / folder)
