import pytest

from documents import kinds, outline, read, searchable, texts
from qa.errors import CorpusError


def page(body: str, head: str = "") -> str:
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def test_paragraphs_headings_and_lists_are_read_in_order() -> None:
    document = read("a.html", page("<h1>Leave</h1><p>Ask  early.</p><h2>Sick days</h2><ul><li>Call.<li>Rest.</ul>"))
    assert outline(document) == [(1, "Leave"), (2, "Sick days")]
    assert texts(document) == ["Ask early.", "Call.", "Rest."]


def test_text_that_stands_in_no_paragraph_is_read() -> None:
    assert texts(read("a.html", "Bare words<div>in a division</div>and after")) == [
        "Bare words",
        "in a division",
        "and after",
    ]


def test_inline_elements_part_no_words_and_join_none() -> None:
    source = page("<p>The <b>har</b>bour <a href='x'>office</a>, <em>daily</em><br>until five.</p>")
    assert texts(read("a.html", source)) == ["The harbour office, daily until five."]


@pytest.mark.parametrize(
    "frame",
    [
        "<nav>Home Search</nav>",
        "<header>Home Search</header>",
        "<footer>Home Search</footer>",
        "<aside>Home Search</aside>",
        '<div role="navigation">Home Search</div>',
        '<div role="Banner">Home Search</div>',
        "<div hidden>Home Search</div>",
        '<div aria-hidden="true">Home Search</div>',
        '<div style="color: red; display : none">Home Search</div>',
    ],
)
def test_the_frame_of_a_page_and_what_is_hidden_is_furniture(frame: str) -> None:
    document = read("a.html", page(f"{frame}<main><p>Take leave early.</p></main>"))
    assert kinds(document) == [("furniture", "Home Search"), ("text", "Take leave early.")]


def test_neighbouring_furniture_is_one_paragraph() -> None:
    document = read("a.html", page("<nav><ul><li>Home</li><li>Search</li></ul></nav><p>Take leave.</p>"))
    assert kinds(document) == [("furniture", "Home\nSearch"), ("text", "Take leave.")]


def test_a_heading_in_the_frame_is_no_heading_of_the_text() -> None:
    document = read("a.html", page("<nav><h2>Menu</h2></nav><main><h1>Leave</h1><p>Take it.</p></main>"))
    assert outline(document) == [(1, "Leave")]


def test_an_articles_own_header_and_footer_are_text() -> None:
    document = read(
        "a.html", page("<article><header><h1>Leave</h1><p>By Ann.</p></header><footer>Since May.</footer></article>")
    )
    assert kinds(document) == [("text", "By Ann."), ("text", "Since May.")]


def test_a_hidden_piece_of_a_sentence_is_left_out() -> None:
    source = page('<p>Ask<span hidden> never</span><b style="display:none"> ever</b> early.</p>')
    assert texts(read("a.html", source)) == ["Ask early."]


@pytest.mark.parametrize("tag", ["script", "style", "noscript", "template", "svg", "select", "textarea", "button"])
def test_what_is_no_text_of_the_page_is_dropped(tag: str) -> None:
    source = page(f"<p>Ask <{tag}>unseen</{tag}>early.</p><table><tr><th>A<td>b<{tag}>unseen</{tag}></table>")
    assert "unseen" not in read("a.html", source).text


def test_comments_are_dropped_and_the_words_around_them_kept() -> None:
    assert texts(read("a.html", page("<p>Ask <!-- not -->early.<!-- end --> Always.</p>"))) == ["Ask early. Always."]


def test_a_table_of_data_gives_a_paragraph_for_each_row() -> None:
    table = (
        "<table><caption>Opening hours</caption><thead><tr><th>Office</th><th>Opens</th></tr></thead>"
        "<tbody><tr><td>Harbour</td><td>9 a.m.</td></tr><tr><td>Airport</td><td></td></tr></tbody></table>"
    )
    assert texts(read("a.html", page(table))) == ["Opening hours", "Office: Harbour; Opens: 9 a.m.", "Office: Airport"]


def test_the_words_of_a_cell_stay_apart() -> None:
    table = (
        "<table><tr><th>Office<br>name</th></tr><tr><td>Harbour<br>east</td></tr>"
        "<tr><td><p>Airport</p><p>north <b>wi</b>ng</p></td></tr></table>"
    )
    assert texts(read("a.html", page(table))) == ["Office name: Harbour east", "Office name: Airport north wing"]


def test_a_row_headed_by_its_first_cell_is_read_with_it() -> None:
    table = "<table><tr><td></td><th>Opens</th></tr><tr><th>Harbour</th><td>9 a.m.</td></tr></table>"
    assert texts(read("a.html", page(table))) == ["Opens", "Harbour; 9 a.m."]


def test_a_table_of_header_cells_alone_loses_nothing() -> None:
    assert texts(read("a.html", page("<table><tr><th>Harbour</th><th>9 a.m.</th></tr></table>"))) == ["Harbour; 9 a.m."]


def test_a_table_that_lays_out_a_page_is_read_as_paragraphs() -> None:
    layout = "<table><tr><td><p>Ask early.</p><p>Sign.</p></td><td><ul><li>Send.</li></ul></td></tr></table>"
    assert texts(read("a.html", page(layout))) == ["Ask early.", "Sign.", "Send."]


