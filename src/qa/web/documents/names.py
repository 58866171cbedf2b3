"""Names under which uploaded files are kept: safe on every system, and never a path."""

import unicodedata
from pathlib import PurePath

from qa.reading import PARSERS
from qa.web.api.problems import ProblemError

LONGEST_BYTES = 200
"""File systems take 255; the rest is for the name's number, and for the ending of a metadata file beside it."""
DEEPEST = 5
# What Windows and network drives refuse, or take for something else than a name.
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def safe_file_name(given: str) -> str:
    """Return the name under which an uploaded file is kept.

    Raises `ProblemError` for a hidden or empty name, and for an ending that no reader is for.

    >>> safe_file_name("../../etc/leave: 2026?.md")
    'leave_ 2026_.md'
    """
    name = safe_name(given)
    suffix = _parts(name)[1]
    if suffix.lower() not in PARSERS:
        told = f"{suffix} files" if suffix else "files without an ending"
        raise ProblemError(415, f"There is no reader for {told}: save {name} as PDF, Word, text or another known kind.")
    return name


def safe_name(given: str) -> str:
    """Return the name under which any file is kept. Raises `ProblemError` for a hidden or empty one."""
    name = _safe(given.replace("\\", "/").rpartition("/")[2])
    if not name or name.startswith((".", "~$")):
        raise ProblemError(422, f"“{name}” cannot be the name of a file here: it is hidden or empty. Rename the file.")
    stem, suffix = _parts(name)
    return _shortened(stem, LONGEST_BYTES - len(suffix.encode())) + suffix


def safe_folder(given: str) -> tuple[str, ...]:
    """Return the names of the folders, outermost first, that a path below the corpus is made of; none for the corpus.

    Raises `ProblemError` for a hidden folder, one that leads out, and one too deep.
    """
    names = tuple(_safe(part) for part in given.replace("\\", "/").split("/") if part.strip())
    if any(not name or name.startswith((".", "~$")) for name in names):
        raise ProblemError(422, f"“{given}” cannot be a collection: no part of its name may begin with a dot.")
    if len(names) > DEEPEST:
        raise ProblemError(422, f"“{given}” lies too deep: a collection is {DEEPEST} folders deep at most.")
    return tuple(_shortened(name, LONGEST_BYTES) for name in names)


def numbered(name: str, number: int) -> str:
    """Return a file's name with a number before its ending.

    >>> numbered("leave.md", 2)
    'leave (2).md'
    """
    stem, suffix = _parts(name)
    return f"{stem} ({number}){suffix}"


def _safe(name: str) -> str:
    composed = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    # Among them are the marks that turn the direction of writing, by which "fdp.exe" can look like "exe.pdf".
    visible = "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = " ".join(visible.translate(_FORBIDDEN).split()).rstrip(". ")
    return f"_{name}" if name.partition(".")[0].strip().casefold() in _DEVICES else name


def _parts(name: str) -> tuple[str, str]:
    path = PurePath(name)
    return path.stem, path.suffix


def _shortened(text: str, longest: int) -> str:
    return text.encode()[:longest].decode("utf-8", "ignore").rstrip(". ")
