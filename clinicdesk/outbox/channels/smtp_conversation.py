"""Hands one message to a mail server: the envelope in one go where it may be, then the content."""

import re
import smtplib

from clinicdesk.outbox.channels.smtp_replies import Stage, read_reply
from clinicdesk.outbox.records import Outcome, SendResult

DONE = 250
GO_AHEAD = 354
SERVICE_CLOSING = 421
LOST_BEFORE = "The connection was lost before the message was handed over."
LOST_AFTER = "The connection was lost before the mail server confirmed the message."
TOO_LARGE = "The message is larger than the mail server allows."
_LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)
_Reply = tuple[int, bytes]


class DroppedError(Exception):
    """The server ended the conversation before it had anything of the message."""


def offer(session: smtplib.SMTP, sender: str, recipient: str, *, size: int) -> SendResult | None:
    """Name sender and recipient and ask to send; None when the server waits for the content.

    Both addresses are checked ones. The three commands travel together where the server offers
    PIPELINING (RFC 2920).

    Raises:
        DroppedError: the server hung up or said that it is closing (421).
    """
    limit = session.esmtp_features.get("size", "") if session.has_extn("size") else ""
    if limit.isdigit() and 0 < int(limit) < size:
        return SendResult(Outcome.REFUSED, TOO_LARGE)
    size_note = f" SIZE={size}" if session.has_extn("size") else ""
    commands = (f"MAIL FROM:<{sender}>{size_note}", f"RCPT TO:<{recipient}>", "DATA")
    try:
        replies = _ask(session, commands)
        if SERVICE_CLOSING in {code for code, _ in replies}:
            raise DroppedError
        refusal = _first_refusal(replies)
        if refusal is not None and len(replies) == len(commands) and replies[-1][0] == GO_AHEAD:
            # It waits for content although it takes none: an empty one ends that.
            write(session, b".\r\n")
            session.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise DroppedError from error
    return refusal


def hand_over(session: smtplib.SMTP, content: bytes) -> SendResult:
    """Send the content and give what the server answers; no answer means an unknown outcome."""
    try:
        write(session, _LINE_WITH_DOT.sub(b"..", content) + b".\r\n")
    except OSError:
        return SendResult(Outcome.POSTPONED, LOST_BEFORE)
    try:
        code, text = session.getreply()
    except (smtplib.SMTPException, OSError):
        return SendResult(Outcome.UNKNOWN, LOST_AFTER)
    if code == DONE:
        return SendResult(Outcome.SENT)
    return read_reply(code, text, Stage.CONTENT)


def write(session: smtplib.SMTP, content: bytes) -> None:
    """Put bytes on the connection; OSError if it is gone."""
    if session.sock is None:
        raise ConnectionError("the connection is closed")
    session.sock.sendall(content)


def _ask(session: smtplib.SMTP, commands: tuple[str, ...]) -> list[_Reply]:
    """Put the commands, all at once or one by one up to the first refusal, and read the replies."""
    replies: list[_Reply] = []
    if session.has_extn("pipelining"):
        write(session, "".join(f"{command}\r\n" for command in commands).encode("ascii"))
        while len(replies) < len(commands):
            replies.append(session.getreply())
            if replies[-1][0] == SERVICE_CLOSING:
                break
        return replies
    for command in commands:
        replies.append(session.docmd(command))
        if _first_refusal(replies) is not None:
            break
    return replies


def _first_refusal(replies: list[_Reply]) -> SendResult | None:
    wanted = ((250,), (250, 251), (GO_AHEAD,))
    stages = (Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)
    for (code, text), good, stage in zip(replies, wanted, stages, strict=False):
        if code not in good:
            return read_reply(code, text, stage)
    return None
