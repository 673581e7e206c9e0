"""Sets up a search for free times from what is stored: who works where, when, and what is taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.schedule.busy import (
    busy_of_doctors,
    busy_of_equipment,
    busy_of_rooms,
    stays_of_doctors,
)
from clinicdesk.schedule.hours.limits import Asked, read_limits
from clinicdesk.schedule.hours.plan import read_plan
from clinicdesk.schedule.limits import NO_LIMITS, Limits
from clinicdesk.schedule.reasons import Wishes
from clinicdesk.schedule.records import BookingPolicy, Slot
from clinicdesk.schedule.search import Busy, Pair, Place, ReadBusy, SlotSearch
from clinicdesk.schedule.slots import free_slots
from clinicdesk.schedule.wall_clock import utc_minute, utc_minute_after, wall_clock
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.settings.service import load_settings
from clinicdesk.staff.models import Doctor, DoctorClinic, DoctorService

# Visits, hours, a clinic's whole day and the way from elsewhere reach this far around a span.
_AROUND = timedelta(days=10)
_D, _DC, _DS = Doctor.__table__.c, DoctorClinic.__table__.c, DoctorService.__table__.c
_CL, _S = Clinic.__table__.c, Service.__table__.c
_LENGTH = select(
    _S.duration_minutes,
    _S.buffer_before_minutes,
    _S.buffer_after_minutes,
    _S.id,
    _S.equipment_kind,
    _S.minimum_notice_minutes,
    _S.horizon_days,
    _S.is_active,
).where(_S.id == bindparam("service_id"))


@dataclass(frozen=True, slots=True)
class Length:
    """How long a visit takes, what it needs free before and after, and what its service asks.

    With no service it needs no equipment and fits into no block. `notice_minutes` and
    `horizon_days` are the service's own; None where the clinic's policy holds.
    """

    duration_minutes: int
    before_minutes: int = 0
    after_minutes: int = 0
    service_id: int | None = None
    equipment_kind: str = ""
    notice_minutes: int | None = None
    horizon_days: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From which instant until which a visit may start: half-open."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which free times of a service are asked for, as `CalendarService.free_slots` says."""

    clinic_ids: Collection[int]
    service_id: int
    not_before_at: datetime
    doctor_ids: Collection[int] | None = None
    limit: int | None = 20
    within: Wishes | None = None
    hold_key: str = ""
    for_desk: bool = True
    duration_minutes: int | None = None


def policy_of(session: Session) -> BookingPolicy:
    """Give the clinic's own policy."""
    settings = load_settings(session, ScheduleSettings)
    return BookingPolicy(settings.minimum_notice_minutes, settings.horizon_days)


def bookable(
    policy: BookingPolicy,
    *,
    now: datetime,
    not_before_at: datetime,
    length: Length | None = None,
    for_desk: bool = True,
) -> Span:
    """Give the span in which the clinic offers starts; a service's own notice and horizon win.

    The desk may book inside the notice, for the patient stands there or is on the telephone;
    whoever is written to, or asks from outside, may not.
    """
    notice, horizon = policy.notice_minutes, policy.horizon_days
    if length is not None:
        notice = notice if length.notice_minutes is None else length.notice_minutes
        horizon = horizon if length.horizon_days is None else length.horizon_days
    earliest = now if for_desk else now + timedelta(minutes=notice)
    return Span(max(earliest, not_before_at), now + timedelta(days=horizon))


def service_length(session: Session, service_id: int, *, is_active: bool = True) -> Length | None:
    """Give the length of a service that can be booked, or None; without `is_active` of any."""
    row = session.execute(_LENGTH, {"service_id": service_id}).one_or_none()
    return None if row is None or (is_active and not row.is_active) else Length(*row[:-1])


