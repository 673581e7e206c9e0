"""A time that somebody asks for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinicdesk.schedule.finding import Length


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time that somebody asks for; `leave_out` is the appointment that is being moved.

    The hold with `hold_key` is the asking desk's own, and does not stand in its way.
    """

    clinic_id: int
    doctor_id: int
    room_id: int | None
    starts_at: datetime
    length: Length
    leave_out: int | None = None
    hold_key: str = ""

    @property
    def visit(self) -> tuple[datetime, datetime]:
        """The span of the visit itself."""
        return self.starts_at, self.starts_at + timedelta(minutes=self.length.duration_minutes)

    @property
    def busy(self) -> tuple[datetime, datetime]:
        """The span with the buffers around it."""
        start, end = self.visit
        before, after = self.length.before_minutes, self.length.after_minutes
        return start - timedelta(minutes=before), end + timedelta(minutes=after)
