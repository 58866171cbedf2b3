"""Time one BM25 query: rank_bm25's own get_scores beside the frozen matrix, under the same idf.

    python -m benchmarks.lexical_speed --chunks 100000

The chunks are made up: 60 words each, drawn from a vocabulary of 50,000 by Zipf's law. Prints the median time of both
over the same queries, their ratio and the largest difference of any score.
"""

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from qa.indexing.bm25 import FrozenBM25, freeze, lucene_bm25, term_weights

VOCABULARY = 50_000
WORDS = 60
QUERY_WORDS = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    random = np.random.default_rng(7)
    weights = 1.0 / np.arange(1, VOCABULARY + 1)
    drawn = random.choice(VOCABULARY, size=(arguments.chunks, WORDS), p=weights / weights.sum())
    chunks = [[f"w{number}" for number in row] for row in drawn]
    # Words of one chunk, as a question has: some frequent, some rare.
    queries = [list(chunks[i][:QUERY_WORDS]) for i in random.integers(0, arguments.chunks, arguments.queries)]

    model = lucene_bm25(chunks)
    with TemporaryDirectory() as folder:
        freeze(chunks, Path(folder))
        frozen = FrozenBM25.open(Path(folder), len(chunks))
        frozen.scores(term_weights(queries[0]))  # maps the arrays into memory
        own_ms, frozen_ms, differences = [], [], []
        for query in queries:
            started = time.perf_counter()
            own = model.get_scores(query)
            own_ms.append(1000 * (time.perf_counter() - started))
            started = time.perf_counter()
            ours = frozen.scores(term_weights(query))
            frozen_ms.append(1000 * (time.perf_counter() - started))
            differences.append(float(np.abs(own - ours).max()))
    figures = {
        "chunks": arguments.chunks,
        "queries": arguments.queries,
        "rank_bm25_ms": round(float(np.median(own_ms)), 3),
        "frozen_ms": round(float(np.median(frozen_ms)), 3),
        "ratio": round(float(np.median(np.array(own_ms) / np.array(frozen_ms))), 1),
        "largest_difference": max(differences),
    }
    print(json.dumps(figures) if arguments.json else "\n".join(f"{name:20} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
