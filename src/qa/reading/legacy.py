"""Office files of before 2007 (.doc, .dot, .xls, .ppt, .pps): LibreOffice, where installed, converts them.

It runs without a window, with a profile of its own that is thrown away, without macros, and within limits of time and
memory. What only bears the ending of such a file (many a .doc is RTF or a web page) is read for what it is.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qa.errors import CorpusError
from qa.reading import docx, html, pptx, rtf, spreadsheet
from qa.reading.archive import ENCRYPTED, ENCRYPTED_PACKAGE, OLE_SIGNATURE
from qa.reading.parsed import Limits, Parsed, Parser

NOT_INSTALLED = "needs LibreOffice, which is not installed on this machine"
_FLAT_XML = b"<?mso-application"
_WEB_PAGES = (b"<!doctype html", b"<html")
# Sooner than the reader of the whole file gives up, so that the reason can be told.
_SHARE_OF_TIME = 0.8
_MEMORY_BYTES = 2 * 1024**3

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
    return _other_kind(data, limits, docx.parse) or _converted(data, limits, "doc", "docx", docx.parse)


def parse_ppt(data: bytes, limits: Limits) -> Parsed:
    """Read a .ppt or .pps. Raises `CorpusError` with the reason where that takes LibreOffice and it is not there."""
    return _other_kind(data, limits, pptx.parse) or _converted(data, limits, "ppt", "pptx", pptx.parse)


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
        if str(error) == ENCRYPTED or not _program():
            raise
    return _converted(data, limits, "xls", "xlsx", spreadsheet.parse)


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


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _converted(data: bytes, limits: Limits, ending: str, target: str, parse: Parser) -> Parsed:
    # Anything else LibreOffice might take for a file of another kind, with other ways to do harm.
    if not data.startswith(OLE_SIGNATURE) and _FLAT_XML not in data[:1000]:
        raise CorpusError("not in the format that its ending says")
    program = _program()
    if program is None:
        raise CorpusError(NOT_INSTALLED)
    with tempfile.TemporaryDirectory(prefix="qa-office-", ignore_cleanup_errors=True) as folder:
        result = _convert(program, Path(folder), data, ending, target, limits)
        if result.stat().st_size > limits.expanded_bytes:
            raise CorpusError("too large once converted: split it up")
        parsed = parse(result.read_bytes(), limits)
    return replace(parsed, notes=(*parsed.notes, "converted by LibreOffice"))


def _convert(program: str, folder: Path, data: bytes, ending: str, target: str, limits: Limits) -> Path:
    """Convert a file inside `folder` and return the result."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings_file(), encoding="utf-8")
    source = folder / f"document.{ending}"
    source.write_bytes(data)
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard", "--nologo"),
        *("--convert-to", target, "--outdir", str(folder / "result")),
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
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment, "LC_ALL": "C.UTF-8"},
        process_group=0,
        preexec_fn=_restraint(seconds),
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise CorpusError("LibreOffice did not read it in time: it may be damaged or made to harm") from error
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _restraint(seconds: float) -> Callable[[], None] | None:
    """Return what bounds the new process, in place of the limits that its parent set for itself."""
    if sys.platform == "win32":
        return None
    import resource

    def restrain() -> None:
        _, hardest = resource.getrlimit(resource.RLIMIT_DATA)
        memory = _MEMORY_BYTES if hardest == resource.RLIM_INFINITY else min(_MEMORY_BYTES, hardest)
        resource.setrlimit(resource.RLIMIT_DATA, (memory, hardest))
        # Should this process die before it can end LibreOffice, the system does.
        cpu_seconds = int(seconds) + 5
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))

    return restrain


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
