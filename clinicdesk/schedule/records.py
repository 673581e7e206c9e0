"""The plain values of the schedule: appointments, hours and free slots as screens see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, NewType

from clinicdesk.clock import clinic_day
from clinicdesk.schedule.holds.records import Hold

AppointmentId = NewType("AppointmentId", int)


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


BLOCKING = frozenset(AppointmentStatus) - {AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED}
"""The states in which an appointment holds its slot: search, guard and drawing all use this."""


class CancelledBy(StrEnum):
    """Who called a visit off."""

    PATIENT = "patient"
    CLINIC = "clinic"


class ExceptionKind(StrEnum):
    """What an exception does to the weekly hours of its days."""

    CLOSED = "closed"
    REPLACED = "replaced"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours that recur each week in a clinic's wall time.

    `weekday` is 0 for Monday. Minutes count from midnight; `ends_minute` may pass 1440 for hours
    that run into the next day. `valid_until_on` is the last day included, None for open-ended.
    With `every_weeks` n only every n-th week counts, from the one that holds `valid_from_on`.
    """

    doctor_id: int
    clinic_id: int
    weekday: int
    starts_minute: int
    ends_minute: int
    valid_from_on: date
    valid_until_on: date | None = None
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class HoursException:
    """A change of hours on the days `from_on` to `until_on`, both included.

    CLOSED without minutes closes the whole day, with minutes a part of it; REPLACED puts its
    minutes in place of the weekly hours; ADDED adds them. `clinic_id` None means every clinic.
    """

    doctor_id: int
    clinic_id: int | None
    kind: ExceptionKind
    from_on: date
    until_on: date
    starts_minute: int | None = None
    ends_minute: int | None = None
    reason: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A half-open span [starts_at, ends_at) in UTC in which a doctor sees patients at a clinic."""

    doctor_id: int
    clinic_id: int
    starts_at: datetime
    ends_at: datetime


class Slot(NamedTuple):
    """A free time that may be offered: [starts_at, ends_at) in UTC.

    A search for a quarter of a year gives thousands of these; a named tuple is made fastest.
    """

    doctor_id: int
    clinic_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarAppointment:
    """One appointment as the calendar paints it; instants in UTC."""

    id: AppointmentId
    clinic_id: int
    doctor_id: int
    patient_id: int
    patient_name: str
    service_name: str
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    is_overbooked: bool
    version: int
    room_id: int | None = None
    series_id: int | None = None
    holds_slot: bool = True
    has_note: bool = False


@dataclass(frozen=True, slots=True)
class CalendarColumn:
    """One doctor's or room's column of a day: heading, colour number, open spans, free slots.

    A room's column has `doctor_id` 0, the room's name as its heading, and the id of the room as
    `room_id`, 0 for what has no room; `doctor_ids` are those who use the column. Where columns are
    days of one doctor, `on` is the day.
    """

    doctor_id: int
    doctor_name: str
    specialty: str
    accent: int
    open_spans: tuple[OpenSpan, ...]
    free_slots: int
    room_id: int | None = None
    doctor_ids: tuple[int, ...] = ()
    on: date | None = None

    @property
    def key(self) -> int:
        """What tells this column from the others: the id of doctor or room, or the day."""
        if self.on is not None:
            return self.on.toordinal()
        return self.doctor_id if self.room_id is None else self.room_id


@dataclass(frozen=True, slots=True)
class DayBlock:
    """Blocked time on one day, of a doctor, a room or (with neither) the whole clinic.

    A hard block takes no visit; a soft one certain services only. Instants in UTC.
    """

    id: int
    name: str
    note: str
    is_hard: bool
    doctor_id: int | None
    room_id: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DayClosure:
    """Why a clinic sees nobody on one day or, where `is_whole_day` is not set, a part of it."""

    name: str
    is_holiday: bool
    is_whole_day: bool
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """All that the day view shows of one clinic, or of several days of one doctor.

    `first_minute` and `last_minute` bound the drawn hours in the clinic's wall time. With `by_room`
    the columns are rooms, with `by_day` days of one doctor, from `day` on; appointments and holds
    stand in the column that `column_key` names.
    """

    clinic_id: int
    day: date
    time_zone: str
    step_minutes: int
    first_minute: int
    last_minute: int
    columns: tuple[CalendarColumn, ...]
    appointments: tuple[CalendarAppointment, ...]
    blocks: tuple[DayBlock, ...] = ()
    closures: tuple[DayClosure, ...] = ()
    holds: tuple[Hold, ...] = ()
    by_room: bool = False
    by_day: bool = False

    def column_key(self, appointment: CalendarAppointment) -> int:
        """Give the key of the column in which an appointment stands."""
        if self.by_day:
            return clinic_day(appointment.starts_at, self.time_zone).toordinal()
        return (appointment.room_id or 0) if self.by_room else appointment.doctor_id

    def day_of(self, column: CalendarColumn) -> date:
        """Give the day that a column shows."""
        return column.on or self.day

    def is_of_same(self, other: "CalendarDay") -> bool:
        """Tell whether another reading shows the same days of the same clinic in the same way."""
        return (self.day, self.clinic_id, self.by_room, self.by_day) == (
            other.day,
            other.clinic_id,
            other.by_room,
            other.by_day,
        )

    def shows(self, on: date) -> bool:
        """Tell whether a day is among those shown."""
        return on == self.day or any(column.on == on for column in self.columns)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """How full a day of a clinic is: visits that hold their time, requests among them, and how many
    usual visits still fit, all doctors together.
    """

    on: date
    booked: int
    requested: int
    free: int
    closures: tuple[DayClosure, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Tell whether the clinic sees nobody on the whole day."""
        return any(closure.is_whole_day for closure in self.closures)


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """The weeks that hold a month of a clinic, Monday first; `month_on` is its first day."""

    clinic_id: int
    month_on: date
    time_zone: str
    days: tuple[MonthDay, ...]


