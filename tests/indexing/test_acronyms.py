import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.indexing.acronyms import Acronym, find_acronyms, introductions, long_form

SENTENCE = st.text(" ()abcABC.,-é\n", max_size=60)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("The Board of Trade (BoT) met.", [("BoT", "Board of Trade")]),
        ("He leads Lashkar-e-Jhangvi (LeJ).", [("LeJ", "Lashkar-e-Jhangvi")]),
        ("Bureau of Alcohol, Tobacco and Firearms (ATF)", [("ATF", "Alcohol, Tobacco and Firearms")]),
        ("the National Counter Terrorism Authority (NACTA)", [("NACTA", "National Counter Terrorism Authority")]),
        ("paid by the PBO (Pension Benefit Office) since May", [("PBO", "Pension Benefit Office")]),
    ],
)
def test_a_short_form_in_brackets_is_introduced_by_the_words_before_it(text, pairs):
    assert list(introductions(text)) == pairs


@pytest.mark.parametrize(
    "text",
    [
        "It closed in May (see below).",
        "Rooms were let (2019).",
        "The old mill (ABC) burned.",
        "They met the board. Trade (BT) was brisk.",
        "Our Harbour (HARBOUR) opened.",
        "An Apple (A) day.",
    ],
)
def test_other_brackets_introduce_nothing(text):
    assert list(introductions(text)) == []


def test_a_long_form_is_as_short_as_its_letters_allow():
    assert long_form("AR", "an annual audit report") == "audit report"


def test_a_long_form_has_no_more_words_than_the_letters_can_stand_for():
    assert long_form("AR", "audit of the whole report") == ""


def test_pairs_are_counted_over_all_documents_and_spelling_does_not_part_them():
    texts = ["the annual leave record (ALR)", "An Annual Leave Record (ALR)", "its annual leave record (ALR)"]

    assert find_acronyms(texts) == [Acronym("ALR", "annual leave record", 3)]


def test_a_short_form_with_two_meanings_is_left_out_unless_one_is_dominant():
    one, other = "the Harbour Pilots Office (HPO)", "a Health Plan Officer (HPO)"

    assert find_acronyms([one, other]) == []
    assert find_acronyms([one] * 4 + [other]) == [Acronym("HPO", "Harbour Pilots Office", 4)]


@given(st.lists(SENTENCE, max_size=5))
@settings(max_examples=200, deadline=None)
def test_both_forms_stand_in_the_text(texts):
    for acronym in find_acronyms(texts):
        assert any(acronym.short in text and acronym.long in text for text in texts)
        assert len(acronym.long) > len(acronym.short)
