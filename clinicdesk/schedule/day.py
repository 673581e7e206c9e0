"""Puts together what the calendar shows of one day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Specialty
from clinicdesk.clock import clinic_day, day_bounds, local_minute
from clinicdesk.schedule.availability import open_spans
from clinicdesk.schedule.day_marks import read_blocks, read_closures
from clinicdesk.schedule.day_rooms import room_columns
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.finding import Length, Span, busy_reader, read_search
from clinicdesk.schedule.holds.queries import live_holds
from clinicdesk.schedule.hours.plan import read_plan
from clinicdesk.schedule.queries import appointments_of_clinic, appointments_of_doctor
from clinicdesk.schedule.records import (
    AppointmentStatus,
    CalendarAppointment,
    CalendarColumn,
    CalendarDay,
    DoctorDay,
    OpenSpan,
)
from clinicdesk.schedule.slots import SlotSearch, fitting_count
from clinicdesk.schedule.wall_clock import utc_minute_after, wall_clock
from clinicdesk.staff.models import Doctor, DoctorClinic

USUAL_VISIT = Length(30)
"""The visit whose free places are counted above a column."""
_HOUR = 60


_C, _D = Clinic.__table__.c, Doctor.__table__.c
_CLINIC = select(_C.id, _C.time_zone, _C.step_minutes, _C.opens_minute, _C.closes_minute).where(
    _C.id == bindparam("clinic_id")
)
_DOCTORS = (
    select(_D.id, _D.display_name, Specialty.__table__.c.name, _D.accent)
    .join_from(Doctor.__table__, Specialty.__table__, isouter=True)
    .where(_D.id.in_(bindparam("doctor_ids", expanding=True)))
    .order_by(_D.id)
)


class DayClinic(NamedTuple):
    """What of a clinic decides how its day is drawn."""

    id: int
    time_zone: str
    step_minutes: int
    opens_minute: int
    closes_minute: int


def read_calendar_day(
    session: Session,
    *,
    clinic_id: int,
    day: date,
    doctor_ids: Collection[int] | None,
    now: datetime,
    by_room: bool = False,
) -> CalendarDay:
    """Give a clinic's day, in columns of doctors or, with `by_room`, of rooms.

    A doctor who no longer works there still has a column on a day with appointments.
    """
    clinic = clinic_of(session, clinic_id)
    start, end = day_bounds(day, clinic.time_zone)
    appointments = appointments_of_clinic(
        session, clinic_id=clinic_id, from_at=start, until_at=end, doctor_ids=doctor_ids
    )
    shown = [one for one in appointments if one.status is not AppointmentStatus.CANCELLED]
    search = read_search(
        session,
        clinic_ids=[clinic_id],
        length=USUAL_VISIT,
        span=Span(start, end),
        doctor_ids=doctor_ids,
    )
    columns = _columns(session, clinic, day=day, search=search, shown=shown, now=now)
    first, last = drawn_minutes(clinic, day, columns, shown)
    if by_room:
        columns = room_columns(
            session, clinic_id=clinic_id, pairs=search.pairs, doctors=columns, shown=shown
        )
    return CalendarDay(
        clinic_id=clinic_id,
        day=day,
        time_zone=clinic.time_zone,
        step_minutes=clinic.step_minutes,
        first_minute=first,
        last_minute=last,
        columns=columns,
        appointments=appointments,
        blocks=read_blocks(session, clinic_id=clinic_id, day=day, time_zone=clinic.time_zone),
        closures=read_closures(session, clinic_id=clinic_id, day=day, time_zone=clinic.time_zone),
        holds=live_holds(session, clinic_id=clinic_id, from_at=start, until_at=end, now=now),
        by_room=by_room,
    )


def clinic_of(session: Session, clinic_id: int) -> DayClinic:
    """Give how a clinic's day is drawn.

    Raises:
        NotBookableError: there is no such clinic.
    """
    found = session.execute(_CLINIC, {"clinic_id": clinic_id}).one_or_none()
    if found is None:
        raise NotBookableError("There is no such clinic.")
    return DayClinic(*found)


def read_doctor_day(session: Session, *, doctor_id: int, day: date) -> DoctorDay:
    """Give a doctor's day at all clinics."""
    name = session.scalar(select(Doctor.display_name).where(Doctor.id == doctor_id))
    if name is None:
        raise NotBookableError("There is no such doctor.")
    clinics = session.execute(
        select(Clinic.id, Clinic.time_zone)
        .join(DoctorClinic, DoctorClinic.clinic_id == Clinic.id)
        .where(DoctorClinic.doctor_id == doctor_id)
    ).all()
    zones = {row.id: row.time_zone for row in clinics}
    bounds = [day_bounds(day, zone) for zone in {*zones.values()} or {"UTC"}]
    appointments = appointments_of_doctor(
        session,
        doctor_id=doctor_id,
        from_at=min(start for start, _ in bounds),
        until_at=max(end for _, end in bounds),
    )
    plan = read_plan(session, [doctor_id], first_on=day - timedelta(1), last_on=day + timedelta(1))
    walls = {clinic_id: wall_clock(zone) for clinic_id, zone in zones.items()}
    return DoctorDay(
        doctor_id=doctor_id,
        doctor_name=name,
        day=day,
        open_spans=open_spans(plan, walls, [doctor_id], [day]),
        appointments=tuple(
            one
            for one in appointments
            if clinic_day(one.starts_at, zones.get(one.clinic_id, "UTC")) == day
        ),
    )


