"""Question sets as a BEIR folder: `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`.

The three files say which passages answer which question, for any retriever. What they have no column for stands under
`metadata`, a field that the format keeps free: so nothing of a set is lost.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.evaluation.anchors import Documents
from qa.evaluation.sets.fields import HIGHEST_GRADE, Entry, fields_of, questions_of
from qa.evaluation.sets.files import save, text_of
from qa.evaluation.sets.jsonl import parsed_json
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.notices import some
from qa.evaluation.sets.passages import Collection, Passage, collect
from qa.evaluation.sets.problems import Problem

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels/test.tsv"
HEADER = "query-id\tcorpus-id\tscore"

Qrels = dict[str, dict[str, int]]


def write_beir(questions: Sequence[Question], folder: Path, documents: Documents | None) -> list[str]:
    """Write the folder, with every paragraph of the documents where they are given. Returns what is to be known."""
    collection = collect(questions, documents)
    save(folder / CORPUS, _lines(_corpus_fields(passage) for passage in collection.passages.values()))
    save(folder / QUERIES, _lines(_query_fields(question, collection) for question in questions))
    qrels = [
        f"{question.id}\t{passage}\t{grade}"
        for question in questions
        for passage, grade in collection.relevant(question).items()
    ]
    save(folder / QRELS, "\n".join([HEADER, *qrels]) + "\n")
    notices = []
    if documents is None:
        notices.append(f"Without documents {CORPUS} holds the gold quotes alone: give an index for all paragraphs.")
    if collection.own:
        notices.append(f"Gold quotes that no paragraph holds are passages of their own: {collection.own}.")
    return notices


def _lines(rows: Iterator[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _corpus_fields(passage: Passage) -> dict[str, Any]:
    return {"_id": passage.id, "title": passage.title, "text": passage.text, "metadata": {"document": passage.document}}


def _query_fields(question: Question, collection: Collection) -> dict[str, Any]:
    metadata = fields_of(question)
    query_id, text = metadata.pop("id"), metadata.pop("question")
    for gold in metadata["gold"]:
        gold["passages"] = list(collection.holding[gold["document"], gold["quote"]])
    return {"_id": query_id, "text": text, "metadata": metadata}


def read_beir(folder: Path) -> tuple[list[Question], list[str]]:
    """Read the questions that `qrels/test.tsv` judges, and those marked as unanswerable. Raises `SetError`.

    The judgements are what counts: where they were changed since the quotes were written beside the questions, a quote
    has its passage's score, and a passage without a quote is one as a whole.
    """
    problems: list[Problem] = []
    judged = _read_qrels(folder / QRELS, problems)
    needed = {passage for passages in judged.values() for passage in passages}
    corpus = _read_corpus(folder / CORPUS, needed, problems)
    unjudged: list[str] = []
    entries = []
    for line, fields in _objects(folder / QUERIES, problems):
        scores = judged.pop(str(fields["_id"]), {})
        entry = _entry(line, fields, scores, corpus, folder, problems)
        if entry is None:
            unjudged.append(str(fields["_id"]))
        else:
            entries.append(entry)
    problems += [
        Problem(str(folder / QRELS), None, "query-id", f"{QUERIES} has no query {query[:100]!r}")
        for query in list(judged)[:20]
    ]
    questions = questions_of(folder / QUERIES, entries, problems)
    notices = [f"Left out, for {QRELS} says of no passage that it answers them: {some(unjudged)}."] if unjudged else []
    return questions, notices


def _entry(
    line: int,
    fields: Mapping[str, Any],
    scores: dict[str, int],
    corpus: Mapping[str, Passage],
    folder: Path,
    problems: list[Problem],
) -> Entry | None:
    """Return a question, or None where nothing is known of its answer."""
    metadata = fields.get("metadata")
    # Other sets keep other things there.
    own = dict(metadata) if isinstance(metadata, dict) and isinstance(metadata.get("gold"), list) else {}
    relevant = {passage: score for passage, score in scores.items() if score > 0}
    if not relevant and own.get("unanswerable") is not True:
        return None
    for passage in relevant.keys() - corpus.keys():
        problems.append(Problem(str(folder / QRELS), None, "corpus-id", f"{CORPUS} has no passage {passage[:100]!r}"))
    gold = own.pop("gold", [])
    own["gold"] = _gold(gold, {passage: relevant[passage] for passage in relevant if passage in corpus}, corpus)
    if relevant:
        own.pop("unanswerable", None)
    return Entry(line, {"id": str(fields["_id"]), "question": fields.get("text"), **own})


def _gold(said: Sequence[Any], relevant: dict[str, int], corpus: Mapping[str, Passage]) -> list[dict[str, Any]]:
    """Return the quotes of the passages that are relevant, and as a whole those passages that have no quote."""
    quotes = [dict(item) for item in said if isinstance(item, dict) and isinstance(item.get("passages"), list)]
    implied: dict[str, int] = {}
    for quote in quotes:
        for passage in quote["passages"]:
            implied[str(passage)] = max(implied.get(str(passage), 0), _grade(quote))
    gold = []
    for quote in quotes:
        scores = [relevant[str(passage)] for passage in quote.pop("passages") if str(passage) in relevant]
        if scores:
            gold.append(quote if implied == relevant else quote | {"grade": max(scores)})
    whole = [passage for passage in relevant if passage not in implied]
    return gold + [
        {"document": corpus[passage].document, "quote": corpus[passage].text, "grade": relevant[passage]}
        for passage in whole
    ]


def _grade(quote: Mapping[str, Any]) -> int:
    grade = quote.get("grade", 1)
    return grade if isinstance(grade, int) else 1


def _read_qrels(path: Path, problems: list[Problem]) -> Qrels:
    judged: Qrels = {}
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and cells[-1] == "score"):
            continue
        try:
            query, passage, score = cells
            judged.setdefault(query, {})[passage] = min(int(score), HIGHEST_GRADE)
        except ValueError:
            problems.append(Problem(str(path), number, "", f"not three columns {HEADER.split()} with a whole number"))
    return judged


def _read_corpus(path: Path, needed: set[str], problems: list[Problem]) -> dict[str, Passage]:
    passages = {}
    for number, fields in _objects(path, problems):
        passage_id = str(fields["_id"])
        if passage_id not in needed:
            continue
        if not isinstance(fields.get("text"), str) or not fields["text"].strip():
            problems.append(Problem(str(path), number, "text", "missing or blank"))
            continue
        metadata = fields.get("metadata")
        document = metadata.get("document") if isinstance(metadata, dict) else None
        title = fields.get("title")
        passages[passage_id] = Passage(
            passage_id,
            document if isinstance(document, str) and document.strip() else passage_id,
            title if isinstance(title, str) else "",
            fields["text"],
        )
    return passages


def _objects(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a file of JSON lines that have an `_id`; the others are problems."""
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = parsed_json(line)
        except ValueError as error:
            problems.append(Problem(str(path), number, "", str(error)))
            continue
        if not isinstance(fields, dict):
            problems.append(Problem(str(path), number, "", "not a JSON object"))
        elif not isinstance(fields.get("_id"), str | int) or not str(fields["_id"]).strip():
            problems.append(Problem(str(path), number, "_id", "missing or blank"))
        else:
            yield number, fields
