"""Question sets as a TREC folder: `topics.txt`, `qrels.txt`, the passages that are judged, and runs.

The second column of the judgements, which trec_eval does not read, holds the group of a quote, as TREC's diversity
judgements hold the subtopic there. Identifiers are words in these files: white space and "%" stand in them as %20, %25.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape, unescape

from qa.errors import QuestionError
from qa.evaluation.anchors import Documents
from qa.evaluation.sets.fields import HIGHEST_GRADE, HIGHEST_GROUP, Entry, questions_of
from qa.evaluation.sets.files import save, text_of
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.notices import left_out, some
from qa.evaluation.sets.passages import Collection, Passage, collect
from qa.evaluation.sets.problems import Problem
from qa.types import Answer

TOPICS, QRELS, PASSAGES = "topics.txt", "qrels.txt", "passages.trec"
_LEFT_OUT = ("category", "parent_id", "history", "answer", "answers", "author", "note")

_TAG = re.compile(r"<(/?(?:top|num|title|dom|desc|smry|narr|con|fac|def))>", re.IGNORECASE)


def write_trec(questions: Sequence[Question], folder: Path, documents: Documents | None) -> list[str]:
    """Write the folder, with every paragraph of the documents where they are given. Returns what is left out."""
    collection = collect(questions, documents)
    save(folder / TOPICS, "\n".join(map(_topic, questions)))
    lines, repeated = [], []
    for question in questions:
        judged = list(_judged(question, collection))
        if len({passage for passage, _, _ in judged}) < len(judged):
            repeated.append(question.id)
        grades: dict[str, tuple[int, int]] = {}
        for passage, group, grade in judged:
            kept = grades.setdefault(passage, (group, grade))
            grades[passage] = (kept[0], max(kept[1], grade))
        lines += [f"{word(question.id)} {group} {word(name)} {grade}" for name, (group, grade) in grades.items()]
    save(folder / QRELS, "".join(f"{line}\n" for line in lines))
    save(folder / PASSAGES, "".join(map(_passage_text, collection.passages.values())))
    return [*left_out(questions, "TREC", _LEFT_OUT), *_notices(questions, collection, documents, repeated)]


def _notices(
    questions: Sequence[Question], collection: Collection, documents: Documents | None, repeated: list[str]
) -> Iterator[str]:
    if unanswerable := [question.id for question in questions if question.unanswerable]:
        yield f"TREC judges no question as unanswerable: without a judgement are {some(unanswerable)}."
    if repeated:
        yield f"TREC judges a passage once: several quotes in one passage became one judgement in {some(repeated)}."
    if documents is None:
        yield f"Without documents {PASSAGES} holds the gold quotes alone: give an index for all paragraphs."
    else:
        yield "TREC judges passages, not quotes: read again, a quote is the whole paragraph it stands in."
    if collection.own:
        yield f"Gold quotes that no paragraph holds are passages of their own: {collection.own}."


def _topic(question: Question) -> str:
    title = escape(" ".join(question.question.split()))
    return f"<top>\n<num> Number: {escape(word(question.id))} </num>\n<title> {title} </title>\n</top>\n"


def _judged(question: Question, collection: Collection) -> Iterator[tuple[str, int, int]]:
    for gold in question.gold:
        for passage in collection.holding[gold.document, gold.quote]:
            yield passage, gold.group, gold.grade


def _passage_text(passage: Passage) -> str:
    fields = {"DOCNO": word(passage.id), "SOURCE": passage.document, "TITLE": passage.title}
    head = "".join(f"<{name}>{escape(text)}</{name}>\n" for name, text in fields.items())
    return f"<DOC>\n{head}<TEXT>\n{escape(passage.text)}\n</TEXT>\n</DOC>\n"


def word(identifier: str) -> str:
    """Return an identifier as one word.

    >>> word("annual report.pdf#p3")
    'annual%20report.pdf#p3'
    """
    return "".join(quote(c) if c.isspace() or c == "%" else c for c in identifier)


def run_lines(answers: Iterable[tuple[str, Answer]], tag: str = "qa") -> Iterator[str]:
    """Yield the lines of a run file: for each question's id its answer's paragraphs, the best first.

    The paragraphs of a passage follow one another. trec_eval sorts by score, so that this is 1 / rank.
    """
    for question_id, answer in answers:
        paragraphs = dict.fromkeys(
            f"{hit.chunk.document_id}#p{number}" for hit in answer.hits for number in hit.chunk.paragraphs
        )
        for rank, paragraph in enumerate(paragraphs, start=1):
            yield f"{word(question_id)} Q0 {word(paragraph)} {rank} {1 / rank:.6f} {word(tag)}"


def read_trec(folder: Path, documents: Documents | None) -> tuple[list[Question], list[str]]:
    """Read topics and judgements, in the files that this writes or others whose names begin with topics and qrels.

    What a judged passage says is in `passages.trec`, or for "<document>#p<number>" in the documents. Raises `SetError`.
    """
    problems: list[Problem] = []
    passages = _read_passages(folder / PASSAGES)
    topics, qrels = _one(folder, "topics"), _one(folder, "qrels")
    judged = _read_qrels(qrels, problems)
    entries, unjudged = [], []
    for line, topic_id, title in _read_topics(topics):
        gold = []
        for number, passage_id, group, grade in judged.pop(topic_id, []):
            passage = passages.get(passage_id) or _paragraph(passage_id, documents)
            if passage is None:
                text = f"what the passage {passage_id[:100]!r} says is not known: put it into {PASSAGES}"
                problems.append(Problem(str(qrels), number, "", text))
            else:
                gold.append({"document": passage.document, "quote": passage.text, "group": group, "grade": grade})
                continue
            gold.append({"document": "?", "quote": "?"})
        if gold:
            entries.append(Entry(line, {"id": unquote(topic_id), "question": title, "gold": gold}))
        else:
            unjudged.append(unquote(topic_id))
    for topic_id, rows in judged.items():
        problems.append(Problem(str(qrels), rows[0][0], "", f"there is no topic {unquote(topic_id)[:100]!r}"))
    questions = questions_of(topics, entries, problems)
    return questions, [f"Left out, for no passage is judged to answer them: {some(unjudged)}."] if unjudged else []


def _one(folder: Path, beginning: str) -> Path:
    found = sorted(path for path in folder.glob(f"{beginning}*") if path.is_file())
    if len(found) != 1:
        raise QuestionError(
            f"The folder {folder} needs one file whose name begins with {beginning!r}: it has {len(found)}."
        )
    return found[0]


def _read_topics(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, identifier and title of each topic: <top> blocks, or in a .tsv file two columns."""
    text = text_of(path)
    if path.suffix == ".tsv":
        for number, row in enumerate(text.split("\n"), start=1):
            if row.strip():
                topic_id, _, title = row.rstrip("\r").partition("\t")
                yield number, topic_id.strip(), title
        return
    line = began = 1
    fields: dict[str, str] = {}
    before, *parts = _TAG.split(text)
    line += before.count("\n")
    for tag, content in zip(parts[::2], parts[1::2], strict=True):
        name = tag.lower()
        if name == "top":
            began, fields = line, {}
        elif name == "/top":
            yield began, re.sub(r"(?i)^number:\s*", "", fields.get("num", "")), fields.get("title", "")
        else:
            # Of TREC's own topics most leave the end of a field open.
            fields.setdefault(name, unescape(content.strip()))
        line += content.count("\n")


