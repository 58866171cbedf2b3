import pytest
from benchmarks.quality.asking import Asked, ask_all
from benchmarks.quality.passages import (
    PlainSearch,
    Span,
    distinct_documents,
    first_with_gold,
    holds_gold,
    locate,
    reciprocal_rank_fusion,
)
from benchmarks.quality.questions import Gold, Question

from qa.types import Turn

QUAY = "# Quay\n\nThe quay was rebuilt in 1987 after a storm had broken its wall."
FERRY = "# Ferry\n\nThe ferry leaves at nine. Ask the pilot.\n\n## Winter\n\nThe ferry leaves at ten. Ask the pilot."


@pytest.fixture(scope="module")
def assistant(build):
    return build({"quay.md": QUAY, "ferry.md": FERRY}).open()


def ask(assistant, question: Question, history="own") -> Asked:
    return ask_all(assistant, assistant.index, [question], history, 5, lambda: None)[0]


def test_gold_words_are_found_at_the_place_that_is_meant(assistant):
    text = assistant.index.document("ferry.md").text
    places = [text.index("Ask the"), text.rindex("Ask the")]

    def starts(occurrence):
        gold = Gold("ferry.md", "Ask  the\npilot.", occurrence)
        return [span.start for span in locate(assistant.index.document, [gold])]

    assert starts(None) == places
    assert [starts(number) for number in (0, 1, 2)] == [[places[0]], [places[1]], [places[1]]]
    assert locate(assistant.index.document, [Gold("ferry.md", "at noon"), Gold("gone.md", "Ask")]) == []


def test_a_passage_holds_gold_when_they_share_half_of_either():
    gold = [Span("a", 100, 200)]
    assert holds_gold(Span("a", 150, 400), gold)  # half of the gold
    assert not holds_gold(Span("a", 151, 400), gold)
    assert holds_gold(Span("a", 180, 220), gold)  # half of the passage
    assert not holds_gold(Span("a", 181, 221), gold)
    assert not holds_gold(Span("b", 100, 200), gold)
    assert first_with_gold([Span("b", 100, 200), Span("a", 0, 10), Span("a", 90, 210)], gold) == 3
    assert first_with_gold([Span("b", 100, 200)], gold) is None


def test_a_document_takes_the_rank_of_its_best_passage():
    assert distinct_documents([Span("b", 0, 1), Span("a", 0, 1), Span("b", 5, 6)]) == ["b", "a"]


def test_reciprocal_ranks_add_up():
    # Row 7: 1/61 + 1/63; row 3: 1/62 + 1/61, which is more; row 9: 1/62 alone.
    assert reciprocal_rank_fusion([7, 3], [3, 9, 7]) == [3, 7, 9]


def test_plain_retrievers_see_the_question_alone_and_bm25_only_passages_with_its_words(assistant):
    found = PlainSearch(assistant.index).find("When was the quay rebuilt?")
    assert [span.document for span in found.passages["bm25"]] == ["quay.md"]
    assert {span.document for span in found.passages["dense"]} == {"quay.md", "ferry.md"}
    assert found.best_scores["dense"] <= 1.0 + 1e-6
    assert set(found.passages) == {"bm25", "dense", "rrf"}


def test_an_answer_is_held_against_its_gold(assistant):
    question = Question("1", "tuning", "When was the quay rebuilt?", gold=(Gold("quay.md", QUAY.split("\n\n")[1]),))
    asked = ask(assistant, question)
    assert asked.ranks == {"product": 1, "bm25": 1, "dense": 1, "rrf": 1}
    assert asked.verbatim
    assert asked.quote_has_gold
    assert asked.scores["product"] > 0


def test_a_question_is_asked_after_its_own_dialogue_a_foreign_one_or_none(assistant):
    own = (Turn("user", "When does the ferry leave?"), Turn("assistant", "At nine."))
    foreign = (Turn("user", "When was the quay rebuilt?"), Turn("assistant", "In 1987."))
    question = Question("1", "tuning", "And in winter?", own, foreign=foreign, unanswerable=True)
    first = {history: ask(assistant, question, history).quotes[0][1] for history in ("own", "foreign", "none")}
    assert "ferry" in first["own"]
    assert "quay" in first["foreign"]
    assert ask(assistant, question).ranks["product"] is None
