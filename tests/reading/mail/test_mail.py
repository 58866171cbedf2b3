import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compound_file import Folder, compound_file, properties
from qa.errors import CorpusError
from qa.reading.mail.parser import parse
from qa.reading.parsed import Limits, Parsed


def read(source: str | bytes) -> Parsed:
    return parse(source.encode() if isinstance(source, str) else source, Limits())


def told(parsed: Parsed) -> list[str]:
    """The text below the paragraph of sender, recipients and date."""
    return [block.text for block in parsed.blocks if block.kind == "text" and not block.text.startswith("From: ")]


def aside(parsed: Parsed) -> list[str]:
    return [block.text for block in parsed.blocks if block.kind == "furniture"]


def plain(body: str, headers: str = "") -> Parsed:
    return read(f"From: ann@harbour.example\nContent-Type: text/plain; charset=utf-8\n{headers}\n{body}")


def page(body: str) -> Parsed:
    return read(f"From: ann@harbour.example\nContent-Type: text/html; charset=utf-8\n\n{body}")


def message(body: str = "See below.") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ann <ann@harbour.example>", "Pier"
    mail.set_content(body)
    return mail


def test_the_subject_is_the_heading_and_who_wrote_to_whom_when_the_first_paragraph() -> None:
    parsed = read(
        "From: Ann Lee <ann@harbour.example>\nTo: Bo <bo@harbour.example>,\n  c@harbour.example\n"
        "Cc: d@harbour.example\n"
        "Date: Tue, 3 Mar 2026 10:12:00 +0100\nSubject: The northern pier\nX-Mailer: none\n\nClosed.\n"
    )
    assert [(block.kind, block.level, block.text) for block in parsed.blocks] == [
        ("heading", 1, "The northern pier"),
        (
            "text",
            0,
            "From: Ann Lee <ann@harbour.example>; To: Bo <bo@harbour.example>, c@harbour.example; "
            "Cc: d@harbour.example; Date: Tue, 3 Mar 2026 10:12:00 +0100",
        ),
        ("text", 0, "Closed."),
    ]
    assert parsed.metadata.title == "The northern pier"
    assert parsed.metadata.author == "Ann Lee"
    assert parsed.metadata.date == "2026-03-03T10:12:00+01:00"


def test_encoded_headers_are_decoded_and_a_comma_in_a_name_parts_no_sender() -> None:
    parsed = plain("x", "From: =?utf-8?q?L=C3=B6we=2C_Ann?= <a@b.example>\nSubject: =?utf-8?b?R3LDtsOfZQ==?=\n")
    assert parsed.metadata.title == "Größe"
    assert parsed.metadata.author == "ann@harbour.example, Löwe, Ann"


def test_a_header_sent_as_bare_bytes_is_read() -> None:
    assert read("From: a@b.example\nSubject: Größe\n\nx".encode()).metadata.title == "Größe"


def test_a_date_that_is_none_is_left_out() -> None:
    assert plain("x", "Date: yesterday\n").metadata.date == ""


def test_wrapped_lines_are_joined_and_short_lines_stay_apart() -> None:
    body = (
        "The northern pier is closed for repairs until the end of the month, and\n"
        "boats moor at the southern one.\n\nKind regards\nAnn\n"
    )
    assert told(plain(body)) == [
        "The northern pier is closed for repairs until the end of the month, and boats moor at the southern one.",
        "Kind regards\nAnn",
    ]


