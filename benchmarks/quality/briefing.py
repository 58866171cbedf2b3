"""The shipped documents with the shipped questions."""

from dataclasses import replace
from pathlib import Path

from benchmarks.quality.dialogues import with_foreign_history
from benchmarks.quality.questions import Gold, Question, QuestionSet, half_of
from qa.evaluation.sets import by_id, history_of, load
from qa.types import Turn


def prepare(corpus: Path, questions: Path) -> QuestionSet:
    """Take the files of `corpus` as they are, and the question set `questions`; a dialogue is in one half.

    A question that opens a dialogue is given another one's opening question with its gold reply as its `foreign`.
    """
    files = {
        path.relative_to(corpus).as_posix(): path.read_bytes() for path in sorted(corpus.rglob("*")) if path.is_file()
    }
    loaded = load(questions)
    known = by_id(loaded)
    asked = []
    for question in loaded:
        root = question
        while root.parent_id is not None:
            root = known[root.parent_id]
        asked.append(
            Question(
                id=question.id,
                half=half_of(root.id),
                question=question.question,
                history=tuple(history_of(question, known)),
                gold=tuple(Gold(gold.document, gold.quote) for gold in question.gold),
                unanswerable=question.unanswerable,
            )
        )
    opening = [question for question in asked if not question.history and not question.unanswerable]
    dialogues = [replace(q, history=(Turn("user", q.question), Turn("assistant", q.gold[0].quote))) for q in opening]
    foreign = {question.id: question for question in with_foreign_history(opening, dialogues)}
    return QuestionSet(files, tuple(foreign.get(question.id, question) for question in asked))
