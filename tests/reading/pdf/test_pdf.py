import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from pdf_files import BOLD, HEIGHT, WORDS_CONTENT, column, lines, objects, one_page, pdf, scan, stream
from qa.errors import CorpusError
from qa.reading.blocks import Block
from qa.reading.parsed import Limits, Parsed
from qa.reading.pdf.parser import parse

HARBOUR = (
    "The harbour office opens at nine in the morning and closes at four in the afternoon, from Monday to Friday. "
    "Visitors report to the desk on the ground floor, where a clerk writes their names into the book of the day. "
    "Those who come by boat moor at the northern pier and wait there until they are called by the harbour master."
)
AIRPORT = (
    "The airport office is open on every day of the year, for aircraft land on holidays as well. Letters for crews "
    "are kept behind the counter until they are asked for, and are sent back after thirty days. Whoever loses a badge "
    "tells the duty officer within the hour, and gets a new one against a signature on the following morning."
)


def read(data: bytes, **limits: float) -> Parsed:
    return parse(data, Limits(**limits))  # type: ignore[arg-type]


def told(parsed: Parsed, *kinds: str) -> list[str]:
    return [block.text for block in parsed.blocks if block.kind in (kinds or ("text", "row"))]


def pages(parsed: Parsed) -> list[tuple[str | None, str]]:
    return [(block.page, block.text) for block in parsed.blocks if block.kind == "text"]


def refusal(data: bytes, **limits: float) -> str:
    with pytest.raises(CorpusError) as caught:
        read(data, **limits)
    return str(caught.value)


@pytest.fixture(autouse=True)
def without_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


# Paragraphs


def test_the_lines_of_a_paragraph_are_joined_and_paragraphs_are_told_apart() -> None:
    data = pdf(lambda canvas: column(canvas, f"{HARBOUR}\n\n{AIRPORT}"))
    assert read(data).blocks == [Block("text", HARBOUR, page="1"), Block("text", AIRPORT, page="1")]


def test_paragraphs_without_space_between_them_are_told_apart_by_a_last_line_that_ends_early() -> None:
    first = ["The clerk writes down each name in the book, and nobody may", "go on before that is done and seen to."]
    second = ["Names are kept for a year, and are then struck out by the", "clerk."]
    assert told(read(pdf(lambda canvas: lines(canvas, first + second)))) == [" ".join(first), " ".join(second)]


def test_paragraphs_are_told_apart_by_an_indented_first_line() -> None:
    def page(canvas: Canvas) -> None:
        top = lines(canvas, ["The clerk writes down each name, and nobody may go on before."])
        lines(canvas, ["Names are kept for a year."], top, left=90)

    assert told(read(pdf(page)))[-1] == "Names are kept for a year."


def test_the_items_of_a_list_are_paragraphs_each() -> None:
    items = ["• the blue form,", "• the green form, which is longer than all of", "the others together,", "3. a pen."]
    assert told(read(pdf(lambda canvas: lines(canvas, items)))) == [
        "• the blue form,",
        "• the green form, which is longer than all of the others together,",
        "3. a pen.",
    ]


def test_a_word_divided_at_a_lines_end_is_put_together() -> None:
    broken = ["The committee asked the govern-", "ment for the counter-militancy", "plan, and got the counter-"]
    data = pdf(lambda canvas: lines(canvas, [*broken, "militancy plan."]))
    assert told(read(data)) == [
        "The committee asked the government for the counter-militancy plan, and got the counter-militancy plan."
    ]


def test_a_raised_number_is_told_from_the_figure_before_it() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["The town has 83,190"])
        canvas.setFont("Helvetica", 6)
        canvas.drawString(72 + canvas.stringWidth("The town has 83,190", "Helvetica", 11), 764, "2")

    assert told(read(pdf(page))) == ["The town has 83,190²"]


