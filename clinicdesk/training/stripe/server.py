"""Speaks HTTP on this computer's own address, a thread for each connection."""

import contextlib
import logging
import secrets
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from clinicdesk.training.stripe.calls import Call, Reply, Spoilt
from clinicdesk.training.stripe.forms import read_form

LOOPBACK = "127.0.0.1"
LONGEST_BODY = 1_000_000
JOIN_S = 5.0

log = logging.getLogger(__name__)


class Handler(BaseHTTPRequestHandler):
    """Reads calls from one connection and writes their replies."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "Server"

    def setup(self) -> None:
        """Let the server know the connection, so that it can end it."""
        super().setup()
        self.server.enter(self.connection)

    def finish(self) -> None:
        """Let the server forget the connection."""
        with contextlib.suppress(OSError):
            super().finish()
        self.server.leave(self.connection)

    def do_GET(self) -> None:
        """Answer a read."""
        self._answer(urlsplit(self.path).query)

    def do_DELETE(self) -> None:
        """Answer a removal."""
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        """Answer a change."""
        length = min(int(self.headers.get("Content-Length", 0)), LONGEST_BODY)
        self._answer(self.rfile.read(length).decode("utf-8"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing on the console."""

    def _answer(self, form: str) -> None:
        call = Call(
            method=self.command,
            path=urlsplit(self.path).path,
            params=read_form(form),
            form=form,
            key=self.headers.get("Idempotency-Key", "") if self.command == "POST" else "",
            api_key=self.headers.get("Authorization", "").removeprefix("Bearer "),
        )
        self._send(self.server.answer(call))

    def _send(self, reply: Reply) -> None:
        if reply.spoilt is Spoilt.DROPPED:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Request-Id", f"req_{secrets.token_hex(7)}")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.spoilt is Spoilt.HALVED:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
            return
        self.wfile.write(reply.body)


class Server(ThreadingHTTPServer):
    """Listens on loopback only; `close` ends every connection and thread."""

    daemon_threads = True

    def __init__(self, port: int, answer: Callable[[Call], Reply]) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self.answer = answer
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.05,), name="stripe-stand-in", daemon=True
        )
        self._thread.start()

    def enter(self, connection: socket.socket) -> None:
        """Remember a connection and the thread that serves it."""
        with self._lock:
            self._open[connection] = threading.current_thread()

    def leave(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._open.pop(connection, None)

    def close(self) -> None:
        """Stop listening, end all connections and wait for their threads."""
        self.shutdown()
        with self._lock:
            serving = dict(self._open)
        for connection in serving:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (*serving.values(), self._thread):
            thread.join(JOIN_S)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Note what a connection died of; a caller that hangs up is nothing special."""
        log.debug("a connection to the stand-in for Stripe ended early", exc_info=True)
