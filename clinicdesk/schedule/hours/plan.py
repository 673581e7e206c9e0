"""Reads the hours of doctors for a search or a day of the calendar."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from clinicdesk.schedule.availability import HoursPlan
from clinicdesk.schedule.models import Availability, AvailabilityException
from clinicdesk.schedule.records import HoursException, WeeklyHours

_W, _X = Availability.__table__.c, AvailabilityException.__table__.c
_WEEKLY = select(
    _W.doctor_id,
    _W.clinic_id,
    _W.weekday,
    _W.starts_minute,
    _W.ends_minute,
    _W.valid_from_on,
    _W.valid_until_on,
    _W.every_weeks,
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
