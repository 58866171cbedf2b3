import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qa.answering.permalink import CONTEXT, LONGEST_CONTEXT, find_quote, quote_context, split_version, version_of
from qa.reading.blocks import Block, compose
from qa.types import Metadata

FERRY = "The last ferry to Skarholm leaves at 23:40."
GATE = "The flood gate is closed above nine metres."
# Few letters, so that words repeat all over.
PARAGRAPHS = st.lists(st.text("ab. \n", min_size=1, max_size=40), min_size=1, max_size=8)


def document(*paragraphs, sha256="0" * 64):
    return compose("notice.md", sha256, [Block("text", text) for text in paragraphs], Metadata())


def located(before, after, words, occurrence=0):
    """Quote `words` from one document and find them in another; return the status and what stands there."""
    start = -1
    for _ in range(occurrence + 1):
        start = before.text.index(words, start + 1)
    paragraph = next(p for p in before.paragraphs if p.start <= start < p.end)
    prefix, suffix = quote_context(before.text, start, start + len(words))
    found = find_quote(after, words, prefix, suffix, paragraph.number)
    if found.paragraph is not None:
        assert found.paragraph.start <= found.start < found.end <= found.paragraph.end
    return found.status, found.paragraph and found.paragraph.number, after.text[found.start : found.end]


@given(PARAGRAPHS, st.data())
@settings(max_examples=300, deadline=None)
def test_in_an_unchanged_document_every_quote_is_found_exactly(paragraphs, data):
    same = document(*paragraphs)
    assume(same.paragraphs)
    paragraph = data.draw(st.sampled_from(same.paragraphs))
    start = data.draw(st.integers(paragraph.start, paragraph.end - 1))
    end = data.draw(st.integers(start + 1, paragraph.end))

    prefix, suffix = quote_context(same.text, start, end)
    found = find_quote(same, same.text[start:end], prefix, suffix, paragraph.number)

    assert (found.status, found.paragraph, found.start, found.end) == ("unchanged", paragraph, start, end)


@given(PARAGRAPHS, st.text("ab. \n", max_size=30), st.text("ab ", max_size=5), st.text("ab ", max_size=5))
@settings(max_examples=200, deadline=None)
def test_whatever_is_found_lies_in_its_paragraph(paragraphs, exact, prefix, suffix):
    changed = document(*paragraphs)

    found = find_quote(changed, exact, prefix, suffix, 1)

    if found.status == "gone":
        assert (found.paragraph, found.start, found.end) == (None, 0, 0)
    else:
        assert found.paragraph.start <= found.start < found.end <= found.paragraph.end
    if found.status in ("unchanged", "moved"):
        assert changed.text[found.start : found.end].split() == exact.split()
        assert (found.status == "unchanged") == (found.paragraph.number == 1)


def test_words_in_the_same_paragraph_are_unchanged_whatever_changed_around_them():
    before, after = document(GATE, f"{FERRY} It waits."), document("New.", f"On Sundays: {FERRY} It is late.")

    assert located(before, after, FERRY) == ("unchanged", 2, FERRY)


def test_words_in_another_paragraph_have_moved():
    assert located(document(FERRY, GATE), document("New.", GATE, FERRY), FERRY) == ("moved", 3, FERRY)


def test_other_white_space_between_the_words_is_no_change():
    after = document("The last ferry to Skarholm\nleaves at 23:40.")

    status, number, words = located(document(FERRY), after, FERRY)

    assert (status, number, words.split()) == ("unchanged", 1, FERRY.split())


@pytest.mark.parametrize("occurrence", [0, 1, 2])
def test_what_stands_around_repeated_words_tells_them_apart(occurrence):
    entries = ["Gate 1: closed.", "Gate 2: closed.", "Gate 3: closed."]
    new = ["Preface."]

    assert located(document(*entries), document(*new, *entries), "closed", occurrence) == (
        "moved",
        occurrence + 2,
        "closed",
    )


def test_repeated_words_in_one_paragraph_are_told_apart():
    same = document("Open from nine to ten, open from nine to ten, open from nine to ten.")
    start = same.text.rindex("nine to ten")

    prefix, suffix = quote_context(same.text, start, start + len("nine to ten"))

    assert find_quote(same, "nine to ten", prefix, suffix, 1).start == start


