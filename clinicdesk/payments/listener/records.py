"""The relay's listener as screens see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListenerState:
    """Whether this program listens, and where; `trouble` says why it does not though it should."""

    address: str = ""
    trouble: str = ""
