"""A mail says what it was given, to one person, and nothing in it can become a header."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.outbox.channels.addresses import BadAddressError, mail_address
from clinicdesk.outbox.channels.mail_text import one_line, write_mail
from clinicdesk.outbox.records import Attachment, OutgoingMessage, WrittenMessage

AT = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)
NASTY = (
    "Anna\r\nBcc: all@example.test",
    "Anna\nX-Evil: 1",
    "Anna\rBcc: x@y.test",
    "Anna\u2028Bcc: x@y.test",
    "Anna\x1cBcc: x@y.test",
    "Anna\x85\x00\x0b\x0cBcc: x@y.test",
    "=?utf-8?q?Anna=0D=0ABcc:_x@y.test?=",
    '"Anna" <x@y.test>, b@y.test',
)


def _mail(content: WrittenMessage, recipient: str = "anna@example.test") -> bytes:
    message = OutgoingMessage("0123abcd", recipient, content)
    return write_mail(message, sender="desk@clinic.test", at=AT)


def _read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=default)


@settings(max_examples=50, deadline=None)
@given(
    subject=st.text(max_size=200),
    name=st.text(max_size=60),
    text=st.text(max_size=400),
    html=st.text(max_size=400),
    content=st.binary(max_size=400),
)
def test_what_was_written_is_what_is_read(
    subject: str, name: str, text: str, html: str, content: bytes
) -> None:
    pdf = Attachment("invoice.pdf", "application/pdf", content)
    raw = _mail(WrittenMessage(subject, text, html, (pdf,), sender_name=name))
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = _read(raw)
    assert one_line(mail["Subject"]) == one_line(subject).replace("=?", "= ?")
    assert mail["Message-ID"] == "<0123abcd@clinic.test>"
    assert [address.addr_spec for address in mail["To"].addresses] == ["anna@example.test"]
    assert [address.addr_spec for address in mail["From"].addresses] == ["desk@clinic.test"]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content() == "\n".join(text.splitlines()) + "\n"
    attached = [part.get_content() for part in mail.iter_attachments()]
    assert attached == [content]


@pytest.mark.parametrize("nasty", NASTY)
def test_no_text_becomes_a_header(nasty: str) -> None:
    content = WrittenMessage(
        nasty,
        nasty,
        nasty,
        (Attachment(nasty, "application/pdf", b"x"),),
        sender_name=nasty,
        headers=(("X-Kind", nasty),),
    )
    mail = _read(_mail(content))
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Kind",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert len(mail["From"].addresses) == len(mail["To"].addresses) == 1
    (attached,) = mail.iter_attachments()
    assert set(attached.get_filename() or "") <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    )


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "anna",
        "anna@example",
        "a@x.test, b@x.test",
        "a@x.test;b@x.test",
        "Anna <a@x.test>",
        "a@x.test\r\nBcc: b@x.test",
        "a@x.test\n",
        " a@x.test",
        "a b@x.test",
        "a@x.test\u2028",
        "a@@x.test",
        "a@b@x.test",
        ".a@x.test",
        "a..b@x.test",
        "zoë@x.test",
        "a@-x.test",
        "a@x.test>",
        "a" * 65 + "@x.test",
        "a@" + "x" * 250 + ".test",
    ],
)
def test_only_one_plain_address_is_an_address(bad: str) -> None:
    with pytest.raises(BadAddressError):
        mail_address(bad)
    with pytest.raises(BadAddressError):
        _mail(WrittenMessage("Hello", "Hello"), recipient=bad)


@pytest.mark.parametrize("good", ["a@x.test", "anna.o'neil+x@mail.example.co.uk", "A_1@x-y.org"])
def test_common_addresses_are_addresses(good: str) -> None:
    assert mail_address(good) == good


@pytest.mark.parametrize("name", ["Bcc", "Subject", "X-A\r\nBcc", "X-"])
def test_further_headers_begin_with_x(name: str) -> None:
    with pytest.raises(ValueError, match="begins with X-"):
        _mail(WrittenMessage("Hello", "Hello", headers=((name, "1"),)))
