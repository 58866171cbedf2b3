"""SQuAD 2.0 dev as a corpus and two question sets: articles of even rank for tuning, odd for the report.

Questions are every `EVERY`-th by sorted id, answerable and unanswerable apart. The data (CC BY-SA 4.0) is not part
of the project: give its folder with --bench.
"""

import html
import json
from collections.abc import Iterator
from pathlib import Path

from qa.indexing.sentences import split_sentences

EVERY = 8


def prepare(source: Path, target: Path) -> tuple[Path, Path, Path]:
    """Write the corpus and the two sets below `target`; return corpus, tuning set and report set."""
    articles = json.loads(source.read_text(encoding="utf-8"))["data"]
    corpus = target / "squad"
    corpus.mkdir(parents=True, exist_ok=True)
    halves: list[list[dict[str, object]]] = [[], []]
    for rank, article in enumerate(articles):
        name = f"{article['title']}.html"
        paragraphs = "\n".join(f"<p>{html.escape(p['context'])}</p>" for p in article["paragraphs"])
        title = html.escape(article["title"].replace("_", " "))
        (corpus / name).write_text(f"<h1>{title}</h1>\n{paragraphs}\n", encoding="utf-8")
        halves[rank % 2].extend(_questions(article, name))
    paths = []
    for label, questions in zip(("tuning", "report"), halves, strict=True):
        path = target / f"squad-{label}.jsonl"
        path.write_text("".join(json.dumps(q) + "\n" for q in _thinned(questions)), encoding="utf-8")
        paths.append(path)
    return corpus, paths[0], paths[1]


def _questions(article: dict[str, list[dict[str, object]]], document: str) -> Iterator[dict[str, object]]:
    for paragraph in article["paragraphs"]:
        context = str(paragraph["context"])
        sentences = split_sentences(context)
        for qa in paragraph["qas"]:  # type: ignore[attr-defined]
            starts = [answer["answer_start"] for answer in qa["answers"]]
            quotes = {context[s:e] for s, e in sentences if any(s <= start < e for start in starts)}
            yield {
                "id": qa["id"],
                "question": qa["question"].strip(),
                "gold": [{"document": document, "quote": " ".join(quote.split())} for quote in sorted(quotes)],
                "unanswerable": not quotes,
                "category": "squad2",
            }


def _thinned(questions: list[dict[str, object]]) -> list[dict[str, object]]:
    ordered = sorted(questions, key=lambda q: str(q["id"]))
    return [q for kind in (False, True) for q in [x for x in ordered if x["unanswerable"] is kind][::EVERY]]
