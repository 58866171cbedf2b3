"""Question sets as SQuAD v2: every document a context, every answer a span of it.

Its answers are short: the set's short answers where they stand in a gold quote, else the quote. Read again, the quote
is the sentence or sentences that a span stands in, and the span a short answer unless it is all of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.errors import QuestionError
from qa.evaluation.anchors import Documents, anchor
from qa.evaluation.sets.fields import Entry, questions_of
from qa.evaluation.sets.files import save, text_of
from qa.evaluation.sets.jsonl import parsed_json
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.notices import left_out, some
from qa.evaluation.sets.problems import Problem
from qa.indexing.sentences import split_sentences

VERSION = "v2.0"
_LEFT_OUT = ("category", "parent_id", "history", "answer", "author", "note", "grade", "group")


def write_squad(questions: Sequence[Question], path: Path, documents: Documents | None) -> list[str]:
    """Write the contexts and their questions. Returns what is left out.

    Raises `QuestionError` without documents: their text is what the answers are spans of.
    """
    if documents is None:
        raise QuestionError("SQuAD holds the documents' text: give the index that has it (--index).")
    writing = _Writing(documents)
    for question in questions:
        writing.add(question)
    articles = [
        {"title": document, "paragraphs": [{"context": writing.contexts[document], "qas": asked}]}
        for document, asked in writing.asked.items()
    ]
    save(path, json.dumps({"version": VERSION, "data": articles}, ensure_ascii=False) + "\n")
    return [*left_out(questions, "SQuAD", _LEFT_OUT), *writing.notices()]


class _Writing:
    """Puts questions to the contexts that answer them, and gathers what cannot be held."""

    def __init__(self, documents: Documents) -> None:
        self.contexts: dict[str, str] = {}
        self.asked: dict[str, list[dict[str, Any]]] = {}
        self._documents = documents
        self._stale: list[str] = []
        self._other: list[str] = []
        self._answers: list[str] = []
        self._unanswerable: list[str] = []
        self._nowhere: list[str] = []

    def add(self, question: Question) -> None:
        if question.unanswerable:
            document = self._any_document()
            if document:
                self._unanswerable.append(question.id)
                self._ask(document, question, [])
            else:
                self._nowhere.append(question.id)
            return
        standing = {gold: self._spans(gold.document, gold) for gold in question.gold}
        held = [gold for gold in question.gold if standing[gold]]
        if len(held) < len(question.gold):
            self._stale.append(question.id)
        if not held:
            return
        document = held[0].document
        if any(gold.document != document for gold in held):
            self._other.append(question.id)
        text = self.contexts[document]
        found: list[tuple[int, str]] = []
        for gold in held:
            if gold.document == document:
                start, end = standing[gold][0]
                found += list(_short(question.answers, text, start, end)) or [(start, text[start:end])]
        if set(question.answers) - {words for _, words in found}:
            self._answers.append(question.id)
        self._ask(document, question, [{"text": words, "answer_start": start} for start, words in found])

    def _spans(self, document_id: str, gold: Any) -> tuple[tuple[int, int], ...]:
        document = self._documents.document(document_id)
        if document is None:
            return ()
        self.contexts.setdefault(document_id, document.text)
        return anchor(document, gold).spans

    def _any_document(self) -> str:
        """Return a document for a question that none answers: one that is there already, else the first."""
        if self.asked:
            return next(iter(self.asked))
        for document_id, _ in self._documents.titles():
            document = self._documents.document(document_id)
            if document is not None:
                self.contexts.setdefault(document_id, document.text)
                return document_id
        return ""

    def _ask(self, document: str, question: Question, answers: list[dict[str, Any]]) -> None:
        self.asked.setdefault(document, []).append(
            {"id": question.id, "question": question.question, "answers": answers, "is_impossible": not answers}
        )

    def notices(self) -> Iterator[str]:
        """Yield what could not be held, in words."""
        yield "SQuAD orders questions by document, and keeps of a quote the place of its answer."
        if self._stale:
            yield f"Gold quotes that no longer stand in their document were left out of {some(self._stale)}."
        if self._other:
            yield f"SQuAD asks a question of one document: gold in further ones was left out of {some(self._other)}."
        if self._answers:
            yield f"Short answers that stand in no gold quote as written were left out of {some(self._answers)}."
        if self._unanswerable:
            yield f"Unanswerable questions stand beside a document, for SQuAD needs one: {some(self._unanswerable)}."
        if self._nowhere:
            yield f"There is no document to put unanswerable questions to: left out {some(self._nowhere)}."


def _short(answers: Sequence[str], text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the short answers that stand between two offsets of a text, each with its place."""
    for answer in answers:
        place = text.find(answer, start, end)
        if place >= 0:
            yield place, answer