@dataclass(frozen=True, slots=True)
class DoctorDay:
    """One doctor's day at all clinics; a clinic's own zone decides what lies on the day."""

    doctor_id: int
    doctor_name: str
    day: date
    open_spans: tuple[OpenSpan, ...]
    appointments: tuple[CalendarAppointment, ...]


@dataclass(frozen=True, slots=True)
class AppointmentDetails:
    """One appointment with all that the inspector and the visit need."""

    id: AppointmentId
    version: int
    clinic_id: int
    clinic_name: str
    time_zone: str
    doctor_id: int
    doctor_name: str
    room_name: str
    patient_id: int
    service_id: int
    service_name: str
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    is_overbooked: bool
    note: str
    arrived_at: datetime | None
    in_room_at: datetime | None
    completed_at: datetime | None
    invoice_id: int | None
    room_id: int | None = None
    equipment_name: str = ""
    series_id: int | None = None
    overbooked_reason: str = ""
    cancelled_by: CancelledBy | None = None
    cancelled_at: datetime | None = None
    is_late_cancellation: bool = False
    is_walk_in: bool = False
    called_in_at: datetime | None = None
    ended_reason: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to an appointment, in words for the desk; `at` in UTC."""

    at: datetime
    who: str
    what: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What is needed to book: `request_key` is a UUID made once per dialog, so that a repeated
    request books once.

    Without `duration_minutes` the visit takes as long as its service. `overbook_reason` books over
    what stands in the way, for those who may. The hold with `hold_key` ends with the booking.
    """

    request_key: str
    clinic_id: int
    doctor_id: int
    patient_id: int
    service_id: int
    starts_at: datetime
    confirm_now: bool = False
    note: str = ""
    duration_minutes: int | None = None
    overbook_reason: str = ""
    accept_patient_overlap: bool = False
    hold_key: str = ""
    is_walk_in: bool = False
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """How far ahead times are offered and booked, and how much notice a visit needs at least."""

    notice_minutes: int = 0
    horizon_days: int = 366