def test_without_surroundings_the_same_words_in_the_same_paragraph_win_over_others():
    found = find_quote(document("Closed.", "Closed.", "Closed."), "Closed.", "", "", 2)

    assert (found.status, found.paragraph.number) == ("unchanged", 2)


def test_without_surroundings_the_nearest_of_the_same_words_wins():
    found = find_quote(document("Closed.", "Open.", "Open.", "Closed.", "Open."), "Closed.", "", "", 5)

    assert (found.status, found.paragraph.number) == ("moved", 4)


@pytest.mark.parametrize(
    "now",
    [
        "The last ferry to Skarholm leaves at 22:15.",
        "The last ferry to Skarholm now leaves at 23:40 from pier two.",
        "The last night ferry to Skarholm departs at 23:40.",
    ],
)
def test_nearly_the_same_words_have_changed_and_the_whole_sentence_is_found(now):
    after = document(GATE, f"Tickets are sold on board. {now} Dogs travel free.")

    assert located(document(FERRY, GATE), after, FERRY) == ("changed", 2, now)


def test_a_quote_of_two_sentences_is_found_when_one_of_them_changed():
    before = document(f"{GATE} It opens again below eight.")
    now = f"{GATE} It opens again below seven metres."

    assert located(before, document("New.", f"{now} {FERRY}"), before.text) == ("changed", 2, now)


def test_the_surroundings_decide_between_passages_that_are_alike():
    before = document(*(f"Entry {number}." for number in range(1, 30)))
    after = document(*("Entry 12 (void)." if number == 12 else f"Entry {number}." for number in range(1, 30)))

    assert located(before, after, "Entry 12.") == ("changed", 12, "Entry 12 (void).")


def test_words_that_are_nowhere_are_gone():
    assert located(document(FERRY, GATE), document("The harbour master gives the order.", GATE), FERRY) == (
        "gone",
        None,
        "",
    )


@pytest.mark.parametrize("exact", ["", " ", "\n\n", f"{GATE}\n\n{FERRY}"])
def test_what_no_paragraph_could_hold_is_gone_or_near(exact):
    assert find_quote(document(GATE, FERRY), exact, "", "", 1).status in ("gone", "changed", "unchanged")
    assert find_quote(document(GATE, FERRY), "", "", "", 1).status == "gone"


def test_the_context_is_no_longer_than_it_need_be():
    text = " ".join(f"Entry {number}." for number in range(100))
    start = text.index("Entry 50.")

    prefix, suffix = quote_context(text, start, start + len("Entry 50."))

    assert (len(prefix), len(suffix)) == (CONTEXT, CONTEXT)
    assert prefix + "Entry 50." + suffix in text


def test_the_context_of_words_that_repeat_without_end_has_an_end():
    prefix, suffix = quote_context("ha " * 10_000, 15_000, 15_003)

    assert (len(prefix), len(suffix)) == (LONGEST_CONTEXT, LONGEST_CONTEXT)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("leave.pdf", ("leave.pdf", "")),
        ("leave.pdf@0123456789ab", ("leave.pdf", "0123456789ab")),
        ("board@home/a@b.md@0123456789ab", ("board@home/a@b.md", "0123456789ab")),
        ("a.md@0123456789ab@ba9876543210", ("a.md@0123456789ab", "ba9876543210")),
        ("board@home.md", ("board@home.md", "")),
        ("leave.pdf@0123456789AB", ("leave.pdf@0123456789AB", "")),
        ("leave.pdf@0123456789abc", ("leave.pdf@0123456789abc", "")),
        ("@0123456789ab", ("@0123456789ab", "")),
        ("", ("", "")),
    ],
)
def test_a_version_is_split_from_an_address(address, parts):
    assert split_version(address) == parts


def test_a_version_is_the_beginning_of_the_hash():
    assert version_of(document(GATE, sha256="0123456789abcdef" * 4)) == "0123456789ab"


def test_a_long_document_is_searched_quickly():
    long = document(
        *(f"Entry {number} of the register of the harbour of Skarholm. It is void." for number in range(10_000))
    )
    started = time.perf_counter()

    found = find_quote(long, "Entry 7000 of the register of this harbour of Skarholm.", "", "", 7001)

    print(f"{time.perf_counter() - started:.2f} s over {len(long.text):,} characters")
    assert found.status == "changed"
    assert time.perf_counter() - started < 10
