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
        self._buffer = bytearray()

    @property
    def has_line(self) -> bool:
        """Tell whether a whole line is here already: the client did not wait for an answer."""
        return END in self._buffer

    def line(self) -> bytes:
        """Give the next line without its end."""
        return self._until(END)

    def message(self) -> bytes:
        """Give the lines of a message up to the dot that ends it, dot-stuffing undone."""
        self._buffer[:0] = END  # the dot of an empty message stands right at the start
        whole = self._until(LAST_DOT) + END
        return whole.replace(b"\r\n..", b"\r\n.").removeprefix(END)

    def _until(self, end: bytes) -> bytes:
        searched = 0
        while (found := self._buffer.find(end, searched)) < 0:
            searched = max(0, len(self._buffer) - len(end))
            more = self._connection.recv(CHUNK)
            if not more:
                raise HungUpError
            self._buffer += more
        given = bytes(self._buffer[:found])
        del self._buffer[: found + len(end)]
        return given
