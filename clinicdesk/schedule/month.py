"""Puts together what the calendar shows of a month: how full each day is, and what closes it."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.schedule.day import USUAL_VISIT, clinic_of
from clinicdesk.schedule.day_marks import read_closures
from clinicdesk.schedule.finding import Span, read_search
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import (
    BLOCKING,
    AppointmentStatus,
    CalendarMonth,
    DayClosure,
    MonthDay,
)
from clinicdesk.schedule.week import WEEK, free_by_day, week_of

WEEKS_SHOWN = 6
_A = Appointment.__table__.c
_STARTS = select(_A.starts_at, _A.status, _A.doctor_id).where(
    _A.clinic_id == bindparam("clinic_id"),
    _A.starts_at >= bindparam("from_at"),
    _A.starts_at < bindparam("until_at"),
)


def read_calendar_month(
    session: Session,
    *,
    clinic_id: int,
    month_on: date,
    doctor_ids: Collection[int] | None,
    now: datetime,
) -> CalendarMonth:
    """Give the six weeks around the month of `month_on`, by the clinic's own days."""
    clinic = clinic_of(session, clinic_id)
    zone = clinic.time_zone
    first = week_of(month_on.replace(day=1))
    days = [first + timedelta(days=number) for number in range(WEEK * WEEKS_SHOWN)]
    start, _ = day_bounds(days[0], zone)
    _, end = day_bounds(days[-1], zone)
    booked, requested = _counts(session, clinic_id, (start, end), zone, doctor_ids)
    search = read_search(
        session,
        clinic_ids=[clinic_id],
        length=USUAL_VISIT,
        span=Span(start, end),
        doctor_ids=doctor_ids,
    )
    free = free_by_day(session, search, days, zone, now=now)
    closed = _closed(session, clinic_id, days, zone)
    return CalendarMonth(
        clinic_id=clinic_id,
        month_on=month_on.replace(day=1),
        time_zone=zone,
        days=tuple(
            MonthDay(
                on=day,
                booked=booked[day],
                requested=requested[day],
                free=count,
                closures=tuple(closed[day]),
            )
            for day, count in zip(days, free, strict=True)
        ),
    )


def _counts(
    session: Session,
    clinic_id: int,
    span: tuple[datetime, datetime],
    zone: str,
    doctor_ids: Collection[int] | None,
) -> tuple[Counter[date], Counter[date]]:
    """Count what holds its time, and what is only asked for, by the clinic's day."""
    values = {"clinic_id": clinic_id, "from_at": span[0], "until_at": span[1]}
    booked: Counter[date] = Counter()
    requested: Counter[date] = Counter()
    for starts_at, status, doctor_id in session.execute(_STARTS, values):
        if status not in BLOCKING or (doctor_ids is not None and doctor_id not in doctor_ids):
            continue
        day = clinic_day(starts_at, zone)
        booked[day] += 1
        requested[day] += status is AppointmentStatus.REQUESTED
    return booked, requested


def _closed(
    session: Session, clinic_id: int, days: list[date], zone: str
) -> dict[date, list[DayClosure]]:
    found: dict[date, list[DayClosure]] = defaultdict(list)
    for day in days:
        for closure in read_closures(session, clinic_id=clinic_id, day=day, time_zone=zone):
            if clinic_day(closure.starts_at, zone) == day:
                found[day].append(closure)
    return found
