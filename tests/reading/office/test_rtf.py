"""RTF: headings, paragraphs, items, tables, notes, and what a page does not show."""

import time

import pytest

from qa.errors import CorpusError
from qa.reading.office import rtf
from qa.reading.parsed import Limits, Parsed

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman Times;}{\f1\fnil\fcharset2 Symbol;}}"
    r"{\stylesheet{\ql Normal;}{\s1\ql\outlinelevel0\b \sbasedon0 heading 1;}{\s7\ql \sbasedon0 heading 3;}}"
    r"{\info{\title Leave \'fcber alles}{\author Ada}{\creatim\yr2019\mo1\dy2}{\revtim\yr2025\mo3\dy4\hr1}}"
)


def read(body: str) -> Parsed:
    return rtf.parse((HEAD + body + "}").encode("latin-1"), Limits())


def blocks(body: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(body).blocks]


def texts(body: str) -> list[str]:
    return [text for _, text in blocks(body)]


def test_paragraphs_letters_and_properties():
    parsed = read(r"\pard Caf\'e9 {\b costs} \u8364?5\par  na\'efve \emdash  \u-10179?\u-8694?\par\par Last")
    assert [block.text for block in parsed.blocks] == ["Café costs €5", "naïve — 😊".replace("  ", " "), "Last"]
    metadata = parsed.metadata
    assert (metadata.title, metadata.author, metadata.date) == ("Leave über alles", "Ada", "2025-03-04")
    assert all(block.page is None for block in parsed.blocks)


def test_bytes_beyond_ascii_are_read_by_the_files_own_code_page():
    data = rb"{\rtf1\ansi\ansicpg1251 " + "Москва".encode("cp1251") + b"}"
    assert [block.text for block in rtf.parse(data, Limits()).blocks] == ["Москва"]


def test_headings_by_outline_level_and_by_style():
    body = (
        r"\pard\s1\outlinelevel0 Leave\par\pard Text\par\pard\s7 Details\par\pard\plain More\par"
        r"\pard\outlinelevel1 Second\par Third\par"
    )
    parsed = read(body)
    assert [(block.kind, block.level, block.text) for block in parsed.blocks] == [
        ("heading", 1, "Leave"),
        ("text", 0, "Text"),
        ("heading", 3, "Details"),
        ("text", 0, "More"),
        ("heading", 2, "Second"),
        ("heading", 2, "Third"),
    ]


def test_items_carry_their_numbers_but_no_bullets():
    body = (
        r"{\listtext\pard 1.\tab}\pard one\par{\listtext (b)\tab}two\par{\pntext\f1\'b7\tab}dot\par"
        r"{\listtext o\tab}circle\par{\listtext \endash\tab}dash\par"
    )
    assert texts(body) == ["1. one", "(b) two", "dot", "circle", "dash"]


def test_rows_carry_the_header_of_their_table():
    body = (
        r"Before\par\trowd\trhdr\cellx1\cellx2\pard\intbl Group\cell Founded\cell\row"
        r"\trowd\cellx1\cellx2\pard\intbl A\par and more|\cell 1990\cell\row"
        r"\trowd\pard\intbl B\cell\cell\row\pard Between\par\trowd\pard\intbl C\cell 1\cell\row\pard"
    )
    assert blocks(body) == [
        ("text", "Before"),
        ("row", "Group: A and more|; Founded: 1990"),
        ("row", "Group: B"),
        ("text", "Between"),
        ("row", "C; 1"),
    ]


def test_notes_and_boxes_follow_their_paragraph_and_page_frames_are_furniture():
    body = (
        r"{\header \pard Confidential\par}\pard First{\super\chftn}{\footnote\pard\plain{\super\chftn} See annex.}"
        r" goes on"
        r"{\shp{\*\shpinst\shpleft100{\sp{\sn shapeType}{\sv 202}}{\shptxt \pard In the box.\par}}{\shprslt old}}\par"
        r" Second{\footnote More.}\par"
    )
    assert blocks(body) == [
        ("furniture", "Confidential"),
        ("text", "First[1] goes on"),
        ("text", "[1] See annex."),
        ("text", "In the box."),
        ("text", "Second[2]"),
        ("text", "[2] More."),
    ]


def test_what_the_page_does_not_show_is_left_out_with_a_note():
    parsed = read(
        r"Pay {\deleted thirty}{\revised forty} days {\v hidden} now\v  not\v0  here"
        r'{\*\annotation Really?}{\field{\*\fldinst HYPERLINK "http://a.b"}{\fldrslt a link}}\par'
        "}{\fldrslt a link}}\\par"
    )
    assert [block.text for block in parsed.blocks] == ["Pay forty days now herea link"]
    assert parsed.notes == ("comments left out: 1", "hidden or deleted pieces of text left out: 3")


def test_pictures_and_binary_data_are_passed_over():
    body = r"Before{\pict\pngblip " + "89504e47" * 1000 + r"}{\pict\bin5 }{}}\}after\par{\*\themedata 504b}End"
    assert texts(body) == ["Beforeafter", "End"]


def test_a_mark_out_of_place_does_not_hide_the_text():
    assert texts(r"{\i0\*\cs7\cf0 The fox}\par") == ["The fox"]


@pytest.mark.parametrize("data", [b"", b"Hello", b"\xd0\xcf\x11\xe0", b"<html>", b"PK\x03\x04"])
def test_what_is_no_rtf_is_refused(data):
    with pytest.raises(CorpusError, match="not in the format"):
        rtf.parse(data, Limits())


@pytest.mark.parametrize(
    "body",
    [
        "}" * 50,
        "{" * 5000,
        r"\bin99999999999 x",
        r"{\pict never closed",
        r"\u99999999 x",
        r"\cell\row\cell\par",
        r"{\footnote never closed",
        r"\v\v0\v0}}}",
        "\\",
        r"\'zz",
    ],
)
def test_broken_files_raise_nothing_but_corpus_error(body):
    try:
        assert all(block.text.encode() for block in read(body).blocks)
    except CorpusError as error:
        assert "damaged" in str(error)


def test_a_large_file_is_read_in_time():
    start = time.monotonic()
    body = r"\pard Some words of a paragraph, and a few more.\par " * 20_000
    assert len(read(body + r"{\pict " + "0" * 5_000_000 + "}").blocks) == 20_000
    assert time.monotonic() - start < 10


def test_real_files(shared):
    only_an_object = {"testRTFEmbeddedLink.rtf"}
    for path in sorted(shared.rglob("*.rtf")):
        start = time.monotonic()
        parsed = rtf.parse(path.read_bytes(), Limits())
        assert time.monotonic() - start < 10, path
        assert bool(parsed.blocks) != (path.name in only_an_object), path
