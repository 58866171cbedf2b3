"""Office files of before 2007 (.doc, .dot, .xls, .ppt, .pps): LibreOffice, where installed, converts them.

It runs without a window, with a profile of its own that is thrown away, without macros, and within limits of time and
memory. What only bears the ending of such a file (many a .doc is RTF or a web page) is read for what it is.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from qa.errors import CorpusError
from qa.reading.markup import html
from qa.reading.office import docx, pptx, rtf
from qa.reading.office.archive import ENCRYPTED, ENCRYPTED_PACKAGE, OLE_SIGNATURE, wrong_kind
from qa.reading.parsed import Limits, Parsed, Parser
from qa.reading.tables import spreadsheet

NOT_INSTALLED = "needs LibreOffice, which is not installed on this machine"
# For each ending: the stream that such a file must hold, LibreOffice's name for the format, and what it becomes. Left
# to guess, LibreOffice reads anything at all as text.
_KINDS = {
    "doc": ("WordDocument", "MS Word 97", "docx"),
    "ppt": ("PowerPoint Document", "MS PowerPoint 97", "pptx"),
    "xls": ("Workbook", "MS Excel 97", "xlsx"),
}
_WEB_PAGES = (b"<!doctype html", b"<html")
# Sooner than the reader of the whole file gives up, so that the reason can be told.
_SHARE_OF_TIME = 0.8
_MEMORY_KILOBYTES = 2 * 1024**2
# Limits of its own in place of those that this process has set for itself; should this process die before it can end
# LibreOffice, the system does.
_RESTRAINT = 'ulimit -S -d "$0" 2>/dev/null; ulimit -t "$1" && shift && exec "$@"'

# No macros, nothing fetched, no objects run; and what still asks for a page is sent to a port where nobody listens.
_SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": "3",
        "DisableMacrosExecution": "true",
        "DisableActiveContent": "true",
        "BlockUntrustedRefererLinks": "true",
        "DisablePythonRuntime": "true",
    },
    "org.openoffice.Inet/Settings": {
        "ooInetProxyType": "2",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": "9",
    },
}


def parse_doc(data: bytes, limits: Limits) -> Parsed:
    """Read a .doc or .dot. Raises `CorpusError` with the reason where that takes LibreOffice and it is not there."""
    return _other_kind(data, limits, docx.parse) or _converted(data, limits, "doc", docx.parse)


def parse_ppt(data: bytes, limits: Limits) -> Parsed:
    """Read a .ppt or .pps. Raises `CorpusError` with the reason where that takes LibreOffice and it is not there."""
    return _other_kind(data, limits, pptx.parse) or _converted(data, limits, "ppt", pptx.parse)


def parse_xls(data: bytes, limits: Limits) -> Parsed:
    """Read an .xls; only those that the reader of workbooks does not know take LibreOffice.

    Raises `CorpusError` with the reason where it cannot be read.
    """
    other = _other_kind(data, limits, spreadsheet.parse)
    if other is not None:
        return other
    try:
        return spreadsheet.parse(data, limits)
    except CorpusError as error:
        if str(error) == ENCRYPTED or not _program() or not _is_kind(data, "xls"):
            raise
    return _converted(data, limits, "xls", spreadsheet.parse)


def _other_kind(data: bytes, limits: Limits, today: Parser) -> Parsed | None:
    """Read a file that only bears the ending of an old one, None where it is one or where nobody knows what it is."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"{\\rtf"):
        return rtf.parse(data, limits)
    if start.startswith(_WEB_PAGES):
        return html.parse(data, limits)
    if data.startswith(b"PK\x03\x04"):
        return today(data, limits)
    if data.startswith(OLE_SIGNATURE) and ENCRYPTED_PACKAGE in data:
        raise CorpusError(ENCRYPTED)
    return None


def _is_kind(data: bytes, ending: str) -> bool:
    # The names of streams are compared as Windows compares names.
    stream = _KINDS[ending][0].lower().encode("utf-16-le")
    return data.startswith(OLE_SIGNATURE) and stream in data.lower()


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _converted(data: bytes, limits: Limits, ending: str, parse: Parser) -> Parsed:
    if not _is_kind(data, ending):
        raise CorpusError(wrong_kind(data))
    program = _program()
    if program is None:
        raise CorpusError(NOT_INSTALLED)
    with tempfile.TemporaryDirectory(prefix="qa-office-", ignore_cleanup_errors=True) as folder:
        result = _convert(program, Path(folder), data, ending, limits)
        if result.stat().st_size > limits.expanded_bytes:
            raise CorpusError("too large once converted: split it up")
        parsed = parse(result.read_bytes(), limits)
    return replace(parsed, notes=(*parsed.notes, "converted by LibreOffice"))


def _convert(program: str, folder: Path, data: bytes, ending: str, limits: Limits) -> Path:
    """Convert a file inside `folder` and return the result."""
    _, name, target = _KINDS[ending]
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings_file(), encoding="utf-8")
    source = folder / f"document.{ending}"
    source.write_bytes(data)
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard", "--nologo"),
        *(f"--infilter={name}", "--convert-to", target, "--outdir", str(folder / "result")),
        str(source),
    ]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder)}
    _run(command, environment, limits.seconds * _SHARE_OF_TIME)
    result = folder / "result" / f"document.{target}"
    if not result.is_file():
        raise CorpusError("LibreOffice cannot read it: it may be damaged or protected by a password")
    return result


def _run(command: list[str], environment: dict[str, str], seconds: float) -> None:
    """Run LibreOffice, and end it with the processes that it started when its time is over."""
    if os.name == "posix":
        command = ["/bin/sh", "-c", _RESTRAINT, str(_MEMORY_KILOBYTES), str(int(seconds) + 5), *command]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment, "LC_ALL": "C.UTF-8"},
        process_group=0,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise CorpusError("LibreOffice did not read it in time: it may be damaged or made to harm") from error
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _settings_file() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, settings in _SETTINGS.items()
        for name, value in settings.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    )
