"""Reads what stands in a clinic's day besides visits: closures, holidays and blocked time."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, or_, select
from sqlalchemy.orm import Session

from clinicdesk.clock import day_bounds, local_instant
from clinicdesk.schedule.hours.models import BlockType, CalendarBlock, ClinicClosure
from clinicdesk.schedule.hours.records import ClosureKind
from clinicdesk.schedule.records import DayBlock, DayClosure

_WEEK = 7
_C, _B, _T = ClinicClosure.__table__.c, CalendarBlock.__table__.c, BlockType.__table__.c
_CLOSURES = (
    select(_C.reason, _C.kind, _C.from_on, _C.until_on, _C.starts_minute, _C.ends_minute)
    .where(
        or_(_C.clinic_id.is_(None), _C.clinic_id == bindparam("clinic_id")),
        _C.from_on <= bindparam("last_on"),
        _C.until_on >= bindparam("first_on"),
    )
    .order_by(_C.id)
)
_BLOCKS = (
    select(
        _B.id,
        _T.name,
        _B.note,
        _T.is_hard,
        _B.doctor_id,
        _B.room_id,
        _B.from_on,
        _B.until_on,
        _B.weekdays,
        _B.every_weeks,
        _B.starts_minute,
        _B.ends_minute,
    )
    .join_from(CalendarBlock.__table__, BlockType.__table__)
    .where(
        _B.clinic_id == bindparam("clinic_id"),
        _B.from_on <= bindparam("last_on"),
        _B.until_on >= bindparam("first_on"),
    )
    .order_by(_B.starts_minute, _B.id)
)
_HOLIDAY = "Public holiday"
_CLOSED = "Closed"


def read_closures(
    session: Session, *, clinic_id: int, day: date, time_zone: str
) -> tuple[DayClosure, ...]:
    """Give what closes a clinic on a day, also a part of it that began the evening before."""
    start, end = day_bounds(day, time_zone)
    return tuple(
        closure
        for row in _rows(session, _CLOSURES, clinic_id, day)
        for closure in _closures_of(row, day, time_zone)
        if closure.starts_at < end and closure.ends_at > start
    )


def read_blocks(
    session: Session, *, clinic_id: int, day: date, time_zone: str
) -> tuple[DayBlock, ...]:
    """Give the blocked times of a clinic that lie on a day, by their start."""
    start, end = day_bounds(day, time_zone)
    found = [
        block
        for row in _rows(session, _BLOCKS, clinic_id, day)
        for block in _blocks_of(row, day, time_zone)
        if block.starts_at < end and block.ends_at > start
    ]
    return tuple(sorted(found, key=lambda block: (block.starts_at, block.id)))


def _rows(session: Session, query: Any, clinic_id: int, day: date) -> Sequence[Any]:
    values = {"clinic_id": clinic_id, "first_on": day - timedelta(1), "last_on": day}
    return cast("CursorResult[Any]", session.execute(query, values)).all()


def _closures_of(row: Any, day: date, time_zone: str) -> Iterator[DayClosure]:
    reason, kind, from_on, until_on, starts_minute, ends_minute = row
    is_holiday = kind is ClosureKind.HOLIDAY
    name = reason or (_HOLIDAY if is_holiday else _CLOSED)
    is_whole_day = starts_minute is None
    for on in (day,) if is_whole_day else (day - timedelta(1), day):
        if from_on <= on <= until_on:
            start, end = _span(on, starts_minute, ends_minute, time_zone)
            yield DayClosure(name, is_holiday, is_whole_day, start, end)


def _blocks_of(row: Any, day: date, time_zone: str) -> Iterator[DayBlock]:
    number, name, note, is_hard, doctor_id, room_id = row[:6]
    from_on, until_on, weekdays, every_weeks, starts_minute, ends_minute = row[6:]
    for on in (day - timedelta(1), day):
        first_monday = from_on - timedelta(from_on.weekday())
        is_its_week = (on - first_monday).days // _WEEK % every_weeks == 0
        if from_on <= on <= until_on and weekdays >> on.weekday() & 1 and is_its_week:
            start, end = _span(on, starts_minute, ends_minute, time_zone)
            yield DayBlock(number, name, note, is_hard, doctor_id, room_id, start, end)


def _span(
    on: date, starts_minute: int | None, ends_minute: int | None, time_zone: str
) -> tuple[datetime, datetime]:
    if starts_minute is None or ends_minute is None:
        return day_bounds(on, time_zone)
    return (
        local_instant(on, starts_minute, time_zone),
        local_instant(on, ends_minute, time_zone),
    )
