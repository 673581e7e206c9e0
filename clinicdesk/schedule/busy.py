"""Reads what is taken: of doctors with buffers, of rooms without, always in a bounded range."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from typing import cast as cast_to

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ColumnExpressionArgument,
    CursorResult,
    Integer,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from clinicdesk.schedule.guard import LONGEST_MICROSECONDS
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.slots import Span
from clinicdesk.schedule.wall_clock import instant

LONGEST = timedelta(microseconds=LONGEST_MICROSECONDS)
# Columns of the table, not of the mapped class: thousands of rows then pass no mapper.
_C = Appointment.__table__.c
BUSY_COLUMNS = (_C.busy_from_at, _C.busy_until_at)
VISIT_COLUMNS = (_C.starts_at, _C.ends_at)
_MINUTE_MICROSECONDS = 60_000_000


def busy_of_doctors(
    session: Session,
    doctor_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Sequence[Span]:
    """Give the busy UTC minutes of doctors at all clinics, buffers included."""
    return _spans(
        session,
        owner=_C.doctor_id,
        owner_ids=doctor_ids,
        columns=BUSY_COLUMNS,
        span=(instant(from_minute), instant(until_minute)),
        leave_out=leave_out,
    )


def busy_of_rooms(
    session: Session,
    room_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Sequence[Span]:
    """Give the UTC minutes in which rooms are taken, by whichever doctor."""
    return _spans(
        session,
        owner=_C.room_id,
        owner_ids=room_ids,
        columns=VISIT_COLUMNS,
        span=(instant(from_minute), instant(until_minute)),
        leave_out=leave_out,
    )


def overlapping(
    begin: ColumnElement[datetime],
    end: ColumnElement[datetime],
    span: tuple[datetime, datetime],
) -> tuple[ColumnExpressionArgument[bool], ...]:
    """Give the conditions of holding a part of a half-open span.

    The longest span bounds the start from below, so an index range of a few rows is read.
    """
    return (
        _C.holds_slot,
        begin > span[0] - LONGEST,
        begin < span[1],
        end > span[0],
    )


def _spans(
    session: Session,
    *,
    owner: ColumnElement[Any],
    owner_ids: Collection[int],
    columns: tuple[ColumnElement[datetime], ColumnElement[datetime]],
    span: tuple[datetime, datetime],
    leave_out: int | None,
) -> Sequence[Span]:
    begin, end = columns
    query = select(
        owner, _minute(session, begin, 0), _minute(session, end, _MINUTE_MICROSECONDS - 1)
    ).where(owner.in_(owner_ids), *overlapping(begin, end, span))
    if leave_out is not None:
        query = query.where(_C.id != leave_out)
    # Thousands of rows of plain ints: the driver's tuples serve as they are.
    result = cast_to("CursorResult[Any]", session.execute(query))
    return result.cursor.fetchall()


def _minute(session: Session, instants: ColumnElement[datetime], add: int) -> ColumnElement[int]:
    """Give a column's minutes since 1970, computed by the database: rows then need no work here."""
    if session.get_bind().dialect.name == "sqlite":
        stored: ColumnElement[int] = type_coerce(instants, Integer)
        return (stored + add) // _MINUTE_MICROSECONDS
    micros = func.extract("epoch", instants) * 1_000_000 + add
    return cast(func.floor(micros / _MINUTE_MICROSECONDS), BigInteger)
