"""Reading the files of a question set, and writing them so that a failure leaves the file before."""

from pathlib import Path

from qa.errors import QuestionError

LARGEST_FILE = 64 * 1024**2
"""Bytes that are read of one file: some 100,000 questions."""

_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def content_of(path: Path) -> bytes:
    """Return a file's bytes. Raises `QuestionError` where it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QuestionError(f"The question set {path} cannot be read: {reason}.") from error
    if len(data) > LARGEST_FILE:
        raise QuestionError(f"The question set {path} is larger than {LARGEST_FILE // 1024**2} MB: split it up.")
    return data


def text_of(path: Path) -> str:
    """Return a file's text: UTF-8, with a byte order mark or without, or UTF-16 with one.

    Raises `QuestionError`, naming the line where the bytes are no UTF-8.
    """
    data = content_of(path)
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise QuestionError(f"The question set {path} cannot be read: it is damaged. Save it as UTF-8.") from error
        line = data.count(b"\n", 0, error.start) + 1
        raise QuestionError(f"{path}:{line}: not UTF-8: save the file with that encoding.") from error


def save(path: Path, content: str | bytes) -> None:
    """Write a file whole, making its folder. Raises `QuestionError` where it cannot be written."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        beside.replace(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QuestionError(f"The question set {path} cannot be written: {reason}.") from error
    finally:
        beside.unlink(missing_ok=True)
