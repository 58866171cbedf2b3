import random
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.indexing.index import LocalIndex
from qa.indexing.likeness import SHINGLE_WORDS, SHORTEST_WORDS, Alike, alike, likeness, words_in

RULE = "The gate is closed whenever the river stands above nine metres and the keeper rings the bell on the quay twice."
OTHER = "Parents may take eighteen weeks of paid leave after a birth, in one piece or in up to three parts of a week."
FILES = {
    "new.md": f"# Gate\n\n{RULE}\n\n{OTHER}\n",
    "old.md": f"# Gate\n\n{RULE.replace('twice', 'once')}\n\n{OTHER}\n",
    "mixed.md": f"# Mixed\n\n{OTHER}\n\nLunch in the canteen costs four crowns and fifty pennies on working days.\n",
    "short.md": "# Short\n\nSign here.\n",
    "short too.md": "# Short\n\nSign here.\n",
}


def jaccard(first, second):
    """Count the shingles of both by hand."""
    sets = [
        {tuple(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)}
        for words in (first, second)
    ]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.fixture(scope="module")
def found(build):
    index = LocalIndex.open(build(FILES).index)
    yield likeness(index.library)
    index.close()


def test_documents_are_paired_with_the_share_of_shingles_that_both_have(found):
    whole = [words_in(f"{RULE} {OTHER}"), words_in(f"{RULE.replace('twice', 'once')} {OTHER}")]

    assert found.documents == (Alike("new.md", "old.md", round(jaccard(*whole), 4)),)
    # 44 words make 42 shingles; the changed word stands in three of them.
    assert found.documents[0].jaccard == round(39 / 45, 4)


def test_paragraphs_are_paired_across_documents_most_alike_first(found):
    pairs = [(pair.first, pair.second, pair.jaccard) for pair in found.paragraphs]

    assert pairs == [
        ("mixed.md, ¶ 1", "new.md, ¶ 2", 1.0),
        ("mixed.md, ¶ 1", "old.md, ¶ 2", 1.0),
        ("new.md, ¶ 2", "old.md, ¶ 2", 1.0),
        ("new.md, ¶ 1", "old.md, ¶ 1", round(18 / 20, 4)),
    ]


def test_a_paragraph_of_a_few_words_is_no_finding(found):
    assert not any("short" in pair.first for pair in (*found.documents, *found.paragraphs))
    assert len(words_in("Sign here.")) < SHORTEST_WORDS


def test_words_are_compared_without_case_and_punctuation_and_unspaced_scripts_by_character():
    assert words_in("It's 1,500: READ 学校!") == ["it", "s", "1", "500", "read", "学", "校"]
    assert words_in("") == []


def test_texts_of_one_group_are_not_compared():
    words = words_in(RULE)
    texts = {"a": words, "b": words, "c": words}

    pairs = alike(texts, group_of={"a": "1", "b": "1", "c": "2"})

    assert [(pair.first, pair.second) for pair in pairs] == [("a", "c"), ("b", "c")]


@pytest.mark.parametrize("texts", [{}, {"a": words_in(RULE)}, {"a": [], "b": []}, {"a": words_in(RULE), "b": ["x"]}])
def test_fewer_than_two_texts_of_any_length_give_no_pairs(texts):
    assert alike(texts) == []


@given(st.integers(0, 2**32), st.integers(2, 12), st.sampled_from([0.5, 0.7, 0.8, 0.95]))
@settings(max_examples=40, deadline=None)
def test_the_pairs_are_those_that_counting_every_pair_finds(seed, count, threshold):
    chance = random.Random(seed)
    base = [f"w{n}" for n in range(60)]
    texts = {}
    for number in range(count):
        words = list(base)
        for _ in range(chance.randint(0, 6)):
            words[chance.randrange(60)] = f"x{chance.randrange(1000)}"
        texts[f"t{number:02}"] = words
    expected = {
        (a, b): round(share, 4)
        for a, b in combinations(texts, 2)
        if (share := jaccard(texts[a], texts[b])) >= threshold
    }

    # MinHash may miss a pair, the sooner the less alike: at .8 it misses one in 20 million.
    found = {(pair.first, pair.second): pair.jaccard for pair in alike(texts, threshold)}
    assert found.items() <= expected.items()
    assert all(share < 0.8 for pair, share in expected.items() if pair not in found)


def test_boilerplate_is_paired_with_its_first_only():
    texts = {f"t{number:03}": words_in(RULE) for number in range(200)}

    assert [(pair.first, pair.second) for pair in alike(texts)] == [("t000", f"t{n:03}") for n in range(1, 200)]


def test_ten_thousand_paragraphs_take_seconds():
    chance = random.Random(1)
    texts = {f"p{n}": [f"w{w}" for w in chance.choices(range(3000), k=60)] for n in range(10_000)}
    for number in range(50):
        texts[f"copy {number}"] = [*texts[f"p{number}"][:-1], "changed"]

    started = time.process_time()
    found = alike(texts)
    seconds = time.process_time() - started

    print(f"10,050 paragraphs compared in {seconds:.1f} s of processor time")
    assert {(pair.first, pair.second) for pair in found} == {(f"p{n}", f"copy {n}") for n in range(50)}
    assert seconds < 15
