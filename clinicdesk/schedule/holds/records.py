"""Soft holds as every desk sees them."""

from dataclasses import dataclass
from datetime import datetime

HOLD_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Hold:
    """A time that somebody is about to book, until `expires_at` (instants in UTC).

    `hold_key` is made once per dialog, so that a dialog has one hold whatever time it points at.
    """

    hold_key: str
    user_name: str
    desk: str
    clinic_id: int
    doctor_id: int
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
