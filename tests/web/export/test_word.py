"""A chat as a Word document: its words survive, in their own direction, with links that lead somewhere."""

import shutil
import subprocess
from io import BytesIO

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.web.export.printable import printable
from qa.web.export.told import Chat, told
from qa.web.export.word import BEST, QUOTE, SOURCE, chat_as_docx
from qa.web.texts import Texts, texts
from shown_answers import differing, passage, shown

BASE = "https://intranet.example/ask/"
ADDRESS = f"{BASE}source/notices/gate.md?exact=The+flood+gate&p=1#hit"
URDU = "سیلابی دروازہ نو میٹر سے اوپر بند ہوتا ہے۔"


def written(*answers, language="en"):
    exchanges = [(answer.question, answer) for answer in answers]
    chosen = Texts(language, texts(language).entries)
    return chat_as_docx(Chat("Flood gate", "Harbour office", "2026-01-31", told(exchanges, chosen, BASE), chosen))


def opened(*answers, language="en"):
    return docx.Document(BytesIO(written(*answers, language=language)))


def words_of(paragraph):
    """Return the words of a paragraph, without the number of the source behind them."""
    return "".join(run.text for run in paragraph.runs)


def in_style(document, style):
    return [paragraph for paragraph in document.paragraphs if paragraph.style.name == style]


@given(st.text(min_size=1))
@settings(max_examples=40, deadline=None)
def test_any_words_survive(text):
    document = opened(shown(passage(text), passage(text, "2")))

    assert [words_of(paragraph) for paragraph in in_style(document, BEST)] == [printable(text)]
    assert [words_of(paragraph) for paragraph in in_style(document, QUOTE)] == [printable(text)]


@pytest.mark.parametrize(
    "text", ["bell \x07 nul \x00", " lead\ttab  \nline\n", "\ud800 \ufffe", "a\u2011b\u00ad\u200fc"]
)
def test_words_survive_that_xml_cannot_hold(text):
    document = opened(shown(passage().model_copy(update={"words": passage().words.model_copy(update={"text": text})})))

    assert words_of(in_style(document, BEST)[0]) == printable(text)


def test_a_chat_reads_as_it_was_shown():
    document = opened(
        shown(passage(), passage("Ten metres.", "2"), differences=[differing("nine", "ten")]),
        shown(outcome="nothing", question="Who sells tea?"),
    )

    assert [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs] == [
        ("Title", "Flood gate"),
        ("Subtitle", "Harbour office · Date: 2026-01-31"),
        ("Heading 1", "When is the flood gate closed?"),
        (BEST, "The flood gate is closed above nine metres.[1]"),
        ("Heading 2", "Further passages"),
        (QUOTE, "Ten metres.[2]"),
        ("Normal", "Sources differ:"),
        ("List Bullet", "nine (2024-03-01)[1]"),
        ("List Bullet", "ten (2024-03-01)[2]"),
        ("Heading 2", "Sources"),
        (SOURCE, "[1]\tFlood gate — notices/gate.md, ¶ 1, 2024-03-01"),
        (SOURCE, "[2]\tFlood gate — notices/gate.md, ¶ 1, 2024-03-01"),
        ("Heading 1", "Who sells tea?"),
        ("Normal", "The documents do not answer this."),
    ]


def test_numbers_lead_to_the_list_of_sources_and_its_entries_to_the_place():
    document = opened(shown(passage(), passage("Ten metres.", "2")), shown(passage("Three.")))

    bookmarks = [mark.get(qn("w:name")) for mark in document.element.iter(qn("w:bookmarkStart"))]
    links = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert bookmarks == ["source1", "source2", "source3"]
    assert [link.fragment for link in links if not link.address] == bookmarks
    assert [link.url for link in links if link.address] == [ADDRESS] * 3


def test_the_file_says_what_it_is():
    about = opened(shown(passage())).core_properties

    assert (about.title, about.author, about.language) == ("Flood gate", "Harbour office", "en")
    assert "python" not in f"{about.comments}{about.author}{about.last_modified_by}"


def test_each_paragraph_runs_in_the_direction_of_its_words():
    document = opened(shown(passage(URDU), passage("Ten metres.", "2")))
    urdu, english = in_style(document, BEST)[0], in_style(document, QUOTE)[0]

    assert urdu._p.pPr.find(qn("w:bidi")) is not None
    assert urdu.runs[0].font.rtl
    assert urdu.style.font.cs_italic is False
    assert english._p.pPr.find(qn("w:bidi")) is None
    assert not english.runs[0].font.rtl


def test_a_right_to_left_language_sets_what_has_no_letters():
    document = opened(shown(passage("1874–1902"), question="2024?"), language="ur")

    assert in_style(document, "Heading 1")[0]._p.pPr.find(qn("w:bidi")) is not None
    assert document.core_properties.language == "ur"


@pytest.mark.slow
def test_libre_office_opens_it(tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "chat.docx").write_bytes(written(shown(passage(), passage(URDU, "2"))))

    command = ["--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", *command, tmp_path, tmp_path / "chat.docx"],
        check=True,
        capture_output=True,
        timeout=200,
    )

    pages = pypdfium2.PdfDocument(tmp_path / "chat.pdf")
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    assert "When is the flood gate closed?" in text
    assert "The flood gate is closed above nine metres." in text
    assert "notices/gate.md, ¶ 1" in text
