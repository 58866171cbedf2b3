import time
from pathlib import Path

import pytest

from qa.errors import CorpusError
from qa.reading.markup.html import parse
from qa.reading.markup.main_content import SHORT_PAGE_WORDS
from qa.reading.parsed import Limits

PARAGRAPHS = [
    "The harbour office opens at nine in the morning and closes at four in the afternoon, from Monday to Friday, and "
    "visitors report to the desk on the ground floor, where a clerk writes their names into the book of the day.",
    "Those who come by boat moor at the northern pier and wait there until they are called by the harbour master, who "
    "asks for the papers of the boat and for the names of everybody on board before anybody may go ashore.",
    "The airport office is open on every day of the year, for aircraft land on holidays as well, and letters for their "
    "crews are kept behind the counter until they are asked for, and are sent back after thirty days.",
    "Whoever loses a badge tells the duty officer within the hour, and gets a new one against a signature on the "
    "following morning; until then a visitor's badge opens the outer doors, but neither the safe nor the archive.",
    "Leave is asked for in writing, two weeks before its first day, and the head of the section answers within three "
    "working days; where nobody answers, the leave counts as granted, and the clerk enters it into the calendar.",
]
ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
MENU = "".join(
    f'<li><a href="/{word}">{word}</a></li>' for word in "Home News People Teams Travel Forms Search".split()
)
TEASERS = "".join(
    f'<div class="teaser"><a href="/{number}">Yesterday the mayor met delegation {number} at the town hall</a></div>'
    for number in range(12)
)
FRAME = f'<div id="menu"><ul>{MENU}</ul></div>{{}}<div class="sidebar">{TEASERS}</div>'


def kinds(body: str) -> dict[str, str]:
    """The kind of each block of a page, by its words."""
    page = f"<!doctype html><html><head><title>Offices</title></head><body>{body}</body></html>"
    return {block.text.strip(): block.kind for block in parse(page.encode(), Limits()).blocks}


def test_a_frame_that_nobody_marked_is_furniture() -> None:
    found = kinds(FRAME.format(f'<div class="content"><h1>Offices</h1>{ARTICLE}</div>'))
    assert [found[paragraph] for paragraph in PARAGRAPHS] == ["text"] * len(PARAGRAPHS)
    assert found["Home"] == found["Search"] == "furniture"
    assert {kind for text, kind in found.items() if text.startswith("Yesterday")} == {"furniture"}


def test_nothing_vanishes_and_the_order_stays() -> None:
    body = FRAME.format(f'<div class="content">{ARTICLE}</div>')
    found = list(kinds(body))
    assert found[0] == "Home"
    assert found[7:12] == PARAGRAPHS
    assert len(found) == 7 + 5 + 12


@pytest.mark.parametrize("marked", ["<main>{}</main>", "<article>{}</article>", '<div role="main">{}</div>'])
def test_where_the_main_content_is_marked_all_else_is_furniture(marked: str) -> None:
    body = (
        f"<div>Town of Harbour, internal pages</div>{marked.format(ARTICLE + '<p>Ask.</p>')}<div>Imprint of 2026</div>"
    )
    found = kinds(body)
    assert found["Ask."] == "text"
    assert found["Town of Harbour, internal pages"] == found["Imprint of 2026"] == "furniture"


def test_a_headline_above_the_marked_content_stays_a_heading() -> None:
    assert kinds(f"<div><h1>Offices</h1></div><main>{ARTICLE}</main>")["Offices"] == "heading"


def test_one_marked_teaser_does_not_push_the_text_aside() -> None:
    found = kinds(f"<article><p>Mayor meets delegation.</p></article><div>{ARTICLE}</div>")
    assert found[PARAGRAPHS[0]] == "text"


def test_a_short_page_is_read_whole() -> None:
    body = '<div id="menu">Home</div><p>Ask early.</p><div class="footer">Imprint</div>'
    assert len(body.split()) < SHORT_PAGE_WORDS
    assert set(kinds(body).values()) == {"text"}


def test_a_table_of_data_is_main_content() -> None:
    rows = "".join(f"<tr><td>Office {number}</td><td>Street {number}</td></tr>" for number in range(30))
    table = f"<table><tr><th>Office</th><th>Address</th></tr>{rows}</table>"
    found = kinds(FRAME.format(f'<div class="content">{ARTICLE}{table}<p>{PARAGRAPHS[0]}!</p></div>'))
    assert found["Office: Office 7; Address: Street 7"] == "row"


def test_a_page_in_chinese_is_told_from_its_frame() -> None:
    text = "港口办公室周一至周五上午九点开门下午四点关门来访者须先到一楼服务台登记姓名然后等候工作人员叫号"
    paragraphs = "".join(f"<p>{text}，第{number}条规定自公布之日起施行。</p>" for number in range(8))
    found = kinds(FRAME.format(f'<div class="content">{paragraphs}</div>'))
    assert found[f"{text}，第3条规定自公布之日起施行。"] == "text"


def test_headings_of_one_word_stay_with_their_text() -> None:
    sections = "".join(f"<h2>Part{number}</h2><p>{text}</p>" for number, text in enumerate(PARAGRAPHS))
    found = kinds(FRAME.format(f'<div class="content">{sections}</div>'))
    assert [found[f"Part{number}"] for number in range(1, 5)] == ["heading"] * 4


def test_a_page_of_links_alone_is_read() -> None:
    assert "text" in kinds(f"<div>{TEASERS}{TEASERS}</div>").values()


def test_real_pages_are_read_and_their_main_content_is_found(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks.readability import score

    folders = sorted(path.parent for path in (shared / "files/readability").glob("*/source.html"))
    assert len(folders) == 120
    start = time.monotonic()
    scores = [score(folder) for folder in folders]
    assert sum(f1 for _, _, f1 in scores) / len(scores) >= 0.93
    assert sum(recall for _, recall, _ in scores) / len(scores) >= 0.98
    assert time.monotonic() - start < 120


def test_real_odd_pages_are_read_or_refused(shared: Path) -> None:
    for path in sorted((shared / "files/office").glob("*.html")):
        start = time.monotonic()
        try:
            parse(path.read_bytes(), Limits())
        except CorpusError as error:
            assert str(error)
        assert time.monotonic() - start < 10
