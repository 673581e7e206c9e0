"""Looks into a room before a patient is taken there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from clinicdesk.access import Action
from clinicdesk.clinics.models import Clinic, Room
from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.booking.desk import Act
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.visits.errors import RoomInUseError, RoomMissingError

SHARED = "Taken to a room that was in use"


def put_into_room(act: Act, row: Appointment, room_id: int, *, share: bool) -> None:
    """Give a visit the room that its patient is taken to; a room in use only with `share`.

    A shared room is a marked exception to the rule that a room holds one visit at a time, and so
    needs the right to book over others.

    Raises:
        RoomMissingError: the clinic has no such room.
        RoomInUseError: somebody is in it, or has it at the time of the visit.
        AccessDeniedError: the person may not put two visits into one room.
    """
    session = act.session
    # One desk at a time decides about a room; on SQLite a write is alone anyway.
    room = session.get(Room, room_id, with_for_update={"key_share": True})
    if room is None or room.clinic_id != row.clinic_id:
        raise RoomMissingError
    taken = _who_has(session, row, room, now=act.now)
    if taken and not share:
        raise RoomInUseError(f"{taken} Choose another room, or take both in on purpose.")
    if room_id != row.room_id and _is_held(session, row, room_id):
        act.actor.demand(Action.OVERBOOK)
        row.is_overbooked, row.overbooked_reason = True, row.overbooked_reason or SHARED
    row.room_id = room_id


def _is_held(session: Session, row: Appointment, room_id: int) -> bool:
    """Tell whether the database's own rule would refuse the room."""
    found = session.scalar(select(Appointment.id).where(*_beside(row, room_id)).limit(1))
    return found is not None


def _beside(row: Appointment, room_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Appointment.room_id == room_id,
        Appointment.id != row.id,
        Appointment.holds_slot == true(),
        Appointment.starts_at < row.ends_at,
        Appointment.ends_at > row.starts_at,
    )


def _who_has(session: Session, row: Appointment, room: Room, *, now: datetime) -> str:
    zone = session.get_one(Clinic, row.clinic_id).time_zone
    start, _ = day_bounds(clinic_day(now, zone), zone)
    is_inside = (Appointment.status == AppointmentStatus.IN_ROOM) & (Appointment.starts_at >= start)
    is_over = Appointment.status == AppointmentStatus.COMPLETED
    is_booked = and_(~is_over, *_beside(row, room.id))
    found = session.execute(
        select(
            Patient.given_name,
            Patient.family_name,
            Appointment.status,
            Appointment.in_room_at,
            Appointment.starts_at,
        )
        .join(Patient, Patient.id == Appointment.patient_id)
        .where(
            Appointment.room_id == room.id,
            Appointment.id != row.id,
            or_(is_inside, is_booked),
        )
        .order_by(Appointment.in_room_at.is_(None), Appointment.starts_at)
    ).first()
    if found is None:
        return ""
    given, family, status, in_room_at, starts_at = found
    is_in = status is AppointmentStatus.IN_ROOM
    at = ((in_room_at if is_in else None) or starts_at).astimezone(ZoneInfo(zone))
    who = f"{given} {family}".strip()
    if is_in:
        return f"{who} has been in {room.name} since {at:%H:%M}."
    return f"{room.name} is booked for {who} at {at:%H:%M}."
