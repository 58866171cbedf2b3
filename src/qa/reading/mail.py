"""Mails: EML as it travels, MSG as Outlook saves it; the reply is text, what it quotes is furniture."""

import email
import email.policy
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime

from qa.errors import CorpusError
from qa.reading.blocks import Block, clean
from qa.reading.decoding import decode
from qa.reading.mail_text import html_blocks, plain_blocks
from qa.reading.parsed import Attachment, Limits, Parsed
from qa.types import Metadata

# Mail in mail in mail: what nests deeper than this is made to harm.
DEEPEST_NESTING = 50
# The standard library's reading of a header takes time by the square of its length.
LONGEST_HEADER = 20_000
# A plain version with less than a quarter of the HTML's words is a stub: "Your program cannot show this message".
STUB_SHARE = 0.25

_OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_SHOWN_HEADERS = ("From", "To", "Cc", "Date")
_UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")

Source = Message[str, str]


@dataclass(slots=True)
class _Contents:
    """What was found in a mail's parts."""

    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a mail in either format; the format follows from the bytes, not from the file's name.

    The subject is the heading, sender, recipients and date the first paragraph. Attachments are handed on whole.
    Raises `CorpusError` where the file is no mail.
    """
    if data.startswith(_OLE_SIGNATURE):
        from qa.reading.outlook import message_of

        return _parsed(message_of(data, limits))
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]  # the line by which mailboxes part mails
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
    except (ValueError, LookupError, AssertionError, RecursionError) as error:
        raise CorpusError("not a readable mail: its parts are damaged") from error
    if not any(message.get(name) for name in ("From", "Subject", "Date", "To", "Received", "Message-ID")):
        raise CorpusError("not a mail: it names no sender, subject or date")
    return _parsed(message)


def _parsed(message: Source) -> Parsed:
    contents = _Contents()
    _collect(message, contents, 1)
    subject = _header(message, "Subject")
    opening = [Block("heading", subject, 1)] if subject else []
    shown = [f"{name}: {value}" for name in _SHOWN_HEADERS if (value := _header(message, name))]
    if shown:
        opening.append(Block("text", "; ".join(shown)))
    names = [clean(name or address) for name, address in getaddresses([_header(message, "From")])]
    metadata = Metadata(title=subject, author=", ".join(filter(None, names)), date=_date(message))
    return Parsed([*opening, *contents.blocks], metadata, tuple(contents.attachments), tuple(contents.notes))


def _header(message: Source, name: str) -> str:
    """Return a header's words, decoded; what stands several times is joined."""
    values = []
    for raw in message.get_all(name, []):
        text = " ".join(_as_sent(str(raw))[:LONGEST_HEADER].split())
        try:
            text = str(make_header(decode_header(text)))
        except (ValueError, LookupError):
            pass  # shown as it was sent
        values.append(" ".join(clean(text).split()))
    return ", ".join(filter(None, values))


def _as_sent(raw: str) -> str:
    """Decode a header that was sent as bytes beyond ASCII, without saying in which encoding."""
    try:
        return decode(raw.encode("ascii", "surrogateescape")) if not raw.isascii() else raw
    except (CorpusError, UnicodeEncodeError):
        return raw.encode("utf-8", "replace").decode()


def _date(message: Source) -> str:
    try:
        return parsedate_to_datetime(_header(message, "Date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _collect(part: Source, contents: _Contents, depth: int) -> None:
    """Add what a part holds, and its own parts, in the order in which they stand."""
    kind = part.get_content_type()
    if depth > DEEPEST_NESTING:
        contents.notes.append(f"parts nested more than {DEEPEST_NESTING} deep were not read")
    elif kind in _SIGNATURES:
        pass
    elif kind == "multipart/encrypted" or (kind in _SEALED and "signed" not in str(part.get_param("smime-type"))):
        contents.notes.append("its body is encrypted and was not read: save the mail decrypted")
    elif kind == "multipart/alternative" and part.is_multipart():
        _collect(_preferred(_parts(part)), contents, depth + 1)
    elif kind == "message/rfc822":
        for mail in _parts(part):
            name = _safe_name(_header(mail, "Subject"), "mail", ".eml")
            contents.attachments.append(Attachment(name, _written(mail)))
    elif part.is_multipart():
        for inner in _parts(part):
            _collect(inner, contents, depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_attached(part):
        text = _text(part, contents.notes)
        contents.blocks.extend(html_blocks(text) if kind == "text/html" else plain_blocks(text))
    elif not (part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"):
        _attach(part, contents)


def _parts(part: Source) -> list[Source]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _preferred(versions: list[Source]) -> Source:
    """Return the plain version of a body, unless there is none or it is a stub beside the HTML."""
    plain = next((version for version in versions if version.get_content_type() == "text/plain"), None)
    rich = next((version for version in reversed(versions) if version is not plain and _holds_html(version)), None)
    if plain is None or rich is None:
        return plain or rich or (versions[-1] if versions else EmailMessage())
    words = sum(len(block.text.split()) for block in plain_blocks(_text(plain, [])))
    page = next(inner for inner in rich.walk() if inner.get_content_type() == "text/html")
    return plain if words and words >= STUB_SHARE * _number_of_words(page) else rich


def _number_of_words(page: Source) -> int:
    return sum(len(block.text.split()) for block in html_blocks(_text(page, [])))


def _holds_html(version: Source) -> bool:
    return any(inner.get_content_type() == "text/html" for inner in version.walk())


def _is_attached(part: Source) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _bytes(part: Source) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Source, notes: list[str]) -> str:
    data = _bytes(part)
    charset = part.get_content_charset("utf-8")
    try:
        return data.decode(charset)
    except (LookupError, UnicodeError):
        notes.append(f"its text is not in the encoding that it names ({charset}): another was guessed")
    return decode(data)


def _attach(part: Source, contents: _Contents) -> None:
    data = _bytes(part)
    kind = part.get_content_type()
    if not data:
        contents.notes.append(f"a part of type {kind} is empty or of a kind that is not read")
        return
    try:
        given = part.get_filename() or ""
    except (ValueError, LookupError):
        given = ""
    name = _decoded_name(given)
    contents.attachments.append(Attachment(_safe_name(name, "attachment", mimetypes.guess_extension(kind) or ""), data))


def _decoded_name(name: str) -> str:
    try:
        return str(make_header(decode_header(_as_sent(name))))
    except (ValueError, LookupError):
        return name


def _safe_name(name: str, otherwise: str, ending: str) -> str:
    """Return a file's name without folders or characters that a file system or a terminal takes for more.

    `ending` is added where the name has none of its own, and always to a mail's subject.
    """
    base = clean(_UNSAFE_IN_NAME.sub(" ", re.split(r"[/\\]", name)[-1] if ending != ".eml" else name))
    base = " ".join(base.split()).strip(". ")[-150:] or otherwise
    has_ending = re.search(r"\.\w{1,5}$", base) is not None
    return base if (has_ending and ending != ".eml") else base + ending


def _written(mail: Source) -> bytes:
    try:
        return mail.as_bytes(policy=email.policy.compat32)
    except (UnicodeError, ValueError, LookupError, TypeError, AttributeError):
        return mail.as_string().encode("utf-8", "replace")


def walk_texts(message: Source) -> Iterator[str]:
    yield from ()