def read_squad(path: Path) -> tuple[list[Question], list[str]]:
    """Read SQuAD v1.1 or v2. A document is called like its article. Raises `SetError` or `QuestionError`."""
    try:
        content = parsed_json(text_of(path))
    except ValueError as error:
        return questions_of(path, (), [Problem(str(path), getattr(error, "line", None), "", str(error))]), []
    articles = content.get("data") if isinstance(content, dict) else None
    if not isinstance(articles, list):
        return questions_of(path, (), [Problem(str(path), None, "data", "missing: this is not SQuAD")]), []
    entries = (entry for number, article in enumerate(articles) for entry in _article(number, article))
    questions = questions_of(path, entries)
    notices = ["Documents are called like the articles: index their contexts under these names."]
    if any(question.unanswerable for question in questions):
        notices.append("SQuAD's unanswerable questions are so by one paragraph: another document may answer them.")
    return questions, notices


def _article(number: int, article: Any) -> Iterator[Entry]:
    where = f"data[{number}]"
    title = article.get("title") if isinstance(article, dict) else None
    paragraphs = article.get("paragraphs") if isinstance(article, dict) else None
    if not isinstance(title, str) or not title.strip() or not isinstance(paragraphs, list):
        yield _broken(where, 'needs "title" and a list of "paragraphs"')
        return
    for index, paragraph in enumerate(paragraphs):
        place = f"{where}.paragraphs[{index}]"
        context = paragraph.get("context") if isinstance(paragraph, dict) else None
        asked = paragraph.get("qas") if isinstance(paragraph, dict) else None
        if not isinstance(context, str) or not isinstance(asked, list):
            yield _broken(place, 'needs "context" and a list of "qas"')
            continue
        for row, fields in enumerate(asked):
            yield _entry(f"{place}.qas[{row}]", fields, title, context)


def _broken(where: str, problem: str) -> Entry:
    return Entry(None, where=where, problems=(("", problem),), broken=True)


def _entry(where: str, fields: Any, document: str, context: str) -> Entry:
    if not isinstance(fields, dict):
        return _broken(where, "not a question")
    impossible, answers = fields.get("is_impossible", False), fields.get("answers", [])
    problems = []
    if not isinstance(impossible, bool):
        problems.append(("is_impossible", "needs to be true or false"))
    if not isinstance(answers, list):
        problems.append(("answers", "needs to be a list"))
        answers = []
    quotes: dict[str, None] = {}
    short: dict[str, None] = {}
    for number, answer in enumerate(answers):
        span = _span(answer, context)
        if span is None:
            problems.append((f"answers[{number}]", 'needs "text" that stands in the context from "answer_start" on'))
            continue
        quote = _sentences(context, *span)
        quotes[quote] = None
        words = context[span[0] : span[1]]
        if words.strip() != quote:
            short[words] = None
    read = {
        "id": fields.get("id"),
        "question": fields.get("question"),
        "unanswerable": impossible is True,
        "gold": [{"document": document, "quote": quote} for quote in quotes],
        "answers": list(short),
    }
    if problems:
        # What follows from these would be said twice.
        read |= {"unanswerable": True, "gold": [], "answers": []}
    return Entry(None, read, where=where, problems=tuple(problems))


def _span(answer: Any, context: str) -> tuple[int, int] | None:
    fields: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    words, start = fields.get("text"), fields.get("answer_start")
    if not isinstance(words, str) or not words.strip() or type(start) is not int or start < 0:
        return None
    return (start, start + len(words)) if context.startswith(words, start) else None


def _sentences(context: str, start: int, end: int) -> str:
    """Return the sentences that a span touches, of its line or lines."""
    first = context.rfind("\n", 0, start) + 1
    last = context.find("\n", end)
    line = context[first : last if last >= 0 else len(context)]
    touched = [(a, b) for a, b in _split(line) if a < end - first and start - first < b]
    return line[touched[0][0] : touched[-1][1]].strip() if touched else context[start:end].strip()


@lru_cache(maxsize=8)
def _split(line: str) -> list[tuple[int, int]]:
    """Split a line into sentences: many questions are asked of the same."""
    return split_sentences(line)
