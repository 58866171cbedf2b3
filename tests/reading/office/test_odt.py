"""OpenDocument texts: headings, lists, tables, notes, changes."""

import io
import time

import odfdo
import pytest

from office_files import members_of, zipped
from qa.errors import CorpusError
from qa.reading.office import odt
from qa.reading.parsed import Limits, Parsed

_NAMES = ("office", "text", "table", "style", "draw", "meta")
_NAMESPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _NAMES)
_NAMESPACES = _NAMESPACES.replace("xmlns:draw:1.0", "xmlns:drawing:1.0") + ' xmlns:own="urn:some-program:1"'
_NAMESPACES += ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
_NAMESPACES += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'


def manifest(inner: str) -> str:
    return f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{inner}</m:manifest>'


def written(body: str, styles: str = "", **parts: str) -> bytes:
    """Return an OpenDocument text of bare XML."""
    content = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    content += f"<office:body><office:text>{body}</office:text></office:body>"
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {_NAMESPACES}>{content}</office:document-content>",
        "META-INF/manifest.xml": manifest(""),
    }
    for name, inner in parts.items():
        members[f"{name}.xml"] = f"<office:document-{name} {_NAMESPACES}>{inner}</office:document-{name}>"
    return zipped(members)


def read(data: bytes) -> Parsed:
    return odt.parse(data, Limits())


def blocks(body: str, styles: str = "", **parts: str) -> list[tuple[str, str]]:
    return [(block.kind, " ".join(block.text.split())) for block in read(written(body, styles, **parts)).blocks]


def texts(body: str, styles: str = "") -> list[str]:
    return [text for _, text in blocks(body, styles)]


def test_a_file_that_odfdo_wrote():
    document = odfdo.Document("text")
    document.body.clear()
    document.meta.title = "Leave policy"
    document.meta.language = "en-GB"
    document.body.append(odfdo.Header(1, "Leave"))
    document.body.append(odfdo.Paragraph("Everyone has 25 days."))
    document.body.append(odfdo.Header(2, "Illness"))
    document.body.append(odfdo.List(["Tell your manager.", "Stay at home."]))
    file = io.BytesIO()
    document.save(file)

    parsed = read(file.getvalue())

    assert [(block.kind, block.level, block.text, block.page) for block in parsed.blocks] == [
        # odfdo's own template numbers headings.
        ("heading", 1, "1. Leave", None),
        ("text", 0, "Everyone has 25 days.", None),
        ("heading", 2, "1.1. Illness", None),
        ("text", 0, "Tell your manager.", None),
        ("text", 0, "Stay at home.", None),
    ]
    assert (parsed.metadata.title, parsed.metadata.language) == ("Leave policy", "en-GB")


def test_the_files_own_properties():
    meta = (
        "<office:meta><dc:title>Plan</dc:title><meta:initial-creator>Ada</meta:initial-creator>"
        "<dc:creator>Bob</dc:creator><dc:date>2025-03-01T10:00:00.5</dc:date></office:meta>"
    )
    metadata = read(written("<text:p>Text</text:p>", meta=meta)).metadata
    assert (metadata.title, metadata.author, metadata.date) == ("Plan", "Ada", "2025-03-01")
    assert read(written("<text:p>Text</text:p>")).metadata.title == ""


LIST_STYLES = """
<text:list-style style:name="N">
  <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
  <text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:display-levels="2"/>
</text:list-style>
<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
"""


def test_items_carry_their_numbers():
    def items(*inner: str, style: str = "N", more: str = "") -> str:
        return (
            f'<text:list text:style-name="{style}" {more}>'
            + "".join(f"<text:list-item>{item}</text:list-item>" for item in inner)
            + "</text:list>"
        )

    one, two = "<text:p>one</text:p>", "<text:p>two</text:p>"
    body = (
        items(one + "<text:p>still one</text:p>" + items(one, two), two)
        + items(one, more='text:continue-numbering="true"')
        + items(one)
        + items(one, style="B")
        + items("<text:p>nine</text:p>").replace("<text:list-item>", '<text:list-item text:start-value="9">')
    )
    assert texts(body, LIST_STYLES) == [
        *("1. one", "still one", "1.a) one", "1.b) two", "2. two"),
        *("3. one", "1. one", "one", "9. nine"),
    ]


def test_headings_are_numbered_where_the_outline_is():
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    body = "".join(
        f'<text:h text:outline-level="{level}">{text}</text:h>'
        for level, text in ((1, "A"), (2, "B"), (2, "C"), (1, "D"))
    )
    assert blocks(body, outline) == [
        *(("heading", "1 A"), ("heading", "1.1 B"), ("heading", "1.2 C"), ("heading", "2 D")),
    ]


