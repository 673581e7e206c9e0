"""Reads and writes the hours of doctors."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from clinicdesk.schedule.availability import HoursPlan
from clinicdesk.schedule.errors import HoursInvalidError
from clinicdesk.schedule.models import Availability, AvailabilityException
from clinicdesk.schedule.records import ExceptionKind, HoursException, WeeklyHours

DAY_MINUTES = 24 * 60


_W, _X = Availability.__table__.c, AvailabilityException.__table__.c
_WEEKLY = select(
    _W.doctor_id,
    _W.clinic_id,
    _W.weekday,
    _W.starts_minute,
    _W.ends_minute,
    _W.valid_from_on,
    _W.valid_until_on,
).where(
    _W.doctor_id.in_(bindparam("doctor_ids", expanding=True)),
    _W.valid_from_on <= bindparam("last_on"),
    or_(_W.valid_until_on.is_(None), _W.valid_until_on >= bindparam("first_on")),
)
_CHANGES = (
    select(
        _X.doctor_id,
        _X.clinic_id,
        _X.kind,
        _X.from_on,
        _X.until_on,
        _X.starts_minute,
        _X.ends_minute,
    )
    .where(
        _X.doctor_id.in_(bindparam("doctor_ids", expanding=True)),
        _X.from_on <= bindparam("last_on"),
        _X.until_on >= bindparam("first_on"),
    )
    .order_by(_X.id)
)


def read_plan(
    session: Session, doctor_ids: Collection[int], *, first_on: date, last_on: date
) -> HoursPlan:
    """Give the hours of doctors on the days from `first_on` to `last_on`, at every clinic."""
    values = {"doctor_ids": list(doctor_ids), "first_on": first_on, "last_on": last_on}
    weekly = session.execute(_WEEKLY, values).all()
    changes = session.execute(_CHANGES, values).all()
    return HoursPlan(
        [WeeklyHours(*row) for row in weekly],
        [HoursException(*row) for row in changes],
        first_on=first_on,
        last_on=last_on,
    )


def replace_weekly(session: Session, doctor_id: int, hours: Sequence[WeeklyHours]) -> None:
    """Put weekly hours in place of all that a doctor had."""
    session.execute(delete(Availability).where(Availability.doctor_id == doctor_id))
    session.add_all(
        Availability(
            doctor_id=doctor_id,
            clinic_id=row.clinic_id,
            weekday=row.weekday,
            starts_minute=row.starts_minute,
            ends_minute=row.ends_minute,
            valid_from_on=row.valid_from_on,
            valid_until_on=row.valid_until_on,
        )
        for row in hours
    )


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
        reason=change.reason,
    )
    session.add(row)
    session.flush()
    return row.id


def check_weekly(doctor_id: int, hours: Sequence[WeeklyHours], clinic_ids: Collection[int]) -> None:
    """Check weekly hours before they are stored.

    Raises:
        HoursInvalidError: they are of another doctor, at a clinic where the doctor does not work,
            end before they start, or put the doctor into two clinics at once.
    """
    for row in hours:
        if row.doctor_id != doctor_id or row.clinic_id not in clinic_ids:
            raise HoursInvalidError(
                "Hours can only be set at clinics where the doctor works.", field="clinic_id"
            )
        if row.weekday not in range(7):
            raise HoursInvalidError("Please choose a day from Monday to Sunday.", field="weekday")
        _check_minutes(row.starts_minute, row.ends_minute)
        if row.valid_until_on is not None and row.valid_until_on < row.valid_from_on:
            raise HoursInvalidError("The last day lies before the first.", field="valid_until_on")
    for number, row in enumerate(hours):
        if any(_collide(row, other) for other in hours[:number]):
            raise HoursInvalidError(
                "These hours put the doctor into two clinics at the same time. Please change one "
                "of them.",
                field="starts_minute",
            )


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
        _check_minutes(change.starts_minute, change.ends_minute)
    if change.kind is ExceptionKind.ADDED and change.clinic_id is None:
        raise HoursInvalidError("Please choose the clinic of the added hours.", field="clinic_id")


def _check_minutes(starts_minute: int, ends_minute: int) -> None:
    if not 0 <= starts_minute < DAY_MINUTES:
        raise HoursInvalidError("Please enter a time of the day.", field="starts_minute")
    if not starts_minute < ends_minute <= 2 * DAY_MINUTES:
        raise HoursInvalidError(
            "Hours end after they start, and on the next day at the latest.", field="ends_minute"
        )


def _collide(row: WeeklyHours, other: WeeklyHours) -> bool:
    """Tell whether two weekly hours of different clinics overlap on some day.

    Hours on the wall clocks of clinics in different zones are compared as they are written.
    """
    if row.clinic_id == other.clinic_id:
        return False
    if row.valid_until_on is not None and row.valid_until_on < other.valid_from_on:
        return False
    if other.valid_until_on is not None and other.valid_until_on < row.valid_from_on:
        return False
    week = 7 * DAY_MINUTES
    start = row.weekday * DAY_MINUTES + row.starts_minute
    length = row.ends_minute - row.starts_minute
    later = (other.weekday * DAY_MINUTES + other.starts_minute - start) % week
    return later < length or later + other.ends_minute - other.starts_minute > week
