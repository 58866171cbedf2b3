"""Results and runs made by hand."""

from qa.evaluation.failures import Failure
from qa.evaluation.measures import score
from qa.evaluation.record import KeptCode, KeptIndex, KeptQuestion, KeptSet, Run, measures_of
from qa.evaluation.run import Place, Result
from qa.evaluation.sets import Gold, Question
from qa.types import Answer, Paragraph, Query, Quote

GOLD = Gold("quay.md", "The quay was rebuilt in 1987.")


def quote(text, document="quay.md", number=1):
    paragraph = Paragraph(document, number, 0, len(text), len(text), None, "", "text")
    return Quote(paragraph, 0, len(text), text, 0.5)


def result(passage_rank=None, quote_rank=None, outcome="answered", **kept):
    """Return a result made by hand; `kept` overrides the fields of question, answer and result."""
    gold = () if kept.get("unanswerable") else kept.get("gold", (GOLD,))
    question = Question(
        id=kept.get("id", "q"),
        question=kept.get("question", "When was the quay rebuilt?"),
        gold=gold,
        unanswerable=kept.get("unanswerable", False),
        category=kept.get("category", ""),
        parent_id=kept.get("parent_id"),
        answer="",
        answers=kept.get("answers", ()),
        history=kept.get("history", ()),
    )
    answer = Answer(
        question=question.question,
        outcome=outcome,
        confidence=kept.get("confidence", 0.5),
        quotes=tuple(quote(text) for text in kept.get("quotes", ())),
        hits=(),
        features={},
        differences=(),
        corrections=(),
        expansions=(),
        query=Query(question.question, {}, ((question.question, 1.0),), ()),
        index_id="generation",
    )
    ranks = kept.get("ranks", (passage_rank,) * len(gold))
    return Result(
        question,
        answer,
        passage_rank,
        quote_rank,
        kept.get("quotes_verbatim", True),
        kept.get("stale_gold", ()),
        kept.get("seconds", 0.01),
        kept.get("failure", Failure.RIGHT),
        tuple(Place("indexed", (), rank) for rank in ranks),
    )


def scored(*results):
    return [score(one, one.question.id) for one in results]


def kept_question(made, set_name="set.jsonl"):
    """Return a result as a run keeps it."""
    from qa.evaluation.record import _question

    return _question(set_name, made, made.question.parent_id or made.question.id)


def kept_run(*results, run_id="20260101T000000-000001", **changed) -> Run:
    """Return a run of one set with these results."""
    questions: list[KeptQuestion] = [kept_question(one) for one in results]
    return Run(
        **{
            "id": run_id,
            "created": "2026-01-01T00:00:00Z",
            "sets": [KeptSet(name="set.jsonl", sha256="0" * 64, questions=len(questions))],
            "index": KeptIndex(id="generation", fingerprint="f" * 64, model="m", documents=1, passages=1),
            "settings": {"passages": 10},
            "code": KeptCode(version="1", commit=""),
            "seconds": 0.1,
            "intervals": "none",
            "measures": measures_of(questions),
            "questions": questions,
        }
        | changed
    )