def test_a_raised_number_is_told_apart_wherever_the_file_paints_it() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["2"], 764, 72 + canvas.stringWidth("The town has 83,190", "Helvetica", 11), ("Helvetica", 6))
        lines(canvas, ["The town has 83,190", "people in it."])

    assert told(read(pdf(page))) == ["The town has 83,190² people in it."]


TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
4 beginbfchar <61> <0645> <62> <06440627> <63> <0633> <64> <0627> endbfchar
endcmap end end"""


def test_a_script_that_runs_from_right_to_left_is_read_in_its_own_order() -> None:
    # Glyphs as they are painted, from left to right: meem, lam and alef in one, seen; and far right of them alef, seen.
    content = stream(b"BT /F1 12 Tf 72 700 Td (abc) Tj 60 0 Td (cd) Tj ET")
    data = one_page(content, b"", stream(TO_UNICODE)).replace(b"/Helvetica >>", b"/Helvetica /ToUnicode 6 0 R >>")
    assert told(read(data)) == ["اس سلام"]


def test_a_large_initial_stays_with_its_word() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 40)
        canvas.drawString(72, 732, "T")
        lines(canvas, ["he harbour office opens at", "nine and closes at four."], left=98)

    assert told(read(pdf(page))) == ["The harbour office opens at nine and closes at four."]


# Columns


def two_columns(canvas: Canvas) -> None:
    column(canvas, HARBOUR, left=60, width=220)
    column(canvas, AIRPORT, left=310, width=220)


def test_columns_are_read_one_after_the_other() -> None:
    assert told(read(pdf(two_columns))) == [HARBOUR, AIRPORT]


def test_columns_are_found_where_the_file_paints_line_by_line_across_them() -> None:
    from reportlab.lib.utils import simpleSplit

    def page(canvas: Canvas) -> None:
        left, right = (simpleSplit(text, "Helvetica", 11, 220) for text in (HARBOUR, AIRPORT))
        for number, pair in enumerate(zip(left, right, strict=False)):
            for x, line in zip((60, 310), pair, strict=True):
                lines(canvas, [line], 760 - 14 * number, x)

    assert told(read(pdf(page)))[0].startswith("The harbour office opens at nine in the morning and closes at four")


def test_a_headline_across_two_columns_is_read_first_and_the_text_below_them_last() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["Opening hours of the offices by the sea and in the air"], 800, 60, ("Helvetica-Bold", 17))
        two_columns(canvas)
        column(canvas, f"{AIRPORT} {HARBOUR}", top=560, left=60, width=470)

    assert told(read(pdf(page)), "heading", "text") == [
        "Opening hours of the offices by the sea and in the air",
        HARBOUR,
        AIRPORT,
        f"{AIRPORT} {HARBOUR}",
    ]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    from reportlab.lib.utils import simpleSplit

    def page(canvas: Canvas) -> None:
        broken = simpleSplit(f"{HARBOUR} {AIRPORT}", "Helvetica", 11, 220)
        half = len(broken) // 2
        lines(canvas, broken[:half], left=60)
        lines(canvas, broken[half:], left=310)

    assert told(read(pdf(page))) == [f"{HARBOUR} {AIRPORT}"]


# Pages


def book(
    *texts: str, head: str = "Handbook of the offices", number: Callable[[int], str] = str, canvas: Canvas | None = None
) -> list[Callable[[Canvas], None]]:
    """Return pages that each have a running head and their number at the foot."""

    def page(index: int, text: str) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            lines(canvas, [head], HEIGHT - 40, 200)
            column(canvas, text)
            lines(canvas, [number(index + 1)], 40, 290)

        return draw

    return [page(index, text) for index, text in enumerate(texts)]


def test_running_heads_and_page_numbers_are_furniture() -> None:
    parsed = read(pdf(*book(HARBOUR, AIRPORT, HARBOUR)))
    assert told(parsed, "furniture") == [text for number in "123" for text in ("Handbook of the offices", number)]
    assert told(parsed) == [HARBOUR, AIRPORT, HARBOUR]


def test_a_running_head_that_changes_with_the_section_is_known_by_the_page_number_in_it() -> None:
    heads = ["2 1.1 Harbour", "1.2 Airport 3", "4 1.3 Station", "1.4 Market 5"]

    def page(head: str) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            lines(canvas, [head], HEIGHT - 40)
            column(canvas, HARBOUR)

        return draw

    data = pdf(lambda canvas: column(canvas, AIRPORT), *(page(head) for head in heads))
    assert told(read(data), "furniture") == heads


def test_a_headline_that_counts_is_no_furniture() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            lines(canvas, [f"Chapter {number}"], 780, 72, ("Helvetica-Bold", 20))
            column(canvas, HARBOUR, top=740)

        return draw

    assert told(read(pdf(page(1), page(2), page(3))), "heading") == ["Chapter 1", "Chapter 2", "Chapter 3"]


def test_an_address_at_the_foot_of_a_page_is_no_furniture() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["clerk@harbour.example"], column(canvas, f"{HARBOUR} Write to") - 10)

    assert "clerk@harbour.example" in " ".join(told(read(pdf(page))))


def test_what_stands_on_every_page_is_text_where_there_is_nothing_else() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["The office is closed."])

    assert set(told(read(pdf(page, page, page)))) == {"The office is closed."}


def test_a_paragraph_that_a_page_break_cuts_is_one_with_the_furniture_after_it() -> None:
    words = f"{HARBOUR} {AIRPORT}".split()
    parsed = read(pdf(*book("One. " + HARBOUR, " ".join(words[:60]), " ".join(words[60:]) + f"\n\n{HARBOUR}")))
    assert [(block.kind, block.page, block.text) for block in parsed.blocks[3:]] == [
        ("furniture", "2", "Handbook of the offices"),
        ("text", "2–3", f"{HARBOUR} {AIRPORT}"),
        ("furniture", "2", "2"),
        ("furniture", "3", "Handbook of the offices"),
        ("text", "3", HARBOUR),
        ("furniture", "3", "3"),
    ]


def test_a_footnote_does_not_come_between_the_halves_of_a_paragraph() -> None:
    words = HARBOUR.split()

    def first(canvas: Canvas) -> None:
        column(canvas, " ".join(words[:30]))
        lines(canvas, ["1 As the harbour master ordered in May."], 100, font=("Helvetica", 8))

    assert pages(read(pdf(first, lambda canvas: column(canvas, " ".join(words[30:]))))) == [
        ("1–2", HARBOUR),
        ("1", "1 As the harbour master ordered in May."),
    ]


def test_a_paragraph_that_ended_does_not_go_on_overleaf() -> None:
    first, second = (lambda canvas: column(canvas, HARBOUR)), (lambda canvas: column(canvas, AIRPORT))
    assert pages(read(pdf(first, second))) == [("1", HARBOUR), ("2", AIRPORT)]


def test_pages_have_the_labels_that_are_printed_on_them() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.addPageLabel(0, style="ROMAN_LOWER")
    canvas.addPageLabel(2, style="ARABIC", start=1)
    canvas.addPageLabel(3, style="ARABIC", start=1, prefix="A-")
    texts = [f"This is page {number}. {HARBOUR}" for number in range(4)]
    parsed = read(pdf(*book(*texts, number=lambda n: ["", "i", "ii", "1", "A-1"][n]), canvas=canvas, buffer=buffer))
    assert [page for page, _ in pages(parsed)] == ["i", "ii", "1", "A-1"]
    assert told(parsed, "furniture")[1::2] == ["i", "ii", "1", "A-1"]


def test_a_turned_page_is_read_in_its_own_direction() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.translate(0, -600)
        column(canvas, f"{HARBOUR}\n\n{AIRPORT}", top=560, left=60, width=700)

    assert told(read(pdf(page))) == [HARBOUR, AIRPORT]


def with_words_along_the_edge(text: str) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        column(canvas, text)
        canvas.saveState()
        canvas.rotate(90)
        canvas.drawString(200, -30, "Draft of 3 May")
        canvas.restoreState()

    return page


def test_words_along_the_edge_are_read_after_the_page() -> None:
    assert told(read(pdf(with_words_along_the_edge(HARBOUR)))) == [HARBOUR, "Draft of 3 May"]


def test_words_along_the_edge_of_every_page_are_furniture() -> None:
    parsed = read(pdf(*map(with_words_along_the_edge, (HARBOUR, AIRPORT, HARBOUR))))
    assert told(parsed) == [HARBOUR, AIRPORT, HARBOUR]
    assert told(parsed, "furniture") == ["Draft of 3 May"] * 3


@pytest.mark.parametrize(("top", "left"), [(-200, 72), (1000, 72), (300, -300), (300, 700)])
def test_text_beyond_the_edge_of_the_page_is_left_out_with_a_note(top: float, left: float) -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, HARBOUR)
        lines(canvas, ["Nobody can see this."], top, left)

    parsed = read(pdf(page))
    assert told(parsed) == [HARBOUR]
    assert parsed.notes == ("page 1 has text beyond its edges, left out",)


# Headings and tables


def test_headings_are_known_by_size_and_weight_and_levelled_by_them() -> None:
    def page(canvas: Canvas) -> None:
        top = lines(canvas, ["Opening hours"], 780, 72, ("Helvetica-Bold", 20), 30)
        top = lines(canvas, ["By the sea"], top, 72, ("Helvetica-Bold", 15), 24)
        top = lines(canvas, ["In summer"], column(canvas, HARBOUR, top), 72, BOLD, 18)
        top = lines(canvas, ["In the air"], column(canvas, AIRPORT, top), 72, ("Helvetica-Bold", 15), 24)
        column(canvas, AIRPORT, top)

    headings = [(block.level, block.text) for block in read(pdf(page)).blocks if block.kind == "heading"]
    assert headings == [(1, "Opening hours"), (2, "By the sea"), (3, "In summer"), (2, "In the air")]


def test_a_bold_line_close_to_the_text_around_it_is_a_heading() -> None:
    def page(canvas: Canvas) -> None:
        top = lines(canvas, ["The clerk writes down each name, and nobody may go on before."])
        lines(
            canvas,
            ["Badges are worn.", "The desk gives them out."],
            lines(canvas, ["Badges and doors"], top, font=BOLD),
        )

    assert told(read(pdf(page)), "heading") == ["Badges and doors"]


def test_a_heading_of_two_lines_is_one() -> None:
    def page(canvas: Canvas) -> None:
        top = lines(
            canvas, ["Opening hours of the harbour office", "and of the airport"], 780, 72, ("Times-Bold", 20), 24
        )
        column(canvas, HARBOUR, top)

    assert told(read(pdf(page)), "heading") == ["Opening hours of the harbour office and of the airport"]


def test_a_bold_sentence_is_no_heading() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["Badges are worn at all times."], column(canvas, HARBOUR), font=BOLD)

    assert told(read(pdf(page))) == [HARBOUR, "Badges are worn at all times."]


def grid(canvas: Canvas, rows: Sequence[Sequence[str]], top: float = 760, bold_header: bool = False) -> None:
    for number, row in enumerate(rows):
        for x, cell in zip((72, 220, 330), row, strict=False):
            if cell:
                lines(canvas, [cell], top - 20 * number, x, BOLD if bold_header and not number else ("Helvetica", 11))


def test_the_rows_of_a_table_carry_their_headers() -> None:
    rows = [["Office", "Opens", "Staff"], ["Harbour office", "9", "12"], ["Airport", "6", "40"], ["Station", "7", "3"]]
    assert told(read(pdf(lambda canvas: grid(canvas, rows))), "row") == [
        "Office: Harbour office; Opens: 9; Staff: 12",
        "Office: Airport; Opens: 6; Staff: 40",
        "Office: Station; Opens: 7; Staff: 3",
    ]


def test_a_bold_first_row_is_a_header_whatever_the_cells_hold() -> None:
    rows = [["Office", "Head", "Deputy"], ["Harbour", "Ann", "Bob"], ["Airport", "Cid"], ["Station", "", "Dora"]]
    assert told(read(pdf(lambda canvas: grid(canvas, rows, bold_header=True))), "row") == [
        "Office: Harbour; Head: Ann; Deputy: Bob",
        "Office: Airport; Head: Cid",
        "Office: Station; Deputy: Dora",
    ]


def test_a_table_whose_first_row_is_like_the_others_has_no_header() -> None:
    rows = [["Harbour", "Ann", "Bob"], ["Airport", "Cid", "Dan"], ["Station", "Eve", "Fay"]]
    assert told(read(pdf(lambda canvas: grid(canvas, rows))), "row") == [
        "Harbour; Ann; Bob",
        "Airport; Cid; Dan",
        "Station; Eve; Fay",
    ]


def test_a_cell_of_two_lines_is_one() -> None:
    def page(canvas: Canvas) -> None:
        grid(canvas, [["Office", "Opens", "Staff"], ["Harbour", "9", "12 in summer,"]])
        lines(canvas, ["8 in winter"], 728, 330)
        grid(canvas, [["Airport", "6", "40"], ["Station", "7", "3"]], top=700)

    assert told(read(pdf(page)), "row")[0] == "Office: Harbour; Opens: 9; Staff: 12 in summer, 8 in winter"


def test_a_table_of_contents_is_furniture() -> None:
    entries = [f"{n} Office number {n} . . . . . . . . . . . . . {n}" for n in range(1, 5)]
    parsed = read(pdf(lambda canvas: column(canvas, HARBOUR, lines(canvas, entries) - 20)))
    assert told(parsed, "furniture") == entries
    assert told(parsed) == [HARBOUR]


# What a file says about itself


def titled(title: str, **settings: str) -> Parsed:
    def page(canvas: Canvas) -> None:
        canvas.setTitle(title)
        canvas.setAuthor("A. Clerk")
        column(canvas, HARBOUR)

    return read(pdf(page, **settings))


def test_title_author_date_and_language_come_from_the_file() -> None:
    metadata = titled("Opening hours", lang="en-GB").metadata
    assert (metadata.title, metadata.author, metadata.language) == ("Opening hours", "A. Clerk", "en-GB")
    assert metadata.date == "2000-01-01"  # what reportlab writes where the time is not to count


@pytest.mark.parametrize(
    "title",
    ["Microsoft Word - hours.doc", "hours_v3_final", "hours.docx", "untitled", "Document1", "C:\\files\\hours", "2024"],
)
def test_what_a_program_writes_into_the_title_is_none(title: str) -> None:
    assert titled(title).metadata.title == ""


@pytest.mark.parametrize("title", ["Opening hours", "COVID-19", "A/B tests at the harbour", "ساحل"])
def test_a_title_that_somebody_gave_is_kept(title: str) -> None:
    assert titled(title).metadata.title == title


def test_half_a_character_in_a_title_does_no_harm() -> None:
    data = one_page(stream(WORDS_CONTENT), b"", b"<< /Title <FEFF004F0070D800> >>", trailer=b"/Info 6 0 R")
    assert read(data).metadata.title == "Op\ufffd"


def xmp(packet: bytes) -> Parsed:
    metadata = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream" % (len(packet), packet)
    return read(one_page(stream(WORDS_CONTENT), b"/Metadata 6 0 R", metadata))


PACKET = """<?xpacket begin="\ufeff"?>%s<x:xmpmeta xmlns:x="adobe:ns:meta/"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"><rdf:RDF><rdf:Description xmp:CreateDate="2023-04-10T12:00:00Z">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>en</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_what_the_properties_leave_out_comes_from_the_xmp_packet() -> None:
    metadata = xmp((PACKET % ("", "Opening hours")).encode()).metadata
    assert (metadata.title, metadata.author, metadata.date, metadata.language) == (
        "Opening hours",
        "Ann, Bob",
        "2023-04-10",
        "en",
    )


