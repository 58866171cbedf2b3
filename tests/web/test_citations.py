import re
from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from answers import hit, quote
from qa.types import Chunk
from qa.web.citations import check_of, source_address, source_query, words_query

WORDS = "A berth costs 9 crowns."


def test_a_check_of_words_changes_with_the_words():
    assert check_of(WORDS) == check_of(WORDS)
    assert check_of(WORDS) != check_of("A berth costs 8 crowns.")
    assert re.fullmatch("[0-9a-f]{12}", check_of(WORDS))


def test_the_query_of_a_source_names_paragraph_offsets_and_check():
    assert parse_qs(source_query(quote())) == {
        "p": ["4"],
        "start": ["100"],
        "end": ["123"],
        "check": [check_of(WORDS)],
    }


def test_the_words_are_found_again_by_what_stands_around_them():
    text = f"Fees are due in May. {WORDS} A mooring costs 2."
    chunk = Chunk("port/fees.md", 79, 79 + len(text), text, "Berths", (4,))

    found = parse_qs(words_query(quote(), chunk))

    assert found["exact"] == [WORDS]
    assert text.startswith(found["prefix"][0] + WORDS, text.index(found["prefix"][0]))
    assert (WORDS + found["suffix"][0]) in text


@given(document=st.text(min_size=1), text=st.text(min_size=1))
@settings(max_examples=100, deadline=None)
def test_an_address_leads_to_its_document_and_its_words_whatever_they_are(document, text):
    quoted = quote(text, document=document)

    address = source_address(quoted, hit(quoted).chunk)

    assert re.fullmatch(r"[\w/%.~?&=+#-]*", address, re.ASCII)
    parts = urlsplit(f"/{address}")
    assert (unquote(parts.path), parts.fragment) == (f"/source/{document}", "hit")
    assert parse_qs(parts.query, keep_blank_values=True)["exact"] == [text]


def test_an_address_stands_below_that_of_the_page():
    quoted = quote(document="port/fees & fines.md")

    assert source_address(quoted, hit(quoted).chunk).startswith("source/port/fees%20%26%20fines.md?exact=A+berth")
