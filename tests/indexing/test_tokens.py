import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.indexing import tokens
from qa.indexing.tokens import STOP_WORDS, fingerprint, tokenize


@pytest.mark.parametrize("written", ["harbour's", "harbour’s", "Harbour'S", "harbours", "Harbours’"])
def test_possessives_and_plurals_are_the_word_itself(written: str) -> None:
    assert tokenize(written) == ["harbour"]


def test_a_stop_word_with_a_possessive_is_dropped_too() -> None:
    assert tokenize("who's what’s it's") == ["it"]


@pytest.mark.parametrize("one, other", [("Qur'an", "Qur’an"), ("won't", "won’t"), ("o'clock", "o’clock")])
def test_both_apostrophes_make_one_word(one: str, other: str) -> None:
    assert tokenize(one) == tokenize(other)


def test_dotted_abbreviations_are_one_word() -> None:
    assert tokenize("the U.S. and the U.S.A.") == ["us", "usa"]
    assert tokenize("U.S.") == tokenize("US")


def test_us_and_it_are_no_stop_words_for_they_are_also_names() -> None:
    assert tokenize("US IT") == ["us", "it"]


def test_a_number_is_one_word_with_or_without_its_thousands_separator() -> None:
    assert tokenize("1,500") == tokenize("1500") == ["1500"]
    assert tokenize("1,234,567") == ["1234567"]
    assert tokenize("3.5 2014–15") == ["3.5", "2014", "15"]


@pytest.mark.parametrize(
    "one, other", [("Île", "ile"), ("naïve", "naive"), ("Straße", "STRASSE"), ("Ångström", "angstrom"), ("ﬁle", "file")]
)
def test_accents_case_and_ligatures_are_folded(one: str, other: str) -> None:
    assert tokenize(one) == tokenize(other)


def test_decomposed_letters_equal_composed_ones() -> None:
    assert tokenize("cafe\u0301") == tokenize("café")


def test_english_words_are_stemmed() -> None:
    assert tokenize("banning banned bans ban") == ["ban"] * 4


def test_stop_words_are_dropped_in_any_case() -> None:
    assert tokenize("Who WAS the of And") == []
    assert all(tokenize(word) == [] for word in STOP_WORDS)


@pytest.mark.parametrize(
    "one, other",
    [
        ("كتاب", "کتاب"),  # kaf
        ("علي", "علی"),  # yeh
        ("على", "علی"),  # alef maksura
        ("أحمد", "احمد"),  # alef with hamza
        ("آباد", "اباد"),  # alef with madda
        ("مدرسة", "مدرسہ"),  # teh marbuta, heh goal
        ("مدرسه", "مدرسہ"),  # heh, heh goal
        ("كِتَابٌ", "کتاب"),  # vowel marks
        ("كتـــاب", "کتاب"),  # stretched
    ],
)
def test_arabic_and_urdu_keyboards_write_one_word(one: str, other: str) -> None:
    assert tokenize(one) == tokenize(other) != []


def test_devanagari_words_keep_their_vowel_signs() -> None:
    assert tokenize("विद्यालय में") == ["विद्यालय", "में"]


def test_scripts_without_spaces_are_cut_into_pairs_of_characters() -> None:
    assert tokenize("学校規則 東") == ["学校", "校規", "規則", "東"]


def test_dashes_and_slashes_part_words() -> None:
    assert tokenize("Lashkar-e-Taiba law–order north—south") == [
        "lashkar",
        "e",
        "taiba",
        "law",
        "order",
        "north",
        "south",
    ]
    assert tokenize("guards/wardens") == ["guard", "warden"]


def test_marks_alone_are_no_words() -> None:
    assert tokenize("!? … – “” () 🙂") == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_no_token_is_empty_or_holds_what_parts_tokens_on_disk(text: str) -> None:
    assert all(token and "\t" not in token and "\n" not in token for token in tokenize(text))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from("harbour U.S. 1,500 Île पाकिस्तान پاکستان 学校 Qur’an the well-known".split())))
def test_a_text_has_the_tokens_of_its_words_in_order(words: list[str]) -> None:
    assert tokenize(" ".join(words)) == [token for word in words for token in tokenize(word)]


def test_the_fingerprint_is_stable() -> None:
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 64


def test_the_fingerprint_changes_with_the_stop_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr(tokens, "STOP_WORDS", STOP_WORDS | {"harbour"})
    assert fingerprint() != before


@pytest.mark.parametrize("pattern", ["_WORD", "_DOTTED", "_POSSESSIVE", "_NUMBER_SEPARATOR", "_UNSPACED"])
def test_the_fingerprint_changes_with_every_pattern(monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    before = fingerprint()
    monkeypatch.setattr(tokens, pattern, tokens.regex.compile("harbour"))
    assert fingerprint() != before


def test_the_fingerprint_changes_with_the_letters_held_to_be_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr(tokens, "_SAME_LETTERS", {})
    assert fingerprint() != before
