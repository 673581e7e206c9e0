"""An audit entry as a person reads it, and the outcome of checking the chain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One entry of the audit log."""

    seq: int
    at: datetime
    user_id: int | None
    desk: str
    action: str
    entity: str
    entity_id: int
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """The outcome of a check: `broken_at` is the first entry that does not fit, None if all do."""

    entries: int
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was changed, removed or put in."""
        return self.broken_at is None
