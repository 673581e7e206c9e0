"""Reads what takes away from hours: closures, blocks, the way between clinics and soft holds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Equipment
from clinicdesk.schedule.holds.models import SlotHold
from clinicdesk.schedule.hours.models import (
    BlockType,
    BlockTypeService,
    CalendarBlock,
    ClinicClosure,
    TravelTime,
)
from clinicdesk.schedule.hours.records import ClosureKind
from clinicdesk.schedule.limits import NO_LIMITS, Held, Limits, Shut
from clinicdesk.schedule.reasons import NotFree
from clinicdesk.schedule.wall_clock import DAY_MINUTES, utc_minute, utc_minute_after, wall_clock

_CC, _CB, _BT = ClinicClosure.__table__.c, CalendarBlock.__table__.c, BlockType.__table__.c
_BS, _TT, _H = BlockTypeService.__table__.c, TravelTime.__table__.c, SlotHold.__table__.c
_E, _CL = Equipment.__table__.c, Clinic.__table__.c

# Most clinics have none of these most of the time: one question finds that out for all of them.
_ANY = select(
    exists().select_from(ClinicClosure.__table__),
    exists().select_from(CalendarBlock.__table__),
    exists().select_from(TravelTime.__table__),
    exists().select_from(SlotHold.__table__),
)
_CLOSURES = (
    select(
        _CC.kind,
        _CC.clinic_id,
        _CC.from_on,
        _CC.until_on,
        _CC.starts_minute,
        _CC.ends_minute,
        _CC.reason,
    )
    .where(_CC.from_on <= bindparam("last_on"), _CC.until_on >= bindparam("first_on"))
    .order_by(_CC.id)
)
_BLOCKS = (
    select(
        _CB.clinic_id,
        _CB.from_on,
        _CB.until_on,
        _CB.starts_minute,
        _CB.ends_minute,
        _CB.weekdays,
        _CB.every_weeks,
        _CB.doctor_id,
        _CB.room_id,
        _BT.name,
        _BT.is_hard,
    )
    .join_from(CalendarBlock.__table__, BlockType.__table__)
    .where(
        _CB.from_on <= bindparam("last_on"),
        _CB.until_on >= bindparam("first_on"),
        or_(
            _CB.clinic_id.in_(bindparam("clinic_ids", expanding=True)),
            _CB.doctor_id.in_(bindparam("doctor_ids", expanding=True)),
        ),
        or_(
            _BT.is_hard,
            ~exists().where(
                _BS.block_type_id == _CB.block_type_id, _BS.service_id == bindparam("service_id")
            ),
        ),
    )
    .order_by(_CB.id)
)
_TRAVEL = select(_TT.clinic_id, _TT.other_clinic_id, _TT.minutes).where(_TT.minutes > 0)
_WALLS = select(_CL.id, _CL.time_zone)
_HOLDS = (
    select(_H.doctor_id, _H.starts_at, _H.ends_at, _H.user_name, _H.desk, _H.expires_at)
    .where(
        _H.doctor_id.in_(bindparam("doctor_ids", expanding=True)),
        _H.expires_at > bindparam("now"),
        _H.hold_key != bindparam("hold_key"),
    )
    .order_by(_H.doctor_id, _H.id)
)
_EQUIPMENT = (
    select(_E.clinic_id, _E.id)
    .where(
        _E.clinic_id.in_(bindparam("clinic_ids", expanding=True)),
        _E.kind == bindparam("kind"),
        _E.is_active,
    )
    .order_by(_E.clinic_id, _E.id)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose limits are asked for, on which days, and for which service if any.

    Holds count as of `now`, except the one with `hold_key`; without a moment none counts.
    """

    clinic_ids: Collection[int]
    doctor_ids: Collection[int]
    first_on: date
    last_on: date
    service_id: int | None = None
    equipment_kind: str = ""
    now: datetime | None = None
    hold_key: str = ""


def read_limits(session: Session, asked: Asked) -> Limits:
    """Give all that takes away from the hours of doctors at clinics."""
    has_closures, has_blocks, has_travel, has_holds = session.execute(_ANY).one()
    limits = NO_LIMITS
    if has_closures or has_blocks:
        shuts = _closures(session, asked) if has_closures else []
        shuts += _blocks(session, asked) if has_blocks else []
        limits = replace(limits, shuts=shuts)
    if has_travel:
        limits = replace(limits, travel=_both_ways(session.execute(_TRAVEL)))
    if has_travel or has_blocks:
        walls = {row.id: wall_clock(row.time_zone) for row in session.execute(_WALLS)}
        limits = replace(limits, walls=walls)
    if has_holds and asked.now is not None:
        limits = replace(limits, held=_held(session, asked))
    if asked.equipment_kind:
        pieces = _equipment(session, asked)
        limits = replace(limits, equipment=pieces, equipment_kind=asked.equipment_kind)
    return limits


def _closures(session: Session, asked: Asked) -> list[Shut]:
    values = {"first_on": asked.first_on, "last_on": asked.last_on}
    return [
        Shut(
            NotFree.HOLIDAY if kind is ClosureKind.HOLIDAY else NotFree.CLOSED,
            clinic_id,
            from_on.toordinal(),
            until_on.toordinal(),
            starts_minute=starts or 0,
            ends_minute=DAY_MINUTES if ends is None else ends,
            name=reason,
        )
        for kind, clinic_id, from_on, until_on, starts, ends, reason in session.execute(
            _CLOSURES, values
        )
    ]


def _blocks(session: Session, asked: Asked) -> list[Shut]:
    values = {
        "first_on": asked.first_on,
        "last_on": asked.last_on,
        "clinic_ids": list(asked.clinic_ids),
        "doctor_ids": list(asked.doctor_ids),
        "service_id": asked.service_id or 0,
    }
    return [_block(row) for row in session.execute(_BLOCKS, values)]


def _block(row: Row[*tuple[Any, ...]]) -> Shut:
    return Shut(
        NotFree.BLOCKED if row.room_id is None else NotFree.ROOM_BLOCKED,
        row.clinic_id,
        row.from_on.toordinal(),
        row.until_on.toordinal(),
        starts_minute=row.starts_minute,
        ends_minute=row.ends_minute,
        weekdays=row.weekdays,
        every_weeks=row.every_weeks,
        doctor_id=row.doctor_id,
        room_id=row.room_id,
        name=row.name,
        is_hard=row.is_hard,
    )


def _both_ways(rows: Iterable[Row[*tuple[Any, ...]]]) -> Mapping[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for one, other, minutes in rows:
        found[one, other] = found[other, one] = minutes
    return found


def _held(session: Session, asked: Asked) -> Sequence[Held]:
    values = {
        "doctor_ids": list(asked.doctor_ids),
        "now": asked.now,
        "hold_key": asked.hold_key,
    }
    return [
        Held(
            doctor_id,
            utc_minute(starts_at),
            utc_minute_after(ends_at),
            user_name,
            desk,
            utc_minute_after(expires_at),
        )
        for doctor_id, starts_at, ends_at, user_name, desk, expires_at in session.execute(
            _HOLDS, values
        )
    ]


def _equipment(session: Session, asked: Asked) -> Mapping[int, Sequence[int]]:
    values = {"clinic_ids": list(asked.clinic_ids), "kind": asked.equipment_kind}
    found: dict[int, list[int]] = {}
    for clinic_id, equipment_id in session.execute(_EQUIPMENT, values):
        found.setdefault(clinic_id, []).append(equipment_id)
    return found
