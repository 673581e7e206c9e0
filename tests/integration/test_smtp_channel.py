"""Mail goes over a protected connection or not at all; each answer of a server has a meaning."""

import datetime as dt
import ipaddress
import smtplib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clinicdesk.clock import FixedClock
from clinicdesk.outbox.channels.smtp import SmtpChannel
from clinicdesk.outbox.channels.smtp_replies import Stage, read_reply
from clinicdesk.outbox.records import Outcome, OutgoingMessage, SendResult, WrittenMessage
from clinicdesk.settings.records import MailSecurity, MailSettings
from clinicdesk.training.mail_sink import MailSink
from tests.mail_desk import loopback

HELLO = OutgoingMessage("k1", "anna@example.test", WrittenMessage("Hello", ".\n..dots\nHello\n"))


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    sink.start()
    yield sink
    sink.stop()


def _channel(
    settings: MailSettings, clock: FixedClock, *, password: str = "", trust: Path | None = None
) -> SmtpChannel:
    context = ssl.create_default_context(cafile=str(trust)) if trust else None
    return SmtpChannel(lambda: settings, password=lambda: password, clock=clock, trust=context)


def _send(sink: MailSink, clock: FixedClock, message: OutgoingMessage = HELLO) -> SendResult:
    channel = _channel(loopback(sink.port), clock)
    try:
        return channel.send(message)
    finally:
        channel.close()


@pytest.mark.parametrize("extensions", [("PIPELINING", "SIZE 1000000"), ()])
def test_a_mail_arrives_as_it_was_written(
    extensions: tuple[str, ...], sink: MailSink, clock: FixedClock
) -> None:
    sink.extensions = extensions
    assert _send(sink, clock).outcome is Outcome.SENT
    (mail,) = sink.messages()
    assert mail.get_content() == ".\n..dots\nHello\n"
    assert mail["To"] == "anna@example.test"
    assert mail["Message-ID"] == "<k1@clinic.test>"
    assert mail["Date"] == "Tue, 24 Nov 2026 09:48:00 +0000"


def test_one_connection_serves_many_mails(sink: MailSink, clock: FixedClock) -> None:
    channel = _channel(loopback(sink.port), clock)
    for number in range(20):
        assert channel.send(replace(HELLO, message_key=f"k{number}")).outcome is Outcome.SENT
    channel.close()
    assert (sink.counts["messages"], sink.counts["connections"]) == (20, 1)


def test_a_server_that_had_enough_of_a_connection_gets_the_mail_over_a_new_one(
    sink: MailSink, clock: FixedClock
) -> None:
    channel = _channel(loopback(sink.port), clock)
    assert channel.send(HELLO).outcome is Outcome.SENT
    sink.faults.replies["mail"] = ["421 4.7.0 too many mails"]
    assert channel.send(replace(HELLO, message_key="k2")).outcome is Outcome.SENT
    sink.faults.replies["mail"] = [None]
    assert channel.send(replace(HELLO, message_key="k3")).outcome is Outcome.SENT
    channel.close()
    assert (sink.counts["messages"], sink.counts["connections"]) == (3, 3)


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
@pytest.mark.parametrize(
    ("moment", "reply", "outcome"),
    [
        ("rcpt", "450 4.2.1 canary", Outcome.POSTPONED),
        ("rcpt", "451 4.7.1 canary", Outcome.POSTPONED),
        ("rcpt", "550 5.1.1 canary", Outcome.REFUSED),
        ("rcpt", "550 4.7.1 canary", Outcome.POSTPONED),
        ("mail", "452 4.3.1 canary", Outcome.POSTPONED),
        ("mail", "552 5.3.4 canary", Outcome.REFUSED),
        ("mail", "553 5.1.8 canary", Outcome.HALTED),
        ("mail", "530 5.7.0 sign in", Outcome.HALTED),
        ("data", "554 5.5.1 no", Outcome.REFUSED),
        ("content", "554 5.7.1 canary", Outcome.REFUSED),
        ("content", "421 4.3.2 canary", Outcome.POSTPONED),
        ("content", None, Outcome.UNKNOWN),
        ("mail", None, Outcome.POSTPONED),
        ("data", None, Outcome.POSTPONED),
        ("rcpt", "421 4.3.2 canary", Outcome.POSTPONED),
        ("greeting", "421 4.3.2 canary", Outcome.HALTED),
        ("greeting", "554 5.7.1 canary", Outcome.HALTED),
        ("greeting", None, Outcome.HALTED),
    ],
)
def test_each_answer_has_its_meaning_and_the_next_mail_goes(
    *,
    moment: str,
    reply: str | None,
    outcome: Outcome,
    extensions: tuple[str, ...],
    sink: MailSink,
    clock: FixedClock,
) -> None:
    sink.extensions = extensions
    sink.faults.replies[moment] = [reply]
    channel = _channel(loopback(sink.port), clock)
    result = channel.send(HELLO)
    assert result.outcome is outcome
    assert result.reason.endswith(".")
    assert "canary" not in result.reason, "a server's own words are not shown"
    assert channel.send(replace(HELLO, message_key="k2")).outcome is Outcome.SENT
    channel.close()
    assert [mail["Message-ID"] for mail in sink.messages()] == ["<k2@clinic.test>"]


def test_an_answer_lost_after_the_mail_was_kept_is_an_unknown_outcome(
    sink: MailSink, clock: FixedClock
) -> None:
    sink.faults.drop_after_content = 1
    assert _send(sink, clock).outcome is Outcome.UNKNOWN
    assert len(sink.messages()) == 1


