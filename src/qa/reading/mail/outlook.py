"""MSG, the format in which Outlook saves a mail, rewritten as the mail that travelled."""

from collections.abc import Callable
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import HeaderParser
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, TypeVar

from qa.errors import CorpusError
from qa.reading.decoding import decode_html
from qa.reading.parsed import Limits

if TYPE_CHECKING:
    from oxmsg.properties import Properties
    from oxmsg.storage import Storage

DEEPEST_NESTING = 20

# Before the properties stands a header, whose length depends on what they are properties of ([MS-OXMSG] 2.4.1).
_MAIL_HEADER, _INNER_MAIL_HEADER, _OTHER_HEADER = 32, 24, 8
_INNER_MAIL = "__substg1.0_3701000D"

# Property ids ([MS-OXPROPS]).
_MESSAGE_CLASS, _SUBJECT, _TRANSPORT_HEADERS = 0x001A, 0x0037, 0x007D
_SENDER_NAME, _SENDER_ADDRESSES = 0x0C1A, (0x5D01, 0x0C1F, 0x0065)
_SENT, _DELIVERED, _CREATED = 0x0039, 0x0E06, 0x3007
_DISPLAY_TO, _DISPLAY_CC = 0x0E04, 0x0E03
_BODY, _RTF_BODY, _HTML_BODY = 0x1000, 0x1009, 0x1013
_RECIPIENT_TYPE, _NAME, _RECIPIENT_ADDRESSES = 0x0C15, 0x3001, (0x39FE, 0x3003)
_DATA, _SHORT_NAME, _LONG_NAME, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x3712
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emz", ".wmz")
_TYPES_OF_RECIPIENTS = {1: "To", 2: "Cc"}

Value = TypeVar("Value")


def message_of(data: bytes, limits: Limits, notes: list[str]) -> Message:
    """Return the mail that a .msg file holds, and add to `notes` what in it was not read.

    Raises `CorpusError` where the file is damaged or its parts together are larger than they may be.
    """
    from olefile import OleFileIO
    from oxmsg.storage import Storage

    try:
        with OleFileIO(data) as compound:
            sizes = [compound.get_size(path) for path in compound.listdir()]
            # Every part may claim the same bytes of the file as its own.
            if sum(sizes) > limits.expanded_bytes:
                raise CorpusError(f"its parts hold more than {limits.expanded_bytes // 1024**2:,} MB: save them apart")
            storage = Storage.from_ole(compound)
        if not any(stream.name == "__properties_version1.0" for stream in storage.streams):
            raise CorpusError("not a mail of Outlook: open it in the program that wrote it and save it as .eml")
        return _message(storage, _MAIL_HEADER, notes, 1)
    except (CorpusError, MemoryError, RecursionError):
        raise
    except Exception as error:  # damaged files: olefile and oxmsg let struct's, Unicode's and other errors through
        raise CorpusError("damaged: open it in Outlook and save it anew") from error


def _message(storage: "Storage", header_length: int, notes: list[str], depth: int) -> Message:
    from oxmsg.properties import Properties

    properties = Properties(storage, properties_header_offset=header_length)
    kind = _text(properties, _MESSAGE_CLASS)
    if kind and not kind.upper().startswith(("IPM.NOTE", "REPORT")):
        notes.append(f"not a mail but of the class {kind}: only its subject and text were read")
    message = MIMEMultipart("mixed")
    headers = _headers(storage, properties)
    for name, value in headers.items():
        words = " ".join(value.encode("utf-8", "replace").decode().split())
        if words:
            message[name] = words if words.isascii() else Header(words, "utf-8").encode()
    body = MIMEMultipart("alternative")
    plain, page = _text(properties, _BODY), _page(properties)
    for text, subtype in ((plain, "plain"), (page, "html")):
        if text.strip():
            body.attach(MIMEText(text.encode("utf-8", "replace").decode(), subtype, "utf-8"))
    message.attach(body)
    rich_text = _value(properties.binary_prop_value, _RTF_BODY)
    if rich_text and not plain.strip() and not page.strip():
        notes.append("its text is kept as RTF only and was not read: save it as .eml")
    for attached in storage.iter_attachment_storages():
        _attach(message, attached, notes, depth)
    return message