def test_an_item_of_a_list_is_a_paragraph() -> None:
    assert told(plain("Bring:\n- ink\n- a form\n\n1. Sign.\n2. Send.\n")) == [
        "Bring:",
        "- ink",
        "- a form",
        "1. Sign.",
        "2. Send.",
    ]


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 2 Mar 2026 at 09:00, Bo <bo@harbour.example> wrote:",
        "On Mon, 2 Mar 2026 at 09:00, Bo <bo@harbour.example>\nwrote:",
        "Am 02.03.2026 um 09:00 schrieb Bo:",
        "Le 2 mars 2026, Bo a écrit :",
        "Bo wrote:",
    ],
)
def test_what_is_quoted_and_who_wrote_it_is_furniture(attribution: str) -> None:
    parsed = plain(f"It is closed.\n\n{attribution}\n> Is the pier open?\n>> Or not?\n\nAsk again in May.\n")
    assert told(parsed) == ["It is closed.", "Ask again in May."]
    assert aside(parsed) == [*attribution.split("\n"), "> Is the pier open?", ">> Or not?"]


def test_a_sentence_that_only_begins_like_an_attribution_is_text() -> None:
    assert told(plain("On Monday the mayor wrote:\n\nthe pier stays open.\n")) == [
        "On Monday the mayor wrote:",
        "the pier stays open.",
    ]


def test_a_line_that_mailboxes_escape_is_no_quote() -> None:
    assert told(plain(">From May on the pier is open.\n")) == [">From May on the pier is open."]


def test_a_signature_is_furniture() -> None:
    parsed = plain("It is closed.\n-- \nAnn Lee\nHarbour office\n")
    assert told(parsed) == ["It is closed."]
    assert aside(parsed) == ["-- ", "Ann Lee", "Harbour office"]


def test_what_stands_below_two_dashes_is_text_where_it_is_too_long_for_a_signature() -> None:
    mails = "\n\n".join(f"The letter of day {day} of the month." for day in range(1, 25))
    assert told(plain(f"Digest\n\n--\n\n{mails}\n"))[2:] == mails.split("\n\n")


def test_the_plain_version_is_preferred() -> None:
    mail = message("The pier is closed.")
    mail.add_alternative("<p>The pier is <b>closed</b>.</p>", subtype="html")
    assert told(read(bytes(mail))) == ["The pier is closed."]


def test_a_plain_version_that_is_a_stub_gives_way_to_the_page() -> None:
    mail = message("No HTML?")
    mail.add_alternative(
        "<p>The northern pier is closed until May, and boats moor at the southern.</p>", subtype="html"
    )
    assert told(read(bytes(mail))) == ["The northern pier is closed until May, and boats moor at the southern."]


def test_the_paragraphs_of_a_page_are_read() -> None:
    assert told(page("<p>Closed.</p><ul><li>Until May.</ul><script>x()</script>")) == ["Closed.", "Until May."]


def test_what_a_page_quotes_is_furniture() -> None:
    parsed = page(
        "<p>Closed.</p><div class='gmail_quote'><div class='gmail_attr'>On Monday Bo wrote:</div>"
        "<blockquote type='cite'>Is it open?</blockquote></div><div class='gmail_signature'>Ann</div>"
    )
    assert told(parsed) == ["Closed."]
    assert aside(parsed) == ["On Monday Bo wrote:", "Is it open?", "Ann"]


def test_what_a_page_forwards_is_text() -> None:
    parsed = page("<p>FYI</p><div class='gmail_quote'><div>------ Forwarded message ------</div><p>Closed.</p></div>")
    assert told(parsed) == ["FYI", "------ Forwarded message ------", "Closed."]


def test_a_blockquote_that_is_no_reply_is_text() -> None:
    assert told(page("<p>The rule says:</p><blockquote>Moor in the south.</blockquote>")) == [
        "The rule says:",
        "Moor in the south.",
    ]


def test_attachments_are_handed_on_by_their_base_names() -> None:
    mail = message()
    mail.add_attachment(b"PDF", maintype="application", subtype="pdf", filename="../../etc/plan\u202e.pdf")
    mail.add_attachment(b"DOC", maintype="application", subtype="msword", filename="C:\\tmp\\form.doc")
    mail.add_attachment(b"raw", maintype="application", subtype="pdf")
    mail.add_attachment("a;b", subtype="csv", filename="größe.csv")
    found = [(attachment.name, attachment.data) for attachment in read(bytes(mail)).attachments]
    assert found == [("plan.pdf", b"PDF"), ("form.doc", b"DOC"), ("attachment.pdf", b"raw"), ("größe.csv", b"a;b\n")]


