"""Time a build after a small change beside the first one.

    python -m benchmarks.reindex --documents 1000 --change 10

Makes small documents, builds an index over them, changes a few, and builds again. The model is exported beforehand, so
that the first time is that of reading and embedding alone. Prints both times and their ratio.
"""

import argparse
import json
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from qa.indexing.build import BuildReport, build_index

WORDS_KNOWN = (
    "harbour office member leave form apply day week month year pay house lift repair night river gate close water "
    "metre ferry ticket price quay boat pilot winter summer doctor note illness birth parent child school city road "
    "bridge train station letter post record file claim court order law rule board meeting minute agenda vote chair "
    "budget report audit risk fire alarm drill exit stair floor room seat desk key lock card guest visit tour museum "
    "garden tree plant soil seed crop field farm market shop stock trade ship crew captain storm wind rain snow ice"
).split()
PARAGRAPHS = 4
SENTENCES = 3
WORDS = 14


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--change", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    chance = random.Random(7)
    with TemporaryDirectory() as folder:
        corpus, index = Path(folder) / "corpus", Path(folder) / "index"
        corpus.mkdir()
        _write(corpus, 0, chance)
        build_index(corpus, index)  # exports the model
        for number in range(arguments.documents):
            _write(corpus, number, chance)
        first_seconds, first = _timed(corpus, index)
        for number in chance.sample(range(arguments.documents), arguments.change):
            _write(corpus, number, chance)
        second_seconds, second = _timed(corpus, index)
    figures = {
        "documents": arguments.documents,
        "passages": second.chunk_count,
        "first_seconds": round(first_seconds, 2),
        "first_embedded": first.embedded_count,
        "second_seconds": round(second_seconds, 2),
        "second_embedded": second.embedded_count,
        "second_changed": len(second.changed),
        "ratio": round(second_seconds / first_seconds, 4),
    }
    print(json.dumps(figures) if arguments.json else "\n".join(f"{name:16} {value}" for name, value in figures.items()))


def _timed(corpus: Path, index: Path) -> tuple[float, BuildReport]:
    started = time.perf_counter()
    report = build_index(corpus, index)
    return time.perf_counter() - started, report


def _write(corpus: Path, number: int, chance: random.Random) -> None:
    def sentence() -> str:
        words = " ".join(chance.choices(WORDS_KNOWN, k=WORDS))
        return f"{words[0].upper()}{words[1:]}."

    sections = [f"## {sentence()[:30]}\n\n" + " ".join(sentence() for _ in range(SENTENCES)) for _ in range(PARAGRAPHS)]
    text = f"# Document {number}\n\n" + "\n\n".join(sections) + "\n"
    (corpus / f"document-{number:05}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
