"""ClapNQ dev: one passage a file; gold is the passage, evidence the sentences that annotators selected."""

import json
from pathlib import Path

from benchmarks.quality.pages import file_name, page
from benchmarks.quality.questions import Gold, Question, QuestionSet, half_of


def prepare(source: Path) -> QuestionSet:
    """Read both files of ClapNQ dev below `source`; a passage that several questions share becomes one file."""
    files: dict[str, bytes] = {}
    questions = []
    for kind in ("answerable", "unanswerable"):
        for line in (source / f"clapnq_dev_{kind}.jsonl").read_text(encoding="utf-8").split("\n"):
            if not line:
                continue
            row = json.loads(line)
            passage = row["passages"][0]
            name = file_name(f"{passage['title']} {passage['text']}")
            files[name] = page([("h1", passage["title"]), ("p", passage["text"])])
            selected = (" ".join(output["selected_sentences"]) for output in row["output"])
            questions.append(
                Question(
                    id=row["id"],
                    half=half_of(row["id"]),
                    question=row["input"],
                    gold=(Gold(name, passage["text"]),) if kind == "answerable" else (),
                    unanswerable=kind == "unanswerable",
                    evidence=tuple(dict.fromkeys(text for text in selected if text)),
                )
            )
    return QuestionSet(files, tuple(questions))
