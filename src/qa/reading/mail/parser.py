"""Mails: EML as it travels, MSG as Outlook saves it; what the mail says is text, what it quotes is furniture."""

import email
import email.policy
import mimetypes
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from qa.errors import CorpusError
from qa.reading.blocks import Block, clean
from qa.reading.decoding import decode
from qa.reading.mail.text import html_blocks, plain_blocks
from qa.reading.parsed import Attachment, Limits, Parsed
from qa.types import Metadata

# What nests deeper than this is made to harm; a mail forwarded ten times nests ten deep.
DEEPEST_NESTING = 50
# The standard library's reading of a header takes time by the square of its length.
LONGEST_HEADER = 20_000
# A plain version with less than a quarter of the HTML's words is a stub: "Your program cannot show this message".
STUB_SHARE = 0.25

_OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_HEADERS_OF_MAILS = ("From", "Subject", "Date", "To", "Received", "Message-ID")
_SHOWN_HEADERS = ("From", "To", "Cc", "Date")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
_ENDING = re.compile(r"\.\w{1,5}$")


@dataclass(slots=True)
class _Contents:
    """What was found in a mail's parts."""

    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(data: bytes, limits: Limits) -> Parsed:
    """Read a mail of either format; which one follows from the bytes, not from the file's name.

    The subject is the heading, sender, recipients and date are the first paragraph, attachments are handed on whole.
    Raises `CorpusError` where the file is no mail.
    """
    notes: list[str] = []
    try:
        if data.startswith(_OLE_SIGNATURE):
            from qa.reading.mail.outlook import message_of

            return _parsed(message_of(data, limits, notes), notes)
        return _parsed(_travelled(data), notes)
    except RecursionError as error:
        raise CorpusError("its parts are nested too deeply: save the innermost mail by itself") from error


def _travelled(data: bytes) -> Message:
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]  # the line by which mailbox files part mails
    # The older policy keeps headers as they were sent; the newer one fails on malformed addresses.
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    if not any(message.get(name) for name in _HEADERS_OF_MAILS):
        raise CorpusError("not a mail: it names no sender, subject or date")
    return message


def _parsed(message: Message, notes: list[str]) -> Parsed:
    contents = _Contents(notes=notes)
    _collect(message, contents, 1)
    subject = _header(message, "Subject")
    blocks = [Block("heading", subject, 1)] if subject else []
    shown = [f"{name}: {value}" for name in _SHOWN_HEADERS if (value := _header(message, name))]
    if shown:
        blocks.append(Block("text", "; ".join(shown)))
    metadata = Metadata(title=subject, author=_author(message), date=_date(message))
    return Parsed(blocks + contents.blocks, metadata, tuple(contents.attachments), tuple(contents.notes))


def _header(message: Message, name: str) -> str:
    """Return the words of a header; where it stands several times, all of them."""
    return ", ".join(filter(None, map(_decoded, _sent(message, name))))


def _sent(message: Message, name: str) -> list[str]:
    """Return a header's values as they were sent."""
    values = (str(value) for given, value in message.raw_items() if given.lower() == name.lower())
    return [_as_sent(value)[:LONGEST_HEADER] for value in values]


def _author(message: Message) -> str:
    """Return the senders' names. Names are decoded last: a comma in one would part it in two."""
    senders = getaddresses(_sent(message, "From"))
    names = [_decoded(name or address) for name, address in senders if "@" in address]
    return ", ".join(names) or _header(message, "From").strip('"')


def _as_sent(raw: str) -> str:
    """Return a header that was sent as bytes beyond ASCII, which does not say in which encoding, as text."""
    if raw.isascii():
        return raw
    try:
        return decode(raw.encode("ascii", "surrogateescape"))
    except (CorpusError, UnicodeEncodeError):
        return raw.encode("utf-8", "replace").decode()


