"""Words are compared by their stems; what stands around a number ends with its clause."""

from qa.answering.wording import BLOT, Surroundings, blotted, first_stem, names_in, stemmed, words_in


def test_number_words_months_and_words_of_no_subject_are_left_out() -> None:
    text = "In May, more than three wardens reportedly repaired the gates."
    assert [word for _, _, word in stemmed(words_in(text))] == ["warden", "repair", "gate"]
    assert all(text[start:end] == word for start, end, word in words_in(text))


def test_names_are_capitalised_words_and_not_the_first_of_a_sentence() -> None:
    text = "Wardens met in Leeds. Fees rose. Port Alma closed. NATO left."
    assert list(names_in(text, words_in(text))) == ["leed", "port", "alma", "nato"]


def test_what_is_blotted_out_keeps_its_place() -> None:
    assert blotted("27 days or 30", [(0, 2), (11, 13)]) == f"{BLOT * 2} days or {BLOT * 2}"


def test_surroundings_are_the_nearest_words_of_the_clause_on_both_sides() -> None:
    text = "Fees rise; since the old northern gate keepers left, ·· wardens guard the harbour gate by night, and rest"
    start = text.index("··")
    surroundings = Surroundings(text, stemmed(words_in(text)))
    assert surroundings.sides(start, start + 2) == ([], ["warden", "guard", "harbour", "gate"])
    assert surroundings.sides(start - 3, start - 3) == (["left", "keeper", "gate", "northern"], [])
    assert [word for _, _, word in surroundings.behind(text.index("night"))] == ["night", "rest"]


def test_the_first_word_that_says_something_may_follow_words_that_do_not() -> None:
    assert first_stem("It is not only the gates", 9) == "gate"
    assert first_stem("It is not", 9) == ""
