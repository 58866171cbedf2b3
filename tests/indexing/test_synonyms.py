import time

import pytest

from qa.errors import CorpusError
from qa.indexing.synonyms import MOST_PAIRS, MOST_PHRASES, SYNONYMS, Synonym, read_synonyms


@pytest.fixture
def read(tmp_path):
    def write_and_read(text):
        (tmp_path / SYNONYMS).write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_synonyms(tmp_path)

    return write_and_read


def test_a_folder_without_the_file_has_no_synonyms(tmp_path):
    assert read_synonyms(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]", "\ufeff"])
def test_an_empty_file_holds_no_synonyms(read, text):
    assert read(text) == ()


def test_of_a_list_each_finds_each(read):
    assert set(read("- [annual leave, holiday]\n")) == {
        Synonym("annual leave", "holiday"),
        Synonym("holiday", "annual leave"),
    }


def test_a_mapping_holds_one_way(read):
    assert read("- PTO: annual leave\n") == (Synonym("PTO", "annual leave"),)
    assert read("PTO: annual leave\ndesk booking: [hot desk, workstation]\n") == (
        Synonym("PTO", "annual leave"),
        Synonym("desk booking", "hot desk"),
        Synonym("desk booking", "workstation"),
    )


def test_words_are_taken_as_they_are_written(read):
    assert read("- 010: off\n") == (Synonym("010", "off"),)


def test_what_says_the_same_to_the_index_stands_for_itself(read):
    assert read("- [holiday, Holidays, vacation]\n") == (
        Synonym("holiday", "vacation"),
        Synonym("vacation", "holiday"),
    )
    assert read("- holiday: Holidays\n") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- [a\n- b: [", "2: no readable YAML"),
        ("just words", "1: write a list like"),
        ("- [leave, holiday]\n- leave\n", "2: write a list like"),
        ("- [leave, [holiday]]\n", "1: write a list like"),
        ("- [leave, holiday]\n\n- [leave]\n", "3: a list needs two or more"),
        ("- [leave, Leaves]\n", "1: a list needs two or more"),
        ("- [leave, '']\n", "1: a word is missing"),
        ("- PTO:\n", "1: a word is missing"),
        ("- PTO: []\n", "1: nothing is given that “PTO” stands for"),
        ("- WHO: health office\n", "1: “WHO” holds no word that is searched"),
        ("- ? [a, b]\n  : leave\n", "1: write a list like"),
        (b"\xff\xfe\x00", "cannot be read"),
        ("[" * 5_000, "no readable YAML"),
        ("- [leave, holiday]\n- &a [pay, wage]\n- *a\n", "3: an alias (*) of YAML cannot be used"),
        ("- [&a leave, holiday]\n-\n  - pay\n  - *a\n", "4: an alias (*) of YAML cannot be used"),
        ("- &a [leave, *a]\n", "1: an alias (*) of YAML cannot be used"),
        ("- PTO: *nowhere\n", "1: an alias (*) of YAML cannot be used"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(read, text, problem):
    with pytest.raises(CorpusError, match=SYNONYMS) as caught:
        read(text)

    assert problem in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def numbered(count, name="word"):
    return [f"{name}{number}" for number in range(count)]


def test_the_longest_list_is_read(read):
    assert len(read(f"- [{', '.join(numbered(MOST_PHRASES))}]\n")) == MOST_PHRASES * (MOST_PHRASES - 1)


@pytest.mark.parametrize("entry", ["- [{}]", "- PTO: [{}]"])
def test_a_list_that_is_too_long_is_refused_at_once(read, entry):
    started = time.process_time()
    with pytest.raises(CorpusError, match=rf"{SYNONYMS}:2: a list of 2,500 is too long: 50 is the most\.$"):
        read("- [leave, holiday]\n" + entry.format(", ".join(numbered(2_500))))

    assert time.process_time() - started < 5


def test_too_many_pairs_are_refused_where_they_become_too_many(read):
    lists = [f"- [{', '.join(numbered(MOST_PHRASES, name))}]" for name in ("one", "two", "three")]

    assert len(read("\n".join(lists[:2]))) == 4_900
    with pytest.raises(CorpusError, match=rf"{SYNONYMS}:3: up to here the file makes more than 5,000 pairs.*\.$"):
        read("\n".join(lists))
    with pytest.raises(CorpusError, match=rf"{SYNONYMS}:{MOST_PAIRS + 1}: "):
        read("\n".join(f"{word}: leave" for word in numbered(MOST_PAIRS + 1)))


def test_a_pair_that_is_given_again_counts_once(read):
    entry = f"- [{', '.join(numbered(MOST_PHRASES))}]\n"

    assert read(entry * 4) == read(entry)
