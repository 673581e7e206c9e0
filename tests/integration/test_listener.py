"""Only a relay on this computer that knows the secret is listened to, and never for long."""

import http.client
import json
import logging
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from clinicdesk.clock import FixedClock
from clinicdesk.payments.listener.listener import RelayListener
from clinicdesk.payments.listener.rules import LONGEST_BODY, PATH
from clinicdesk.payments.listener.server import MOST_CONNECTIONS
from clinicdesk.training.stripe.signing import signature

pytestmark = pytest.mark.slow

SECRET = "whsec_for_tests"
HASTE_SECONDS = 0.5
BODY = json.dumps({"id": "evt_1", "livemode": False}).encode()


class Heard:
    """A listener and what it has heard."""

    def __init__(self, clock: FixedClock, *, secret: str = SECRET, live: bool = False) -> None:
        self.clock, self.events = clock, list[str]()
        self.trouble: Exception | None = None
        self.listener = RelayListener(
            0, secret=secret, live=live, clock=clock, hear=self._hear, read_seconds=HASTE_SECONDS
        )

    def _hear(self, event_id: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.events.append(event_id)

    def signed(self, body: bytes = BODY, *, secret: str = SECRET, late: float = 0) -> str:
        return signature(body, secret, at=self.clock.now() - timedelta(seconds=late))

    def send(
        self,
        body: bytes = BODY,
        *,
        signed: str | None = None,
        method: str = "POST",
        path: str = PATH,
        headers: dict[str, str] | None = None,
    ) -> int:
        head = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": self.signed(body) if signed is None else signed,
            **(headers or {}),
        }
        return post(self.listener.port, body, head, method=method, path=path)

    def raw(self, text: bytes = b"") -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.listener.port), timeout=10)
        line.sendall(text)
        return line


def post(
    port: int, body: bytes, headers: dict[str, str], *, method: str = "POST", path: str = PATH
) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request(method, path, body, headers)
        return line.getresponse().status
    finally:
        line.close()


def status_of(line: socket.socket) -> int:
    with line:
        return int(line.makefile("rb").readline().split()[1])


@pytest.fixture
def heard(clock: FixedClock) -> Iterator[Heard]:
    made = Heard(clock)
    yield made
    made.listener.stop()


# --- which messages are taken ----------------------------------------------------------------


def test_a_signed_message_is_taken_at_once_and_heard_in_turn(heard: Heard) -> None:
    for number in range(3):
        body = json.dumps({"id": f"evt_{number}", "livemode": False}).encode()
        assert heard.send(body) == 200
    heard.listener.wait_until_idle()
    assert heard.events == ["evt_0", "evt_1", "evt_2"]


def test_one_of_several_signatures_is_enough_while_the_secret_changes(heard: Heard) -> None:
    other = heard.signed(secret="whsec_old").replace("t=", "x=")
    assert heard.send(signed=f"{other},{heard.signed()},v0=abc") == 200
    only_old_scheme = heard.signed().replace("v1=", "v0=")
    assert heard.send(signed=only_old_scheme) == 400


@pytest.mark.parametrize(("late", "status"), [(299, 200), (301, 400), (-299, 200), (-301, 400)])
def test_five_minutes_either_way_are_let_pass(heard: Heard, late: float, status: int) -> None:
    assert heard.send(signed=heard.signed(late=late)) == status


@pytest.mark.parametrize(
    "forge",
    [
        lambda _heard: "",
        lambda _heard: "v1=abc",
        lambda _heard: "t=abc,v1=abc",
        lambda _heard: "t=²,v1=abc",
        lambda heard: f"{heard.signed()},t=1",
        lambda heard: heard.signed(secret="whsec_other"),
        lambda heard: heard.signed(b"{}"),
        lambda heard: heard.signed().replace("v1=", "v1=ä"),
        lambda heard: heard.signed(json.dumps(json.loads(BODY), separators=(",", ":")).encode()),
    ],
    ids=["none", "no time", "no number", "odd digit", "two times", "secret", "body", "letters",
         "written anew"],
)  # fmt: skip
def test_forged_messages_do_nothing(heard: Heard, forge: Callable[[Heard], str]) -> None:
    signed = forge(heard).encode("utf-8").decode("latin-1")
    assert heard.send(signed=signed) == 400
    heard.listener.wait_until_idle()
    assert heard.events == []