def test_an_xmp_packet_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    entity = f'<!DOCTYPE x [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'
    assert "secret" not in xmp((PACKET % (entity, "Opening &secret;")).encode()).metadata.title


def test_an_xmp_packet_that_is_no_xml_is_passed_over() -> None:
    parsed = xmp(b"<x:xmpmeta <<<")
    assert parsed.metadata.title == ""
    assert told(parsed) == ["The harbour office opens at nine."]


# Files inside files


def attached(name: str, content: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(lambda canvas: column(canvas, HARBOUR)))))
    writer.add_attachment(name, content)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_file_inside_a_file_is_handed_on() -> None:
    parsed = read(attached("hours.csv", b"Office,Opens\n"))
    assert [(a.name, a.data) for a in parsed.attachments] == [("hours.csv", b"Office,Opens\n")]


@pytest.mark.parametrize("name", ["../../etc/hours.csv", "C:\\files\\hours.csv", "/hours.csv"])
def test_an_attachment_names_no_place_outside(name: str) -> None:
    assert [a.name for a in read(attached(name, b"Office")).attachments] == ["hours.csv"]


def test_an_attachment_over_the_limit_is_left_out_with_a_note() -> None:
    parsed = read(attached("hours.csv", b"Office,Opens\n"), expanded_bytes=5)
    assert parsed.attachments == ()
    assert parsed.notes == ("attachment hours.csv was left out: too large",)


