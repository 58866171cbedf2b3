import pytest

from documents import read, texts
from qa.errors import CorpusError
from qa.reading.decoding import decode, decode_html

URDU = "صوبے میں تعلیم لازمی ہے اور ہر بچہ سکول جائے گا۔"
ARABIC = "يجب على الموظف تقديم الطلب قبل نهاية الشهر."
HINDI = "हर कर्मचारी को महीने के अंत से पहले आवेदन देना होगा।"


@pytest.mark.parametrize("text", [URDU, ARABIC, HINDI, "Größe, naïve, Île — “quoted”…", "学校の規則。"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_of_every_form_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("mark, encoding", [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_follows_its_byte_order_mark(mark: bytes, encoding: str) -> None:
    assert decode(mark + URDU.encode(encoding)) == URDU


def test_windows_1252_keeps_its_quotation_marks_and_dashes() -> None:
    text = (
        "The café’s “daily” menu costs €12 – nothing more. Señor Núñez, the manager, says that the kitchen closes "
        "at nine; après that, only coffee is served."
    )
    assert decode(text.encode("cp1252")) == text


def test_utf_16_without_a_mark_is_recognised() -> None:
    text = "The harbour office opens at nine and closes at five. Bring your papers, and a stamp.\n" * 4
    assert decode(text.encode("utf-16-le")) == text


def test_a_single_broken_byte_after_a_mark_does_not_stop_the_reading() -> None:
    assert decode(b"\xef\xbb\xbfThe office\xff opens.") == "The office\ufffd opens."


def test_bytes_that_are_no_text_are_refused() -> None:
    noise = bytes((index * 197 + index * index * 31) % 256 for index in range(4_000))
    with pytest.raises(CorpusError, match="not a text file"):
        decode(noise)


def test_urdu_arabic_and_hindi_documents_keep_their_words() -> None:
    document = read("a.txt", "\n\n".join([URDU, ARABIC, HINDI]))
    assert texts(document) == [URDU, ARABIC, HINDI]


def test_html_heeds_its_meta_charset() -> None:
    page = '<html><head><meta charset="windows-1256"></head><body><p>السلام عليكم</p></body></html>'
    assert "السلام عليكم" in decode_html(page.encode("cp1256"))


def test_html_heeds_the_long_form_of_the_declaration() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>Łódź</p>'
    assert "Łódź" in decode_html(page.encode("iso8859-2"))


def test_a_byte_order_mark_overrules_the_declaration() -> None:
    assert "Größe" in decode_html(b"\xef\xbb\xbf" + '<meta charset="iso-8859-1"><p>Größe</p>'.encode())


@pytest.mark.parametrize("declared", ["utf-16", "utf-32-le", "ascii", "no-such-encoding", "undefined", "hex", "idna"])
def test_a_declaration_that_cannot_be_true_is_passed_over(declared: str) -> None:
    page = f'<meta charset="{declared}"><p>Größe</p>'
    for padding in ("", " ", "  ", "   "):
        assert "Größe" in decode_html((page + padding).encode())
