import pytest

from qa.errors import CorpusError
from qa.indexing.synonyms import SYNONYMS, Synonym, read_synonyms


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
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(read, text, problem):
    with pytest.raises(CorpusError, match=SYNONYMS) as caught:
        read(text)

    assert problem in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
