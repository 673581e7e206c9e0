"""Puts together what the calendar shows of several days of one doctor, at all their clinics."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.schedule.availability import open_spans
from clinicdesk.schedule.day import USUAL_VISIT, DayClinic, clinic_of, drawn_minutes
from clinicdesk.schedule.day_marks import read_blocks, read_closures
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.finding import Span, busy_reader, read_search
from clinicdesk.schedule.holds.queries import live_holds
from clinicdesk.schedule.queries import appointments_of_doctors
from clinicdesk.schedule.records import (
    AppointmentStatus,
    CalendarAppointment,
    CalendarColumn,
    CalendarDay,
    DayBlock,
    DayClosure,
    OpenSpan,
)
from clinicdesk.schedule.slots import SlotSearch, fitting_by_day
from clinicdesk.schedule.wall_clock import utc_minute_after, wall_clock
from clinicdesk.staff.models import Doctor, DoctorClinic

WEEK = 7


def read_calendar_week(
    session: Session,
    *,
    clinic_id: int,
    doctor_id: int,
    first_on: date,
    days: int,
    now: datetime,
) -> CalendarDay:
    """Give a column for each of the days from `first_on` on, by the clock of the clinic named.

    What the doctor has at other clinics is shown too, with the clinic's name behind the service.
    """
    clinic = clinic_of(session, clinic_id)
    doctor = session.get(Doctor, doctor_id)
    if doctor is None:
        raise NotBookableError("There is no such doctor.")
    shown_days = [first_on + timedelta(days=number) for number in range(days)]
    start, _ = day_bounds(first_on, clinic.time_zone)
    _, end = day_bounds(shown_days[-1], clinic.time_zone)
    names = _clinics(session, doctor_id)
    appointments = tuple(
        _named(one, names, clinic_id)
        for one in appointments_of_doctors(
            session, doctor_ids=[doctor_id], from_at=start, until_at=end
        )
    )
    search = read_search(
        session,
        clinic_ids=[*names],
        length=USUAL_VISIT,
        span=Span(start, end),
        doctor_ids=[doctor_id],
    )
    spans = _open(search, doctor_id, shown_days, clinic.time_zone)
    free = _free(session, search, shown_days, clinic.time_zone, now=now)
    columns = tuple(
        CalendarColumn(
            doctor_id=doctor_id,
            doctor_name=doctor.display_name,
            specialty="",
            accent=doctor.accent,
            open_spans=tuple(spans[day]),
            free_slots=count,
            on=day,
        )
        for day, count in zip(shown_days, free, strict=True)
    )
    kept = [one for one in appointments if one.status is not AppointmentStatus.CANCELLED]
    first, last = _drawn(clinic, columns, kept)
    blocks, closures = _marks(session, clinic, shown_days)
    return CalendarDay(
        clinic_id=clinic_id,
        day=first_on,
        time_zone=clinic.time_zone,
        step_minutes=clinic.step_minutes,
        first_minute=first,
        last_minute=last,
        columns=columns,
        appointments=appointments,
        blocks=tuple(block for block in blocks if block.doctor_id in (None, doctor_id)),
        closures=closures,
        holds=live_holds(session, clinic_id=clinic_id, from_at=start, until_at=end, now=now),
        by_day=True,
    )


def week_of(day: date) -> date:
    """Give the Monday of the week that holds a day."""
    return day - timedelta(days=day.weekday())


def free_by_day(
    session: Session, search: SlotSearch, days: list[date], time_zone: str, *, now: datetime
) -> list[int]:
    """Count for each day how many usual visits still fit, with all doctors of a search together."""
    return _free(session, search, days, time_zone, now=now)


def _clinics(session: Session, doctor_id: int) -> dict[int, str]:
    rows = session.execute(
        select(Clinic.id, Clinic.name)
        .join(DoctorClinic, DoctorClinic.clinic_id == Clinic.id)
        .where(DoctorClinic.doctor_id == doctor_id)
    )
    return {row.id: row.name for row in rows}


def _named(
    appointment: CalendarAppointment, names: dict[int, str], clinic_id: int
) -> CalendarAppointment:
    if appointment.clinic_id == clinic_id:
        return appointment
    where = names.get(appointment.clinic_id, "another clinic")
    return replace(appointment, service_name=f"{appointment.service_name} · {where}")


def _open(
    search: SlotSearch, doctor_id: int, days: list[date], time_zone: str
) -> dict[date, list[OpenSpan]]:
    """Give the doctor's open spans at all clinics by the day they begin on."""
    walls = {clinic_id: place.wall for clinic_id, place in search.places.items()}
    around = [days[0] - timedelta(days=1), *days]
    found: dict[date, list[OpenSpan]] = defaultdict(list)
    for span in open_spans(search.plan, walls, [doctor_id], around):
        found[clinic_day(span.starts_at, time_zone)].append(span)
    return found


def _free(
    session: Session, search: SlotSearch, days: list[date], time_zone: str, *, now: datetime
) -> list[int]:
    if not search.pairs:
        return [0] * len(days)
    wall = wall_clock(time_zone)
    edges = [wall.utc(day.toordinal(), 0) for day in (*days, days[-1] + timedelta(days=1))]
    ahead = replace(search, from_minute=max(search.from_minute, utc_minute_after(now)))
    if ahead.from_minute >= ahead.until_minute:
        return [0] * len(days)
    read_busy = busy_reader(session, ahead.pairs, limits=ahead.limits)
    return fitting_by_day(ahead, read_busy, edges)


def _drawn(
    clinic: DayClinic, columns: tuple[CalendarColumn, ...], shown: list[CalendarAppointment]
) -> tuple[int, int]:
    """Give the drawn minutes: wide enough for every one of the days."""
    zone = clinic.time_zone
    of_day: dict[date, list[CalendarAppointment]] = defaultdict(list)
    for one in shown:
        of_day[clinic_day(one.starts_at, zone)].append(one)
    bounds = [
        drawn_minutes(clinic, column.on, [column], of_day[column.on])
        for column in columns
        if column.on is not None
    ]
    return min(first for first, _ in bounds), max(last for _, last in bounds)


def _marks(
    session: Session, clinic: DayClinic, days: list[date]
) -> tuple[tuple[DayBlock, ...], tuple[DayClosure, ...]]:
    blocks: dict[DayBlock, None] = {}
    closures: dict[DayClosure, None] = {}
    for day in days:
        found = read_blocks(session, clinic_id=clinic.id, day=day, time_zone=clinic.time_zone)
        shut = read_closures(session, clinic_id=clinic.id, day=day, time_zone=clinic.time_zone)
        blocks.update(dict.fromkeys(found))
        closures.update(dict.fromkeys(shut))
    return tuple(blocks), tuple(closures)