def test_pictures_in_the_text_are_ignored_and_attached_ones_are_not() -> None:
    mail = message()
    mail.add_attachment(b"GIF", maintype="image", subtype="gif", disposition="inline", filename="logo.gif")
    mail.add_attachment(b"PNG", maintype="image", subtype="png", filename="plan.png")
    assert [attachment.name for attachment in read(bytes(mail)).attachments] == ["plan.png"]


def test_a_mail_in_a_mail_is_an_attachment_that_can_be_read() -> None:
    inner = message("The pier is closed.")
    del inner["Subject"]
    inner["Subject"] = "Closed: pier / north"
    mail = message()
    mail.add_attachment(inner)
    (attachment,) = read(bytes(mail)).attachments
    assert attachment.name == "Closed pier north.eml"
    assert told(read(attachment.data)) == ["The pier is closed."]


def test_files_beside_the_version_that_was_not_chosen_are_kept() -> None:
    source = (
        "From: a@b.example\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
        "The pier is closed.\n--x\nContent-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: text/html\n\n"
        "<p>The pier is closed.</p>\n--y\nContent-Type: application/pdf; name=plan.pdf\n\nPDF\n--y--\n--x--\n"
    )
    parsed = read(source)
    assert told(parsed) == ["The pier is closed."]
    assert [attachment.name for attachment in parsed.attachments] == ["plan.pdf"]


def test_text_below_a_picture_is_read_too() -> None:
    part = "Content-Type: text/plain\n\n"
    source = (
        f"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n{part}One.\n--x\n{part}Two.\n--x--\n"
    )
    assert told(read(source)) == ["One.", "Two."]


def test_text_in_another_encoding_than_it_names_is_read_with_a_note() -> None:
    source = "From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\nDie Größe des Hafens".encode("cp1252")
    parsed = read(source)
    assert told(parsed) == ["Die Größe des Hafens"]
    assert "another was guessed" in parsed.notes[0]


def test_an_encrypted_body_is_told() -> None:
    parsed = read("From: a@b.example\nSubject: Pier\nContent-Type: application/pkcs7-mime\n\nAAAA\n")
    assert parsed.metadata.title == "Pier"
    assert "encrypted" in parsed.notes[0]


def test_a_report_of_delivery_is_shown() -> None:
    source = (
        "From: a@b.example\nContent-Type: multipart/report; boundary=x\n\n--x\nContent-Type: text/plain\n\nFailed.\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; b.example\n\nStatus: 5.1.1\n\n--x--\n"
    )
    assert aside(read(source)) == ["Reporting-MTA: dns; b.example\nStatus: 5.1.1"]


def test_the_line_that_parts_mails_in_a_mailbox_is_passed_over() -> None:
    assert told(read("From ann Tue Mar  3\nFrom: ann@b.example\n\nClosed.\n")) == ["Closed."]


@pytest.mark.parametrize("data", [b"just words", b"\x00\x01\x02", b"%PDF-1.7 and so on", b"Note: words\n\nmore"])
def test_what_is_no_mail_is_refused(data: bytes) -> None:
    with pytest.raises(CorpusError, match="not a mail"):
        read(data)


def test_parts_nested_without_end_are_read_or_refused() -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n" for depth in range(3_000))
    try:
        parsed = read(f"From: a@b.example\n{nested}Content-Type: text/plain\n\nwords\n")
    except CorpusError as error:
        assert "nested" in str(error)
    else:
        assert any("nested" in note for note in parsed.notes)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read(b"From: a@b.example\n" + data)
    except CorpusError as error:
        assert str(error)


# Outlook


