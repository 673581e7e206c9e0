"""Reads an SMTP client's bytes: command lines, and a message up to its lonely dot."""

import socket

END = b"\r\n"
LAST_DOT = b"\r\n.\r\n"
CHUNK = 65_536


class HungUpError(Exception):
    """The other side, or the sink itself, ended the conversation without a word."""


class MailLines:
    """What came from one connection and is not read yet."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""

    @property
    def has_line(self) -> bool:
        """Tell whether a whole line is here already: the client did not wait for an answer."""
        return END in self._buffer

    def line(self) -> bytes:
        """Give the next line without its end."""
        found, self._buffer = self._until(END)
        return found

    def message(self) -> bytes:
        """Give the lines of a message up to the dot that ends it, dot-stuffing undone."""
        if not self._buffer.startswith(b".\r\n"):
            found, self._buffer = self._until(LAST_DOT)
            whole = found + END
            return whole.replace(b"\r\n..", b"\r\n.").removeprefix(b".")
        self._buffer = self._buffer[3:]
        return b""

    def _until(self, end: bytes) -> tuple[bytes, bytes]:
        while end not in self._buffer:
            more = self._connection.recv(CHUNK)
            if not more:
                raise HungUpError
            self._buffer += more
        found, _, rest = self._buffer.partition(end)
        return found, rest
