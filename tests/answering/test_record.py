import json

import pytest

from qa.answering.record import answer_record

FILES = {
    "night.md": "# Ferries\n\n## At night\n\nThe last ferry to Skarholm leaves at 23:40.\n",
    "day.md": "# Ferries\n\n## By day\n\nFerries to Skarholm leave every 20 minutes from the north quay.\n",
}


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture(scope="module")
def answer(built):
    return built.open().ask("When does the last ferry to Skarholm leave?")


def test_an_answer_has_these_fields_and_no_others(answer):
    record = answer_record(answer, "q-1")

    assert list(record) == ["id", "question", "outcome", "confidence", "quotes", "passages", "index"]
    for quote in record["quotes"]:
        assert list(quote) == ["text", "document", "paragraph", "page", "heading", "start", "end", "score"]
    for passage in record["passages"]:
        assert list(passage) == [
            "text",
            "document",
            "paragraphs",
            "start",
            "end",
            "score",
            "lexical_rank",
            "dense_rank",
            "also_in",
            "replaced_by",
        ]


def test_the_fields_hold_the_answer(built, answer):
    record = answer_record(answer, "q-1")

    assert record["id"] == "q-1"
    assert record["question"] == "When does the last ferry to Skarholm leave?"
    assert record["outcome"] == "answered"
    assert record["confidence"] == round(answer.confidence, 6)
    assert record["index"] == built.report.index_id
    assert record["quotes"][0] == {
        "text": "The last ferry to Skarholm leaves at 23:40.",
        "document": "night.md",
        "paragraph": 1,
        "page": None,
        "heading": "At night",
        "start": 19,
        "end": 62,
        "score": round(answer.quotes[0].score, 6),
    }
    assert record["passages"][0] == {
        "text": "The last ferry to Skarholm leaves at 23:40.",
        "document": "night.md",
        "paragraphs": [1],
        "start": 19,
        "end": 62,
        "score": round(answer.hits[0].score, 6),
        "lexical_rank": 1,
        "dense_rank": 1,
        "also_in": [],
        "replaced_by": None,
    }


def test_quotes_and_passages_go_together(answer):
    record = answer_record(answer)

    assert [quote["document"] for quote in record["quotes"]] == ["night.md", "day.md"]
    assert [passage["document"] for passage in record["passages"]] == ["night.md", "day.md"]


def test_an_answer_without_an_id_says_so(answer):
    assert answer_record(answer)["id"] is None


def test_an_answer_survives_json(answer):
    record = answer_record(answer, "q-1")

    assert json.loads(json.dumps(record)) == record


def test_nothing_found_is_an_answer_too(built):
    record = answer_record(built.open().ask("Who?", documents=["no-such.md"]))

    assert (record["outcome"], record["confidence"]) == ("nothing", 0.0)
    assert (record["quotes"], record["passages"]) == ([], [])
