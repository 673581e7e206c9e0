"""Card readers as screens see them."""

from dataclasses import dataclass
from enum import StrEnum


class ReaderCondition(StrEnum):
    """How a reader does, in words."""

    READY = "Ready"
    BUSY = "In use"
    OFFLINE = "Offline"
    MISSING = "Not known to the card provider"


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """A reader of a clinic with what the provider says of it; `desk` is whose payment it shows."""

    id: int
    label: str
    device: str
    serial_number: str
    condition: ReaderCondition
    desk: str = ""
