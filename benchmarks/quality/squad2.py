"""SQuAD 2.0 dev: one article a file; gold is the whole paragraph that a question was asked about."""

import json
from pathlib import Path

from benchmarks.quality.pages import page
from benchmarks.quality.questions import Gold, Half, Question, QuestionSet, every

EVERY = 4


def prepare(source: Path) -> QuestionSet:
    """Read `dev-v2.0.json` below `source`; articles of even rank are for tuning, odd ones for the report.

    Gold is the paragraph and not the sentence of the answer, for the same sentence may stand in two paragraphs of an
    article, while no paragraph stands there twice.
    """
    files: dict[str, bytes] = {}
    questions: list[Question] = []
    for rank, article in enumerate(json.loads((source / "dev-v2.0.json").read_text(encoding="utf-8"))["data"]):
        name = f"{article['title']}.html"
        heading = ("h1", article["title"].replace("_", " "))
        files[name] = page([heading, *(("p", paragraph["context"]) for paragraph in article["paragraphs"])])
        half: Half = "report" if rank % 2 else "tuning"
        for paragraph in article["paragraphs"]:
            gold = (Gold(name, paragraph["context"]),)
            for asked in paragraph["qas"]:
                answers = tuple(dict.fromkeys(answer["text"] for answer in asked["answers"]))
                questions.append(
                    Question(
                        id=asked["id"],
                        half=half,
                        question=asked["question"].strip(),
                        gold=() if asked["is_impossible"] else gold,
                        unanswerable=asked["is_impossible"],
                        answers=answers,
                    )
                )
    return QuestionSet(files, tuple(every(EVERY, questions)))
