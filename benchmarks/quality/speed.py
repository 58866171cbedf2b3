"""Time a question from end to end beside encoding that question alone, over 1,000 and 100,000 passages.

    python -m benchmarks.quality.speed

The ratio counts, for both are timed in turn in the same run, warm: a busy machine slows both. The documents are made by
code, the questions are those on the shipped documents. The large index has drawn vectors (`large_index.py`).
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console

from benchmarks.quality import synthetic
from benchmarks.quality.catalogue import ROOT
from benchmarks.quality.large_index import build_large
from qa.answering.assistant import Assistant
from qa.evaluation.sets import load
from qa.indexing.build import build_index
from qa.indexing.index import LocalIndex

SMALL, LARGE = 1_000, 100_000
TARGETS = {SMALL: 5.0, LARGE: 25.0}


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians in milliseconds over the questions, and the ratio of the two."""

    passages: int
    questions: int
    encode_ms: float
    ask_ms: float
    ratio: float
    target: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="keep corpora and indexes here (default: a temporary folder)")
    parser.add_argument("--passages", type=int, nargs="+", choices=sorted(TARGETS), default=sorted(TARGETS))
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    questions = [q.question for q in load(ROOT / "evals/briefing.jsonl") if q.parent_id is None]
    timings = []
    with TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        for passages in arguments.passages:
            index = LocalIndex.open(_built(work, passages))
            timings.append(timed(index, questions, TARGETS[passages]))
            index.close()
    for timing in timings:
        print(
            f"{timing.passages:>7} passages: question {timing.ask_ms:.1f} ms, encoding it {timing.encode_ms:.1f} ms, "
            f"ratio {timing.ratio:.1f} (target {timing.target:.0f}), medians over {timing.questions} questions"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(timing) for timing in timings], indent=1) + "\n", encoding="utf-8")


def timed(index: LocalIndex, questions: list[str], target: float) -> Timing:
    """Ask and encode every question in turn, after a first round that warms up both."""
    assistant = Assistant(index)
    encode, ask = [], []
    for question in questions:
        assistant.ask(question)
    for question in questions:
        started = time.perf_counter()
        index.encoder.read_queries([question])
        encoded = time.perf_counter()
        assistant.ask(question)
        ask.append(1000 * (time.perf_counter() - encoded))
        encode.append(1000 * (encoded - started))
    return Timing(
        passages=index.vector_count,
        questions=len(questions),
        encode_ms=median(encode),
        ask_ms=median(ask),
        ratio=median(ask) / median(encode),
        target=target,
    )


def _built(work: Path, passages: int) -> Path:
    """Return an up-to-date index over that many passages; the large one needs the small one's vectors."""
    folder = work / f"speed-{passages}"
    corpus, index = folder / "corpus", folder / "index"
    if passages == SMALL:
        with Console(stderr=True).status(f"Indexing {passages:,} passages"):
            synthetic.write(corpus, passages, ROOT / "corpus")
            build_index(corpus, index)
        return index
    real = LocalIndex.open(_built(work, SMALL))
    with Console(stderr=True).status(f"Indexing {passages:,} passages with drawn vectors"):
        synthetic.write(corpus, passages, ROOT / "corpus")
        build_large(corpus, index, real)
    real.close()
    return index


if __name__ == "__main__":
    main()
