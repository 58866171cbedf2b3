"""Office files of before 2007: the clear refusal without LibreOffice, the conversion where it is installed."""

import io
import shutil
import time
from pathlib import Path

import docx as python_docx
import pytest

from office_files import paragraph, word
from qa.errors import CorpusError
from qa.reading.office import legacy
from qa.reading.parsed import Limits

OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
DOC = OLE + "WordDocument".encode("utf-16-le")
PPT = OLE + "PowerPoint Document".encode("utf-16-le")

needs_libreoffice = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="LibreOffice is not installed"
)


@pytest.fixture
def no_libreoffice(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)


@pytest.mark.parametrize(("parse", "data"), [(legacy.parse_doc, DOC), (legacy.parse_ppt, PPT)])
def test_without_libreoffice_the_file_is_refused_with_the_reason(parse, data, no_libreoffice):
    with pytest.raises(CorpusError, match=r"^needs LibreOffice, which is not installed on this machine$"):
        parse(data, Limits())


def test_a_file_that_only_bears_the_ending_is_read_for_what_it_is(no_libreoffice):
    for data in (rb"{\rtf1 Hello}", b"\xef\xbb\xbf<html><p>Hello</p></html>", word(paragraph("Hello"))):
        assert [block.text for block in legacy.parse_doc(data, Limits()).blocks] == ["Hello"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "remove the password"),
        (b"%PDF-1.4", "really a PDF"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>", "really an XML file"),
        (PPT, "not in the format"),
        (b"Hello", "not in the format"),
    ],
)
def test_what_is_no_doc_never_reaches_libreoffice(data, reason, monkeypatch):
    monkeypatch.setattr(legacy, "_convert", lambda *_: pytest.fail("LibreOffice was started"))
    with pytest.raises(CorpusError, match=reason):
        legacy.parse_doc(data, Limits())


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Return a function that puts a script in LibreOffice's place."""

    def install(script: str) -> None:
        path = tmp_path / "soffice"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(shutil, "which", lambda _: str(path))

    return install


def test_the_result_is_read_and_the_profile_forbids_macros_and_requests(program, tmp_path):
    document = python_docx.Document()
    document.add_heading("Leave", 1)
    file = io.BytesIO()
    document.save(file)
    (tmp_path / "result.docx").write_bytes(file.getvalue())
    program(f"""
cp "$HOME/profile/user/registrymodifications.xcu" {tmp_path}/settings
echo "$@" > {tmp_path}/arguments
mkdir "$HOME/result" && cp {tmp_path}/result.docx "$HOME/result/document.docx"
echo "$HOME" > {tmp_path}/home""")

    parsed = legacy.parse_doc(DOC, Limits())

    assert [block.text for block in parsed.blocks] == ["Leave"]
    assert parsed.notes == ("converted by LibreOffice",)
    settings = (tmp_path / "settings").read_text()
    for name, value in (
        ("MacroSecurityLevel", "3"),
        ("DisableMacrosExecution", "true"),
        ("BlockUntrustedRefererLinks", "true"),
    ):
        assert f'oor:name="{name}" oor:op="fuse"><value>{value}</value>' in settings
    arguments = (tmp_path / "arguments").read_text()
    assert "--headless" in arguments
    assert "-env:UserInstallation=file:///" in arguments
    assert not Path((tmp_path / "home").read_text().strip()).exists()


def test_a_program_that_hangs_is_ended_with_all_that_it_started(program, tmp_path):
    program(f"(sleep 30; touch {tmp_path}/survived) & echo $! > {tmp_path}/child; sleep 30")
    start = time.monotonic()
    with pytest.raises(CorpusError, match="did not read it in time"):
        legacy.parse_doc(DOC, Limits(seconds=1))
    assert time.monotonic() - start < 5
    child = Path("/proc") / (tmp_path / "child").read_text().strip()
    time.sleep(0.2)
    assert not child.exists() or "State:\tZ" in (child / "status").read_text()


def test_no_result_is_told(program):
    program("exit 1")
    with pytest.raises(CorpusError, match="LibreOffice cannot read it"):
        legacy.parse_doc(DOC, Limits())


@needs_libreoffice
@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("testWORD.doc", "heading", "Sample Word Document Title"),
        ("testPPT.ppt", "heading", "Sample Powerpoint Slide"),
    ],
)
def test_a_real_file_is_converted(shared, name, kind, text):
    parse = legacy.parse_doc if name.endswith(".doc") else legacy.parse_ppt
    parsed = parse((shared / "files" / "office" / name).read_bytes(), Limits())
    assert (kind, text) in [(block.kind, block.text) for block in parsed.blocks]


@needs_libreoffice
def test_what_libreoffice_cannot_read_is_refused():
    with pytest.raises(CorpusError, match="LibreOffice cannot read it"):
        legacy.parse_doc(DOC + b"this is no Word file" * 100, Limits())


def test_an_xls_needs_no_libreoffice(shared, no_libreoffice):
    parsed = legacy.parse_xls((shared / "files" / "office" / "testEXCEL_1img.xls").read_bytes(), Limits())
    assert any(block.kind in ("row", "text") for block in parsed.blocks)