def test_what_is_filled_into_a_form_is_read() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["Name of the visitor:"])
        canvas.acroForm.textfield(name="visitor", value="Ann of the harbour", x=220, y=755, width=200, height=20)

    assert "Ann of the harbour" in " ".join(told(read(pdf(page))))


def test_comments_pinned_to_a_page_are_counted_in_a_note() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, HARBOUR)
        canvas.textAnnotation("Is this still so?", Rect=[500, 700, 520, 720])

    assert read(pdf(page)).notes == ("1 comment pinned to its pages left out",)


# What cannot be read


def test_a_scanned_page_among_others_is_noted() -> None:
    parsed = read(pdf(lambda canvas: column(canvas, HARBOUR), scan))
    assert told(parsed) == [HARBOUR]
    assert parsed.notes == ("page 2 has no text layer",)


def test_scanned_pages_with_a_running_foot_are_noted() -> None:
    def page(canvas: Canvas) -> None:
        scan(canvas)
        lines(canvas, ["Copy of the archive"], 40)

    parsed = read(pdf(lambda canvas: column(canvas, HARBOUR), page, page, page))
    assert parsed.notes == ("pages 2, 3, 4 have no text layer",)


def test_letters_of_which_the_font_does_not_say_what_they_are_get_a_note() -> None:
    codes = b"1 beginbfrange <61> <7A> <E061> endbfrange\n"
    unicode = TO_UNICODE.replace(TO_UNICODE[TO_UNICODE.index(b"4 beginbfchar") : TO_UNICODE.index(b"endcmap")], codes)
    content = stream(b"BT /F1 12 Tf 72 700 Td (harbour) Tj ET")
    data = one_page(content, b"", stream(unicode)).replace(b"/Helvetica >>", b"/Helvetica /ToUnicode 6 0 R >>")
    assert read(data).notes == ("page 1 has letters that say nothing: it needs OCR",)


