"""Puts together what the calendar shows of a month: how full each day is, and what closes it."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
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
# Counted by the database, a day at a time: a busy month is tens of thousands of rows.
_COUNTS = (
    select(_A.status, func.count())
    .where(
        _A.clinic_id == bindparam("clinic_id"),
        _A.starts_at >= bindparam("from_at"),
        _A.starts_at < bindparam("until_at"),
    )
    .group_by(_A.status)
)
_COUNTS_OF_DOCTORS = _COUNTS.where(_A.doctor_id.in_(bindparam("doctor_ids", expanding=True)))


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
    counts = [_counts(session, clinic_id, day, zone, doctor_ids) for day in days]
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
                booked=sum(found[status] for status in BLOCKING),
                requested=found[AppointmentStatus.REQUESTED],
                free=count,
                closures=tuple(closed[day]),
            )
            for day, count, found in zip(days, free, counts, strict=True)
        ),
    )


def _counts(
    session: Session,
    clinic_id: int,
    day: date,
    zone: str,
    doctor_ids: Collection[int] | None,
) -> Counter[AppointmentStatus]:
    """Count the visits of one of the clinic's days by their state."""
    from_at, until_at = day_bounds(day, zone)
    values: dict[str, Any] = {"clinic_id": clinic_id, "from_at": from_at, "until_at": until_at}
    query = _COUNTS
    if doctor_ids is not None:
        query, values["doctor_ids"] = _COUNTS_OF_DOCTORS, list(doctor_ids)
    rows = session.execute(query, values).all()
    return Counter({row[0]: row[1] for row in rows})


def _closed(
    session: Session, clinic_id: int, days: list[date], zone: str
) -> dict[date, list[DayClosure]]:
    found: dict[date, list[DayClosure]] = defaultdict(list)
    for day in days:
        for closure in read_closures(session, clinic_id=clinic_id, day=day, time_zone=zone):
            if clinic_day(closure.starts_at, zone) == day:
                found[day].append(closure)
    return found
