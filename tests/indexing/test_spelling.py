import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.indexing.spelling import other_spellings

PAIRS = (
    "organise/organize organisations/organizations recognised/recognized analyse/analyze colour/color labour/labor "
    "neighbourhood/neighborhood behavioural/behavioral centre/center theatres/theaters programme/program "
    "programmes/programs catalogue/catalog defence/defense licence/license travelled/traveled counsellor/counselor "
    "enrolment/enrollment fulfil/fulfill skilful/skillful judgement/judgment paediatric/pediatric "
    "anaesthetic/anesthetic tyres/tires sceptic/skeptic cheque/check"
).split()


@pytest.mark.parametrize("pair", PAIRS)
def test_british_and_american_spelling_are_found_from_each_other(pair):
    british, american = pair.split("/")

    assert american in other_spellings(british)
    assert british in other_spellings(american)


@given(st.text(max_size=20))
def test_a_word_is_no_other_spelling_of_itself(word):
    assert word.casefold() not in list(other_spellings(word))