def test_a_table_inside_a_layout_table_is_data() -> None:
    inner = "<table><tr><th>Office</th></tr><tr><td>Harbour</td></tr></table>"
    assert texts(read("a.html", page(f"<table><tr><td>Hours:</td><td>{inner}</td></tr></table>"))) == [
        "Hours:",
        "Office: Harbour",
    ]


def test_a_table_in_the_frame_is_furniture() -> None:
    document = read("a.html", page("<footer><table><tr><td>Home</td></tr></table></footer><p>Ask.</p>"))
    assert kinds(document) == [("furniture", "Home"), ("text", "Ask.")]


def test_ordered_lists_keep_their_numbers_and_their_start() -> None:
    source = page("<ol start=4><li>Fill in.<ul><li>in ink</li></ul></li><li><p>Sign.</p><p>Twice.</p></li></ol>")
    assert texts(read("a.html", source)) == ["4. Fill in.", "in ink", "5. Sign.", "Twice."]


def test_preformatted_text_keeps_its_lines() -> None:
    assert texts(read("a.html", page("<pre>qa index\nqa <b>ask</b><br>qa serve</pre>"))) == [
        "qa index\nqa ask\nqa serve"
    ]


def test_line_breaks_of_the_source_are_spaces() -> None:
    assert texts(read("a.html", page("<p>Ask\nearly,\n  always.</p>"))) == ["Ask early, always."]


def test_entities_are_the_characters_they_stand_for() -> None:
    source = page("<p>Fees &amp; fines: 5&nbsp;&euro; &lt; 6&#8364; &#x2014; na&iuml;ve</p>")
    assert texts(read("a.html", source)) == ["Fees & fines: 5 € < 6€ — naïve"]


def test_the_words_of_a_picture_are_read() -> None:
    assert texts(read("a.html", page('<p>Sign <img src="x" alt="in the blue box"> here.</p>'))) == [
        "Sign in the blue box here."
    ]


def test_a_declared_encoding_is_heeded() -> None:
    source = '<html><head><meta charset="iso-8859-1"></head><body><p>Größe</p></body></html>'
    assert texts(read("a.html", source.encode("iso-8859-1"))) == ["Größe"]


def test_the_title_is_the_first_heading_of_the_first_rank() -> None:
    assert read("a.html", page("<h1>Taking<br>leave</h1><p>x</p>", "<title>Intranet</title>")).title == "Taking leave"


def test_the_headline_of_the_text_is_the_title_before_that_of_the_site() -> None:
    source = page("<header><h1>Intranet</h1></header><main><h1>Leave</h1><p>Take it.</p></main>")
    assert read("a.html", source).title == "Leave"


def test_without_such_a_heading_the_title_is_the_pages_own() -> None:
    assert read("a.html", page("<p>x</p>", "<title>Taking\n leave</title>")).title == "Taking leave"


def test_a_heading_with_a_division_inside_stays_a_heading() -> None:
    assert outline(read("a.html", page("<h2><div>Sick days</div></h2><p>Call.</p>"))) == [(2, "Sick days")]


def test_broken_markup_is_read_as_browsers_do() -> None:
    assert texts(read("a.html", "<p>Ask <b>early<p>Sign</i> here</b><td>Send")) == ["Ask early", "Sign here", "Send"]


def test_text_below_a_thousand_nested_elements_is_read() -> None:
    source = "<div>" * 1_000 + "Ask early." + "</div>" * 1_000 + "<p>Sign.</p>"
    assert texts(read("a.html", source)) == ["Ask early.", "Sign."]


def test_sixty_thousand_nested_elements_are_refused_with_a_reason() -> None:
    with pytest.raises(CorpusError, match="nested"):
        read("a.html", "<p>Before.</p>" + "<div>" * 60_000 + "Ask early." + "</div>" * 60_000)


def test_furniture_is_not_searchable() -> None:
    document = read("a.html", page("<nav>Menu</nav><p>Ask early.</p><footer>Imprint</footer>"))
    assert searchable(document) == "Ask early."


def test_a_header_over_two_columns_heads_both() -> None:
    page = "<table><tr><th colspan=2>Year</th><th>Sum</th></tr><tr><td>2019</td><td>May</td><td>7</td></tr></table>"
    assert texts(read("a.html", page)) == ["Year: 2019; Year: May; Sum: 7"]


def test_a_cell_over_two_rows_stands_in_both() -> None:
    page = (
        "<table><tr><th>Name</th><th>Day</th></tr><tr><td rowspan=2>Anna</td><td>Mon</td></tr>"
        "<tr><td>Tue</td></tr><tr><td>Ben</td><td>Wed</td></tr></table>"
    )
    assert texts(read("a.html", page)) == ["Name: Anna; Day: Mon", "Name: Anna; Day: Tue", "Name: Ben; Day: Wed"]


def test_an_item_may_name_its_number() -> None:
    assert texts(read("a.html", "<ol><li>one</li><li value=7>seven</li><li>eight</li></ol>")) == [
        "1. one",
        "7. seven",
        "8. eight",
    ]
