"""Sends messages by e-mail over SMTP, one recipient a message, over one kept connection."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable

from clinicdesk.clock import Clock
from clinicdesk.outbox.channels.addresses import BadAddressError, mail_address
from clinicdesk.outbox.channels.circuit import Circuit
from clinicdesk.outbox.channels.mail_text import write_mail
from clinicdesk.outbox.channels.smtp_connection import ChannelHaltedError, connect
from clinicdesk.outbox.channels.smtp_conversation import (
    DONE,
    LOST_AFTER,
    LOST_BEFORE,
    DroppedError,
    hand_over,
    offer,
)
from clinicdesk.outbox.channels.smtp_replies import Stage, read_reply
from clinicdesk.outbox.records import Outcome, OutgoingMessage, SendResult
from clinicdesk.settings.records import MailSettings

BAD_ADDRESS = "This is not one plain mail address. Please correct it."


class SmtpChannel:
    """E-mail through the clinic's mail server.

    `settings` and `password` are asked anew for each connection, so that a change counts at once.
    `trust` replaces the system's certificates. Not for use by two threads at a time.
    """

    def __init__(
        self,
        settings: Callable[[], MailSettings],
        *,
        password: Callable[[], str | None],
        clock: Clock,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._password = password
        self._clock = clock
        self._trust = trust
        self._circuit = Circuit(clock)
        self._session: smtplib.SMTP | None = None
        self._in_use = (MailSettings(), "")

    def is_ready(self) -> bool:
        """Tell whether a mail server is chosen and is not being rested."""
        settings = self._settings()
        if not settings.host or not settings.sender_address:
            return False
        return not self._circuit.reason or self._circuit.lets_pass((settings, self._secret()))

    def trouble(self) -> str:
        """Say why mail is resting."""
        return self._circuit.reason

    def send(self, message: OutgoingMessage) -> SendResult:
        """Hand one mail over to the server."""
        try:
            result = self._send(message)
        except BadAddressError:
            return SendResult(Outcome.REFUSED, BAD_ADDRESS)
        except ChannelHaltedError as halted:
            result = halted.result
        if result.outcome is Outcome.HALTED:
            self._circuit.trip(result, self._in_use)
            self.close()
        return result

    def close(self) -> None:
        """Say goodbye to the server."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()

    def _send(self, message: OutgoingMessage) -> SendResult:
        recipient = mail_address(message.recipient)
        is_reused = self._session is not None
        session = self._session or self._connect()
        sender = self._in_use[0].sender_address
        content = write_mail(message, sender=sender, at=self._clock.now())
        try:
            refusal = offer(session, sender, recipient, size=len(content))
        except DroppedError:
            self._drop()
            if is_reused:  # the server had enough of this connection, not of this message
                return self._send(message)
            return SendResult(Outcome.POSTPONED, LOST_BEFORE)
        result = refusal or hand_over(session, content)
        if result.outcome is not Outcome.SENT:
            self._start_afresh(session, result)
        else:
            self._circuit.reset()
        return result

    def _connect(self) -> smtplib.SMTP:
        settings, password = self._in_use = (self._settings(), self._secret())
        try:
            mail_address(settings.sender_address)
        except BadAddressError:
            raise ChannelHaltedError(read_reply(553, b"", Stage.SENDER)) from None
        self._session = connect(settings, password=password, trust=self._trust)
        return self._session

    def _start_afresh(self, session: smtplib.SMTP, result: SendResult) -> None:
        """Make the connection fit for the next message, or let it go."""
        if result.reason in {LOST_BEFORE, LOST_AFTER}:
            self._drop()
            return
        try:
            is_fit = session.docmd("RSET")[0] == DONE
        except (smtplib.SMTPException, OSError):
            is_fit = False
        if not is_fit:
            self._drop()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _secret(self) -> str:
        return self._password() or ""
