import pytest
from pydantic import ValidationError

from answers import Titles, answer, quote
from qa.types import Correction, Difference, Expansion
from qa.web.answers import Side, WordPair, shown_answer
from qa.web.citations import source_address

TITLES = Titles({"port/fees.md": "Fees", "2026.md": "Fees of 2026"})


def test_what_is_known_of_an_answer_is_shown():
    made = answer(
        quote(),
        outcome="related",
        carried=["berth"],
        corrections=[Correction("brth", "berth")],
        expansions=[Expansion("synonym", "berth", "mooring", (), ()), Expansion("spelling", "colour", "color", (), ())],
    )

    shown = shown_answer(made, TITLES)

    assert (shown.question, shown.outcome, shown.confidence) == (made.question, "related", 0.7)
    assert (shown.carried, shown.index) == (["berth"], "generation")
    assert shown.corrections == [WordPair(typed="brth", searched="berth")]
    assert shown.also_searched == [WordPair(typed="berth", searched="mooring")]


def test_a_passage_is_cited_by_words_and_place():
    made = answer(quote(page="12"), dates=["2024-03"], also_in=("old.md, ¶ 2",), replaced_by="2026.md")

    (passage,) = shown_answer(made, TITLES).passages

    words = passage.words
    assert (words.label, words.text, words.citation) == ("1", "A berth costs 9 crowns.", "port/fees.md, p. 12, ¶ 4")
    assert (words.page, words.paragraph, words.start, words.end) == ("12", 4, 100, 123)
    assert words.source == source_address(made.quotes[0], made.hits[0].chunk)
    assert (passage.document, passage.title, passage.heading) == ("port/fees.md", "Fees", "Berths")
    assert (passage.date, passage.also_in) == ("2024-03", ["old.md, ¶ 2"])
    assert (passage.replaced_by, passage.replaced_by_title) == ("2026.md", "Fees of 2026")


def test_what_is_not_known_is_empty():
    (passage,) = shown_answer(answer(quote(document="new.md")), TITLES).passages

    assert (passage.title, passage.date, passage.replaced_by, passage.replaced_by_title) == ("", "", "", "")
    assert passage.words.page is None


def test_every_words_have_a_label_of_their_own():
    listed = quote("Bring:", more=[quote("a rope,"), quote("a lamp.")])

    shown = shown_answer(answer(listed, quote()), TITLES)

    labels = [words.label for passage in shown.passages for words in (passage.words, *passage.more)]
    assert labels == ["1", "1b", "1c", "2"]


def test_sources_that_differ_name_their_passages():
    made = answer(quote(), quote("It is 12."), differences=[Difference("number", (1, 0), ("12", "9"))])

    (differing,) = shown_answer(made, TITLES).differences

    assert differing.kind == "number"
    assert differing.sides == [Side(passage=1, value="12"), Side(passage=0, value="9")]


def test_why_a_passage_stands_there_is_told_with_what_added_most_first():
    why = shown_answer(answer(quote(), dense_rank=3), TITLES).passages[0].why

    assert (why.words, why.score) == (["berth", "cost"], 0.7)
    assert (why.lexical_rank, why.lexical_score, why.dense_rank, why.dense_score) == (1, 7.3125, 3, 0.41)
    assert [(signal.name, signal.seen, signal.added) for signal in why.signals] == [
        ("date", None, 0.1),
        ("sentence: neighbours", 1.0, 0.08),
        ("cosine", 0.41, 0.0574),
        ("bm25", 0.5, 0.03),
    ]
    assert why.signals[1].label == "sentence: words side by side"


def test_where_nothing_was_found_there_is_no_passage():
    shown = shown_answer(answer(outcome="nothing"), TITLES)

    assert (shown.outcome, shown.passages) == ("nothing", [])


def test_an_answer_with_what_none_has_is_refused():
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(shown := shown_answer(answer(quote()), TITLES)).model_validate({**shown.model_dump(), "note": "x"})


@pytest.mark.parametrize("question", ["When is the flood gate closed?", "Who gives the order?", "entry 7"])
def test_shown_words_are_those_of_the_document(live, question):
    assistant = live.current()

    shown = shown_answer(assistant.ask(question), assistant.index)

    assert shown.passages
    for passage in shown.passages:
        document = assistant.index.document(passage.document)
        assert passage.title == document.title
        for words in (passage.words, *passage.more):
            assert document.text[words.start : words.end] == words.text
