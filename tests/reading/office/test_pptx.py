"""PowerPoint files: a slide is a page; titles, reading order, tables, groups, notes."""

import io
import time

import pptx as python_pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from office_files import members_of, zipped
from qa.errors import CorpusError
from qa.reading.office import pptx
from qa.reading.parsed import Limits, Parsed

TITLE_SLIDE, TITLE_AND_CONTENT, TITLE_ONLY, BLANK = 0, 1, 5, 6


class Deck:
    """A presentation to be written."""

    def __init__(self) -> None:
        self.presentation = python_pptx.Presentation()

    def slide(self, layout: int = BLANK, title: str = ""):
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[layout])
        if title:
            slide.shapes.title.text = title
        return slide

    def bytes(self) -> bytes:
        file = io.BytesIO()
        self.presentation.save(file)
        return file.getvalue()

    def read(self) -> Parsed:
        return pptx.parse(self.bytes(), Limits())


def box(shapes, text: str, left: float, top: float) -> None:
    shapes.add_textbox(Inches(left), Inches(top), Inches(1), Inches(1)).text_frame.text = text


def lines(parsed: Parsed) -> list[tuple[str, str | None, str]]:
    return [(block.kind, block.page, block.text) for block in parsed.blocks]


def test_a_slide_is_a_page_and_its_title_a_heading():
    deck = Deck()
    deck.presentation.core_properties.title = "All hands"
    deck.presentation.core_properties.author = "Ada"
    deck.slide(TITLE_SLIDE, "All hands").placeholders[1].text = "March"
    deck.slide(TITLE_AND_CONTENT, "Budget").placeholders[1].text = "It grows.\nIt grows a lot."

    parsed = deck.read()

    assert [(block.kind, block.level, block.page, block.text) for block in parsed.blocks] == [
        ("heading", 1, "1", "All hands"),
        ("text", 0, "1", "March"),
        ("heading", 2, "2", "Budget"),
        ("text", 0, "2", "It grows."),
        ("text", 0, "2", "It grows a lot."),
    ]
    assert (parsed.metadata.title, parsed.metadata.author) == ("All hands", "Ada")


def test_shapes_are_read_from_the_top_and_then_from_the_left():
    deck = Deck()
    slide = deck.slide(TITLE_ONLY, "Title")
    for text, left, top in (("below", 1, 5), ("right", 5, 3.1), ("left", 1, 3.2), ("above the title", 1, 0)):
        box(slide.shapes, text, left, top)
    assert [text for _, _, text in lines(deck.read())] == ["Title", "above the title", "left", "right", "below"]


def test_a_group_is_read_together_in_its_place():
    deck = Deck()
    slide = deck.slide()
    group = slide.shapes.add_group_shape()
    box(group.shapes, "second of the group", 1, 4)
    box(group.shapes, "first of the group", 1, 2)
    box(slide.shapes, "last", 1, 6)
    box(slide.shapes, "first", 1, 1)
    assert [text for *_, text in lines(deck.read())] == ["first", "first of the group", "second of the group", "last"]