def outlook(extra: Folder | None = None, **changes: str | bytes | int) -> bytes:
    values: dict[int, str | bytes | int] = {
        0x001A: "IPM.Note",
        0x0037: "The northern pier",
        0x0C1A: "Lee, Ann",
        0x0C1F: "ann@harbour.example",
        0x1000: "It is closed.\r\n",
    }
    values.update({int(number.lstrip("x"), 16): value for number, value in changes.items()})
    recipient = properties(8, {0x3001: "Bo", 0x39FE: "bo@harbour.example", 0x0C15: 1})
    return compound_file({**properties(32, values), "__recip_version1.0_#00000000": recipient, **(extra or {})})


def test_a_mail_of_outlook_reads_as_one_that_travelled() -> None:
    parsed = read(outlook())
    assert [block.text for block in parsed.blocks] == [
        "The northern pier",
        'From: "Lee, Ann" <ann@harbour.example>; To: Bo <bo@harbour.example>',
        "It is closed.",
    ]
    assert (parsed.metadata.title, parsed.metadata.author) == ("The northern pier", "Lee, Ann")


def test_the_headers_with_which_it_travelled_come_first() -> None:
    parsed = read(outlook(x007D="From: Ann <a@b.example>\r\nDate: Tue, 3 Mar 2026 10:12:00 +0100\r\n"))
    assert parsed.blocks[1].text.startswith("From: Ann <a@b.example>; To: Bo")
    assert parsed.metadata.date == "2026-03-03T10:12:00+01:00"


def test_without_a_plain_body_its_page_is_read() -> None:
    assert told(read(outlook(x1000="", x1013=b"<p>Closed.</p><p>Until May.</p>"))) == ["Closed.", "Until May."]


def test_a_body_in_rtf_alone_is_told() -> None:
    assert "RTF" in read(outlook(x1000="", x1009=b"compressed")).notes[0]


def test_an_appointment_is_told_to_be_one() -> None:
    assert "IPM.Appointment" in read(outlook(x001A="IPM.Appointment")).notes[0]


def test_files_and_mails_attached_in_outlook_are_handed_on() -> None:
    inner = properties(24, {0x0037: "Größe", 0x0C1A: "Bo", 0x1000: "It is open."})
    parsed = read(
        outlook(
            {
                "__attach_version1.0_#00000000": properties(8, {0x3707: "..\\plan.pdf", 0x3701: b"PDF", 0x3705: 1}),
                "__attach_version1.0_#00000001": {**properties(8, {0x3705: 5}), "__substg1.0_3701000D": inner},
                "__attach_version1.0_#00000002": properties(8, {0x3707: "logo.png", 0x3701: b"PNG", 0x3712: "logo@1"}),
            }
        )
    )
    assert [attachment.name for attachment in parsed.attachments] == ["plan.pdf", "Größe.eml"]
    assert parsed.attachments[0].data == b"PDF"
    mail = read(parsed.attachments[1].data)
    assert [block.text for block in mail.blocks] == ["Größe", "From: Bo", "It is open."]


def test_a_file_of_another_program_in_the_same_container_is_refused() -> None:
    with pytest.raises(CorpusError, match="not a mail of Outlook"):
        read(compound_file({"WordDocument": b"words"}))


def test_a_damaged_mail_of_outlook_is_refused() -> None:
    with pytest.raises(CorpusError):
        read(outlook()[:900])


def test_parts_larger_than_they_may_be_are_refused() -> None:
    with pytest.raises(CorpusError, match="MB"):
        parse(outlook(x1009=b"x" * 3_000_000), Limits(expanded_bytes=1_000_000))


def test_real_mails_are_read(shared: Path) -> None:
    mails = [path for path in sorted((shared / "files/office").iterdir()) if path.suffix in (".eml", ".msg")]
    assert len(mails) >= 10
    for path in mails:
        start = time.monotonic()
        parsed = read(path.read_bytes())
        assert told(parsed), path.name
        assert parsed.blocks[0].kind == "heading" or not parsed.metadata.title
        assert time.monotonic() - start < 10
