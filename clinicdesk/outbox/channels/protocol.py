"""What the delivery asks of a channel."""

from typing import Protocol

from clinicdesk.outbox.records import OutgoingMessage, SendResult


class MessageChannel(Protocol):
    """A way by which messages leave the clinic."""

    def is_ready(self) -> bool:
        """Tell whether it is set up and not resting after trouble; asks nobody outside."""
        ...

    def trouble(self) -> str:
        """Say in a plain sentence why it is not ready, "" if it is or was never set up."""
        ...

    def send(self, message: OutgoingMessage) -> SendResult:
        """Hand one message over and say what became of it; never raises for what is outside."""
        ...

    def close(self) -> None:
        """Let go of a connection kept for the next message."""
        ...
