"""E-books: chapters in reading order, each read like a web page."""

import time

import pytest

from office_files import zipped
from qa.errors import CorpusError
from qa.reading.office import epub
from qa.reading.parsed import Limits, Parsed

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
    "<head><title/></head><body>{}</body></html>"
)


def book(chapters: dict[str, str], spine: list[str], properties: dict[str, str] | None = None, **extra: str) -> bytes:
    """Return an e-book; `chapters` are the insides of bodies, or whole files where they start with "<"+"?" or "<!"."""
    items = "".join(
        f'<item id="{name}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml" '
        f'properties="{(properties or {}).get(name, "")}"/>'
        for name in {*chapters, *spine}
    )
    references = "".join(f'<itemref idref="{name}"/>' for name in spine)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>The House</dc:title><dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator>"
        "<dc:date>2024-05-06T00:00:00Z</dc:date><dc:language>en</dc:language></metadata>"
        f"<manifest>{items}</manifest><spine>{references}</spine>"
        '<guide><reference type="toc" href="old-contents.xhtml#top"/></guide></package>'
    )
    members = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
    for name, body in chapters.items():
        members[f"OEBPS/{name}"] = body if body.startswith(("<?", "<!")) else XHTML.format(body)
    return zipped({**members, **extra})


def read(data: bytes) -> Parsed:
    return epub.parse(data, Limits())


def lines(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, " ".join(block.text.split())) for block in read(data).blocks]


def test_chapters_come_in_reading_order_with_headings_lists_and_tables():
    chapters = {
        "b two.xhtml": "<h1>Two</h1><ol><li>first</li><li>second</li></ol>",
        "a.xhtml": "<section><h1>One</h1><p>Text &amp; more.</p></section>"
        "<table><tr><th>Site</th></tr><tr><td>North</td></tr></table>",
    }
    parsed = read(book(chapters, ["a.xhtml", "b two.xhtml"]))
    assert [(block.kind, block.text) for block in parsed.blocks] == [
        ("heading", "One"),
        ("text", "Text & more."),
        ("row", "Site: North"),
        ("heading", "Two"),
        ("text", "1. first"),
        ("text", "2. second"),
    ]
    metadata = parsed.metadata
    assert (metadata.title, metadata.author, metadata.date, metadata.language) == (
        *("The House", "Ada; Bob", "2024-05-06", "en"),
    )


def test_the_table_of_contents_is_left_out():
    chapters = {
        "nav.xhtml": "<nav><p>One 3</p></nav>",
        "old-contents.xhtml": "<p>One 3</p>",
        "a.xhtml": '<nav epub:type="toc"><p>Section 4</p></nav><p>Text.</p>',
    }
    data = book(chapters, ["nav.xhtml", "old-contents.xhtml", "a.xhtml"], {"nav.xhtml": "nav"})
    assert lines(data) == [("text", "Text.")]


def test_what_frames_a_web_page_is_text_in_a_book():
    chapters = {
        "a.xhtml": "<header><h1>One</h1></header><p>Text.</p><aside><p>1 A note.</p></aside><script/><p>End.</p>"
    }
    assert lines(book(chapters, ["a.xhtml"])) == [
        *(("heading", "One"), ("text", "Text."), ("text", "1 A note."), ("text", "End.")),
    ]


def test_a_chapter_with_its_own_names_for_letters_or_that_is_broken_is_read():
    doctype = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    chapters = {
        "a.xhtml": doctype + XHTML.format("<p>caf&eacute;&nbsp;bar</p>"),
        "b.xhtml": "<!-- --><html><body><p>never closed<p>caf&eacute;",
        "c.xhtml": '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + XHTML.format("<p>safe &e;</p>"),
    }
    found = [text for _, text in lines(book(chapters, list(chapters)))]
    assert found[:3] == ["café bar", "never closed", "café"]
    assert "root:" not in " ".join(found)
    assert found[3].startswith("safe")


def test_missing_chapters_are_noted():
    parsed = read(book({"a.xhtml": "<p>Text.</p>"}, ["a.xhtml", "b.xhtml"]))
    assert [block.text for block in parsed.blocks] == ["Text."]
    assert parsed.notes == ("chapters that are listed but missing: OEBPS/b.xhtml",)


def encryption(uri: str) -> dict[str, str]:
    return {
        "META-INF/encryption.xml": '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData><e:CipherData>'
        f'<e:CipherReference URI="{uri}"/></e:CipherData></e:EncryptedData></encryption>'
    }


def test_a_protected_book_is_refused_but_not_one_with_protected_fonts():
    chapters = {"a.xhtml": "<p>Text.</p>"}
    assert lines(book(chapters, ["a.xhtml"], **encryption("OEBPS/font.otf"))) == [("text", "Text.")]
    with pytest.raises(CorpusError, match="protected"):
        read(book(chapters, ["a.xhtml"], **encryption("OEBPS/a.xhtml")))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"word/document.xml": "<x/>"}), "really a Word file"),
        (zipped({"photo.jpg": "x"}), "really another archive"),
        (zipped({"META-INF/container.xml": "<x/>"}), "does not say where its chapters are"),
        (zipped({"META-INF/container.xml": CONTAINER}), "lacks its part OEBPS/book.opf"),
        (zipped({"META-INF/container.xml": "no XML"}), "damaged"),
        (b"%PDF-1.7", "really a PDF"),
        (book({"../../evil.xhtml": "<p>x</p>"}, []), "points outside"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data, reason):
    with pytest.raises(CorpusError, match=reason):
        read(data)


def test_real_files(shared):
    for path in sorted(shared.rglob("*.epub")):
        start = time.monotonic()
        assert any(block.kind == "text" for block in read(path.read_bytes()).blocks), path
        assert time.monotonic() - start < 10, path
