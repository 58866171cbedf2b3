import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.followup import prepare
from qa.answering.widening import WEIGHTS, Correction, widen
from qa.indexing.tokens import tokenize
from qa.indexing.vocabulary import Rule, Vocabulary
from qa.indexing.words import Words, count_words
from qa.types import Turn

PASSAGES = [
    "The Harbour Pilots Office inspects every ferry in Balochistan.",
    "The programme of inspections is organised by colour.",
    "Staff may take annual leave; the flood gate is closed. First aid.",
    "Waterboarding is forbidden in boat and yard. See boatyard.example.org.",
]
REAL = {word: tokenize(word)[0] for word in ("starch", "week", "office")}


def rule(kind, words, added):
    return Rule(kind, words, added, tuple(tokenize(words)), tuple(tokenize(added)))


VOCABULARY = Vocabulary(
    Words(count_words(PASSAGES), REAL),
    [
        rule("acronym", "HPO", "Harbour Pilots Office"),
        rule("acronym", "Harbour Pilots Office", "HPO"),
        rule("capitals", "AID", "Area Inspection Desk"),
        rule("synonym", "holiday", "annual leave"),
        rule("synonym", "annual leave", "holiday"),
    ],
)


def widened(question, history=(), as_typed=False):
    return widen(prepare(question, history), VOCABULARY, as_typed)


def test_a_question_in_the_words_of_the_documents_stays_as_it_is():
    query = prepare("Who inspects the ferry?")
    found = widen(query, VOCABULARY)

    assert found.query == query
    assert found.terms == query.terms
    assert found.corrections == found.expansions == ()


def test_a_mistyped_word_is_put_right_in_words_and_meaning_and_said():
    found = widened("Who inspects the ferrry?")

    assert found.corrections == (Correction("ferrry", "ferry"),)
    assert found.query.terms == {"inspect": 1.0, "ferri": 1.0}
    assert found.query.dense_texts == (("Who inspects the ferry?", 1.0),)
    assert found.query.text == "Who inspects the ferrry?"


def test_a_synonym_of_the_organisation_is_asked_in_the_documents_words_as_well():
    found = widened("How long a Holiday may I take?")

    assert found.query.dense_texts == (
        ("How long a Holiday may I take?", 0.5),
        ("How long a annual leave may I take?", 0.5),
    )


def test_asked_as_typed_nothing_is_put_right():
    query = prepare("Who inspects the ferrry?")

    assert widen(query, VOCABULARY, as_typed=True).query == query


def test_a_word_typed_right_and_wrong_counts_twice():
    assert widened("ferry or ferrry?").terms == {"ferri": 2.0}


@pytest.mark.parametrize("word", ["Feryr", "FERYR", "feRyr", "feryr2", "starch", "ffr"])
def test_names_codes_and_real_words_are_left_alone(word):
    assert widened(f"who inspects {word} there").corrections == ()


def test_a_word_at_the_beginning_is_no_name_for_its_capital():
    assert widened("Inspektion of boats").corrections == ()
    assert widened("Inspectoins of boats").corrections == (Correction("Inspectoins", "inspections"),)


def test_a_mistyped_word_of_the_question_before_is_put_right_too():
    found = widened("And why?", [Turn("user", "who inspects the ferrry")])

    assert found.query.carried == ("inspects", "ferry")
    assert found.query.terms == {"inspect": 0.5, "ferri": 0.5}
    assert all("ferrry" not in text for text, _ in found.query.dense_texts)


def test_an_acronym_is_searched_by_its_long_form_below_the_own_words():
    found = widened("Where is the hpo?")

    assert [(e.kind, e.words, e.added) for e in found.expansions] == [("acronym", "HPO", "Harbour Pilots Office")]
    assert found.query.terms == {"hpo": 1.0}
    assert found.added == pytest.approx(dict.fromkeys(["harbour", "pilot", "offic"], WEIGHTS["acronym"] / 3))
    assert found.query.dense_texts == (("Where is the hpo?", 1.0),)


def test_a_long_form_is_searched_by_its_acronym():
    assert widened("Harbour Pilots Office hours").added == {"hpo": WEIGHTS["acronym"]}


def test_words_for_a_taken_over_acronym_weigh_half_as_well():
    found = widened("And why?", [Turn("user", "Where is the HPO?")])

    assert sum(found.added.values()) == pytest.approx(WEIGHTS["acronym"] / 2)


def test_an_acronym_that_is_also_a_word_counts_in_capitals_alone():
    assert widened("first aid").expansions == ()
    assert [e.added for e in widened("who leads the AID").expansions] == ["Area Inspection Desk"]


def test_a_phrase_counts_as_a_whole():
    assert [e.added for e in widened("how much annual leave").expansions] == ["holiday"]
    assert widened("may I leave the annual dinner").expansions == ()


def test_what_the_question_says_itself_is_not_added():
    assert widened("Is annual leave a holiday?").expansions == ()


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("program", "programme"),
        ("who organizes it", None),
        ("organized", "organised"),
        ("color", "colour"),
        ("floodgate", "flood gate"),
        ("water boarding", "Waterboarding"),
        ("water-boarding", "Waterboarding"),
    ],
)
def test_another_spelling_is_searched_silently(question, added):
    found = widened(question)

    assert found.corrections == ()
    assert [e.added for e in found.expansions if e.kind == "spelling"] == ([added] if added else [])


def test_two_words_that_the_documents_hold_are_not_joined():
    assert widened("Is the boat yard closed?").expansions == ()


def test_a_passage_with_the_other_words_covers_the_question_as_well():
    found = widened("hpo holiday")

    assert found.credited({"harbour", "pilot", "offic"}) == {"harbour", "pilot", "offic", "hpo"}
    assert found.credited({"harbour", "leav"}) == {"harbour", "leav"}
    assert "holiday" in found.credited({"annual", "leav"})


QUESTIONS = st.lists(
    st.sampled_from("hpo HPO holiday annual leave ferrry ferry color inspectoins flood floodgate AID the who".split())
)


@given(QUESTIONS, QUESTIONS)
@settings(max_examples=200, deadline=None)
def test_what_is_added_never_outweighs_the_question(words, before):
    history = [Turn("user", " ".join(before))] if before else []
    found = widened(" ".join(words), history)

    assert not found.added.keys() & found.query.terms.keys()
    assert all(0 < weight <= max(found.query.terms.values()) for weight in found.added.values())
    assert found.credited(set()) == frozenset()


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_widened(text):
    assert widened(text).query.text == text
