"""Reads the board of a day: all cards in one query, whatever their number."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.clinics.models import Clinic, Room
from clinicdesk.clinics.models import Service as ServiceRow
from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.settings.records import VisitSettings
from clinicdesk.settings.service import load_settings
from clinicdesk.staff.models import Doctor
from clinicdesk.visits.records import Board, BoardCard, BoardRoom, Unfinished

_BEFORE = aliased(Appointment)
_WAS_SEEN = exists().where(
    _BEFORE.patient_id == Appointment.patient_id,
    _BEFORE.starts_at < Appointment.starts_at,
    _BEFORE.status == AppointmentStatus.COMPLETED,
)
_CARDS: Select[*tuple[Any, ...]] = (
    select(
        Appointment.id,
        Appointment.version,
        Appointment.patient_id,
        Patient.given_name,
        Patient.family_name,
        Appointment.doctor_id,
        Doctor.display_name,
        Appointment.room_id,
        func.coalesce(Room.name, ""),
        ServiceRow.name,
        Appointment.status,
        Appointment.starts_at,
        Appointment.arrived_at,
        Appointment.called_in_at,
        Appointment.in_room_at,
        Appointment.completed_at,
        Appointment.is_walk_in,
        ~_WAS_SEEN,
    )
    .join(Patient, Patient.id == Appointment.patient_id)
    .join(Doctor, Doctor.id == Appointment.doctor_id)
    .join(ServiceRow, ServiceRow.id == Appointment.service_id)
    .outerjoin(Room, Room.id == Appointment.room_id)
    .order_by(Appointment.starts_at, Appointment.id)
)
_ENDED = frozenset({AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED})


def read_board(session: Session, *, clinic_id: int, now: datetime) -> Board | None:
    """Give the board of a clinic's present day; None where there is no such clinic."""
    zone = zone_of(session, clinic_id)
    if zone is None:
        return None
    day = clinic_day(now, zone)
    cards = _cards(session, clinic_id, day, zone)
    limits = load_settings(session, VisitSettings)
    return Board(clinic_id, day, zone, limits, cards, _rooms(session, clinic_id, cards))


def read_unfinished(session: Session, *, clinic_id: int, day: date, now: datetime) -> Unfinished:
    """Give the visits of a day that should be over and have no outcome, and the completed ones."""
    zone = zone_of(session, clinic_id) or "UTC"
    begun = [card for card in _cards(session, clinic_id, day, zone) if _should_be_over(card, now)]
    done = tuple(card for card in begun if card.status is AppointmentStatus.COMPLETED)
    return Unfinished(day, zone, tuple(card for card in begun if card not in done), done)


def _should_be_over(card: BoardCard, now: datetime) -> bool:
    has_come = card.arrived_at is not None
    return card.status not in _ENDED and (has_come or card.starts_at < now)


def zone_of(session: Session, clinic_id: int) -> str | None:
    """Give the time zone of a clinic, None where there is no such clinic."""
    return session.scalar(select(Clinic.time_zone).where(Clinic.id == clinic_id))


def _cards(session: Session, clinic_id: int, day: date, zone: str) -> tuple[BoardCard, ...]:
    start, end = day_bounds(day, zone)
    found = session.execute(
        _CARDS.where(
            Appointment.clinic_id == clinic_id,
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
        )
    )
    return tuple(BoardCard(*row) for row in found)


def _rooms(session: Session, clinic_id: int, cards: tuple[BoardCard, ...]) -> tuple[BoardRoom, ...]:
    inside = {card.room_id: card for card in cards if card.status is AppointmentStatus.IN_ROOM}
    rooms = session.execute(
        select(Room.id, Room.name)
        .where(Room.clinic_id == clinic_id, Room.is_active)
        .order_by(Room.name)
    )
    return tuple(
        BoardRoom(number, name, inside[number].id, inside[number].patient_name)
        if number in inside
        else BoardRoom(number, name)
        for number, name in rooms
    )
