import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from benchmarks.quality import catalogue
from benchmarks.quality.__main__ import main
from benchmarks.quality.asking import Asked
from benchmarks.quality.passages import Span
from benchmarks.quality.questions import Question
from benchmarks.quality.report import SetRun, print_table, record, verdict
from benchmarks.quality.rows import RECIPES, Row
from rich.console import Console

from qa.types import Turn

HERE, ELSEWHERE = Span("here.md", 0, 10), Span("elsewhere.md", 0, 10)


def asked(rank=1, confidence=0.5, quote="in May", **kept) -> Asked:
    """Return a result made by hand: every retriever found the gold at the same rank; `kept` overrides."""
    question = Question(
        id=kept.get("id", "1"),
        half="tuning",
        question="When?",
        unanswerable=kept.get("unanswerable", False),
        relevance=kept.get("relevance", {}),
        answers=kept.get("answers", ("May",)),
        evidence=kept.get("evidence", ("in May",)),
        foreign=kept.get("foreign", ()),
    )
    retrievers = ("product", "bm25", "dense", "rrf")
    return Asked(
        question=question,
        outcome=kept.get("outcome", "answered"),
        passages=dict.fromkeys(retrievers, kept.get("passages", (HERE,))),
        ranks=dict.fromkeys(retrievers, rank),
        scores=dict.fromkeys(retrievers[:3], confidence),
        quotes=((kept.get("place", HERE), quote),),
        quote_has_gold=rank == 1,
        gold=() if question.unanswerable else (HERE,),
        verbatim=True,
        seconds=0.01,
    )


def figures(name, **results) -> dict[str, tuple[float | None, int]]:
    """Return the product's figure and the number of questions of each row of a set."""
    return {row.measure: (row.figures["product"], row.n) for row in RECIPES[name].rows(name, results)}


def test_documents_are_graded_each_at_its_best_passage():
    result = asked(passages=(ELSEWHERE, ELSEWHERE, HERE), relevance={"here.md": 1})
    # Rank 2 among documents: 1 / log2(3).
    assert figures("scifact", own=[result])["nDCG@10"][0] == pytest.approx(0.6309, abs=1e-4)


def test_answers_are_looked_for_in_the_first_quotes_of_answered_questions_alone():
    results = [
        asked(),
        asked(rank=3, quote="in June"),
        asked(outcome="related", quote="in June"),
        asked(None, 0.1, unanswerable=True, answers=(), outcome="answered"),
    ]
    found = figures("squad", own=results)
    assert found["answer in first quote, of answered"] == (0.5, 2)
    assert found["Success@1"] == (pytest.approx(2 / 3), 3)
    assert found["Success@5"] == (1.0, 3)
    assert found["AUROC answerable"] == (1.0, 4)


def test_the_gain_by_a_dialogue_is_measured_from_the_last_question_alone():
    foreign = (Turn("user", "Where?"),)
    own = [asked(), asked(), asked(foreign=foreign), asked(None)]
    alone = [asked(None), asked(), asked(foreign=foreign), asked(None)]
    rows = RECIPES["dialdoc"].rows("dialdoc", {"own": own, "none": alone, "foreign": [asked(None, foreign=foreign)]})
    by_measure = {row.measure: row for row in rows}
    assert by_measure["Success@5 with dialogue"].target == pytest.approx(0.5 + 0.15)
    change = by_measure["Success@5 after a change of subject"]
    assert (change.figures["product"], change.target, change.n) == (0.0, 1.0, 1)


def test_evidence_counts_only_in_quotes_from_the_gold_passage_and_risk_counts_unanswerable_questions():
    results = [
        asked(confidence=0.9, quote="in May"),
        asked(confidence=0.8, quote="in May", place=ELSEWHERE),
        asked(None, 0.7, unanswerable=True, evidence=()),
    ]
    found = figures("clapnq", own=results)
    assert found["evidence F1"] == (0.5, 2)
    # Right, wrong, wrong by falling confidence: 0, 1/2, 2/3.
    assert found["area under risk-coverage"] == (pytest.approx((0 + 1 / 2 + 2 / 3) / 3), 3)
    assert found["precision at half coverage"] == (pytest.approx(1 / 2), 3)


def test_the_verdict_names_what_the_product_falls_short_of():
    def row(product, bm25, target=None, lower_is_better=False):
        return Row("set", "measure", {"product": product, "bm25": bm25, "dense": 0.1}, 9, target, lower_is_better)

    assert verdict(row(0.7, 0.6, 0.7)) == "ok"
    assert verdict(row(0.7, 0.8, 0.7)) == "below plain"
    assert verdict(row(0.7, 0.8, 0.9)) == "below target, plain"
    assert verdict(row(0.69996, 0.6, 0.7)) == "ok"
    assert verdict(Row("set", "measure", {"product": 0.2}, 9, 0.3, lower_is_better=True)) == "ok"
    assert verdict(Row("set", "measure", {"product": 0.2}, 9)) == ""


def test_the_table_and_the_record_show_every_row_and_the_validity_of_quotes():
    rows = [Row("squad", "Success@1", {"product": 0.5, "bm25": 1.0, "dense": 0.25, "rrf": 0.75}, 4, 0.9)]
    run = SetRun("squad", rows, 5, "generation", "fingerprint", 4, 3, 1, 1.0, 2.0, 3.0)
    output = StringIO()
    print_table([run], "report", Console(file=output, width=120))
    for shown in (".500", "1.000", ".250", ".750", ".900", ".893", "below target, plain", "quote validity 0.750"):
        assert shown in output.getvalue()
    kept = json.loads(json.dumps(record([run], "report", "2026-01-01", {"scifact": "absent"})))
    assert kept["sets"][0]["rows"][0]["figures"]["dense"] == 0.25
    assert kept["skipped"] == {"scifact": "absent"}
    assert kept["quote_validity"] == 0.75


def test_a_set_without_its_data_is_skipped_loudly(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["quality", "--bench", str(tmp_path), "--set", "scifact", "doqa"])
    with pytest.raises(SystemExit, match="No set could be measured"):
        main()
    errors = capsys.readouterr().err
    assert "SKIPPED scifact" in errors
    assert "SKIPPED doqa" in errors


def test_every_set_has_a_recipe():
    assert set(RECIPES) == set(catalogue.NAMES)
