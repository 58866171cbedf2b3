import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.web.texts import FOLDER, LANGUAGES, choose_language, texts

TRANSLATED = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name != "en")
PARTS = sorted(path.stem for path in (FOLDER / "en").glob("*.json"))


def entries(language, part):
    """Return the texts of one file; a key that stands there twice fails."""

    def once(pairs):
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"{language}/{part}.json: {sorted(k for k in keys if keys.count(k) > 1)}"
        return dict(pairs)

    return json.loads((FOLDER / language / f"{part}.json").read_text(encoding="utf-8"), object_pairs_hook=once)


def placeholders(text):
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("part", PARTS)
def test_every_english_text_says_something(part):
    for key, text in entries("en", part).items():
        assert isinstance(text, str) and text.strip() == text != "", key


def test_every_folder_is_that_of_a_known_language():
    assert set(TRANSLATED) <= set(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_every_part_and_no_other(language):
    assert sorted(path.stem for path in (FOLDER / language).glob("*.json")) == PARTS


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("part", PARTS)
def test_a_language_has_every_text_with_the_same_placeholders(language, part):
    originals, translated = entries("en", part), entries(language, part)

    assert sorted(translated) == sorted(originals)
    for key, text in originals.items():
        assert placeholders(translated[key]) == placeholders(text), key
        assert translated[key].strip(), key


@given(st.text(), st.text())
@settings(max_examples=100, deadline=None)
def test_values_are_filled_in_as_they_are(title, document):
    filled = texts("en")("ask.replaced", title=title, document=document)

    assert filled == f"Replaced by {title} ({document})"


def test_a_value_may_look_like_a_placeholder():
    assert texts("en")("ask.replaced", title="{document}", document="a.md") == "Replaced by {document} (a.md)"


def test_a_text_without_its_values_is_as_it_was_written():
    assert texts("en")("ask.replaced") == "Replaced by {title} ({document})"


def test_a_text_that_is_nowhere_is_an_error():
    with pytest.raises(KeyError):
        texts("en")("ask.no such text")


@pytest.mark.parametrize("language", [*LANGUAGES, "xx", ""])
def test_every_language_has_every_text(language):
    assert set(texts(language).entries) == set(texts("en").entries)
    assert texts(language).language == (language if language in LANGUAGES else "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_urdu_and_arabic_are_written_from_right_to_left(language):
    assert texts(language).direction == ("rtl" if language in ("ur", "ar") else "ltr")


def test_a_script_gets_the_texts_of_its_parts_alone():
    part = texts("en").part("sources")

    assert part
    assert all(key.startswith("sources.") for key in part)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT, en;q=0.8", "de"),
        ("en;q=0.3, fr;q=0.9, es;q=0.5", "fr"),
        ("fr;q=0.5, de;q=0.5", "fr"),
        ("pt, nl;q=0.9", "en"),
        ("pt, ur-PK;q=0.2", "ur"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("de; Q=0.2 , FR ;q=0.7", "fr"),
        ("de;q=nan, fr;q=0.1", "fr"),
        ("de;q=high, es", "es"),
        (";;,,=,q", "en"),
    ],
)
def test_the_browsers_languages_are_weighed(accepted, language):
    assert choose_language("", "auto", accepted) == language


@given(st.permutations([("de", 0.9), ("fr", 0.8), ("ar", 0.7), ("nl", 1)]))
def test_the_heaviest_known_language_wins_in_any_order(weighed):
    assert choose_language("", "auto", ", ".join(f"{code};q={weight}" for code, weight in weighed)) == "de"


@given(st.text(), st.text())
def test_whatever_is_asked_for_some_language_is_chosen(wanted, accepted):
    assert choose_language(wanted, "auto", accepted) in LANGUAGES


@pytest.mark.parametrize(
    ("wanted", "setting", "language"),
    [("FR", "de", "fr"), ("de-CH", "auto", "de"), ("xx", "de", "de"), ("", "de", "de"), ("", "auto", "es")],
)
def test_what_is_asked_for_comes_before_the_setting_and_that_before_the_browser(wanted, setting, language):
    assert choose_language(wanted, setting, "es") == language


def test_languages_that_nobody_has_take_no_memory():
    assert {id(texts(f"x{number}")) for number in range(100)} == {id(texts("en"))}
