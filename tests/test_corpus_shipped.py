"""The documents that ship with the product, and the question set about them."""

from pathlib import Path, PurePosixPath

import pytest

from qa.evaluation.run import locate
from qa.evaluation.sets import load

SET = Path(__file__).parents[1] / "evals" / "briefing.jsonl"


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
