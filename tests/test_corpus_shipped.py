"""The documents that ship with the product, and the question set about them."""

from dataclasses import replace
from pathlib import Path, PurePosixPath
from time import perf_counter

import pytest

from qa.evaluation.gate import broken, read_gate
from qa.evaluation.record import AskedSet, ask, asked_set
from qa.evaluation.run import locate
from qa.evaluation.sets import load

EVALS = Path(__file__).parents[1] / "evals"
SET = EVALS / "briefing.jsonl"


@pytest.fixture(scope="module")
def assistant(shipped):
    return shipped.open()


@pytest.fixture(scope="module")
def documents(assistant):
    return [assistant.index.document(document_id) for document_id, _ in assistant.index.titles()]


@pytest.fixture(scope="module")
def questions():
    return load(SET)


def text_of(document, paragraph):
    return document.text[paragraph.start : paragraph.end]


def test_every_file_is_read(shipped, documents):
    files = {path.relative_to(shipped.corpus).as_posix() for path in shipped.corpus.rglob("*") if path.is_file()}

    assert shipped.report.skipped == ()
    assert {document.file for document in documents} == files


def test_there_are_thirty_documents_in_four_formats(documents):
    assert len(documents) >= 30
    assert {PurePosixPath(document.id).suffix for document in documents} >= {".md", ".txt", ".html", ".csv"}


def test_every_document_has_a_title_of_its_own(documents):
    titles = [document.title for document in documents]

    assert len(titles) == len(set(titles))
    assert all(title.strip() for title in titles)


def test_every_document_names_its_source_at_its_foot(documents):
    for document in documents:
        content = [paragraph for paragraph in document.paragraphs if paragraph.kind != "furniture"]
        if document.id.endswith(".csv"):
            assert all("; Source: " in text_of(document, row) for row in content), document.id
        else:
            assert content[-1].kind == "sources", document.id
            assert text_of(document, content[-1]).startswith(("Source: ", "Sources: ")), document.id


def test_the_question_set_is_large_enough(questions):
    assert len(questions) >= 120
    assert sum(question.parent_id is not None for question in questions) >= 25
    assert sum(question.unanswerable for question in questions) >= 30


def test_no_question_is_asked_twice(questions):
    asked = [(question.question.casefold(), question.parent_id) for question in questions]

    assert len(asked) == len(set(asked))


def test_every_answerable_question_has_an_answer_in_words(questions):
    assert all(bool(question.answer) != question.unanswerable for question in questions)


def test_every_gold_quote_stands_in_one_paragraph_that_can_be_quoted(assistant, questions):
    for question in questions:
        for gold in question.gold:
            document = assistant.index.document(gold.document)
            places = locate(assistant, gold)
            assert places, f"{question.id}: {gold.quote!r} stands nowhere in {gold.document}"
            for place in places:
                holding = [p for p in document.paragraphs if p.start <= place.start and place.end <= p.body_end]
                assert [paragraph.kind for paragraph in holding] == ["text"], f"{question.id}: {gold.quote!r}"


def test_gold_quotes_are_spread_over_most_documents(documents, questions):
    cited = {gold.document for question in questions for gold in question.gold}

    assert len(cited) >= 0.8 * len(documents)


def test_the_index_over_the_shipped_documents_passes_the_gate_that_ships(assistant):
    gate = read_gate(EVALS / "gate.yaml")
    kept, _ = ask(assistant, [asked_set(path, load(path)) for path in gate.sets])

    assert broken(gate, kept) == []


@pytest.mark.slow
def test_a_thousand_questions_take_hardly_longer_than_asking_them(assistant, questions, capsys):
    alone = [question for question in questions if question.parent_id is None]
    thousand = [replace(alone[number % len(alone)], id=str(number)) for number in range(1000)]
    started = perf_counter()

    kept, _ = ask(assistant, [AskedSet(SET.name, "", thousand)])

    took = perf_counter() - started
    with capsys.disabled():
        print(
            f"\n1,000 questions: {took:.2f} s in all, {kept.seconds:.2f} s of asking: {took / kept.seconds:.3f} times"
        )
    assert took <= 1.2 * kept.seconds