def _decoded(raw: str) -> str:
    """Decode "=?utf-8?q?...?=", the form in which words travel in headers."""
    text = " ".join(raw.split())
    with suppress(ValueError, LookupError):  # else it is shown as it was sent
        text = str(make_header(decode_header(text)))
    return " ".join(clean(text.encode("utf-8", "replace").decode()).split())


def _date(message: Message) -> str:
    try:
        return parsedate_to_datetime(_header(message, "Date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _collect(part: Message, contents: _Contents, depth: int) -> None:
    """Add what a part holds, and its own parts, in the order in which they stand."""
    kind = part.get_content_type()
    if depth > DEEPEST_NESTING:
        contents.notes.append(f"parts nested more than {DEEPEST_NESTING} deep were not read")
    elif kind in _SIGNATURES:
        pass
    elif kind == "multipart/encrypted" or (kind in _SEALED and "signed" not in str(part.get_param("smime-type"))):
        contents.notes.append("its body is encrypted and was not read: decrypt the mail, save it and index again")
    elif kind == "multipart/alternative":
        _collect_alternative(_parts(part), contents, depth + 1)
    elif kind == "message/rfc822":
        for mail in _parts(part):
            name = _safe_name(_header(mail, "Subject").removesuffix(".eml"), "mail") + ".eml"
            contents.attachments.append(Attachment(name, _written(mail)))
    elif kind == "message/delivery-status":
        lines = [f"{name}: {value}" for inner in _parts(part) for name, value in inner.items()]
        contents.blocks.append(Block("furniture", _as_sent("\n".join(map(str, lines)))))
    elif part.is_multipart():
        for inner in _parts(part):
            _collect(inner, contents, depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_attached(part):
        text = _text(part, contents.notes)
        contents.blocks.extend(html_blocks(text) if kind == "text/html" else plain_blocks(text))
    elif part.get_content_maintype() != "image" or part.get_content_disposition() == "attachment":
        _attach(part, contents)


def _collect_alternative(versions: list[Message], contents: _Contents, depth: int) -> None:
    """Take the plain version of a body, unless there is none or it is a stub beside the HTML; files of all versions."""
    read = []
    for version in versions:
        found = _Contents()
        _collect(version, found, depth)
        read.append((version.get_content_type() == "text/plain", _number_of_words(found), found))
    contents.attachments.extend(attachment for _, _, found in read for attachment in found.attachments)
    most = max((words for _, words, _ in read), default=0)
    for _, words, found in sorted(read, key=lambda version: (not version[0], -version[1])):
        if words >= STUB_SHARE * most:
            contents.blocks.extend(found.blocks)
            contents.notes.extend(found.notes)
            return


def _number_of_words(contents: _Contents) -> int:
    return sum(len(block.text.split()) for block in contents.blocks)


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message, notes: list[str]) -> str:
    data = _bytes(part)
    charset = part.get_content_charset("utf-8")
    try:
        return data.decode(charset)
    except (LookupError, UnicodeError, ValueError):
        notes.append(f"its text is not in the encoding that it names, {charset}: another was guessed")
    return decode(data)


def _attach(part: Message, contents: _Contents) -> None:
    data, kind = _bytes(part), part.get_content_type()
    if not data:
        contents.notes.append(f"a part of type {kind} is empty or of a kind that is not read")
        return
    name = _safe_name(re.split(r"[/\\]", _decoded(_as_sent(part.get_filename() or "")))[-1], "attachment")
    if not _ENDING.search(name):
        name += mimetypes.guess_extension(kind) or ""
    contents.attachments.append(Attachment(name, data))


def _safe_name(name: str, otherwise: str) -> str:
    """Return a name without anything that a file system or a terminal takes for more than a letter."""
    return " ".join(clean(_UNSAFE_IN_NAME.sub(" ", name)).split()).strip(". ")[-150:].strip(". ") or otherwise


def _written(mail: Message) -> bytes:
    try:
        return mail.as_bytes()
    except (UnicodeError, ValueError, LookupError):
        return mail.as_string().encode("utf-8", "replace")