def _read_qrels(path: Path, problems: list[Problem]) -> dict[str, list[tuple[int, str, int, int]]]:
    """Return for each topic the line, passage, group and grade of every passage that is judged relevant."""
    judged: dict[str, list[tuple[int, str, int, int]]] = {}
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            topic, group, passage, grade = line.split()
            if int(grade) > 0:
                place = int(group) if group.isascii() and group.isdigit() and int(group) <= HIGHEST_GROUP else 0
                judged.setdefault(topic, []).append((number, passage, place, min(int(grade), HIGHEST_GRADE)))
        except ValueError:
            problems.append(Problem(str(path), number, "", "not four columns: topic, 0, passage, whole number"))
    return judged


def _read_passages(path: Path) -> dict[str, Passage]:
    if not path.is_file():
        return {}
    passages = {}
    for block in text_of(path).split("<DOC>")[1:]:
        name, source, title = _content(block, "DOCNO").strip(), _content(block, "SOURCE"), _content(block, "TITLE")
        text = _content(block, "TEXT").removeprefix("\n").removesuffix("\n")
        passages[name] = Passage(name, source or name, title, text)
    return passages


def _content(block: str, tag: str) -> str:
    return unescape(block.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0])


def _paragraph(passage_id: str, documents: Documents | None) -> Passage | None:
    found = re.fullmatch(r"(.+)#p([0-9]{1,7})", unquote(passage_id))
    document = documents.document(found[1]) if found and documents is not None else None
    number = int(found[2]) if found else 0
    if document is None or not 1 <= number <= len(document.paragraphs):
        return None
    paragraph = document.paragraphs[number - 1]
    return Passage(passage_id, document.id, document.title, document.text[paragraph.start : paragraph.end])