def test_a_server_that_is_not_there_halts_mail(sink: MailSink, clock: FixedClock) -> None:
    port = sink.port
    sink.stop()
    channel = _channel(loopback(port), clock)
    assert channel.send(HELLO).outcome is Outcome.HALTED
    assert not channel.is_ready()
    assert "cannot be reached" in channel.trouble()


def test_a_bad_address_never_meets_the_server(sink: MailSink, clock: FixedClock) -> None:
    bad = replace(HELLO, recipient="a@x.test>\r\nRCPT TO:<b@x.test")
    assert _send(sink, clock, bad).outcome is Outcome.REFUSED
    assert sink.counts["connections"] == 0


def test_without_protection_only_this_computer_is_spoken_to(clock: FixedClock) -> None:
    channel = _channel(replace(loopback(25), host="mail.example.test"), clock)
    result = channel.send(HELLO)
    assert result.outcome is Outcome.HALTED
    assert "only within this computer" in result.reason


def test_a_wrong_password_is_tried_once_and_then_rests(tmp_path: Path, clock: FixedClock) -> None:
    sink = MailSink(tmp_path / "mail", accounts={"desk": "right"})
    sink.start()
    secrets = {"password": "wrong"}
    settings = loopback(sink.port, user="desk")
    channel = SmtpChannel(lambda: settings, password=lambda: secrets["password"], clock=clock)
    assert channel.is_ready()
    assert channel.send(HELLO).outcome is Outcome.HALTED
    assert not channel.is_ready()
    assert "user name or password (535 5.7.8)" in channel.trouble()
    clock.advance(dt.timedelta(minutes=14))
    assert not channel.is_ready()
    secrets["password"] = "right"
    assert channel.is_ready(), "a new password is worth a try at once"
    assert channel.send(HELLO).outcome is Outcome.SENT
    assert channel.trouble() == ""
    channel.close()
    sink.stop()


def test_the_rests_after_a_wrong_password_grow(tmp_path: Path, clock: FixedClock) -> None:
    sink = MailSink(tmp_path / "mail", accounts={"desk": "right"})
    sink.start()
    channel = _channel(loopback(sink.port, user="desk"), clock, password="wrong")
    tries = 0
    for _ in range(24 * 60):
        if channel.is_ready():
            tries += 1
            channel.send(HELLO)
        clock.advance(dt.timedelta(minutes=1))
    sink.stop()
    assert tries == sink.counts["sign-ins"] <= 10


def test_starttls_that_is_not_offered_any_more_stops_the_mail(
    sink: MailSink, clock: FixedClock
) -> None:
    settings = loopback(sink.port, security=MailSecurity.STARTTLS, user="desk")
    result = _channel(settings, clock, password="secret").send(HELLO)
    assert result.outcome is Outcome.HALTED
    assert "no protected connection" in result.reason
    assert sink.counts["sign-ins"] == sink.counts["messages"] == 0


def test_tls_with_a_known_certificate_carries_mail_and_with_an_unknown_one_none(
    tmp_path: Path, clock: FixedClock
) -> None:
    certificate = _certificate(tmp_path, "127.0.0.1")
    with _tls_server(certificate) as server:
        settings = loopback(server.server_address[1], security=MailSecurity.TLS)
        stranger = _channel(settings, clock).send(HELLO)
        assert stranger.outcome is Outcome.HALTED
        assert "certificate" in stranger.reason
        channel = _channel(settings, clock, trust=certificate)
        assert channel.send(HELLO).outcome is Outcome.SENT
        channel.close()


class _TlsTalk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 tls.test\r\n")
        is_data = False
        for line in self.rfile:
            verb = line.split()[0].upper() if line.split() else b""
            if is_data:
                is_data = line != b".\r\n"
                if not is_data:
                    self.wfile.write(b"250 kept\r\n")
            elif verb == b"DATA":
                is_data = True
                self.wfile.write(b"354 go\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 OK\r\n")


@contextmanager
def _tls_server(certificate: Path) -> Iterator[socketserver.ThreadingTCPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self):  # type: ignore[no-untyped-def]
            plain, address = super().get_request()
            return context.wrap_socket(plain, server_side=True), address

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust us hangs up."""

    with Server(("127.0.0.1", 0), _TlsTalk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _certificate(folder: Path, address: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_codes_are_read_by_class_and_the_enhanced_code_may_say_temporary() -> None:
    for code in range(400, 500):
        expected = {Outcome.POSTPONED}
        assert read_reply(code, b"", Stage.RECIPIENT).outcome in expected
    permanent = [code for code in range(500, 600) if code not in {530, 534, 535, 538}]
    for code in permanent:
        assert read_reply(code, b"", Stage.RECIPIENT).outcome is Outcome.REFUSED
        assert read_reply(code, b"4.2.2 full", Stage.CONTENT).outcome is Outcome.POSTPONED


def test_the_sink_keeps_mail_for_several_people_and_survives_a_restart(tmp_path: Path) -> None:
    sink = MailSink(tmp_path / "mail")
    for number in (1, 2):
        sink.start()
        with smtplib.SMTP("127.0.0.1", sink.port) as session:
            session.sendmail("a@x.test", ["b@x.test", "c@x.test"], f"Subject: {number}\r\n\r\nHi")
        sink.stop()
    assert [mail["Subject"] for mail in sink.messages()] == ["1", "2"]
    assert sink.counts["recipients"] == 4
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "mail").iterdir()} == {0o600}