def test_a_file_of_scanned_pages_is_refused() -> None:
    assert refusal(pdf(scan, scan)) == "no text layer on any of its 2 pages: it needs OCR"


def test_an_empty_page_is_no_scanned_page() -> None:
    assert read(pdf(lambda canvas: column(canvas, HARBOUR), lambda canvas: None)).notes == ()
    assert refusal(pdf(lambda canvas: None)) == "nothing is printed on its pages"


def test_a_file_that_opens_without_a_password_is_read_though_encrypted() -> None:
    encryption = pdfencrypt.StandardEncryption("", ownerPassword="owner", canCopy=0, strength=128)
    assert told(read(pdf(lambda canvas: column(canvas, HARBOUR), encrypt=encryption))) == [HARBOUR]


def test_a_file_that_needs_a_password_is_refused() -> None:
    encryption = pdfencrypt.StandardEncryption("secret", strength=128)
    data = pdf(lambda canvas: column(canvas, HARBOUR), encrypt=encryption)
    assert refusal(data) == "encrypted: remove the password and index again"


def test_a_file_with_more_pages_than_allowed_is_refused() -> None:
    data = pdf(*book(HARBOUR, HARBOUR, HARBOUR))
    assert refusal(data, pages=2) == "it has 3 pages, more than the 2 allowed: split it"


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"no PDF at all", b"%PDF-1.7\n" + b"<<" * 10_000, b"\x00" * 1000],
    ids=["empty", "a header alone", "text", "open brackets", "zeros"],
)
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    assert refusal(data).startswith("not a PDF that can be opened")


