"""Reads what is taken: of doctors with buffers, of things without, always in a bounded range."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from typing import cast as cast_to

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ColumnExpressionArgument,
    CursorResult,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from clinicdesk.schedule.guard import LONGEST_MICROSECONDS
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.search import Span, Stay
from clinicdesk.schedule.wall_clock import instant

LONGEST = timedelta(microseconds=LONGEST_MICROSECONDS)
# Columns of the table, not of the mapped class: thousands of rows then pass no mapper.
_C = Appointment.__table__.c
BUSY_COLUMNS = (_C.busy_from_at, _C.busy_until_at)
VISIT_COLUMNS = (_C.starts_at, _C.ends_at)
NOBODY = 0
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
    query = _spans_query(_C.doctor_id, BUSY_COLUMNS, session.get_bind().dialect.name)
    return _spans(session, query, doctor_ids, (from_minute, until_minute), leave_out)


def busy_of_rooms(
    session: Session,
    room_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Sequence[Span]:
    """Give the UTC minutes in which rooms are taken, by whichever doctor."""
    query = _spans_query(_C.room_id, VISIT_COLUMNS, session.get_bind().dialect.name)
    return _spans(session, query, room_ids, (from_minute, until_minute), leave_out)


def busy_of_equipment(
    session: Session,
    equipment_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Sequence[Span]:
    """Give the UTC minutes in which pieces of equipment are taken."""
    query = _spans_query(_C.equipment_id, VISIT_COLUMNS, session.get_bind().dialect.name)
    return _spans(session, query, equipment_ids, (from_minute, until_minute), leave_out)


def stays_of_doctors(
    session: Session,
    doctor_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Sequence[Stay]:
    """Give the busy UTC minutes of doctors, buffers included, with the clinic of each."""
    query = _stays_query(session.get_bind().dialect.name)
    values = span_values(instant(from_minute), instant(until_minute), leave_out=leave_out)
    found = session.execute(query, {**values, "owner_ids": list(doctor_ids)})
    return cast_to("CursorResult[Any]", found).cursor.fetchall()


def overlapping(
    begin: ColumnElement[datetime], end: ColumnElement[datetime]
) -> tuple[ColumnExpressionArgument[bool], ...]:
    """Give the conditions of holding a part of the half-open span that `span_values` fills in.

    The longest span bounds the start from below, so an index range of a few rows is read.
    """
    return (
        _C.holds_slot,
        begin > bindparam("bounded_from"),
        begin < bindparam("span_until"),
        end > bindparam("span_from"),
        _C.id != bindparam("leave_out"),
    )


def span_values(
    from_at: datetime, until_at: datetime, *, leave_out: int | None = None
) -> dict[str, Any]:
    """Give the values for `overlapping`; the appointment `leave_out` is not counted."""
    return {
        "bounded_from": from_at - LONGEST,
        "span_from": from_at,
        "span_until": until_at,
        "leave_out": leave_out or NOBODY,
    }


@lru_cache
def _spans_query(
    owner: ColumnElement[Any],
    columns: tuple[ColumnElement[datetime], ColumnElement[datetime]],
    dialect: str,
) -> Select[int, int, int]:
    begin, end = columns
    return select(
        owner, _minute(dialect, begin, 0), _minute(dialect, end, _MINUTE_MICROSECONDS - 1)
    ).where(owner.in_(bindparam("owner_ids", expanding=True)), *overlapping(begin, end))


@lru_cache
def _stays_query(dialect: str) -> Select[int, int, int, int]:
    return _spans_query(_C.doctor_id, BUSY_COLUMNS, dialect).add_columns(_C.clinic_id)


def _spans(
    session: Session,
    query: Select[int, int, int],
    owner_ids: Collection[int],
    span: tuple[int, int],
    leave_out: int | None,
) -> Sequence[Span]:
    values = span_values(instant(span[0]), instant(span[1]), leave_out=leave_out)
    found = session.execute(query, {**values, "owner_ids": list(owner_ids)})
    # Thousands of rows of plain ints: the driver's tuples serve as they are.
    return cast_to("CursorResult[Any]", found).cursor.fetchall()


def _minute(dialect: str, instants: ColumnElement[datetime], add: int) -> ColumnElement[int]:
    """Give a column's minutes since 1970, computed by the database: rows then need no work here."""
    if dialect == "sqlite":
        stored: ColumnElement[int] = type_coerce(instants, Integer)
        return (stored + add) // _MINUTE_MICROSECONDS
    micros = func.extract("epoch", instants) * 1_000_000 + add
    return cast(func.floor(micros / _MINUTE_MICROSECONDS), BigInteger)
