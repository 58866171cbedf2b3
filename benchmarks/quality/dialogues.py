"""DialDoc and DoQA: dialogues over one document each, with the words that every reply is grounded in."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.quality.pages import file_name, page
from benchmarks.quality.questions import Gold, Question, QuestionSet, half_of
from qa.types import Turn

UNANSWERABLE = "CANNOTANSWER"


def prepare_dialdoc(source: Path) -> QuestionSet:
    """Read `docs.jsonl` and `turns.jsonl` below `source`: one document a file, its sections under their headings.

    The last speaker of every turn is the user. Questions that open a dialogue are given the history of a dialogue on
    another document as their `foreign`.
    """
    texts = {row["doc_id"]: row["text"] for row in _rows(source / "docs.jsonl")}
    files = {file_name(key): page(_sections(text)) for key, text in texts.items()}
    questions: list[Question] = []
    dialogues: dict[str, Question] = {}
    for row in _rows(source / "turns.jsonl"):
        quote, start = row["answers"]["text"][0], row["answers"]["answer_start"][0]
        gold = Gold(file_name(row["doc_id"]), quote, _occurrence(texts[row["doc_id"]], quote, start))
        history = tuple(_turn(line) for line in reversed(row["history_newest_first"]))
        question = Question(
            id=row["id"],
            half=half_of(row["dial_id"]),
            question=row["question"],
            history=history,
            gold=(gold,),
            evidence=(quote,),
        )
        questions.append(question)
        longest = dialogues.get(row["dial_id"], question)
        dialogues[row["dial_id"]] = max(question, longest, key=lambda q: len(q.history))
    opening = [question for question in questions if not question.history]
    later = [question for question in questions if question.history]
    return QuestionSet(files, (*with_foreign_history(opening, list(dialogues.values())), *later))


def prepare_doqa(source: Path) -> QuestionSet:
    """Read DoQA cooking, dev and test, below `source`: one passage a file, without the title of its thread.

    The title is the question that opened the thread, which the passage answers: with it, finding it were too easy.
    """
    files: dict[str, bytes] = {}
    questions = []
    for part in ("dev", "test"):
        path = source / f"doqa-cooking-{part}-v2.1.json"
        for thread in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for dialogue in thread["paragraphs"]:
                text = dialogue["context"].strip().removesuffix(UNANSWERABLE).strip()
                name = file_name(f"passage {text}")
                files[name] = page([("p", text)])
                questions.extend(_doqa_questions(dialogue, name, text))
    return QuestionSet(files, tuple(questions))


def _doqa_questions(dialogue: dict[str, Any], document: str, text: str) -> list[Question]:
    questions: list[Question] = []
    history: tuple[Turn, ...] = ()
    for row in dialogue["qas"]:
        reply = row["orig_answer"]["text"]
        unanswerable = reply == UNANSWERABLE
        answers = () if unanswerable else row["answers"]
        spans = {a["text"]: a["answer_start"] for a in answers if a["text"].strip() not in ("", UNANSWERABLE)}
        if not spans and not unanswerable:
            continue  # three of the 2,708 replies are blank: nothing can be held against them
        questions.append(
            Question(
                id=row["id"],
                half=half_of(dialogue["id"]),
                question=row["question"],
                history=history,
                gold=tuple(Gold(document, quote, _occurrence(text, quote, start)) for quote, start in spans.items()),
                unanswerable=unanswerable,
                evidence=tuple(spans),
            )
        )
        said = "The documents do not answer this." if unanswerable else reply
        history = (*history, Turn("user", row["question"]), Turn("assistant", said))
    return questions


def with_foreign_history(questions: Sequence[Question], dialogues: Sequence[Question]) -> list[Question]:
    """Give each question the history of a dialogue of its half on other documents, always the same one.

    `dialogues` are last turns with their histories. Where there is none on other documents, `foreign` stays empty.
    """
    order = sorted(dialogues, key=lambda d: zlib.crc32(f"foreign {d.id}".encode()))
    given = []
    for question in questions:
        own = {gold.document for gold in question.gold}
        others = [d for d in order if d.history and d.half == question.half and not own & {g.document for g in d.gold}]
        place = zlib.crc32(question.id.encode())
        given.append(replace(question, foreign=others[place % len(others)].history) if others else question)
    return given


def _sections(text: str) -> list[tuple[str, str]]:
    """Return the blocks of a DialDoc text: sections stand apart by blank lines, each after the line of its heading."""
    blocks: list[tuple[str, str]] = []
    for section in filter(str.strip, text.split("\n\n")):
        heading, _, words = section.strip("\n").partition("\n")
        blocks.append(("h2" if blocks else "h1", heading))
        blocks.extend(("p", line) for line in words.split("\n"))
    return blocks


def _turn(line: str) -> Turn:
    speaker, _, words = line.partition(":")
    return Turn("user" if speaker == "user" else "assistant", words)


def _occurrence(text: str, quote: str, start: int) -> int:
    """Return how many places with the same words stand before `start`."""
    return text.count(quote.strip(), 0, start + len(quote) - len(quote.lstrip()))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
