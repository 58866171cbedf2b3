import textwrap

import pytest

from documents import kinds, outline, read, texts

HARBOUR = (
    "The harbour office keeps the register of every boat that moors in the bay, and of every crew that sleeps "
    "ashore, so that in a storm nobody is looked for in vain and nobody is forgotten on the water."
)
STORMS = (
    "When the storm cone is hoisted on the mast beside the slipway, the keeper of the register reads out the names "
    "at the gate, and whoever hears his own name answers, however wet he is."
)
FEES = (
    "Fees are paid once a quarter at the counter, in coin or by cheque, and the receipt is kept on board for as long "
    "as the boat lies in the bay, since the wardens ask for it now and then."
)
NETS = (
    "Nets are dried on the racks behind the chapel and nowhere else, for the smell reaches the school when the wind "
    "turns, and the teacher has a bell of her own which she is not slow to ring."
)


def lines_of(part: str) -> list[str]:
    """Break a text at 72 columns, each line beginning with a capital: no first letter shows that a sentence goes on."""
    return [line[0].upper() + line[1:] for line in textwrap.wrap(part, 72)]


def joined(part: str) -> str:
    return " ".join(lines_of(part))


def double_spaced(*parts: str) -> str:
    """Put a blank line after every line, as printing to text does."""
    return "\n\n".join(line for part in parts for line in lines_of(part))


def test_hard_wrapped_lines_are_joined() -> None:
    assert texts(read("a.txt", f"{textwrap.fill(HARBOUR, 60)}\n\n{textwrap.fill(FEES, 60)}\n")) == [HARBOUR, FEES]


def test_a_word_with_a_hyphen_at_the_line_end_is_joined_with_its_hyphen() -> None:
    assert texts(read("a.txt", "Measures of counter-\nmilitancy were taken.\n\nEnd it.")) == [
        "Measures of counter-militancy were taken.",
        "End it.",
    ]


