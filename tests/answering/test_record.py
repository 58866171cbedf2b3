import json

import pytest

from answers import answer as made
from answers import hit
from answers import quote as made_quote
from qa.answering.record import answer_record
from qa.types import Correction, Difference, Expansion

FILES = {
    "night.md": "# Ferries\n\n## At night\n\nThe last ferry to Skarholm leaves at 23:40.\n",
    "day.md": "# Ferries\n\n## By day\n\nFerries to Skarholm leave every 20 minutes from the north quay.\n",
}


FIELDS = ["id", "question", "outcome", "confidence", "quotes", "passages"]
FIELDS += ["differences", "corrections", "expansions", "carried", "index"]
QUOTE_FIELDS = ["text", "document", "paragraph", "page", "heading", "start", "end", "score", "more"]
PASSAGE_FIELDS = ["text", "document", "paragraphs", "start", "end", "score", "lexical_rank", "dense_rank"]
PASSAGE_FIELDS += ["also_in", "replaced_by", "date"]


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture(scope="module")
def answer(built):
    return built.open().ask("When does the last ferry to Skarholm leave?")


def test_an_answer_has_these_fields_and_no_others(answer):
    record = answer_record(answer, "q-1")

    assert list(record) == FIELDS
    for quote in record["quotes"]:
        assert list(quote) == QUOTE_FIELDS
    for passage in record["passages"]:
        assert list(passage) == PASSAGE_FIELDS


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
        "more": [],
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
        "date": "",
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


def test_further_words_are_listed_below_their_quote():
    record = answer_record(made(made_quote("Bring with you:", more=[made_quote("a rope,", number=5)])))

    (further,) = record["quotes"][0]["more"]
    assert list(further) == QUOTE_FIELDS[:-1]
    assert (further["text"], further["paragraph"]) == ("a rope,", 5)


def test_what_was_searched_otherwise_and_what_differs_is_told():
    record = answer_record(
        made(
            made_quote(),
            made_quote("It is 12 crowns."),
            dates=("2019", "2024-03-01"),
            carried=("Skarholm",),
            differences=[Difference("number", (1, 0), ("12", "9"))],
            corrections=[Correction("brth", "berth")],
            expansions=[Expansion("acronym", "PTO", "paid time off", ("pto",), ("paid", "time", "off"))],
        )
    )

    assert record["differences"] == [{"kind": "number", "places": [1, 0], "values": ["12", "9"]}]
    assert record["corrections"] == [{"typed": "brth", "searched": "berth"}]
    assert record["expansions"] == [{"kind": "acronym", "words": "PTO", "added": "paid time off"}]
    assert record["carried"] == ["Skarholm"]
    assert [passage["date"] for passage in record["passages"]] == ["2019", "2024-03-01"]


def test_explained_an_answer_holds_its_terms_and_the_reasons_for_each_passage(answer):
    record = answer_record(answer, explain=True)

    assert list(record) == [*FIELDS[:-1], "terms", "features", "index"]
    assert record["terms"] == dict(answer.query.terms)
    assert record["features"] == {name: round(value, 6) for name, value in answer.features.items()}
    for passage, found in zip(record["passages"], answer.hits, strict=True):
        assert list(passage) == [*PASSAGE_FIELDS, "reasons"]
        reasons = passage["reasons"]
        assert reasons["terms"] == list(found.reasons.terms)
        assert reasons["fused_rank"] == found.reasons.fused_rank
        assert reasons["signals"].keys() <= found.reasons.signals.keys()
        assert sum(reasons["shares"].values()) == pytest.approx(passage["score"], abs=1e-5)
    assert json.loads(json.dumps(record)) == record


def test_reasons_keep_six_decimals():
    (passage,) = answer_record(made(made_quote()), explain=True)["passages"]

    assert passage["reasons"] == {
        "terms": ["berth", "cost"],
        "lexical_score": 7.3125,
        "dense_score": 0.41,
        "fused_score": 0.388,
        "fused_rank": 2,
        "signals": dict(hit(made_quote()).reasons.signals),
        "shares": dict(hit(made_quote()).reasons.shares),
    }