def _headers(storage: "Storage", properties: "Properties") -> dict[str, str]:
    """Return what the mail says of itself: from the headers it travelled with, else from Outlook's own records."""
    travelled = HeaderParser().parsestr(_text(properties, _TRANSPORT_HEADERS))
    headers = {"Subject": _text(properties, _SUBJECT)}
    addresses = (_text(properties, pid) for pid in _SENDER_ADDRESSES)
    # Inside an organisation the address is one of its directory, "/o=ExchangeLabs/ou=...", which tells nobody anything.
    address = next((found for found in addresses if "@" in found), "")
    headers["From"] = str(travelled["From"] or "") or _mailbox(_text(properties, _SENDER_NAME), address)
    recipients = _recipients(storage)
    for name, displayed in (("To", _DISPLAY_TO), ("Cc", _DISPLAY_CC)):
        headers[name] = str(travelled[name] or "") or ", ".join(recipients[name]) or _text(properties, displayed)
    moments = (_value(properties.date_prop_value, pid) for pid in (_SENT, _DELIVERED, _CREATED))
    moment = next((found for found in moments if found is not None), None)
    headers["Date"] = str(travelled["Date"] or "") or (format_datetime(moment) if moment else "")
    return headers


def _recipients(storage: "Storage") -> dict[str, list[str]]:
    from oxmsg.properties import Properties

    recipients: dict[str, list[str]] = {"To": [], "Cc": []}
    for part in storage.iter_recipient_storages():
        properties = Properties(part, properties_header_offset=_OTHER_HEADER)
        header = _TYPES_OF_RECIPIENTS.get(_value(properties.int_prop_value, _RECIPIENT_TYPE) or 1)
        addresses = (_text(properties, pid) for pid in _RECIPIENT_ADDRESSES)
        address = next((found for found in addresses if "@" in found), "")
        if header:
            recipients[header].append(_mailbox(_text(properties, _NAME), address))
    return recipients


def _mailbox(name: str, address: str) -> str:
    if not address.isascii():
        return f"{name} {address}".strip()
    return formataddr((name, address)) if address and name != address else name or address


def _value(read: Callable[[int], Value | None], pid: int) -> Value | None:
    """Return a property's value, None where it is absent or damaged: one bad property is no reason to lose the mail."""
    try:
        return read(pid)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # a missing stream, an unknown encoding, a date past the year 9999
        return None


def _text(properties: "Properties", pid: int) -> str:
    value = _value(properties.str_prop_value, pid)
    return value.strip("\0") if isinstance(value, str) else ""


def _page(properties: "Properties") -> str:
    data = _value(properties.binary_prop_value, _HTML_BODY)
    if not isinstance(data, bytes):
        return _text(properties, _HTML_BODY)
    try:
        return data.decode(properties.body_encoding)
    except (LookupError, UnicodeError, KeyError):
        return decode_html(data)


def _attach(message: Message, storage: "Storage", notes: list[str], depth: int) -> None:
    from oxmsg.properties import Properties

    properties = Properties(storage, properties_header_offset=_OTHER_HEADER)
    name = _text(properties, _LONG_NAME) or _text(properties, _SHORT_NAME)
    inner = next((part for part in storage.storages if part.name == _INNER_MAIL), None)
    if inner is not None and any(stream.name == "__properties_version1.0" for stream in inner.streams):
        if depth >= DEEPEST_NESTING:
            notes.append(f"mails nested more than {DEEPEST_NESTING} deep were not read")
        else:
            message.attach(MIMEMessage(_message(inner, _INNER_MAIL_HEADER, [], depth + 1)))
        return
    data = _value(properties.binary_prop_value, _DATA)
    if not isinstance(data, bytes):
        notes.append(f"the attachment {name or 'without a name'} is a link or an embedded object and was not read")
        return
    part = MIMEApplication(data, "octet-stream")
    # A picture that the HTML shows in its place belongs to the mail's looks.
    shown_in_place = _text(properties, _CONTENT_ID) and name.lower().endswith(_PICTURES)
    if not shown_in_place:
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        message.attach(part)
