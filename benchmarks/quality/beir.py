"""SciFact and Cranfield in BEIR's layout: one document a file, whole documents graded."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.quality.pages import page
from benchmarks.quality.questions import Question, QuestionSet, half_of


def prepare(source: Path) -> QuestionSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv` below `source`.

    Documents without any words become no file. Queries without a graded document are not asked.
    """
    files = {}
    for row in _rows(source / "corpus.jsonl"):
        if f"{row['title']}{row['text']}".strip():
            files[f"{row['_id']}.html"] = page([("h1", row["title"]), ("p", row["text"])])
    relevance: dict[str, dict[str, int]] = {}
    for line in (source / "qrels/test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        if int(gain) > 0:
            relevance.setdefault(query, {})[f"{document}.html"] = int(gain)
    questions = (
        Question(row["_id"], half_of(row["_id"]), row["text"], relevance=relevance[row["_id"]])
        for row in _rows(source / "queries.jsonl")
        if row["_id"] in relevance
    )
    return QuestionSet(files, tuple(questions))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