def test_a_file_cut_short_is_read_or_refused() -> None:
    whole = pdf(*book(HARBOUR, AIRPORT, HARBOUR))
    for length in range(0, len(whole), 97):
        try:
            read(whole[:length])
        except CorpusError as error:
            assert str(error)


CIRCULAR_OUTLINE = one_page(
    stream(WORDS_CONTENT),
    b"/Outlines 6 0 R",
    b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>",
    b"<< /Title (Round) /Parent 6 0 R /Next 7 0 R /Prev 7 0 R /First 7 0 R /Last 7 0 R >>",
)
CIRCULAR_LABELS = one_page(stream(WORDS_CONTENT), b"/PageLabels 6 0 R", b"<< /Kids [6 0 R 6 0 R] >>")
CIRCULAR_FILES = one_page(stream(WORDS_CONTENT), b"/Names << /EmbeddedFiles 6 0 R >>", b"<< /Kids [6 0 R 6 0 R] >>")
CIRCULAR_TABLE = objects(
    b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>", trailer=b"/Prev 9"
).replace(b"/Prev 9", b"/Prev 135")
ENDLESS_PAGES = objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 2000000000 >>")
CIRCULAR_FORM = one_page(
    stream(b"/X Do " + WORDS_CONTENT),
    b"",
    b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length 5 >>\n"
    b"stream\n/X Do\nendstream",
).replace(b"/Font <<", b"/XObject << /X 6 0 R >> /Font <<")


