"""Opens a connection to the mail server, protected as the settings say or not at all."""

import ipaddress
import smtplib
import socket
import ssl
from datetime import timedelta

from clinicdesk.outbox.channels.smtp_replies import AFTER_BUSY, Stage, read_reply
from clinicdesk.outbox.records import Outcome, SendResult
from clinicdesk.settings.records import MailSecurity, MailSettings

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
AFTER_NO_PROTECTION = timedelta(minutes=15)
OWN_NAME = "[127.0.0.1]"


class ChannelHaltedError(Exception):
    """No connection can be had now; `result` says why and for how long to rest."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result.reason)
        self.result = result


def connect(
    settings: MailSettings, *, password: str | None, trust: ssl.SSLContext | None = None
) -> smtplib.SMTP:
    """Give a connection that is greeted, protected and signed in.

    Without protection only this computer itself is spoken to: a server that does not offer STARTTLS
    any more, or whose certificate does not fit, gets no password and no mail.

    Raises:
        ChannelHaltedError: no mail can go this way now.
    """
    if settings.security is MailSecurity.LOOPBACK and not _is_this_computer(settings.host):
        raise _halted("Mail is sent without protection only within this computer.")
    try:
        return _open(settings, password, trust or ssl.create_default_context())
    except smtplib.SMTPAuthenticationError as error:
        raise ChannelHaltedError(
            read_reply(error.smtp_code, _bytes(error.smtp_error), Stage.SIGN_IN)
        ) from error
    except smtplib.SMTPResponseException as error:
        raise ChannelHaltedError(
            read_reply(error.smtp_code, _bytes(error.smtp_error), Stage.GREETING)
        ) from error
    except ssl.SSLError as error:
        raise _halted("The mail server's certificate is not to be trusted.") from error
    except smtplib.SMTPNotSupportedError as error:
        raise _halted("The mail server offers no protected connection or sign-in.") from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise ChannelHaltedError(
            SendResult(Outcome.HALTED, "The mail server cannot be reached.", pause=AFTER_BUSY)
        ) from error


def _open(settings: MailSettings, password: str | None, trust: ssl.SSLContext) -> smtplib.SMTP:
    if settings.security is MailSecurity.TLS:
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host,
            settings.port,
            local_hostname=OWN_NAME,
            timeout=CONNECT_SECONDS,
            context=trust,
        )
    else:
        session = smtplib.SMTP(
            settings.host, settings.port, local_hostname=OWN_NAME, timeout=CONNECT_SECONDS
        )
    try:
        session.ehlo_or_helo_if_needed()
        if settings.security is MailSecurity.STARTTLS:
            session.starttls(context=trust)
            session.ehlo()
        if settings.user:
            session.login(settings.user, password or "")
    except BaseException:
        session.close()
        raise
    if session.sock is not None:
        session.sock.settimeout(REPLY_SECONDS)
        session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return session


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _halted(sentence: str) -> ChannelHaltedError:
    reason = f"{sentence} Please check the mail settings."
    return ChannelHaltedError(SendResult(Outcome.HALTED, reason, pause=AFTER_NO_PROTECTION))


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("ascii", "replace")
