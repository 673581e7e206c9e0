"""Sets up a search for free times from what is stored: who works where, when, and what is taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.schedule.busy import busy_of_doctors, busy_of_rooms
from clinicdesk.schedule.hours.plan import read_plan
from clinicdesk.schedule.records import BookingPolicy, Slot
from clinicdesk.schedule.slots import (
    Busy,
    Pair,
    Place,
    ReadBusy,
    SlotSearch,
    free_slots,
)
from clinicdesk.schedule.wall_clock import utc_minute_after, wall_clock
from clinicdesk.staff.models import Doctor, DoctorClinic, DoctorService

_AROUND = timedelta(days=3)
_D, _DC, _DS = Doctor.__table__.c, DoctorClinic.__table__.c, DoctorService.__table__.c
_CL = Clinic.__table__.c


@dataclass(frozen=True, slots=True)
class Length:
    """How long a visit takes, and what it needs free before and after."""

    duration_minutes: int
    before_minutes: int = 0
    after_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """From which instant until which a visit may start: half-open."""

    from_at: datetime
    until_at: datetime


def bookable(policy: BookingPolicy, *, now: datetime, not_before_at: datetime) -> Span:
    """Give the span in which the clinic offers starts."""
    earliest = now + timedelta(minutes=policy.notice_minutes)
    until_at = now + timedelta(days=policy.horizon_days)
    return Span(max(earliest, not_before_at), until_at)


def service_length(session: Session, service_id: int) -> Length | None:
    """Give the length of a service that can be booked, or None."""
    row = session.execute(
        select(
            Service.duration_minutes,
            Service.buffer_before_minutes,
            Service.buffer_after_minutes,
        ).where(Service.id == service_id, Service.is_active)
    ).one_or_none()
    return None if row is None else Length(*row)


def read_search(
    session: Session,
    *,
    clinic_ids: Collection[int],
    length: Length,
    span: Span,
    service_id: int | None = None,
    doctor_ids: Collection[int] | None = None,
) -> SlotSearch:
    """Read what a search needs to know, except what is taken.

    With `service_id` only doctors who give the service count, with `doctor_ids` only those.
    """
    query = _pairs_query(with_service=service_id is not None, of_doctors=doctor_ids is not None)
    values = {
        "clinic_ids": list(clinic_ids),
        "service_id": service_id,
        "doctor_ids": list(doctor_ids or ()),
    }
    rows = session.execute(query, values).all()
    plan = read_plan(
        session,
        {row.doctor_id for row in rows},
        first_on=(span.from_at - _AROUND).date(),
        last_on=(span.until_at + _AROUND).date(),
    )
    return SlotSearch(
        plan=plan,
        places={row.clinic_id: Place(wall_clock(row.time_zone), row.step_minutes) for row in rows},
        pairs=[Pair(row.doctor_id, row.clinic_id, row.room_id) for row in rows],
        duration_minutes=length.duration_minutes,
        before_minutes=length.before_minutes,
        after_minutes=length.after_minutes,
        from_minute=utc_minute_after(span.from_at),
        until_minute=utc_minute_after(span.until_at),
    )


@lru_cache
def _pairs_query(*, with_service: bool, of_doctors: bool) -> Select[int, int, int | None, str, int]:
    query = (
        select(_DC.doctor_id, _DC.clinic_id, _DC.room_id, _CL.time_zone, _CL.step_minutes)
        .join_from(DoctorClinic.__table__, Doctor.__table__)
        .join(Clinic.__table__, _CL.id == _DC.clinic_id)
        .where(_D.is_active, _CL.is_active)
        .where(_DC.clinic_id.in_(bindparam("clinic_ids", expanding=True)))
        .order_by(_DC.doctor_id, _DC.clinic_id)
    )
    if with_service:
        query = query.join(DoctorService.__table__, _DS.doctor_id == _DC.doctor_id).where(
            _DS.service_id == bindparam("service_id")
        )
    if of_doctors:
        query = query.where(_DC.doctor_id.in_(bindparam("doctor_ids", expanding=True)))
    return query


def busy_reader(
    session: Session, pairs: Sequence[Pair], *, leave_out: int | None = None
) -> ReadBusy:
    """Give what reads the taken times of the doctors and rooms; `leave_out` is not counted."""
    doctor_ids = sorted({pair.doctor_id for pair in pairs})
    room_ids = sorted({pair.room_id for pair in pairs if pair.room_id is not None})

    def read(from_minute: int, until_minute: int) -> Busy:
        doctors = busy_of_doctors(
            session, doctor_ids, from_minute, until_minute, leave_out=leave_out
        )
        if not room_ids:
            return Busy(doctors)
        rooms = busy_of_rooms(session, room_ids, from_minute, until_minute, leave_out=leave_out)
        return Busy(doctors, rooms)

    return read


def find_slots(
    session: Session, search: SlotSearch, *, limit: int | None, leave_out: int | None = None
) -> tuple[Slot, ...]:
    """Give the free slots of a search by time, doctor and clinic."""
    read_busy = busy_reader(session, search.pairs, leave_out=leave_out)
    return tuple(free_slots(search, read_busy, limit=limit))