def read_search(
    session: Session,
    *,
    clinic_ids: Collection[int],
    length: Length,
    span: Span,
    service_id: int | None = None,
    doctor_ids: Collection[int] | None = None,
    now: datetime | None = None,
    hold_key: str = "",
    within: Wishes | None = None,
) -> SlotSearch:
    """Read what a search needs to know, except what is taken.

    With `service_id` only doctors who give the service count, with `doctor_ids` only those. With
    `now` the holds of other desks (all but `hold_key`) and the places kept for a day itself count.
    """
    query = _pairs_query(with_service=service_id is not None, of_doctors=doctor_ids is not None)
    values = {
        "clinic_ids": list(clinic_ids),
        "service_id": service_id,
        "doctor_ids": list(doctor_ids or ()),
    }
    rows = session.execute(query, values).all()
    found = {row.doctor_id for row in rows}
    days = (span.from_at - _AROUND).date(), (span.until_at + _AROUND).date()
    asked = Asked(clinic_ids, found, *days, length.service_id, length.equipment_kind, now, hold_key)
    return SlotSearch(
        plan=read_plan(session, found, first_on=days[0], last_on=days[1]),
        places={row.clinic_id: Place(wall_clock(row.time_zone), row.step_minutes) for row in rows},
        pairs=[
            Pair(row.doctor_id, row.clinic_id, row.room_id, row.same_day_places) for row in rows
        ],
        duration_minutes=length.duration_minutes,
        before_minutes=length.before_minutes,
        after_minutes=length.after_minutes,
        from_minute=utc_minute_after(span.from_at),
        until_minute=utc_minute_after(_until(span, within)),
        limits=read_limits(session, asked),
        within=within,
        now_minute=None if now is None else utc_minute(now),
    )


def _until(span: Span, within: Wishes | None) -> datetime:
    if within is None or within.until_at is None:
        return span.until_at
    return min(span.until_at, within.until_at)


@lru_cache
def _pairs_query(
    *, with_service: bool, of_doctors: bool
) -> Select[int, int, int | None, str, int, int]:
    query = (
        select(
            _DC.doctor_id,
            _DC.clinic_id,
            _DC.room_id,
            _CL.time_zone,
            _CL.step_minutes,
            _DC.same_day_places,
        )
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
    session: Session,
    pairs: Sequence[Pair],
    *,
    leave_out: int | None = None,
    limits: Limits = NO_LIMITS,
) -> ReadBusy:
    """Give what reads the taken times of the doctors and rooms; `leave_out` is not counted.

    With the `limits` of the search also those of equipment, and where the doctors are meanwhile.
    """
    doctor_ids = sorted({pair.doctor_id for pair in pairs})
    room_ids = sorted({pair.room_id for pair in pairs if pair.room_id is not None})
    pieces = sorted({piece for ids in (limits.equipment or {}).values() for piece in ids})

    def read(begin: int, end: int) -> Busy:
        if limits.travel:
            stays = [*stays_of_doctors(session, doctor_ids, begin, end, leave_out=leave_out)]
            busy = Busy([stay[:3] for stay in stays], stays=stays)
        else:
            busy = Busy(busy_of_doctors(session, doctor_ids, begin, end, leave_out=leave_out))
        if room_ids:
            rooms = busy_of_rooms(session, room_ids, begin, end, leave_out=leave_out)
            busy = replace(busy, rooms=rooms)
        if pieces:
            taken = busy_of_equipment(session, pieces, begin, end, leave_out=leave_out)
            busy = replace(busy, equipment=taken)
        return busy

    return read


def find_slots(
    session: Session, search: SlotSearch, *, limit: int | None, leave_out: int | None = None
) -> tuple[Slot, ...]:
    """Give the free slots of a search by time, doctor and clinic."""
    read_busy = busy_reader(session, search.pairs, leave_out=leave_out, limits=search.limits)
    return tuple(free_slots(search, read_busy, limit=limit))


def free_times(
    session: Session, question: Question, *, policy: BookingPolicy | None, now: datetime
) -> tuple[Slot, ...]:
    """Answer a question for free times, by the clinic's own policy if none is given."""
    length = service_length(session, question.service_id)
    if length is None:
        return ()
    if question.duration_minutes is not None:
        length = replace(length, duration_minutes=question.duration_minutes)
    span = bookable(
        policy or policy_of(session),
        now=now,
        not_before_at=question.not_before_at,
        length=length,
        for_desk=question.for_desk,
    )
    search = read_search(
        session,
        clinic_ids=question.clinic_ids,
        length=length,
        span=span,
        service_id=question.service_id,
        doctor_ids=question.doctor_ids,
        now=now,
        hold_key=question.hold_key,
        within=question.within,
    )
    return find_slots(session, search, limit=question.limit)