def test_a_dash_at_the_line_end_joins_nothing() -> None:
    assert texts(read("a.txt", "The office -\nclosed since May -\nmoved. It opens.\n\nEnd it.")) == [
        "The office - closed since May - moved. It opens.",
        "End it.",
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_a_line_end(line_end: str) -> None:
    assert texts(read("a.txt", line_end.join(["The office", "opens.", "", "It closes."]))) == [
        "The office opens.",
        "It closes.",
    ]


def test_one_line_a_paragraph_is_read_as_such() -> None:
    assert texts(read("a.txt", f"{HARBOUR}\n\n{STORMS}\n\n{FEES}\n")) == [HARBOUR, STORMS, FEES]


def test_underlined_and_short_lines_are_headings() -> None:
    source = f"Harbour rules\n=============\n\n{HARBOUR}\n\nFees\n----\n{FEES}\n\nSTORMS AND FLOODS\n\n{STORMS}\n"
    document = read("a.txt", source)
    assert outline(document) == [(1, "Harbour rules"), (2, "Fees"), (2, "STORMS AND FLOODS")]
    assert texts(document) == [HARBOUR, FEES, STORMS]
    assert document.title == "Harbour rules"


def test_a_paragraph_below_an_underline_may_start_in_lower_case() -> None:
    document = read("a.txt", "Fees\n----\n\nfees are paid at the counter.\n\nAlways.")
    assert outline(document) == [(1, "Fees")]
    assert texts(document) == ["fees are paid at the counter.", "Always."]


def test_a_numbered_line_is_a_heading_and_a_numbered_item_is_not() -> None:
    document = read("a.txt", "2.1 Fees and fines\n\n1. Pay.\n2. Keep the receipt.\n\nAlways.")
    assert outline(document) == [(1, "2.1 Fees and fines")]
    assert texts(document) == ["1. Pay.", "2. Keep the receipt.", "Always."]


@pytest.mark.parametrize("sentence", ["It moved.", "یہ ایک جملہ ہے۔", "यह एक वाक्य है।", "学校在这里。", "It moved,"])
def test_a_short_sentence_is_no_heading(sentence: str) -> None:
    assert outline(read("a.txt", f"{sentence}\n\nMore text follows here.")) == []


def test_a_last_line_is_no_heading_for_nothing_follows_it() -> None:
    assert texts(read("a.txt", "It moved.\n\nThe Keeper")) == ["It moved.", "The Keeper"]


@pytest.mark.parametrize("marker", ["-", "*", "•", "–", "1.", "(2)", "a)", "b."])
def test_list_items_are_paragraphs_of_their_own(marker: str) -> None:
    source = f"Bring to the counter\n{marker} the form\n{marker} the receipt\nof the last quarter\n\nAlways."
    assert texts(read("a.txt", source))[-3:] == [
        f"{marker} the form",
        f"{marker} the receipt of the last quarter",
        "Always.",
    ]


def test_a_sentence_that_a_page_break_cut_is_rejoined() -> None:
    assert texts(read("a.txt", "The register lies open\n\f\nin the office. It is read.\n\nAlways.")) == [
        "The register lies open in the office. It is read.",
        "Always.",
    ]


def test_page_numbers_and_running_headers_are_furniture() -> None:
    pages = [HARBOUR, STORMS, FEES]
    source = "\f".join(
        f"Harbour Rules {number}\n\n{textwrap.fill(text, 70)}\n\n- {number} -\n" for number, text in enumerate(pages, 1)
    )
    found = kinds(read("a.txt", source))
    assert [text for kind, text in found if kind == "text"] == pages
    assert "\n".join(text for kind, text in found if kind == "furniture").split("\n") == [
        "Harbour Rules 1",
        "- 1 -",
        "Harbour Rules 2",
        "- 2 -",
        "Harbour Rules 3",
        "- 3 -",
    ]


def test_a_browsers_print_header_names_the_title() -> None:
    header = "12/30/25, 9:41 AM Rules of the harbour"
    document = read("print.txt", f"{header}\n\n{HARBOUR}\n\n{header}\n\n{FEES}\n")
    assert document.title == "Rules of the harbour"
    assert kinds(document) == [("furniture", header), ("text", HARBOUR), ("furniture", header), ("text", FEES)]


def test_a_block_of_addresses_is_put_after_the_paragraph_it_interrupts() -> None:
    lines = textwrap.wrap(HARBOUR, 60)
    source = "\n".join([*lines[:2], "", "https://harbour.example/rules 1/2", "www.harbour.example", "", *lines[2:]])
    document = read("a.txt", f"{source}\n\n{FEES}")
    assert kinds(document) == [
        ("text", HARBOUR),
        ("furniture", "https://harbour.example/rules 1/2\nwww.harbour.example"),
        ("text", FEES),
    ]


def test_double_spaced_lines_are_joined_into_their_paragraphs() -> None:
    parts = [HARBOUR, STORMS, FEES, NETS]
    assert texts(read("a.txt", double_spaced(*parts))) == [joined(part) for part in parts]


def test_a_sentence_that_ends_with_a_full_line_does_not_end_its_paragraph() -> None:
    first = "The bell hangs in the tower by the gate and is rung at noon each day."
    second = "Whoever hears it waits until the last boat is in."
    body = [*lines_of(HARBOUR), *lines_of(STORMS), first, second, *lines_of(FEES), *lines_of(NETS)]
    assert f"{first} {second}" in texts(read("a.txt", "\n\n".join(body)))


def test_headings_stand_out_of_double_spaced_text() -> None:
    document = read("a.txt", double_spaced("Rules of the harbour", HARBOUR, STORMS, "What it costs", FEES, NETS))
    assert outline(document) == [(1, "Rules of the harbour"), (2, "What it costs")]
    assert texts(document) == [joined(part) for part in (HARBOUR, STORMS, FEES, NETS)]


def test_a_worn_copy_of_a_line_at_a_page_break_is_furniture() -> None:
    first, second, *rest = lines_of(FEES)
    worn = "".join(c for place, c in enumerate(second) if place % 3)
    body = [*lines_of(HARBOUR), *lines_of(STORMS), first, worn, second, *rest, *lines_of(NETS)]
    found = kinds(read("a.txt", "\n\n".join(body)))
    assert found.index(("furniture", worn)) == found.index(("text", joined(FEES))) + 1


def test_addresses_do_not_cut_a_double_spaced_paragraph() -> None:
    first, *rest = textwrap.wrap(FEES, 72)
    address = "https://harbour.example/print?page=2"
    body = [*lines_of(HARBOUR), *lines_of(STORMS), first, address, *rest, *lines_of(NETS)]
    found = kinds(read("a.txt", "\n\n".join(body)))
    assert found.index(("furniture", address)) == found.index(("text", FEES)) + 1


def test_a_few_short_lines_with_blank_lines_between_are_not_double_spaced() -> None:
    source = "\n\n".join(["It opens.", "It closes.", "It moves."])
    assert texts(read("a.txt", source)) == ["It opens.", "It closes.", "It moves."]