def test_a_table_carries_its_header_and_merged_cells():
    deck = Deck()
    table = deck.slide().shapes.add_table(4, 2, 0, 0, Inches(4), Inches(2)).table
    for row, cells in enumerate([("Site", "Staff"), ("North", "10"), ("", "20"), ("South\nand west", "30")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert lines(deck.read()) == [
        ("row", "1", "Site: North; Staff: 10"),
        ("row", "1", "Site: North; Staff: 20"),
        ("row", "1", "Site: South and west; Staff: 30"),
    ]
    table.first_row = False
    assert lines(deck.read())[0] == ("row", "1", "Site; Staff")


def test_the_speakers_notes_follow_the_slide():
    deck = Deck()
    deck.slide(TITLE_ONLY, "One").notes_slide.notes_text_frame.text = "Say hello."
    deck.slide(TITLE_ONLY, "Two")
    assert lines(deck.read()) == [("heading", "1", "One"), ("text", "1", "Say hello."), ("heading", "2", "Two")]


def test_a_chart_is_read_as_rows():
    deck = Deck()
    data = CategoryChartData()
    data.categories = ["May", "June"]
    data.add_series("Visits", (8.2, 9))
    deck.slide().shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(2), data)
    assert lines(deck.read()) == [("row", "1", "May; Visits: 8.2"), ("row", "1", "June; Visits: 9")]


def test_numbered_items_carry_their_numbers():
    deck = Deck()
    frame = deck.slide().shapes.add_textbox(0, 0, Inches(4), Inches(2)).text_frame
    for text, level, kind in (
        *(("one", 0, "arabicPeriod"), ("inner", 1, "alphaLcParenR"), ("two", 0, "arabicPeriod")),
        *(("plain", 0, ""), ("anew", 0, "romanUcParenBoth")),
    ):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
        if kind:
            bullet = paragraph._p.get_or_add_pPr().makeelement(
                "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum", {"type": kind}
            )
            paragraph._p.get_or_add_pPr().append(bullet)
    assert [text for *_, text in lines(deck.read())] == ["1. one", "a) inner", "2. two", "plain", "(I) anew"]


def test_newer_kinds_of_shapes_are_read_once_and_slide_numbers_are_furniture():
    deck = Deck()
    slide = deck.slide()
    box(slide.shapes, "a formula", 1, 1)
    box(slide.shapes, "its picture", 1, 1)
    box(slide.shapes, "7", 1, 3)
    shape, fallback, number = (shape.element for shape in slide.shapes)
    number.xpath(".//p:nvPr")[0].append(number.makeelement(_p("ph"), {"type": "sldNum"}))
    alternatives = shape.makeelement(_mc("AlternateContent"))
    shape.addprevious(alternatives)
    for name, element in (("Choice", shape), ("Fallback", fallback)):
        choice = alternatives.makeelement(_mc(name))
        choice.append(element)
        alternatives.append(choice)
    assert lines(deck.read()) == [("text", "1", "a formula"), ("furniture", "1", "7")]


def _p(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/presentationml/2006/main}}{name}"


def _mc(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/markup-compatibility/2006}}{name}"


def test_hidden_and_empty_slides_are_noted():
    deck = Deck()
    deck.slide(TITLE_ONLY, "Seen")
    deck.slide(TITLE_ONLY, "Hidden").element.set("show", "0")
    deck.slide()
    parsed = deck.read()
    assert lines(parsed)[1] == ("heading", "2", "Hidden")
    assert parsed.notes == ("slide 2 is hidden in the show", "slides without text: 3")


def test_shows_templates_and_files_with_macros_are_read():
    deck = Deck()
    deck.slide(TITLE_ONLY, "One")
    plain = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    for kind in (
        b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        b"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    ):
        members = members_of(deck.bytes())
        members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(plain, kind)
        members["ppt/vbaProject.bin"] = b"macro"
        assert lines(pptx.parse(zipped(members), Limits())) == [("heading", "1", "One")]


def test_more_slides_than_the_limit_are_refused():
    deck = Deck()
    deck.slide(), deck.slide()
    with pytest.raises(CorpusError, match="more than 1 slides"):
        pptx.parse(deck.bytes(), Limits(pages=1))


def test_a_password_a_wrong_kind_and_damage_are_told():
    encrypted = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(CorpusError, match="remove the password"):
        pptx.parse(encrypted, Limits())
    with pytest.raises(CorpusError, match="really a Word file"):
        pptx.parse(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), Limits())
    deck = Deck()
    deck.slide(TITLE_ONLY, "One")
    members = members_of(deck.bytes())
    for name in ("ppt/presentation.xml", "ppt/slides/slide1.xml", "ppt/slides/_rels/slide1.xml.rels"):
        with pytest.raises(CorpusError, match="damaged"):
            pptx.parse(zipped({**members, name: b"<broken"}), Limits())


def test_declared_entities_are_refused():
    deck = Deck()
    deck.slide(TITLE_ONLY, "One")
    members = members_of(deck.bytes())
    slide = members["ppt/slides/slide1.xml"]
    start = slide.index(b"<p:sld")
    members["ppt/slides/slide1.xml"] = (
        slide[:start] + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + slide[start:]
    )
    with pytest.raises(CorpusError, match="declares entities"):
        pptx.parse(zipped(members), Limits())


def test_real_files(shared):
    for path in sorted(shared.rglob("*.pptx")):
        start = time.monotonic()
        parsed = pptx.parse(path.read_bytes(), Limits())
        assert time.monotonic() - start < 10, path
        assert any(block.text.strip() for block in parsed.blocks) or parsed.notes, path
