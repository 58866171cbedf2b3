import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.indexing.words import Word, Words, count_words

LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
REAL = {"oil": "oil", "heated": "heat", "week": "week", "can": "can", "step": "step", "child": "child"}


def words(*texts, real=REAL):
    return Words(count_words(texts), real)


def meant(typed, *texts, real=REAL):
    found = words(*texts, real=real).meant(typed)
    return found.form if found else None


def test_a_word_is_counted_once_a_passage_and_kept_as_it_is_mostly_written():
    counted = count_words(["The ferry, the FERRY", "a ferry", "Ferries leave."])

    assert counted == [Word("Ferries", ("ferri",), 1), Word("ferry", ("ferri",), 3), Word("leave", ("leav",), 1)]


def test_stop_words_numbers_and_codes_are_no_words_that_could_be_meant():
    assert count_words(["the and 1500 F16 covid19 学校"]) == []


def test_the_possessive_is_no_word_of_its_own():
    assert [word.form for word in count_words(["Marrow’s pier"])] == ["Marrow", "pier"]


def test_a_hyphenated_word_is_kept_whole_beside_its_parts():
    assert [(word.form, word.tokens) for word in count_words(["co-operation"])] == [
        ("co", ("co",)),
        ("co-operation", ("co", "oper")),
        ("operation", ("oper",)),
    ]


@pytest.mark.parametrize(
    "typed",
    ["inspction", "inspectiion", "inspextion", "inpsection", "inpsectoin", "Inspction", "imspectiom"],
)
def test_a_long_word_may_have_two_mistakes(typed):
    assert meant(typed, "an inspection", "of piers") == ("inspection" if typed != "imspectiom" else None)


def test_a_short_word_may_have_one_mistake_and_a_very_short_one_none():
    assert meant("ferrry", "the ferry") == "ferry"
    assert meant("feerrry", "the ferry") is None
    assert meant("ctn", "the cat") is None


def test_another_form_of_the_same_word_is_as_good():
    assert meant("inspectons", "inspections", "an inspection") == "inspections"


def test_of_two_words_equally_near_the_much_more_frequent_one_was_meant():
    assert meant("poet", *["the port"] * 4, "a pot") == "port"


def test_where_two_words_are_about_as_frequent_nothing_is_put_right():
    assert meant("hatbour", "a harbour", "some hatbox") == "harbour"
    assert meant("parl", "a park", "a part") is None


def test_a_common_word_that_the_documents_lack_may_have_been_meant_just_as_well():
    assert meant("weel", "the reel", real={"week": "week"}) is None


def test_a_word_that_the_documents_hold_is_not_mistyped():
    assert meant("ferries", "the ferry") is None


@pytest.mark.parametrize(
    ("real", "document"),
    [
        ("weeks", "seeks"),
        ("reheated", "repeated"),
        ("oily", "oils only"),
        ("canner", "cancer"),
        ("stepchild", "stechild"),
    ],
)
def test_a_real_word_that_the_documents_lack_is_not_mistyped(real, document):
    assert meant(real, document) is None


def test_in_a_short_word_the_first_letter_is_right():
    assert meant("leek", "last peek") is None
    assert meant("nispection", "an inspection") == "inspection"
    assert meant("unspection", "an inspection") == "inspection"


def test_codes_and_other_scripts_are_never_put_right():
    assert meant("f16a", "f16b") is None
    assert meant("مدرسے", "مدرسہ") is None


@pytest.mark.parametrize(
    ("typed", "written", "expected"),
    [
        ("asad", "by Saad", None),
        ("nawas", "by Nawaz", None),
        ("rehmani", "by Rehman", None),
        ("Rehmani", "by Rehman", None),
        ("rehmam", "by Rehman", "Rehman"),
        ("pakisatn", "in Pakistan", "Pakistan"),
        ("pakistn", "in Pakistan", "Pakistan"),
        ("madrasas", "the madrassas", "madrassas"),
        ("fery", "Ferry times. Ferry fares.", None),
        ("fery", "the ferry", "ferry"),
    ],
)
def test_a_word_is_not_taken_for_a_short_name_or_one_of_another_length(typed, written, expected):
    assert meant(typed, written) == expected


def test_a_word_that_is_also_written_in_lower_case_is_no_name():
    assert meant("fery", "Ferry times", "Ferry fares", "a ferry") == "Ferry"
    assert count_words(["Ferry times", "Ferry", "a ferry"])[0] == Word("Ferry", ("ferri",), 3, also_lower=True)


def test_a_long_word_of_a_heading_in_capitals_is_returned_in_lower_case():
    assert meant("needlestik", "NEEDLESTICK INJURIES") == "needlestick"
    assert meant("pemrra", "the PEMRA") == "PEMRA"


def test_words_run_together_are_parted_where_the_documents_part_them():
    found = words("a flood gate", "in co-operation")

    assert [word.form for word in found.parted("floodgate")] == ["flood", "gate"]
    assert [word.form for word in found.parted("cooperation")] == ["co-operation"]
    assert found.parted("floodwater") == ()


@given(st.lists(LETTERS, max_size=8), LETTERS)
@settings(max_examples=200, deadline=None)
def test_what_was_meant_is_a_word_of_the_documents_and_another_one(held, typed):
    found = words(" ".join(held))
    word = found.meant(typed)

    assert word is None or (word.form in held and word.form != typed and word.tokens[0] in found)


@given(st.lists(LETTERS, max_size=8))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_passages_does_not_matter(texts):
    assert count_words(texts) == count_words(texts[::-1])


def test_a_hundred_thousand_words_are_searched_in_milliseconds():
    letters = "abcdefghijklmnopqrst"
    many = [
        Word(f"{a}{b}{c}{d}inghe", (f"{a}{b}{c}{d}inghe",), 1)
        for a in letters
        for b in letters
        for c in letters
        for d in letters[:13]
    ]
    found = Words(many, {})
    started = time.process_time()
    for _ in range(5):
        found.meant("zzzzinghe")

    assert (time.process_time() - started) / 5 < 0.1
