import json
import time

import pytest

from qa.errors import IndexDamagedError
from qa.indexing.synonyms import Synonym
from qa.indexing.tokens import tokenize
from qa.indexing.vocabulary import MOST_TOKENS, Rule, Vocabulary, write
from qa.indexing.words import Words

TEXTS = [
    "The Harbour Pilots Office (HPO) opened.",
    "The office of the harbour pilots is old.",
    "A Port Inspection Report (PIR) is due.",
    "The PIR is late.",
    "First aid is given by the Area Inspection Desk (AID).",
    "aid",
]


def encoder_of(folder, vocab):
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocab}}))
    return folder


@pytest.fixture
def written(tmp_path):
    encoder = encoder_of(tmp_path, {"[CLS]": 0, "starch": 1, "##ing": 2, "am": 3})

    def make(name="vocabulary", texts=TEXTS, synonyms=()):
        write(tmp_path / name, texts, texts, [tokenize(text) for text in texts], synonyms, encoder)
        return tmp_path / name

    return make


def test_what_was_written_is_found_again(written):
    vocabulary = Vocabulary.open(written())

    assert "harbour" in vocabulary.words
    assert vocabulary.words.meant("harbuor").form == "Harbour"


def test_an_acronym_that_is_rarer_than_its_long_form_stands_for_it(written):
    vocabulary = Vocabulary.open(written())

    assert vocabulary.rules(["old", "hpo"]) == [
        Rule("acronym", "HPO", "Harbour Pilots Office", ("hpo",), ("harbour", "pilot", "offic"))
    ]
    assert vocabulary.rules(["harbour", "pilot", "offic"]) == []


def test_a_long_form_that_is_rarer_than_its_acronym_stands_for_that(written):
    vocabulary = Vocabulary.open(written())

    assert [rule.added for rule in vocabulary.rules(["old", "port", "inspect", "report"])] == ["PIR"]
    assert vocabulary.rules(["pir"]) == []


def test_words_count_where_they_stand_one_behind_the_other(written):
    vocabulary = Vocabulary.open(written())

    assert vocabulary.rules(["port", "report", "inspect"]) == []
    assert vocabulary.rules(["port", "inspect"]) == []


def test_an_acronym_that_the_documents_also_hold_as_a_word_is_meant_in_capitals_alone(written):
    assert [rule.kind for rule in Vocabulary.open(written()).rules(["aid"])] == ["capitals"]


def test_synonyms_are_kept_with_the_documents(written):
    folder = written(synonyms=[Synonym("PTO", "annual leave")])

    assert [rule.added_tokens for rule in Vocabulary.open(folder).rules(["pto"])] == [("annual", "leav")]


def rule_of(words, added):
    return Rule("synonym", words, added, tuple(words.split()), tuple(added.split()))


def asked_with(*rules):
    return Vocabulary(Words([], {}), rules)


def test_a_rule_holds_once_at_the_first_place_of_its_words():
    leave, pay, night = rule_of("leave", "holiday"), rule_of("sick pay", "wage"), rule_of("leave", "absence")
    found = asked_with(pay, leave, night).rules("leave sick pay leave sick pay".split())

    assert found == [leave, night, pay]


def test_a_question_that_repeats_a_word_thousands_of_times_stays_quick():
    rules = [rule_of("leave", f"word{number}") for number in range(200)]
    vocabulary = asked_with(*rules)
    started = time.process_time()

    assert vocabulary.rules(["leave"] * 3_333) == rules
    assert time.process_time() - started < 1


def test_the_beginning_of_a_very_long_question_is_looked_at():
    rule = rule_of("sick pay", "wage")

    assert asked_with(rule).rules([*["x"] * (MOST_TOKENS - 2), "sick", "pay"]) == [rule]
    assert asked_with(rule).rules([*["x"] * (MOST_TOKENS - 1), "sick", "pay"]) == []


def test_whether_a_word_is_also_written_in_lower_case_is_kept(written):
    texts = ["Ferry times", "Ferry fares", "a ferry", "Ferrol"]
    words = Vocabulary.open(written(texts=texts)).words

    assert words.written("ferry").form == "Ferry"
    assert not words.written("ferry").is_name
    assert words.written("ferrol").is_name


@pytest.mark.parametrize(
    "vocab",
    [{"starch": 0, "##ly": 1}, [["▁starch", -1.0], ["ly", -2.0]], {"Ġstarch": 0, "ly": 1}],
    ids=["WordPiece", "Unigram", "byte-level BPE"],
)
def test_common_words_are_those_that_the_encoder_holds_in_one_piece(tmp_path, vocab):
    write(tmp_path / "vocabulary", ["a search"], ["a search"], [["search"]], (), encoder_of(tmp_path, vocab))

    assert (tmp_path / "vocabulary" / "real.tsv").read_text() == "starch\tstarch\n"


def test_the_same_documents_give_the_same_bytes(written):
    one, other = written("one"), written("other")

    assert {p.name: p.read_bytes() for p in one.iterdir()} == {p.name: p.read_bytes() for p in other.iterdir()}


@pytest.mark.parametrize("file", ["words.tsv", "real.tsv", "rules.tsv"])
def test_a_damaged_vocabulary_is_refused_with_the_command_that_mends_it(written, file):
    folder = written()
    (folder / file).write_text("only one column\n")

    with pytest.raises(IndexDamagedError, match="qa index"):
        Vocabulary.open(folder)


def test_a_missing_vocabulary_is_refused(tmp_path):
    with pytest.raises(IndexDamagedError, match="qa index"):
        Vocabulary.open(tmp_path / "none")