@pytest.mark.parametrize(
    "told",
    [
        b"", b"not json", b"[]", b'{"id": 7, "livemode": false}', b"[" * 30_000,
        b'{"id": "../charges", "livemode": false}', b'{"id": "evt_1", "livemode": true}',
        b'{"id": "evt_1"}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_tells_of_no_event_of_this_mode_is_refused(heard: Heard, told: bytes) -> None:
    assert heard.send(told) == 400
    assert heard.events == []


def test_an_empty_secret_takes_nothing(clock: FixedClock) -> None:
    heard = Heard(clock, secret="")
    assert heard.send(signed=heard.signed(secret="")) == 400
    heard.listener.stop()


# --- who may send ------------------------------------------------------------------------------


def test_only_this_computer_can_reach_it(heard: Heard) -> None:
    assert heard.listener._server.server_address[0] == "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing, only asks which way it would go
        except OSError:
            pytest.skip("this computer has no address in a network")
        own = probe.getsockname()[0]
    with pytest.raises(OSError):  # refused or unreachable, as the system has it
        socket.create_connection((own, heard.listener.port), timeout=2)


def test_a_name_that_was_bent_to_this_computer_is_refused(heard: Heard) -> None:
    port = heard.listener.port
    assert heard.send(headers={"Host": f"localhost:{port}"}) == 200
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", ""):
        assert heard.send(headers={"Host": host}) == 400, host
    assert status_of(heard.raw(f"POST {PATH} HTTP/1.1\r\n\r\n".encode())) == 400


def test_web_pages_and_other_requests_are_refused(heard: Heard) -> None:
    assert heard.send(headers={"Origin": "https://evil.example"}) == 400
    assert heard.send(headers={"Content-Type": "text/plain"}) == 415
    assert heard.send(path="/") == 404
    assert heard.send(path=f"{PATH}/../x") == 404
    for method in ("GET", "PUT", "OPTIONS", "DELETE"):
        assert heard.send(method=method) == 405, method
    with heard.raw(b"nonsense\r\n\r\n") as line:
        assert line.recv(100) == b""
    assert heard.events == []


# --- how much ----------------------------------------------------------------------------------


def head(heard: Heard, *lines: str) -> bytes:
    port = heard.listener.port
    every = (f"POST {PATH} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json")
    return "".join(f"{line}\r\n" for line in (*every, *lines, "")).encode()


def test_a_long_body_is_refused_before_it_is_read(heard: Heard) -> None:
    filler = b" " * (LONGEST_BODY - len(BODY))
    assert heard.send(BODY + filler) == 200
    for length in (LONGEST_BODY + 1, 10**9):
        assert status_of(heard.raw(head(heard, f"Content-Length: {length}"))) == 413
    for lines in ((), ("Content-Length: -1",), ("Transfer-Encoding: chunked",),
                  ("Content-Length: 2", "Content-Length: 3")):  # fmt: skip
        assert status_of(heard.raw(head(heard, *lines))) == 411
    assert status_of(heard.raw(head(heard, "X: " + "x" * 70_000))) in {400, 431}


@pytest.mark.parametrize("is_in_body", [False, True])
def test_whoever_sends_drop_by_drop_is_cut_off(heard: Heard, *, is_in_body: bool) -> None:
    begun = head(heard, "Content-Length: 60000") if is_in_body else b"POST / HTTP/1.1\r\nX: "
    with heard.raw(begun) as line:
        line.settimeout(0.05)
        drops = 0
        while True:
            try:
                line.sendall(b"x")
                drops += 1
                if line.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    assert 1 < drops < 100
    assert heard.send() == 200


def test_a_body_that_is_cut_off_is_refused(heard: Heard) -> None:
    signed = f"Stripe-Signature: {heard.signed()}"
    with heard.raw(head(heard, f"Content-Length: {len(BODY)}", signed) + BODY[:-1]) as line:
        line.shutdown(socket.SHUT_WR)
        assert b" 400 " in line.makefile("rb").readline()
    assert heard.events == []


def test_more_than_twenty_at_a_time_are_turned_away(heard: Heard) -> None:
    held = [heard.raw() for _ in range(MOST_CONNECTIONS)]
    with heard.raw() as late:
        assert late.recv(100) == b""
    for line in held:
        line.shutdown(socket.SHUT_WR)
        assert line.recv(100) == b""  # its place is given back before the connection ends
        line.close()
    statuses = (attempt(heard) for _ in range(100))
    assert next(status for status in statuses if status is not None) == 200


def attempt(heard: Heard) -> int | None:
    try:
        return heard.send()
    except OSError:
        return None


def test_refusals_are_logged_once_a_minute_and_without_what_they_held(
    heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        heard.send(b'{"name": "Chloe"}', signed="t=1,v1=abc")
    assert len(caplog.messages) == 1
    assert "signature does not fit" in caplog.text
    assert "Chloe" not in caplog.text
    heard.clock.advance(timedelta(seconds=61))
    heard.send(path="/elsewhere")
    assert len(caplog.messages) == 2
    caplog.clear()


def test_an_event_that_cannot_be_dealt_with_does_not_end_the_listening(
    heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    heard.trouble = ZeroDivisionError("Chloe")
    with caplog.at_level(logging.ERROR):
        assert heard.send() == 200
        heard.listener.wait_until_idle()
    assert "ZeroDivisionError" in caplog.text
    assert "Chloe" not in caplog.text
    caplog.clear()
    heard.trouble = None
    assert heard.send() == 200
    heard.listener.wait_until_idle()
    assert heard.events == ["evt_1"]