def _columns(
    session: Session,
    clinic: DayClinic,
    *,
    day: date,
    search: SlotSearch,
    shown: Sequence[CalendarAppointment],
    now: datetime,
) -> tuple[CalendarColumn, ...]:
    spans: dict[int, list[OpenSpan]] = defaultdict(list)
    walls = {clinic.id: wall_clock(clinic.time_zone)}
    here = [pair.doctor_id for pair in search.pairs]
    for span in open_spans(search.plan, walls, here, [day]):
        spans[span.doctor_id].append(span)
    free = _free_counts(session, search, now)
    return tuple(
        CalendarColumn(
            doctor_id=doctor.id,
            doctor_name=doctor.display_name,
            specialty=doctor.name or "",
            accent=doctor.accent,
            open_spans=tuple(spans[doctor.id]),
            free_slots=free.get(doctor.id, 0),
        )
        for doctor in _doctors(session, {*here, *(one.doctor_id for one in shown)})
    )


def _doctors(session: Session, doctor_ids: Collection[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    return session.execute(_DOCTORS, {"doctor_ids": list(doctor_ids)}).all()


def _free_counts(session: Session, search: SlotSearch, now: datetime) -> dict[int, int]:
    """Count the usual visits that still fit for each doctor, from now on."""
    ahead = replace(search, from_minute=max(search.from_minute, utc_minute_after(now)))
    if not ahead.pairs or ahead.from_minute >= ahead.until_minute:
        return {}
    read_busy = busy_reader(session, ahead.pairs, limits=ahead.limits)
    return fitting_count(ahead, read_busy)


def drawn_minutes(
    clinic: DayClinic,
    day: date,
    columns: Sequence[CalendarColumn],
    shown: Sequence[CalendarAppointment],
) -> tuple[int, int]:
    """Give the drawn minutes: the clinic's own, widened to whole hours by what lies outside."""
    spans = [(one.starts_at, one.ends_at) for one in shown]
    spans += [(span.starts_at, span.ends_at) for column in columns for span in column.open_spans]
    if not spans:
        return clinic.opens_minute, clinic.closes_minute
    first = local_minute(min(start for start, _ in spans), day, clinic.time_zone)
    last = local_minute(max(end for _, end in spans), day, clinic.time_zone)
    return (
        min(clinic.opens_minute, first // _HOUR * _HOUR),
        max(clinic.closes_minute, -(-last // _HOUR) * _HOUR),
    )