@pytest.mark.parametrize(
    "data",
    [CIRCULAR_OUTLINE, CIRCULAR_LABELS, CIRCULAR_FILES, CIRCULAR_TABLE, ENDLESS_PAGES, CIRCULAR_FORM],
    ids=["outline", "page labels", "attachments", "cross-references", "pages", "form"],
)
def test_what_runs_in_a_circle_ends(data: bytes) -> None:
    started = time.monotonic()
    try:
        assert "The harbour office opens at nine." in " ".join(told(read(data)))
    except CorpusError as error:
        assert str(error)
    assert time.monotonic() - started < 5


def test_a_page_that_expands_a_thousandfold_ends() -> None:
    bomb = one_page(stream(b" " * 50_000_000 + WORDS_CONTENT, compressed=True))
    assert len(bomb) < 100_000
    assert told(read(bomb)) == ["The harbour office opens at nine."]


def test_every_file_of_other_people_is_read_or_refused(shared: Path) -> None:
    for path in sorted(shared.rglob("*.pdf")):
        started = time.process_time()
        try:
            parsed = parse(path.read_bytes(), Limits())
        except CorpusError as error:
            assert str(error), path
        else:
            assert told(parsed, "text", "row", "heading") or parsed.attachments, path
        assert time.process_time() - started < 10, path
