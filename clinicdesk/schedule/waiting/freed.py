"""Finds what time fell free, and when in it a visit could begin, by the search for free times."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.audit.models import AuditEntry
from clinicdesk.schedule import placing
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.finding import (
    Length,
    Span,
    find_slots,
    read_search,
    service_length,
)
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import BLOCKING
from clinicdesk.schedule.refusals import reason_against
from clinicdesk.schedule.trail import ENTITY
from clinicdesk.schedule.waiting.records import FreedTime
from clinicdesk.schedule.wanted import Wanted

FARTHEST = timedelta(hours=8)
_MINUTE = timedelta(minutes=1)


def freed_by(session: Session, appointment_id: int, *, now: datetime) -> FreedTime | None:
    """Give the time that an appointment left free: by being cancelled, missed or moved away.

    It reaches as far as the doctor's time is free from there. None where nothing of it is left.
    """
    row = session.get(Appointment, appointment_id)
    if row is None:
        return None
    if row.status not in BLOCKING:
        former = FreedTime(row.clinic_id, row.doctor_id, row.starts_at, row.ends_at)
    else:
        left = _left_place(session, row)
        if left is None:
            return None
        former = left
    return still_free(session, former, now=now)


def still_free(session: Session, former: FreedTime, *, now: datetime) -> FreedTime | None:
    """Give what of a former visit's time is free now, and on to the next visit or closing time."""
    begins_at = max(former.starts_at, now)
    search = read_search(
        session,
        clinic_ids=[former.clinic_id],
        doctor_ids=[former.doctor_id],
        length=Length(1),
        span=Span(begins_at, begins_at + FARTHEST),
    )
    if not search.pairs:
        return None
    step = search.places[former.clinic_id].step_minutes
    steps = find_slots(session, replace(search, duration_minutes=step), limit=None)
    if not steps or steps[0].starts_at >= former.ends_at:
        return None
    ends_at = steps[0].starts_at
    for each in steps:
        if each.starts_at != ends_at:
            break
        ends_at = each.ends_at
    return replace(former, starts_at=steps[0].starts_at, ends_at=ends_at)


def _left_place(session: Session, row: Appointment) -> FreedTime | None:
    """Give where an appointment stood before it was moved; None if it stands where it stood."""
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.entity == ENTITY, AuditEntry.entity_id == row.id)
        .order_by(AuditEntry.seq.desc())
    )
    for entry in entries:
        before = entry.details.get("before")
        if isinstance(before, dict) and "ends_at" in before:
            place = _place(before)
            is_elsewhere = place != FreedTime(
                row.clinic_id, row.doctor_id, row.starts_at, row.ends_at
            )
            return place if is_elsewhere else None
    return None


def _place(before: dict[str, Any]) -> FreedTime:
    starts_at, ends_at = (datetime.fromisoformat(before[name]) for name in ("starts_at", "ends_at"))
    return FreedTime(before["clinic"], before["doctor"], starts_at, ends_at)


@dataclass(frozen=True, slots=True)
class Openings:
    """When in a freed time a visit could begin; where never, `obstacle` says why."""

    starts: tuple[datetime, ...]
    obstacle: str = ""


def openings(
    session: Session,
    freed: FreedTime,
    *,
    service_id: int,
    duration_minutes: int,
    doctor_name: str,
    now: datetime,
) -> Openings:
    """Tell when in a freed time a visit of some length could begin."""
    length = service_length(session, service_id)
    if length is None:
        return Openings((), "its service is no longer offered")
    length = replace(length, duration_minutes=duration_minutes)
    search = read_search(
        session,
        clinic_ids=[freed.clinic_id],
        doctor_ids=[freed.doctor_id],
        length=length,
        span=Span(max(freed.starts_at, now), freed.ends_at),
        service_id=service_id,
        now=now,
    )
    if not search.pairs:
        return Openings((), f"{doctor_name} does not give that service")
    slots = find_slots(session, search, limit=None)
    starts = tuple(slot.starts_at for slot in slots if slot.ends_at <= freed.ends_at)
    if starts:
        return Openings(starts)
    return Openings((), _obstacle(session, freed, length, now=now))


def _obstacle(session: Session, freed: FreedTime, length: Length, *, now: datetime) -> str:
    free = (freed.ends_at - max(freed.starts_at, now)) // _MINUTE
    if length.duration_minutes > free:
        return f"needs {length.duration_minutes} min, {free} are free"
    whole = length.before_minutes + length.duration_minutes + length.after_minutes
    if whole > free:
        return f"needs {whole} min with the time around it, {free} are free"
    wanted = Wanted(freed.clinic_id, freed.doctor_id, None, freed.starts_at, length)
    try:
        search = placing.search_around(session, wanted, policy=None, now=now)
    except NotBookableError:
        return "the doctor does not work there"
    reason = reason_against(session, wanted, search)
    return f"cannot be booked: {reason.value}" if reason else "cannot be booked then"
