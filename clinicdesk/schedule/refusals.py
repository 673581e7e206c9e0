"""Puts into words why a time cannot be booked, and what would do instead."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day
from clinicdesk.schedule.availability import open_spans
from clinicdesk.schedule.errors import (
    OffStepError,
    OutsideHoursError,
    PastTimeError,
    SlotTakenError,
    TimeNotOfferedError,
    TooFarAheadError,
)
from clinicdesk.schedule.finding import Length, find_slots
from clinicdesk.schedule.queries import holder
from clinicdesk.schedule.records import CalendarAppointment, Slot
from clinicdesk.schedule.slots import NotFree, SlotSearch
from clinicdesk.schedule.wall_clock import utc_minute_after
from clinicdesk.staff.models import Doctor

OFFERED = 3
_WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time that somebody asks for; `leave_out` is the appointment that is being moved."""

    clinic_id: int
    doctor_id: int
    room_id: int | None
    starts_at: datetime
    length: Length
    leave_out: int | None = None

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


def refusal(
    session: Session, reason: NotFree, wanted: Wanted, search: SlotSearch
) -> SlotTakenError | TimeNotOfferedError:
    """Give the error that says why `wanted` cannot be had."""
    if reason in (NotFree.DOCTOR_BUSY, NotFree.ROOM_BUSY):
        return slot_taken(session, wanted, search)
    if reason is NotFree.PAST:
        return PastTimeError("That time has passed. Please choose a later one.")
    if reason is NotFree.TOO_FAR:
        return TooFarAheadError("The calendar is not open that far ahead. Choose an earlier day.")
    if reason is NotFree.OFF_STEP:
        step = search.places[wanted.clinic_id].step_minutes
        return OffStepError(
            f"Visits at this clinic start every {step} minutes from the full hour. Please choose "
            "such a time."
        )
    return OutsideHoursError(_hours_sentence(session, wanted, search))


def slot_taken(session: Session, wanted: Wanted, search: SlotSearch) -> SlotTakenError:
    """Give the error that says who is there now, with the next free times of the same doctor."""
    zone = search.places[wanted.clinic_id].wall.time_zone
    later = replace(
        search,
        from_minute=max(search.from_minute, utc_minute_after(wanted.starts_at)),
    )
    free = find_slots(session, later, limit=OFFERED, leave_out=wanted.leave_out)
    found = holder(
        session,
        doctor_id=wanted.doctor_id,
        room_id=wanted.room_id,
        busy=wanted.busy,
        visit=wanted.visit,
        leave_out=wanted.leave_out,
    )
    if found is None:
        taken = "Somebody took that time a moment ago."
    else:
        taken = _holder_sentence(session, found, wanted, zone)
    return SlotTakenError(f"{taken} {_offer_sentence(free, wanted, zone)}", next_free=free)


def _holder_sentence(
    session: Session, found: CalendarAppointment, wanted: Wanted, zone: str
) -> str:
    doctor = session.scalar(select(Doctor.display_name).where(Doctor.id == found.doctor_id))
    where = ""
    if found.clinic_id != wanted.clinic_id:
        clinic = session.scalar(select(Clinic.name).where(Clinic.id == found.clinic_id))
        where = f" at {clinic}"
    elif found.doctor_id != wanted.doctor_id:
        where = " in the same room"
    span = f"{_clock(found.starts_at, zone)} to {_clock(found.ends_at, zone)}"
    return (
        f"{_clock(wanted.starts_at, zone)} is taken: {doctor} has {found.patient_name} from "
        f"{span}{where}."
    )


def _offer_sentence(free: tuple[Slot, ...], wanted: Wanted, zone: str) -> str:
    if not free:
        return "There is no free time left with this doctor: try another."
    day = clinic_day(wanted.starts_at, zone)
    times = [
        _clock(slot.starts_at, zone)
        if clinic_day(slot.starts_at, zone) == day
        else _day_and_clock(slot.starts_at, zone)
        for slot in free
    ]
    return f"Next free: {', '.join(times)}."


def _hours_sentence(session: Session, wanted: Wanted, search: SlotSearch) -> str:
    wall = search.places[wanted.clinic_id].wall
    day = clinic_day(wanted.starts_at, wall.time_zone)
    doctor = session.scalar(select(Doctor.display_name).where(Doctor.id == wanted.doctor_id))
    clinic = session.scalar(select(Clinic.name).where(Clinic.id == wanted.clinic_id))
    spans = open_spans(search.plan, {wanted.clinic_id: wall}, [wanted.doctor_id], [day])
    on = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    if not spans:
        return f"{doctor} sees nobody at {clinic} on {on}. Please choose another day or doctor."
    hours = " and ".join(
        f"{_clock(span.starts_at, wall.time_zone)}–{_clock(span.ends_at, wall.time_zone)}"
        for span in spans
    )
    return (
        f"A visit of {wanted.length.duration_minutes} minutes at "
        f"{_clock(wanted.starts_at, wall.time_zone)} does not fit: {doctor} sees patients at "
        f"{clinic} on {on} {hours}."
    )


def _clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def _day_and_clock(at: datetime, zone: str) -> str:
    wall = at.astimezone(ZoneInfo(zone))
    return f"{_WEEKDAYS[wall.weekday()]} {wall.day} {_MONTHS[wall.month - 1]} {wall:%H:%M}"
