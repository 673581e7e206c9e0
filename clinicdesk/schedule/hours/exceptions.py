"""Exceptions to a doctor's weekly hours: what can be, reading, adding and removing them."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.schedule.errors import HoursInvalidError
from clinicdesk.schedule.hours.errors import EntryGoneError
from clinicdesk.schedule.hours.weekly import check_minutes
from clinicdesk.schedule.models import AvailabilityException
from clinicdesk.schedule.records import ExceptionKind, HoursException


def check_exception(change: HoursException) -> None:
    """Check an exception before it is stored.

    Raises:
        HoursInvalidError: its days or minutes cannot be, or its clinic is missing.
    """
    if change.until_on < change.from_on:
        raise HoursInvalidError("The last day lies before the first.", field="until_on")
    if change.starts_minute is None or change.ends_minute is None:
        if change.kind is not ExceptionKind.CLOSED or change.starts_minute != change.ends_minute:
            raise HoursInvalidError("Please enter from when until when.", field="starts_minute")
    else:
        check_minutes(change.starts_minute, change.ends_minute)
    if change.kind is ExceptionKind.ADDED and change.clinic_id is None:
        raise HoursInvalidError("Please choose the clinic of the added hours.", field="clinic_id")


def read_exceptions(
    session: Session, doctor_id: int, *, from_on: date | None
) -> tuple[HoursException, ...]:
    """Give a doctor's exceptions by day; with `from_on` those that end then or later."""
    query = select(AvailabilityException).where(AvailabilityException.doctor_id == doctor_id)
    if from_on is not None:
        query = query.where(AvailabilityException.until_on >= from_on)
    rows = session.scalars(query.order_by(AvailabilityException.from_on, AvailabilityException.id))
    return tuple(_record(row) for row in rows)


def store_exception(session: Session, change: HoursException) -> int:
    """Add an exception and give its id."""
    row = AvailabilityException(
        doctor_id=change.doctor_id,
        clinic_id=change.clinic_id,
        kind=change.kind,
        from_on=change.from_on,
        until_on=change.until_on,
        starts_minute=change.starts_minute,
        ends_minute=change.ends_minute,
        reason=change.reason.strip(),
    )
    session.add(row)
    session.flush()
    return row.id


def remove_exception(session: Session, exception_id: int) -> HoursException:
    """Take an exception away and give what it was.

    Raises:
        EntryGoneError: it is not there.
    """
    row = session.get(AvailabilityException, exception_id)
    if row is None:
        raise EntryGoneError
    removed = _record(row)
    session.delete(row)
    session.flush()
    return removed


def plain(record: Any) -> dict[str, Any]:
    """Give a record's fields as plain values for the audit log."""
    return {
        name: value.isoformat() if isinstance(value, date) else _bare(value)
        for name, value in asdict(record).items()
    }


def _bare(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _record(row: AvailabilityException) -> HoursException:
    return HoursException(
        doctor_id=row.doctor_id,
        clinic_id=row.clinic_id,
        kind=row.kind,
        from_on=row.from_on,
        until_on=row.until_on,
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
        reason=row.reason,
        id=row.id,
    )
