"""Opening zip archives from strangers: what is opened, and what is refused before it costs anything."""

import io
import struct
import zipfile
import zlib

import pytest

from qa.errors import CorpusError
from qa.reading.office.archive import damage_told, kind_of, member, open_archive, refuse_entities
from qa.reading.parsed import Limits


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_lying_size(data: bytes, real: bytes, told: bytes) -> bytes:
    """Return `data` with size and checksum of its one member replaced by those of `told`."""
    true = struct.pack("<L", zlib.crc32(real)), struct.pack("<L", len(real))
    lie = struct.pack("<L", zlib.crc32(told)), struct.pack("<L", len(told))
    return data.replace(true[0], lie[0]).replace(true[1], lie[1])


def test_an_archive_is_opened_with_its_members():
    archive = open_archive(zipped({"a/b.xml": b"<x/>", "c.bin": b"12"}), Limits())
    assert archive.namelist() == ["a/b.xml", "c.bin"]
    assert archive.read("a/b.xml") == b"<x/>"


@pytest.mark.parametrize("name", ["../evil.txt", "a/../../evil.txt", "/etc/passwd", "C:\\evil.txt", "..\\evil.txt"])
def test_a_name_that_points_outside_is_refused(name):
    with pytest.raises(CorpusError, match="points outside"):
        open_archive(zipped({"ok.txt": b"x", name: b"x"}), Limits())


def test_two_dots_inside_a_name_are_harmless():
    assert open_archive(zipped({"notes..txt": b"x"}), Limits()).namelist() == ["notes..txt"]


def test_more_than_ten_thousand_entries_are_refused():
    data = zipped({f"{number}": b"" for number in range(10_001)}, zipfile.ZIP_STORED)
    with pytest.raises(CorpusError, match="more than 10,000 entries"):
        open_archive(data, Limits())


def test_a_bomb_that_tells_its_size_is_refused():
    data = zipped({"big.xml": bytes(20 * 1024**2)})
    assert len(data) < 50_000
    with pytest.raises(CorpusError, match="expands to more than 10 MB"):
        open_archive(data, Limits(expanded_bytes=10 * 1024**2))


def test_a_bomb_of_many_members_is_refused_for_their_sum():
    data = zipped({f"{number}.xml": bytes(1024**2) for number in range(12)})
    with pytest.raises(CorpusError, match="expands to more than 10 MB"):
        open_archive(data, Limits(expanded_bytes=10 * 1024**2))


def test_a_bomb_that_hides_its_size_is_refused():
    real, told = bytes(20 * 1024**2), b"\x00" * 10
    data = with_lying_size(zipped({"big.xml": real}), real, told)
    assert zipfile.ZipFile(io.BytesIO(data)).infolist()[0].file_size == 10
    with pytest.raises(CorpusError, match="expands to more than 10 MB"):
        open_archive(data, Limits(expanded_bytes=10 * 1024**2))


def test_a_member_that_is_larger_than_it_says_is_refused_even_within_the_limit():
    real, told = b"a" * 5000, b"a" * 10
    with pytest.raises(CorpusError, match="not of the size"):
        open_archive(with_lying_size(zipped({"a.xml": real}), real, told), Limits())


def test_a_damaged_member_is_left_to_whoever_reads_it():
    data = zipped({"a.xml": b"hello, hello", "b.png": b"picture"}, zipfile.ZIP_STORED).replace(b"picture", b"pixture")
    archive = open_archive(data, Limits())
    assert archive.read("a.xml") == b"hello, hello"
    with pytest.raises(zipfile.BadZipFile):
        archive.read("b.png")


def test_an_encrypted_member_is_refused():
    data = bytearray(zipped({"a.xml": b"secret"}, zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(CorpusError, match="remove the password"):
        open_archive(bytes(data), Limits())


def test_compression_that_no_office_file_uses_is_refused():
    with pytest.raises(CorpusError, match="compressed in a way"):
        open_archive(zipped({"a.xml": b"x" * 99}, zipfile.ZIP_LZMA), Limits())


OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted: remove the password"),
        (OLE + "WordDocument".encode("utf-16-le"), "before 2007"),
        (b"%PDF-1.7 ...", "really a PDF"),
        (b"{\\rtf1 hello}", "really an RTF file"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>hello", "really a web page"),
        (b"hello", "not in the format"),
        (b"", "not in the format"),
        (zipped({"a.xml": b"x" * 500})[:40], "damaged"),
        (b"PK\x05\x06" + b"\xff" * 18, "not in the format"),
    ],
    # Not by their bytes, among which stands the time at which a test was collected.
    ids=["encrypted", "word", "pdf", "rtf", "html", "text", "empty", "cut off", "end alone"],
)
def test_what_is_no_archive_is_told_for_what_it_is(data, reason):
    with pytest.raises(CorpusError, match=reason):
        open_archive(data, Limits())


@pytest.mark.parametrize("cut", range(0, 250, 7))
def test_a_cut_or_scrambled_archive_raises_nothing_else(cut):
    data = zipped({"a.xml": b"<x>hello</x>" * 9, "b/c.xml": b"<y/>"})
    for broken in (data[:cut], data[cut:], data[:cut] + b"\xff\xff\xff" + data[cut + 3 :]):
        try:
            open_archive(broken, Limits())
        except CorpusError:
            continue


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused(encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha">]><x>&a;</x>'.encode(encoding)
    archive = open_archive(zipped({"a.txt": b"<!DOCTYPE x [<!ENTITY", "b.xml": b"<b/>"}), Limits())
    refuse_entities(archive)
    with pytest.raises(CorpusError, match="declares entities"):
        refuse_entities(open_archive(zipped({"b.xml": bomb}), Limits()))


def test_a_missing_and_a_damaged_member_are_named():
    data = zipped({"a.xml": b"hello", "b.xml": b"there"}, zipfile.ZIP_STORED).replace(b"there", b"therr")
    archive = open_archive(data, Limits())
    assert member(archive, "a.xml") == b"hello"
    with pytest.raises(CorpusError, match=r"its part b\.xml cannot be read"):
        member(archive, "b.xml")
    with pytest.raises(CorpusError, match=r"lacks its part c\.xml"):
        member(archive, "c.xml")


def test_an_archive_is_known_by_its_members():
    assert kind_of(open_archive(zipped({"word/document.xml": b""}), Limits())) == "a Word file"
    assert kind_of(open_archive(zipped({"mimetype": b"application/epub+zip"}), Limits())) == "an e-book"
    assert kind_of(open_archive(zipped({"photo.jpg": b""}), Limits())) == ""


@pytest.mark.parametrize("raised", [KeyError("x"), AssertionError(), RecursionError()])
def test_what_a_library_raises_is_told_as_damage(raised):
    with pytest.raises(CorpusError, match=r"damaged|nested too deeply"), damage_told():
        raise raised
    with pytest.raises(CorpusError, match=r"^encrypted$"), damage_told():
        raise CorpusError("encrypted")
