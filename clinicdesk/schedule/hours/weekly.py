"""Weekly hours of a doctor: what can be, reading them back, and putting others in their place."""

from collections.abc import Collection, Sequence
from datetime import date
from math import gcd

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinicdesk.schedule.errors import HoursInvalidError
from clinicdesk.schedule.models import Availability
from clinicdesk.schedule.records import WeeklyHours

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
MOST_WEEKS = 52


def read_weekly(session: Session, doctor_id: int) -> tuple[WeeklyHours, ...]:
    """Give a doctor's weekly hours by clinic, weekday and start."""
    rows = session.scalars(
        select(Availability)
        .where(Availability.doctor_id == doctor_id)
        .order_by(
            Availability.clinic_id,
            Availability.weekday,
            Availability.starts_minute,
            Availability.valid_from_on,
        )
    )
    return tuple(
        WeeklyHours(
            row.doctor_id,
            row.clinic_id,
            row.weekday,
            row.starts_minute,
            row.ends_minute,
            row.valid_from_on,
            row.valid_until_on,
            row.every_weeks,
        )
        for row in rows
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
            every_weeks=row.every_weeks,
        )
        for row in hours
    )
    session.flush()


def plain_hours(hours: Sequence[WeeklyHours]) -> list[list[int | str | None]]:
    """Give weekly hours as plain values for the audit log, in the order of their fields."""
    return [
        [
            row.clinic_id,
            row.weekday,
            row.starts_minute,
            row.ends_minute,
            row.valid_from_on.isoformat(),
            row.valid_until_on.isoformat() if row.valid_until_on else None,
            row.every_weeks,
        ]
        for row in hours
    ]


def check_weekly(doctor_id: int, hours: Sequence[WeeklyHours], clinic_ids: Collection[int]) -> None:
    """Check weekly hours before they are stored.

    Raises:
        HoursInvalidError: they are of another doctor, at a clinic where the doctor does not work,
            end before they start, recur in a way that cannot be, or put the doctor into two clinics
            at once.
    """
    for row in hours:
        _check_row(doctor_id, row, clinic_ids)
    for number, row in enumerate(hours):
        if any(collide(row, other) for other in hours[:number]):
            raise HoursInvalidError(
                "These hours put the doctor into two clinics at the same time. Please change one "
                "of them.",
                field="starts_minute",
            )


def _check_row(doctor_id: int, row: WeeklyHours, clinic_ids: Collection[int]) -> None:
    if row.doctor_id != doctor_id or row.clinic_id not in clinic_ids:
        raise HoursInvalidError(
            "Hours can only be set at clinics where the doctor works.", field="clinic_id"
        )
    if row.weekday not in range(7):
        raise HoursInvalidError("Please choose a day from Monday to Sunday.", field="weekday")
    check_minutes(row.starts_minute, row.ends_minute)
    if not 1 <= row.every_weeks <= MOST_WEEKS:
        raise HoursInvalidError(
            "Hours recur every week, or at most every 52 weeks.", field="every_weeks"
        )
    if row.valid_until_on is not None and row.valid_until_on < row.valid_from_on:
        raise HoursInvalidError("The last day lies before the first.", field="valid_until_on")


def check_minutes(starts_minute: int, ends_minute: int) -> None:
    """Check from when until when hours run.

    Raises:
        HoursInvalidError: they begin outside the day, or do not end after that and within the next.
    """
    if not 0 <= starts_minute < DAY_MINUTES:
        raise HoursInvalidError("Please enter a time of the day.", field="starts_minute")
    if not starts_minute < ends_minute <= 2 * DAY_MINUTES:
        raise HoursInvalidError(
            "Hours end after they start, and on the next day at the latest.", field="ends_minute"
        )


def collide(row: WeeklyHours, other: WeeklyHours) -> bool:
    """Tell whether two weekly hours of different clinics overlap on some day.

    Hours on the wall clocks of clinics in different zones are compared as they are written.
    """
    if row.clinic_id == other.clinic_id or not _share_days(row, other):
        return False
    start = row.weekday * DAY_MINUTES + row.starts_minute
    other_start = other.weekday * DAY_MINUTES + other.starts_minute
    length, other_length = (
        row.ends_minute - row.starts_minute,
        other.ends_minute - other.starts_minute,
    )
    # Hours that run past the end of a week meet those of the next one.
    return any(
        _share_weeks(row, other, weeks)
        and other_start + weeks * WEEK_MINUTES < start + length
        and start < other_start + weeks * WEEK_MINUTES + other_length
        for weeks in (-1, 0, 1)
    )


def _share_days(row: WeeklyHours, other: WeeklyHours) -> bool:
    ends_before = row.valid_until_on is not None and row.valid_until_on < other.valid_from_on
    ends_after = other.valid_until_on is not None and other.valid_until_on < row.valid_from_on
    return not (ends_before or ends_after)


def _share_weeks(row: WeeklyHours, other: WeeklyHours, weeks: int) -> bool:
    """Tell whether some week of `row` lies `weeks` before one of `other`, however far ahead."""
    between = week_number(other.valid_from_on) - week_number(row.valid_from_on) - weeks
    return between % gcd(row.every_weeks, other.every_weeks) == 0


def week_number(on: date) -> int:
    """Count the weeks since the year 1; each begins on a Monday."""
    return (on.toordinal() - 1) // 7
