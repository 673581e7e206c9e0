"""Speaks HTTP with a relay on this computer: few connections, little time, small bodies."""

import contextlib
import io
import logging
import os
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from clinicdesk.payments.listener.rules import LOOPBACK, RefusedMessageError, check_head

READ_SECONDS = 5.0
MOST_CONNECTIONS = 20
LOOK_SECONDS = 0.1
WRONG_METHOD = 405

log = logging.getLogger(__name__)

TakeMessage = Callable[[bytes, str], None]
"""Takes a body and its signature; raises RefusedMessageError."""


class _UntilDeadline(io.RawIOBase):
    """Reads a connection for so long and no longer, however slowly its bytes come."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        super().__init__()
        self._connection = connection
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Handler(BaseHTTPRequestHandler):
    """One message; the connection ends with its answer."""

    server: "RelayServer"
    server_version = "ClinicDesk"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_UntilDeadline(self.connection, self.server.read_seconds))

    def do_POST(self) -> None:
        names = {name.lower() for name in self.headers}
        headers = {name: self.headers.get_all(name, []) for name in names}
        try:
            length = check_head(self.path, headers, port=self.server.port)
            signature = ",".join(headers.get("stripe-signature", []))
            self.server.take(self.rfile.read(length), signature)
        except RefusedMessageError as error:
            self.server.refused(error.reason)
            self._reply(error.status)
        else:
            self._reply(200)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        self.server.refused("it is no POST")
        self.close_connection = True
        self._reply(WRONG_METHOD if code >= 500 else code)  # the base has 501 for it

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing on the console."""

    def _reply(self, status: int) -> None:
        self.connection.settimeout(self.server.read_seconds)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()


class RelayServer(socketserver.ThreadingTCPServer):
    """Listens on this computer alone; port 0 takes any free one.

    `take` is given each message that is whole; `refused` is told why another was not taken.

    Raises:
        OSError: the port is taken.
    """

    allow_reuse_address = os.name == "posix"  # elsewhere it would let two programs share a port
    daemon_threads = False
    request_queue_size = MOST_CONNECTIONS

    def __init__(
        self,
        port: int,
        *,
        take: TakeMessage,
        refused: Callable[[str], None],
        read_seconds: float = READ_SECONDS,
    ) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.take, self.refused, self.read_seconds = take, refused, read_seconds
        self.port = int(self.server_address[1])
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(
            target=self.serve_forever, args=(LOOK_SECONDS,), name="relay-listener", daemon=True
        )
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection on a thread of its own, or end it where there are too many."""
        if not self._places.acquire(blocking=False):
            self.refused("there are too many connections")
            self.shutdown_request(request)
            return
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and give its place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._connections.discard(request)
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """A caller that hangs up is nothing special."""
        log.debug("A connection to the relay's address ended early")

    def close(self) -> None:
        """Stop listening, end every connection, and wait for their threads."""
        self.shutdown()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join()
