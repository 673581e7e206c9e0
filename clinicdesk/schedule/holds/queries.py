"""Reads the soft holds that still count."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from clinicdesk.schedule.holds.models import SlotHold
from clinicdesk.schedule.holds.records import Hold

_H = SlotHold.__table__.c
_SHOWN = tuple(field.name for field in fields(Hold))
_LIVE = (
    select(*(_H[name] for name in _SHOWN))
    .where(
        _H.clinic_id == bindparam("clinic_id"),
        _H.starts_at < bindparam("until_at"),
        _H.ends_at > bindparam("from_at"),
        _H.expires_at > bindparam("now"),
    )
    .order_by(_H.starts_at, _H.id)
)


def live_holds(
    session: Session, *, clinic_id: int, from_at: datetime, until_at: datetime, now: datetime
) -> tuple[Hold, ...]:
    """Give the holds of a clinic that overlap [from_at, until_at) and have not expired at `now`."""
    values = {"clinic_id": clinic_id, "from_at": from_at, "until_at": until_at, "now": now}
    return tuple(Hold(*row) for row in session.execute(_LIVE, values))


def rival_holds(
    session: Session,
    *,
    doctor_id: int,
    from_at: datetime,
    until_at: datetime,
    hold_key: str,
    now: datetime,
) -> tuple[Hold, ...]:
    """Give the holds of others on a doctor's time, at whatever clinic, that count at `now`."""
    query = (
        select(*(_H[name] for name in _SHOWN))
        .where(
            _H.doctor_id == doctor_id,
            _H.starts_at < until_at,
            _H.ends_at > from_at,
            _H.expires_at > now,
            _H.hold_key != hold_key,
        )
        .order_by(_H.id)
    )
    return tuple(Hold(*row) for row in session.execute(query))
