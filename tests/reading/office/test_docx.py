"""Word files: what is read, in which order, and what is refused."""

import contextlib
import io
import socket
import time

import docx as python_docx
import pytest

from office_files import members_of, paragraph, relationships, run, table, word, zipped
from qa.errors import CorpusError
from qa.reading.office import docx
from qa.reading.parsed import Limits, Parsed

STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="de-DE"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/>
  <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel der Satzung"/>
  <w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="Titre 2"/></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/></w:style>
<w:style w:type="table" w:styleId="Fancy"><w:name w:val="Fancy"/><w:tblStylePr w:type="firstRow"/></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%2.%3"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
  <w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
  <w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1."/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="0"/>
  <w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
"""


def read(data: bytes) -> Parsed:
    return docx.parse(data, Limits())


def blocks(body: str, **parts: str) -> list[tuple[str, str]]:
    return [(block.kind, " ".join(block.text.split())) for block in read(word(body, **parts)).blocks]


def texts(body: str, **parts: str) -> list[str]:
    return [text for _, text in blocks(body, **parts)]


def numbered(text: str, number: int, level: int = 0) -> str:
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_a_file_that_python_docx_wrote():
    document = python_docx.Document()
    document.core_properties.title = "Leave policy"
    document.core_properties.author = "Ada"
    document.add_heading("Leave", 1)
    document.add_paragraph("Everyone has 25 days.")
    document.add_heading("Illness", 2)
    document.add_paragraph("Tell your manager.", style="List Bullet")
    file = io.BytesIO()
    document.save(file)

    parsed = read(file.getvalue())

    assert [(b.kind, b.level, b.text, b.page) for b in parsed.blocks] == [
        ("heading", 1, "Leave", None),
        ("text", 0, "Everyone has 25 days.", None),
        ("heading", 2, "Illness", None),
        ("text", 0, "Tell your manager.", None),
    ]
    assert (parsed.metadata.title, parsed.metadata.author) == ("Leave policy", "Ada")
    assert len(parsed.metadata.date) == 10
    assert parsed.metadata.language == "en-US"


def test_headings_are_known_in_any_language_by_style_name_outline_level_and_the_style_they_are_based_on():
    body = (
        paragraph("Satzung", "Titel")
        + paragraph("Allgemeines", "berschrift1")
        + paragraph("Zweck", "Kapitel")
        + paragraph("Objet", "Titre2")
        + paragraph("By its own level", properties='<w:outlineLvl w:val="3"/>')
        + paragraph("No heading after all", "berschrift1", '<w:outlineLvl w:val="9"/>')
        + paragraph("Text", "Loop")
        + paragraph("Text", "Unknown")
    )
    parsed = read(word(body, styles=STYLES))
    assert [block.level if block.kind == "heading" else block.kind for block in parsed.blocks] == [
        *(1, 1, 1, 2, 4),
        *("text", "text", "text"),
    ]
    assert parsed.metadata.language == "de-DE"


def test_a_file_without_properties_has_none():
    metadata = read(word(paragraph("Text"))).metadata
    assert (metadata.title, metadata.author, metadata.date) == ("", "", "")


def test_list_items_carry_the_numbers_that_word_shows():
    body = (
        numbered("one", 1)
        + numbered("inner", 1, 1)
        + numbered("inner", 1, 1)
        + numbered("innermost", 1, 2)
        + numbered("two", 1)
        + numbered("inner again", 1, 1)
        + numbered("bullet", 2)
        + numbered("a count nobody knows here", 3)
        + numbered("continues at seven", 4)
        + numbered("eight", 4)
        + numbered("of no list", 99)
    )
    assert texts(body, numbering=NUMBERING) == [
        "1. one",
        "(a) inner",
        "(b) inner",
        "1.b.I innermost",
        "2. two",
        "(a) inner again",
        "bullet",
        "a count nobody knows here",
        "7. continues at seven",
        "8. eight",
        "of no list",
    ]


def test_a_style_numbers_its_headings():
    styles = STYLES + (
        '<w:style w:type="paragraph" w:styleId="Heading9"><w:name w:val="heading 2"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    )
    body = paragraph("Scope", "Heading9") + paragraph("Terms", "Heading9")
    assert blocks(body, styles=styles, numbering=NUMBERING) == [("heading", "1. Scope"), ("heading", "2. Terms")]


def test_a_marked_header_is_carried_by_every_row():
    body = table([["Group", "Founded"], ["A", "1990"], ["B", ""]], "<w:tblHeader/>")
    assert blocks(body) == [("row", "Group: A; Founded: 1990"), ("row", "Group: B")]


@pytest.mark.parametrize(
    ("first", "style", "has_header"),
    [
        ("plain", "", False),
        ("bold", "", True),
        ("coloured", "", True),
        ("plain", "Fancy", True),
        ("plain", "Grid", False),
    ],
)
def test_a_first_row_is_a_header_only_where_it_looks_like_one(first, style, has_header):
    def cell(text: str) -> str:
        shade = '<w:tcPr><w:shd w:fill="DDDDDD"/></w:tcPr>' if first == "coloured" else ""
        return f"<w:tc>{shade}<w:p>{run(text, '<w:b/>' if first == 'bold' else '')}</w:p></w:tc>"

    properties = f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblLook w:val="04A0"/></w:tblPr>'
    body = table([[cell("Name"), cell("Anna")], ["Room", "12"]]).replace("<w:tbl>", f"<w:tbl>{properties}")
    expected = ["Name: Room; Anna: 12"] if has_header else ["Name; Anna", "Room; 12"]
    assert texts(body, styles=STYLES) == expected


def test_merged_cells_say_what_they_say_in_every_row_and_columns_keep_their_headers():
    def cell(text: str, properties: str) -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    body = table(
        [
            ["Site", cell("Staff", '<w:gridSpan w:val="2"/>')],
            ["Site", "2024", "2025"],
            [cell("North", '<w:vMerge w:val="restart"/>'), "10", "11"],
            [cell("", "<w:vMerge/>"), "20", "21"],
            [cell("All closed", '<w:gridSpan w:val="3"/>')],
        ],
        "<w:tblHeader/>",
    ).replace("<w:trPr></w:trPr>", "<w:trPr><w:tblHeader/></w:trPr>", 1)
    assert texts(body) == [
        "Site: North; Staff 2024: 10; Staff 2025: 11",
        "Site: North; Staff 2024: 20; Staff 2025: 21",
        "All closed",
    ]


def test_a_title_over_the_table_stands_before_its_header():
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("Fees in 2025")}</w:tc>'
    bold = [f"<w:tc><w:p>{run(text, '<w:b/>')}</w:p></w:tc>" for text in ("Service", "Fee")]
    assert texts(table([[wide], bold, ["Copy", "1 €"]])) == ["Fees in 2025", "Service: Copy; Fee: 1 €"]


def test_a_table_that_lays_out_the_page_is_read_as_text():
    inner = f"<w:tc>{paragraph('Left column.')}{table([['a', 'b'], ['c', 'd']])}</w:tc>"
    assert blocks(table([[inner, "Right column."]])) == [
        ("text", "Left column."),
        ("row", "a; b"),
        ("row", "c; d"),
        ("text", "Right column."),
    ]
    assert blocks(table([["A box."], ["Another."]])) == [("text", "A box."), ("text", "Another.")]


def test_notes_follow_the_paragraph_or_row_that_refers_to_them():
    reference = '<w:r><w:{0}Reference w:id="{1}"/></w:r>'
    body = (
        paragraph("First", inner=reference.format("footnote", 7) + run(" and") + reference.format("endnote", 2))
        + table([["Cell", f"<w:tc><w:p>{run('noted')}{reference.format('footnote', 8)}</w:p></w:tc>"], ["x", "y"]])
        + paragraph("Last.")
    )
    footnotes = (
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="7">{paragraph(inner="<w:r><w:footnoteRef/></w:r>" + run(" See annex."))}'
        f"{paragraph('More of it.')}</w:footnote>"
        f'<w:footnote w:id="8">{paragraph("Estimated.")}</w:footnote>'
    )
    endnotes = f'<w:endnote w:id="2">{paragraph("At the end.")}</w:endnote>'
    assert texts(body, footnotes=footnotes, endnotes=endnotes) == [
        "First[1] and[i]",
        "[1] See annex.",
        "More of it.",
        "[i] At the end.",
        "Cell; noted[2]",
        "[2] Estimated.",
        "x; y",
        "Last.",
    ]


def test_a_text_box_is_read_once_after_its_paragraph():
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    drawing = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:shape><v:textbox>{box.replace('In the', 'In the old')}</v:textbox></v:shape></w:pict></w:r>"
    assert texts(paragraph("Before", inner=drawing + old) + paragraph("After")) == [
        *("Before", "In the box.", "In the old box.", "After"),
    ]


def test_headers_and_footers_are_furniture_each_once():
    section = '<w:sectPr><w:headerReference r:id="header1"/><w:footerReference r:id="footer1"/></w:sectPr>'
    body = paragraph("Text.", properties=section) + paragraph("More.") + section
    assert blocks(body, header1=paragraph("Confidential"), footer1=table([["Page", "3"]])) == [
        ("furniture", "Confidential"),
        ("text", "Text."),
        ("text", "More."),
        ("furniture", "Page; 3"),
    ]


def test_the_table_of_contents_is_furniture():
    body = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('Contents')}</w:sdtContent></w:sdt>"
        + paragraph("Scope 3", "TOC1")
        + paragraph("Scope", "berschrift1")
    )
    assert blocks(body, styles=STYLES) == [("furniture", "Contents"), ("furniture", "Scope 3"), ("heading", "Scope")]


def test_deleted_text_is_left_out_and_inserted_text_kept():
    deleted = "<w:del><w:r><w:delText>thirty</w:delText></w:r></w:del>"
    inserted = f"<w:ins>{run('forty')}</w:ins>"
    moved = f"<w:moveFrom>{run(' here')}</w:moveFrom><w:moveTo>{run(' there')}</w:moveTo>"
    deleted_end = "<w:rPr><w:del/></w:rPr>"
    body = (
        paragraph("Pay within ", inner=deleted + inserted + run(" days") + moved)
        + paragraph("One ", properties=deleted_end)
        + paragraph("paragraph.")
        + table([["gone", "row"]], "<w:del/>")
        + f"<w:ins>{paragraph('A new paragraph.')}</w:ins>"
    )
    assert texts(body) == ["Pay within forty days there", "One paragraph.", "A new paragraph."]


def test_comments_and_hidden_text_are_left_out_with_a_note():
    body = paragraph("Seen", inner='<w:r><w:commentReference w:id="0"/></w:r>' + run(" unseen", "<w:vanish/>"))
    parsed = read(word(body, comments=f"<w:comment>{paragraph('Check this!')}</w:comment>"))
    assert [block.text for block in parsed.blocks] == ["Seen"]
    assert parsed.notes == ("comments left out: 1", "hidden pieces of text left out: 1")


def test_fields_show_their_result_and_not_their_instruction():
    def mark(kind: str, inner: str = "") -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}">{inner}</w:fldChar></w:r>'

    instruction = "<w:r><w:instrText>HYPERLINK secret</w:instrText></w:r>"
    box = "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"
    body = (
        paragraph("See ", inner=mark("begin") + instruction + mark("separate") + run("the annex") + mark("end"))
        + paragraph(inner=f'<w:fldSimple w:instr="PAGE">{run("7")}</w:fldSimple>')
        + paragraph("Broken ", inner=mark("begin") + instruction)
        + paragraph(inner=mark("begin", box) + mark("end") + run(" I agree"))
        + paragraph("still read", inner=mark("end"))
    )
    assert texts(body) == ["See the annex", "7", "Broken", "☒ I agree", "still read"]


def test_everything_in_a_paragraph_that_is_text():
    body = (
        paragraph("a", inner="<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>")
        + paragraph(inner=f"<w:hyperlink>{run('link')}</w:hyperlink><w:smartTag>{run(' tag')}</w:smartTag>")
        + paragraph(inner=f"<w:sdt><w:sdtContent>{run('control')}</w:sdtContent></w:sdt>")
        + paragraph(inner='<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + run(" done"))
        + paragraph("東京", inner="<w:r><w:ruby><w:rt><w:r><w:t>とうきょう</w:t></w:r></w:rt></w:ruby></w:r>")
        + paragraph(
            inner="<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
            "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>a+b</m:t></m:r></m:sup></m:sSup></m:oMath>"
        )
    )
    assert texts(body) == ["a b c-d", "link tag", "control", "✓ done", "東京", "1/2x^(a+b)"]


def test_the_numbers_behind_a_chart_are_rows():
    def values(name: str, *texts: str) -> str:
        points = "".join(f'<c:pt idx="{i}"><c:v>{text}</c:v></c:pt>' for i, text in enumerate(texts))
        return f"<c:{name}><c:ref><c:cache>{points}</c:cache></c:ref></c:{name}>"

    series = values("tx", "Visits") + values("cat", "May", "June") + values("val", "8.1999999999999993", "9")
    chart = f"<c:chart><c:title><a:t>Visitors</a:t></c:title><c:ser>{series}</c:ser></c:chart>"
    body = paragraph("Seen:", inner='<w:r><w:drawing><c:chart r:id="chart1"/></w:drawing></w:r>')
    assert blocks(body, chart1=chart) == [
        ("text", "Seen:"),
        ("text", "Visitors"),
        ("row", "May; Visits: 8.2"),
        ("row", "June; Visits: 9"),
    ]


def test_an_inserted_web_page_is_read_in_its_place():
    extra = {
        "word/page.html": "<h2>From the web</h2><p>Text</p><script>alert(1)</script>",
        "word/_rels/document.xml.rels": relationships(
            '<Relationship Id="r1" Type="{office}/aFChunk" Target="page.html"/>'
        ),
    }
    parsed = read(word('<w:altChunk r:id="r1"/>' + paragraph("After"), extra=extra))
    assert [(block.kind, block.text) for block in parsed.blocks] == [
        *(("heading", "From the web"), ("text", "Text"), ("text", "After")),
    ]


@pytest.mark.parametrize(
    "main_type",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
def test_macros_and_templates_are_read_as_text(main_type):
    data = word(paragraph("Text"), main_type, extra={"word/vbaProject.bin": b"\xd0\xcf macro"})
    assert [block.text for block in read(data).blocks] == ["Text"]


def test_a_file_of_the_strict_kind_is_read():
    data = word(paragraph("Title", "Heading1"), styles=STYLES.replace("berschrift1", "Heading1"))
    members = members_of(data)
    strict = {
        name: content.replace(
            b'="http://schemas.openxmlformats.org/officeDocument/2006/', b'="http://purl.oclc.org/ooxml/officeDocument/'
        ).replace(
            b'="http://schemas.openxmlformats.org/wordprocessingml/2006/',
            b'="http://purl.oclc.org/ooxml/wordprocessingml/',
        )
        for name, content in members.items()
    }
    assert strict != members
    assert [(block.kind, block.text) for block in read(zipped(strict)).blocks] == [("heading", "Title")]


def test_nothing_outside_the_file_is_fetched(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    image = (
        '<w:r><w:drawing><a:blip r:link="r1" r:embed="r2"/></w:drawing></w:r>'
        '<w:r><w:pict><v:imagedata src="http://127.0.0.1:9/x.png"/></w:pict></w:r>'
    )
    extra = {
        "word/_rels/document.xml.rels": relationships(
            '<Relationship Id="r1" Type="{office}/image" Target="http://127.0.0.1:9/x.png" TargetMode="External"/>'
            '<Relationship Id="r2" Type="{office}/image" Target="media/missing.png"/>'
            '<Relationship Id="r3" Type="{office}/attachedTemplate" Target="http://a.b/" TargetMode="External"/>'
        )
    }
    assert [block.text for block in read(word(paragraph("Text", inner=image), extra=extra)).blocks] == ["Text"]


ENTITIES = {
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "billion laughs": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
}


@pytest.mark.parametrize("declaration", ENTITIES.values(), ids=ENTITIES)
def test_declared_entities_are_refused(declaration):
    members = members_of(word(paragraph("&amp;e;")))
    members["word/document.xml"] = declaration.encode() + members["word/document.xml"].replace(b"&amp;", b"&")
    with pytest.raises(CorpusError, match="declares entities"):
        read(zipped(members))


def test_a_bomb_is_refused_quickly():
    data = word(paragraph("Text"), extra={"word/media/image1.png": bytes(300 * 1024**2)})
    assert len(data) < 400_000
    start = time.monotonic()
    with pytest.raises(CorpusError, match="expands to more than 256 MB"):
        read(data)
    assert time.monotonic() - start < 3


def test_too_many_entries_and_names_that_point_outside_are_refused():
    with pytest.raises(CorpusError, match="more than 10,000 entries"):
        read(word(paragraph("Text"), extra={f"word/{number}": "" for number in range(20_000)}))
    with pytest.raises(CorpusError, match="points outside"):
        read(word(paragraph("Text"), extra={"../../evil.sh": "rm"}))


OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
NOT_WORD = {
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted: remove the password"),
    "an old .doc": (OLE + "WordDocument".encode("utf-16-le"), "before 2007"),
    "a PDF": (b"%PDF-1.7\n...", "really a PDF"),
    "a workbook": (zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>"}), "really an Excel workbook"),
    "an .odt": (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "really an OpenDocument text"),
    "another zip": (zipped({"photo.jpg": "x"}), "really another archive"),
    "cut off": (word(paragraph("Text"))[:700], "damaged"),
    "no XML": (word("<w:p>"), "damaged"),
    "nested too deeply": (word("<w:p>" * 400 + "</w:p>" * 400), "damaged|nested"),
    "no main part": (zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), "lacks its part"),
}


@pytest.mark.parametrize(("data", "reason"), NOT_WORD.values(), ids=NOT_WORD)
def test_what_cannot_be_read_is_refused_with_the_reason(data, reason):
    with pytest.raises(CorpusError, match=reason):
        read(data)


@pytest.mark.parametrize("position", range(0, 1400, 41))
def test_a_scrambled_file_raises_nothing_but_corpus_error(position):
    data = word(numbered("one", 1) + table([["a", "b"]]), numbering=NUMBERING, styles=STYLES)
    with contextlib.suppress(CorpusError):
        read(data[:position] + b"\xff\x00\xff" + data[position + 3 :])


EMPTY = {"testWORD_multi_authors.docx", "testWPSAttachment.docx"}


def test_real_files(shared):
    read_names = set()
    for path in sorted(file for file in shared.rglob("*") if file.suffix in (".docx", ".docm")):
        start = time.monotonic()
        try:
            parsed = read(path.read_bytes())
        except CorpusError:
            continue
        finally:
            assert time.monotonic() - start < 10, path
        read_names.add(path.name)
        assert any(block.text.strip() for block in parsed.blocks) != (path.name in EMPTY), path
    assert "testWORD_various.docx" in read_names
    assert "testWORD_protected_passtika.docx" not in read_names
