from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import assert_chunks_sound, read
from messy_files import LINES, LONG_PARAGRAPHS, TEXTS
from qa.errors import CorpusError
from qa.indexing.chunks import LONGEST_WORDS, MERGED_WORDS, context, split
from qa.reading import find_files, read_bytes


def words(number: int, of: str = "word") -> str:
    """Return a sentence of so many words."""
    return " ".join([of] * (number - 1) + ["end."]).capitalize()


def chunk_texts(source: str) -> list[str]:
    return [chunk.text for chunk in split(read("a.md", source))]


def test_neighbouring_short_paragraphs_share_a_chunk() -> None:
    chunks = split(read("a.md", "Bring along:\n\n- the form\n- the receipt\n"))
    assert [(chunk.text, chunk.paragraphs) for chunk in chunks] == [
        ("Bring along:\n\nthe form\n\nthe receipt", (1, 2, 3)),
    ]


def test_paragraphs_share_a_chunk_up_to_eighty_words() -> None:
    assert MERGED_WORDS == 80
    assert len(chunk_texts(f"{words(40)}\n\n{words(40, 'other')}")) == 1  # 40 + 40 = 80
    assert len(chunk_texts(f"{words(40)}\n\n{words(41, 'other')}")) == 2  # 40 + 41 > 80


def test_a_chunk_never_crosses_a_heading() -> None:
    assert chunk_texts("# A\n\nOne.\n\n## B\n\nTwo.\n\n## B\n\nThree.") == ["One.", "Two.", "Three."]


def test_a_chunk_never_crosses_the_documents_own_title() -> None:
    assert chunk_texts("# A\n\nOne.\n\n# A\n\nTwo.") == ["One.", "Two."]


def test_a_chunk_carries_the_heading_of_its_section() -> None:
    assert [c.heading for c in split(read("a.md", "# A\n\nOne.\n\n## B\n\nTwo."))] == ["", "B"]


def test_furniture_parts_chunks_and_is_in_none() -> None:
    document = read("a.html", "<p>One.</p><nav>Menu</nav><p>Two.</p>")
    assert [chunk.text for chunk in split(document)] == ["One.", "Two."]


def test_a_list_of_sources_is_in_no_chunk_and_ends_one() -> None:
    chunks = split(read("a.md", "One. (Source: Gazette)\n\nTwo.\n\nSource: Daily Tide.\n\nThree."))
    assert [(chunk.text, chunk.paragraphs) for chunk in chunks] == [("One.", (1,)), ("Two.", (2,)), ("Three.", (4,))]


def test_a_duplicate_is_in_no_chunk() -> None:
    assert chunk_texts(f"{words(30)}\n\n{words(30)}") == [words(30)]


def test_a_paragraph_as_long_as_the_encoder_reads_stays_whole() -> None:
    assert LONGEST_WORDS == 160
    assert len(chunk_texts(" ".join([words(40)] * 4))) == 1


def test_a_longer_paragraph_is_cut_between_sentences_into_even_parts() -> None:
    sentence = words(10)
    parts = chunk_texts(" ".join([sentence] * 20))  # 200 words need two parts
    assert [len(part.split()) for part in parts] == [100, 100]
    assert all(part.startswith("Word") and part.endswith("end.") for part in parts)


def test_a_sentence_longer_than_a_chunk_is_cut_between_words() -> None:
    parts = chunk_texts("item " * 400)  # 400 words: 160, 160 and 80
    assert [len(part.split()) for part in parts] == [160, 160, 80]


def test_no_chunk_is_longer_than_the_encoder_reads() -> None:
    source = "\n\n".join(" ".join([words(length)] * times) for length in (3, 70, 159, 300) for times in (1, 2, 5))
    assert max(len(text.split()) for text in chunk_texts(source)) <= LONGEST_WORDS


def test_every_part_of_a_long_paragraph_names_it() -> None:
    chunks = split(read("a.md", f"One.\n\n{words(400)}\n\nTwo."))
    assert [chunk.paragraphs for chunk in chunks] == [(1,), (2,), (2,), (2,), (3,)]


def test_title_and_heading_are_the_context_of_a_chunk() -> None:
    assert context("Rules", "Leave › Sick") == "Rules › Leave › Sick"
    assert context("Rules", "") == "Rules"


@pytest.mark.parametrize("ending", [".md", ".txt", ".html", ".csv"])
@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_chunks_of_messy_files_hold_each_searchable_character_once(ending: str, text: str) -> None:
    try:
        document = read(f"messy{ending}", text)
    except CorpusError:
        return
    assert_chunks_sound(document)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES.map(lambda line: f"# {line}") | LINES | LONG_PARAGRAPHS, min_size=1, max_size=30))
def test_chunks_of_sections_and_long_paragraphs_hold_each_searchable_character_once(blocks: list[str]) -> None:
    try:
        document = read("messy.md", "\n\n".join(blocks))
    except CorpusError:
        return
    for chunk in assert_chunks_sound(document):
        assert len(chunk.text.split()) <= LONGEST_WORDS


def test_chunks_of_real_handbooks_and_articles_hold_each_searchable_character_once(shared: Path) -> None:
    chunk_count = 0
    for part in ("handbooks", "seeds"):
        for file in find_files(shared / part)[0]:
            try:
                document = read(file.id, read_bytes(file))
            except CorpusError:
                continue
            chunk_count += len(assert_chunks_sound(document))
    assert chunk_count > 1_000


def test_a_long_list_keeps_its_lead_in() -> None:
    items = [f"- the {n} of a child, of a partner or of a parent who lives in the same household" for n in "abcdefghij"]
    chunks = split(
        read("a.md", "\n".join(["# Leave", "", "Ask early. Leave is granted for:", "", *items, "", "## Pay"]))
    )

    assert len(chunks) > 2
    assert chunks[0].lead_in == ""
    assert {chunk.lead_in for chunk in chunks[1:-1]} == {"Leave is granted for:"}


def test_a_lead_in_ends_with_its_section_and_with_the_next_long_paragraph() -> None:
    first, second = (" ".join([f"Members of staff write down what {who} did."] * 10) for who in ("they", "others"))
    text = (
        f"# Leave\n\n{first} It is granted for:\n\n{second}\n\nAsk Ann.\n\n## Pay\n\nPaid are:\n\n## Other\n\nAsk Ben."
    )
    assert {chunk.lead_in for chunk in split(read("a.md", text))} == {""}
