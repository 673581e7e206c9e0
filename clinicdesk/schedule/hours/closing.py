"""Closures of clinics in the data: what can be, reading, adding and removing them."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.schedule.hours.errors import ClosureInvalidError, EntryGoneError
from clinicdesk.schedule.hours.models import ClinicClosure
from clinicdesk.schedule.hours.records import Closure, ClosureKind
from clinicdesk.schedule.hours.weekly import DAY_MINUTES

LONGEST_DAYS = 366 * 2


def check_closure(closure: Closure) -> None:
    """Check a closure before it is stored.

    Raises:
        ClosureInvalidError: its days, minutes or reason cannot be; `field` says where.
    """
    if closure.until_on < closure.from_on:
        raise ClosureInvalidError("The last day lies before the first.", field="until_on")
    if (closure.until_on - closure.from_on).days > LONGEST_DAYS:
        raise ClosureInvalidError("A closure is at most two years long.", field="until_on")
    if not closure.reason.strip():
        raise ClosureInvalidError(
            "Please write why the clinic is closed; the calendar shows it.", field="reason"
        )
    if (closure.starts_minute is None) != (closure.ends_minute is None):
        raise ClosureInvalidError(
            "Please enter from when until when, or leave both empty for the whole day.",
            field="ends_minute",
        )
    if closure.starts_minute is not None and closure.ends_minute is not None:
        _check_minutes(closure.starts_minute, closure.ends_minute)


def _check_minutes(starts_minute: int, ends_minute: int) -> None:
    if not 0 <= starts_minute < DAY_MINUTES:
        raise ClosureInvalidError("Please enter a time of the day.", field="starts_minute")
    if not starts_minute < ends_minute <= 2 * DAY_MINUTES:
        raise ClosureInvalidError(
            "A closure ends after it starts, and on the next day at the latest.",
            field="ends_minute",
        )


def read_closures_of(
    session: Session, clinic_id: int | None, *, from_on: date | None, until_on: date | None = None
) -> tuple[Closure, ...]:
    """Give closures by day: of one clinic with those of all clinics, or with None every one."""
    query = select(ClinicClosure)
    if clinic_id is not None:
        query = query.where(
            or_(ClinicClosure.clinic_id.is_(None), ClinicClosure.clinic_id == clinic_id)
        )
    if from_on is not None:
        query = query.where(ClinicClosure.until_on >= from_on)
    if until_on is not None:
        query = query.where(ClinicClosure.from_on <= until_on)
    rows = session.scalars(query.order_by(ClinicClosure.from_on, ClinicClosure.id))
    return tuple(closure_record(row) for row in rows)


def store_closure(session: Session, closure: Closure) -> int:
    """Add a closure and give its id.

    Raises:
        ClosureInvalidError: there is no such clinic.
    """
    if closure.clinic_id is not None and session.get(Clinic, closure.clinic_id) is None:
        raise ClosureInvalidError("Please choose a clinic.", field="clinic_id")
    row = ClinicClosure(
        clinic_id=closure.clinic_id,
        kind=closure.kind,
        from_on=closure.from_on,
        until_on=closure.until_on,
        starts_minute=closure.starts_minute,
        ends_minute=closure.ends_minute,
        reason=closure.reason.strip(),
    )
    session.add(row)
    session.flush()
    return row.id


def remove_closure(session: Session, closure_id: int) -> Closure:
    """Take a closure away and give what it was.

    Raises:
        EntryGoneError: it is not there.
    """
    row = session.get(ClinicClosure, closure_id)
    if row is None:
        raise EntryGoneError
    removed = closure_record(row)
    session.delete(row)
    session.flush()
    return removed


def stored_holidays(session: Session, clinic_id: int, year: int) -> frozenset[date]:
    """Give the days of a year that stand as whole-day public holidays of a clinic already."""
    closures = read_closures_of(
        session, clinic_id, from_on=date(year, 1, 1), until_on=date(year, 12, 31)
    )
    return frozenset(
        closure.from_on
        for closure in closures
        if closure.kind is ClosureKind.HOLIDAY and closure.starts_minute is None
    )


def closure_record(row: ClinicClosure) -> Closure:
    """Give a closure as screens see it."""
    return Closure(
        clinic_id=row.clinic_id,
        from_on=row.from_on,
        until_on=row.until_on,
        reason=row.reason,
        kind=row.kind,
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
        id=row.id,
    )