def row(*cells: str) -> str:
    inner = "".join(
        cell if cell.startswith("<table") else f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{inner}</table:table-row>"


COVERED = "<table:covered-table-cell/>"


def cell(text: str, properties: str) -> str:
    return f"<table:table-cell {properties}><text:p>{text}</text:p></table:table-cell>"


def test_rows_carry_the_header_and_merged_cells():
    wide = cell("Staff", 'table:number-columns-spanned="2"')
    tall = cell("North", 'table:number-rows-spanned="2"')
    header = f"<table:table-header-rows>{row('Site', wide, COVERED)}{row('', '2024', '2025')}</table:table-header-rows>"
    body = (
        f"<table:table>{header}{row(tall, '10', '11')}{row(COVERED, '20', '21')}{row('South', '', '31')}</table:table>"
    )
    assert blocks(body) == [
        ("row", "Site: North; Staff 2024: 10; Staff 2025: 11"),
        ("row", "Site: North; Staff 2024: 20; Staff 2025: 21"),
        ("row", "Site: South; Staff 2025: 31"),
    ]


def test_a_row_in_the_style_of_table_headings_is_a_header():
    styles = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Table_20_Heading"/>'
    styled = row("Name", "Fee").replace("<text:p>", '<text:p text:style-name="P1">')
    assert texts(f"<table:table>{styled}{row('Copy', '1')}</table:table>", styles) == ["Name: Copy; Fee: 1"]
    assert texts(f"<table:table>{row('Name', 'Anna')}{row('Room', '12')}</table:table>") == ["Name; Anna", "Room; 12"]


def test_a_table_that_lays_out_the_page_is_read_as_text():
    nested = f"<table:table-cell><text:p>Before.</text:p><table:table>{row('a', 'b')}</table:table></table:table-cell>"
    assert blocks(f"<table:table>{row(nested, 'Beside.')}</table:table>") == [
        *(("text", "Before."), ("row", "a; b"), ("text", "Beside.")),
    ]


def test_notes_and_boxes_follow_and_comments_and_deletions_are_left_out():
    def note(mark: str, text: str) -> str:
        return (
            f"<text:note><text:note-citation>{mark}</text:note-citation>"
            f"<text:note-body><text:p>{text}</text:p></text:note-body></text:note>"
        )

    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        f"<text:p>First{note('1', 'See annex.')}<text:s text:c='3'/>and<text:tab/>more{note('i', 'At the end.')}"
        "<office:annotation><dc:creator>Bob</dc:creator><text:p>Really?</text:p></office:annotation>"
        "<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box><svg:desc>a box</svg:desc></draw:frame>"
        '<text:span text:style-name="H"> hidden</text:span></text:p>'
        f"<table:table>{row('a', 'b' + note('2', 'Estimated.'))}</table:table>"
    )
    hidden = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    assert texts(body, hidden) == [
        *("First[1] and more[i]", "[1] See annex.", "[i] At the end.", "In the box.", "a; b[2]", "[2] Estimated."),
    ]
    assert read(written(body, hidden)).notes == ("comments left out: 1", "hidden pieces of text left out: 1")


def test_page_headers_and_the_table_of_contents_are_furniture():
    styles = (
        "<office:master-styles><style:master-page><style:header><text:p>Confidential</text:p></style:header>"
        "<style:footer><text:p>Page 1</text:p></style:footer></style:master-page></office:master-styles>"
    )
    body = (
        "<text:table-of-content><text:table-of-content-source><text:index-title-template>never seen"
        "</text:index-title-template></text:table-of-content-source><text:index-body><text:p>Scope 3</text:p>"
        "</text:index-body></text:table-of-content><text:section><text:p>Text.</text:p></text:section>"
    )
    file = members_of(written(body))
    file["styles.xml"] = f"<office:document-styles {_NAMESPACES}>{styles}</office:document-styles>".encode()
    assert [(block.kind, block.text) for block in read(zipped(file)).blocks] == [
        *(("furniture", "Confidential"), ("furniture", "Scope 3"), ("text", "Text."), ("furniture", "Page 1")),
    ]


def test_what_a_program_added_to_the_format_does_no_harm():
    assert texts("<text:p>a<own:mark/>b<own:span>c</own:span></text:p><own:box><text:p>d</text:p></own:box>") == [
        "abc",
        "d",
    ]


def test_a_cell_repeated_a_million_times_costs_nothing():
    many = '<table:table-cell table:number-columns-repeated="1000000"/>'
    assert texts(f"<table:table>{row('a', 'b', many)}</table:table>") == ["a; b"]


ENCRYPTED = manifest("<m:file-entry><m:encryption-data/></m:file-entry>")
ODT = "application/vnd.oasis.opendocument.text"
NOT_ODT = {
    "encrypted": (zipped({**members_of(written("")), "META-INF/manifest.xml": ENCRYPTED}), "remove the password"),
    "a spreadsheet": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "an OpenDocument spreadsheet",
    ),
    "a Word file": (zipped({"word/document.xml": "<x/>"}), "really a Word file"),
    "no content": (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "damaged"),
    "no XML": (written("<text:p>"), "damaged"),
    "entities": (
        zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "/etc/passwd">]><x>&e;</x>',
            }
        ),
        "declares entities",
    ),
    "no archive": (b"Hello", "not in the format"),
}


@pytest.mark.parametrize(("data", "reason"), NOT_ODT.values(), ids=NOT_ODT)
def test_what_cannot_be_read_is_refused_with_the_reason(data, reason):
    with pytest.raises(CorpusError, match=reason):
        read(data)


def test_real_files(shared):
    only_a_picture = {"testODTEmbeddedImageLink.odt"}
    for path in sorted(shared.rglob("*.odt")):
        start = time.monotonic()
        parsed = read(path.read_bytes())
        assert time.monotonic() - start < 10, path
        assert any(block.text.strip() for block in parsed.blocks) != (path.name in only_a_picture), path
