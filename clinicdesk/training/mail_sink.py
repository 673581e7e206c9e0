"""A mail server on loopback that delivers nothing: it keeps each message as a file, or counts it.

It speaks SMTP (RFC 5321) with PIPELINING, SIZE, 8BITMIME and, if told to, AUTH PLAIN. A test can
have it answer or hang up as a troubled server would.
"""

import base64
import contextlib
import itertools
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from clinicdesk.training.files import write_whole
from clinicdesk.training.mail_lines import HungUpError, MailLines

LOOPBACK = "127.0.0.1"
LARGEST_MESSAGE = 30_000_000
JOIN_SECONDS = 5.0


@dataclass
class SinkFaults:
    """What the sink does wrong, for tests.

    `replies` maps a moment ("greeting", "mail", "rcpt", "data", "content") to replies that are used
    up one after the other; None there hangs up without a word. `rcpt_replies` is by address and
    stays. `drop_after_content` counts how many messages are kept and then left unanswered.
    """

    replies: dict[str, list[str | None]] = field(default_factory=dict)
    rcpt_replies: dict[str, str] = field(default_factory=dict)
    drop_after_content: int = 0

    def next_reply(self, moment: str, good: str) -> str | None:
        """Give the reply of a moment: the scripted one, or the good one."""
        scripted = self.replies.get(moment)
        return scripted.pop(0) if scripted else good


class MailSink:
    """The stand-in for a mail server; `port` is known once it is started.

    Without a folder the messages are only counted. `accounts` are user names with their passwords;
    where there are any, nobody sends without one of them.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        accounts: Mapping[str, str] | None = None,
        extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", f"SIZE {LARGEST_MESSAGE}"),
        on_content: Callable[[bytes], None] | None = None,
    ) -> None:
        self.faults = SinkFaults()
        self.accounts = dict(accounts or {})
        self.extensions = extensions
        self.counts: Counter[str] = Counter()
        self._folder = folder
        self._on_content = on_content
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    @property
    def port(self) -> int:
        """The port of 127.0.0.1 at which it listens, 0 while it does not."""
        return 0 if self._server is None else int(self._server.server_address[1])

    def start(self, port: int = 0) -> None:
        """Listen, on a free port unless one is given."""
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._numbers = itertools.count(len(self._files()) + 1)
        self._server = _Server((LOOPBACK, port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="mail sink", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and end every connection."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.end_connections()
        server.server_close()
        if self._thread is not None:
            self._thread.join(JOIN_SECONDS)

    def messages(self) -> list[EmailMessage]:
        """Give the messages kept so far, the oldest first."""
        return [
            message_from_bytes(path.read_bytes().replace(b"\r\n", b"\n"), policy=default)
            for path in self._files()
        ]

    def keep(self, content: bytes, recipients: list[str]) -> None:
        """Take one message for good; it is on disk when this returns."""
        if self._on_content is not None:
            self._on_content(content)
        with self._lock:
            self.counts["messages"] += 1
            self.counts["recipients"] += len(recipients)
            number = next(self._numbers)
        if self._folder is not None:
            write_whole(self._folder / f"{number:06d}.eml", content)

    def _files(self) -> list[Path]:
        return [] if self._folder is None else sorted(self._folder.glob("*.eml"))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], sink: MailSink) -> None:
        self.sink = sink
        self._open: set[socket.socket] = set()
        super().__init__(address, _Conversation)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Conversation(socketserver.BaseRequestHandler):
    server: _Server

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sink = self.server.sink
        self._is_known = not self._sink.accounts
        self._lines = MailLines(self.request)
        self._unsaid: list[bytes] = []
        self._recipients: list[str] = []
        self._has_sender = False

    def handle(self) -> None:
        self._sink.counts["connections"] += 1
        with contextlib.suppress(HungUpError, OSError):
            self._say_scripted("greeting", "220 sink.test ready")
            is_open = True
            while is_open:
                verb, _, rest = self._lines.line().decode("ascii", "replace").partition(" ")
                is_open = self._answer(verb.upper(), rest)
            self._flush()

    def _answer(self, verb: str, rest: str) -> bool:
        """Answer one command; False when the conversation is over."""
        if verb == "QUIT":
            self._say("221 bye")
            return False
        known: dict[str, Callable[[str], None]] = {
            "EHLO": self._on_ehlo,
            "HELO": lambda _: self._say("250 sink.test"),
            "AUTH": self._on_auth,
            "MAIL": self._on_mail,
            "RCPT": self._on_rcpt,
            "DATA": self._on_data,
            "RSET": self._on_rset,
            "NOOP": lambda _: self._say("250 OK"),
        }
        command = known.get(verb)
        if command is None:
            self._say("502 5.5.1 not known here")
        else:
            command(rest)
        return True

    def _on_ehlo(self, _: str) -> None:
        offers = [*self._sink.extensions, *(["AUTH PLAIN"] if self._sink.accounts else [])]
        lines = ["sink.test", *offers]
        for line in lines[:-1]:
            self._say(f"250-{line}")
        self._say(f"250 {lines[-1]}")

    def _on_auth(self, rest: str) -> None:
        self._sink.counts["sign-ins"] += 1
        mechanism, _, token = rest.partition(" ")
        _, user, password = base64.b64decode(token).decode().split("\0")
        self._is_known = mechanism == "PLAIN" and self._sink.accounts.get(user) == password
        self._say("235 2.7.0 welcome" if self._is_known else "535 5.7.8 not known")

    def _on_mail(self, _: str) -> None:
        if not self._is_known:
            self._say("530 5.7.0 sign in first")
            return
        self._has_sender = self._say_scripted("mail", "250 2.1.0 OK")

    def _on_rcpt(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        refusal = self._sink.faults.rcpt_replies.get(address)
        if not self._has_sender:
            self._say("503 5.5.1 MAIL first")
        elif refusal is not None:
            self._say(refusal)
        elif self._say_scripted("rcpt", "250 2.1.5 OK"):
            self._recipients.append(address)

    def _on_data(self, _: str) -> None:
        if not self._recipients:
            self._say("503 5.5.1 RCPT first")
            return
        if not self._say_scripted("data", "354 go ahead"):
            return
        self._flush()
        content = self._lines.message()
        reply = self._sink.faults.next_reply("content", "250 2.0.0 kept")
        if reply is None:
            raise HungUpError
        if reply.startswith("2"):
            self._sink.keep(content, self._recipients)
            if self._sink.faults.drop_after_content > 0:
                self._sink.faults.drop_after_content -= 1
                raise HungUpError
        self._say(reply)
        self._on_rset("", answer=False)

    def _on_rset(self, _: str, *, answer: bool = True) -> None:
        self._recipients, self._has_sender = [], False
        if answer:
            self._say("250 2.0.0 OK")

    def _say_scripted(self, moment: str, good: str) -> bool:
        """Say the reply of a moment and tell whether it was a good one."""
        reply = self._sink.faults.next_reply(moment, good)
        if reply is None:
            raise HungUpError
        self._say(reply)
        if reply.startswith("421"):
            self._flush()
            raise HungUpError
        return reply[0] in "23"

    def _say(self, line: str) -> None:
        self._unsaid.append(line.encode("ascii") + b"\r\n")
        # Answers to commands that came together leave together.
        if not self._lines.has_line:
            self._flush()

    def _flush(self) -> None:
        if self._unsaid:
            self.request.sendall(b"".join(self._unsaid))
            self._unsaid.clear()
