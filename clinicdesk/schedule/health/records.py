"""What may be checked before it is done, and what the calendar's health check finds."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.schedule.hours.records import Block, Closure
from clinicdesk.schedule.records import HoursException, WeeklyHours


@dataclass(frozen=True, slots=True)
class NewWeeklyHours:
    """These weekly hours instead of all that a doctor has."""

    doctor_id: int
    hours: tuple[WeeklyHours, ...]


@dataclass(frozen=True, slots=True)
class NewException:
    """A doctor's hours changed on some days."""

    change: HoursException


@dataclass(frozen=True, slots=True)
class NewClosures:
    """Closures, such as the public holidays of a year."""

    closures: tuple[Closure, ...]


@dataclass(frozen=True, slots=True)
class NewBlock:
    """Blocked time; with an id the block that stands is changed."""

    block: Block


@dataclass(frozen=True, slots=True)
class NextClockChange:
    """The next change of clocks at a clinic."""

    clinic_id: int


@dataclass(frozen=True, slots=True)
class AsItStands:
    """All that is in the calendar now, at one clinic or with None at every one."""

    clinic_id: int | None = None


Proposal = NewWeeklyHours | NewException | NewClosures | NewBlock | NextClockChange | AsItStands


class Trouble(StrEnum):
    """What would happen to an appointment."""

    OUTSIDE_HOURS = "outside the doctor's hours"
    CLOSED = "while the clinic is closed"
    BLOCKED = "in blocked time"
    DOUBLED = "at the same time as another"
    CLOCK_CHANGE = "over the change of clocks"
    REMINDER = "its reminder goes at another hour"
    SERIES = "apart from the rest of its series"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """When a zone's clocks change, and how many minutes ahead of UTC they are before and after."""

    at: datetime
    before_minutes: int
    after_minutes: int

    @property
    def shift_minutes(self) -> int:
        """By how many minutes the clocks jump: 60 forward, -60 back."""
        return self.after_minutes - self.before_minutes


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment ahead as the health check reads it; instants in UTC."""

    id: int
    version: int
    clinic_id: int
    clinic_name: str
    time_zone: str
    doctor_id: int
    doctor_name: str
    room_id: int | None
    patient_id: int
    patient_name: str
    service_id: int
    service_name: str
    starts_at: datetime
    ends_at: datetime
    busy_from_at: datetime
    busy_until_at: datetime
    is_overbooked: bool
    series_id: int | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one visit: before and after on the clinic's wall, where they differ."""

    visit: Visit
    trouble: Trouble
    sentence: str
    before: datetime
    after: datetime
    wanted_at: datetime | None = None
    can_move: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One visit that would suffer, and what may be done.

    `local_before` and `local_after` are wall-clock times of the clinic, without a zone: when the
    visit is, or when that which shifts was meant to be, and then where it shifts to, if it does.
    `proposed_at` is the doctor's next free instant, None where the visit can only stay or has to
    be moved by hand. `kept` is why somebody decided before to keep it as it is.
    """

    appointment_id: int
    version: int
    clinic_id: int
    clinic_name: str
    time_zone: str
    doctor_id: int
    doctor_name: str
    patient_id: int
    patient_name: str
    service_name: str
    starts_at: datetime
    ends_at: datetime
    trouble: Trouble
    sentence: str
    local_before: datetime
    local_after: datetime | None = None
    proposed_at: datetime | None = None
    kept: str = ""

    @property
    def day(self) -> date:
        """The day of the visit on the clinic's wall."""
        return self.local_before.date()
