"""Reads what is taken: of doctors with buffers, of things without, always in a bounded range."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ColumnExpressionArgument,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

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
_LENGTH_BITS = 16
_LENGTHS = (1 << _LENGTH_BITS) - 1
"""More minutes than any visit takes: a begin and a length make one number."""
_Columns = tuple[ColumnElement[Any], ColumnElement[datetime], ColumnElement[datetime]]
_OF_DOCTORS: _Columns = (_C.doctor_id, *BUSY_COLUMNS)
_OF_ROOMS: _Columns = (_C.room_id, *VISIT_COLUMNS)
_OF_EQUIPMENT: _Columns = (_C.equipment_id, *VISIT_COLUMNS)


def busy_of_doctors(
    session: Session,
    doctor_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Iterator[Span]:
    """Give the busy UTC minutes of doctors at all clinics, buffers included."""
    span = from_minute, until_minute
    return _spans(session, _OF_DOCTORS, doctor_ids, span, leave_out)


def busy_of_rooms(
    session: Session,
    room_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Iterator[Span]:
    """Give the UTC minutes in which rooms are taken, by whichever doctor."""
    span = from_minute, until_minute
    return _spans(session, _OF_ROOMS, room_ids, span, leave_out)


def busy_of_equipment(
    session: Session,
    equipment_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Iterator[Span]:
    """Give the UTC minutes in which pieces of equipment are taken."""
    span = from_minute, until_minute
    return _spans(session, _OF_EQUIPMENT, equipment_ids, span, leave_out)


def stays_of_doctors(
    session: Session,
    doctor_ids: Collection[int],
    from_minute: int,
    until_minute: int,
    *,
    leave_out: int | None = None,
) -> Iterator[Stay]:
    """Give the busy UTC minutes of doctors, buffers included, with the clinic of each."""
    dialect = session.get_bind().dialect.name
    query = _packed_query(_OF_DOCTORS, dialect).add_columns(_C.clinic_id).group_by(_C.clinic_id)
    values = span_values(instant(from_minute), instant(until_minute), leave_out=leave_out)
    found = session.execute(query, {**values, "owner_ids": list(doctor_ids)})
    for doctor_id, packed, clinic_id in found:
        for number in _numbers(packed):
            begin = number >> _LENGTH_BITS
            yield doctor_id, begin, begin + (number & _LENGTHS), clinic_id


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


def _spans(
    session: Session,
    columns: _Columns,
    owner_ids: Collection[int],
    span: tuple[int, int],
    leave_out: int | None,
) -> Iterator[Span]:
    query = _packed_query(columns, session.get_bind().dialect.name)
    values = span_values(instant(span[0]), instant(span[1]), leave_out=leave_out)
    for owner_id, packed in session.execute(query, {**values, "owner_ids": list(owner_ids)}):
        for number in _numbers(packed):
            begin = number >> _LENGTH_BITS
            yield owner_id, begin, begin + (number & _LENGTHS)


@lru_cache
def _packed_query(columns: _Columns, dialect: str) -> Select[*tuple[Any, ...]]:
    """Give the query for the spans of each owner, all in one value of one row.

    Most of the time of reading thousands of rows goes into making their tuples.
    """
    owner, begin, end = columns
    first, last = _minute(dialect, begin, 0), _minute(dialect, end, _MINUTE_MICROSECONDS - 1)
    packed = first * (1 << _LENGTH_BITS) + (last - first)
    gather = func.json_group_array if dialect == "sqlite" else func.array_agg
    return (
        select(owner, type_coerce(gather(packed), NullType()))
        .where(owner.in_(bindparam("owner_ids", expanding=True)), *overlapping(begin, end))
        .group_by(owner)
    )


def _numbers(packed: str | Sequence[int]) -> Sequence[int]:
    numbers: Sequence[int] = json.loads(packed) if isinstance(packed, str) else packed
    return numbers


def _minute(dialect: str, instants: ColumnElement[datetime], add: int) -> ColumnElement[int]:
    """Give a column's minutes since 1970, computed by the database: rows then need no work here."""
    if dialect == "sqlite":
        stored: ColumnElement[int] = type_coerce(instants, Integer)
        return (stored + add) // _MINUTE_MICROSECONDS
    micros = func.extract("epoch", instants) * 1_000_000 + add
    return cast(func.floor(micros / _MINUTE_MICROSECONDS), BigInteger)
