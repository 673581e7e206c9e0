"""Reads the cards on the shelf."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Service
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.shelf.models import ShelfRow
from clinicdesk.schedule.shelf.records import ShelfCard

_CARDS = (
    select(ShelfRow, Appointment, Patient.given_name, Patient.family_name, Service)
    .join(Patient, Patient.id == ShelfRow.patient_id)
    .join(Service, Service.id == ShelfRow.service_id)
    .outerjoin(Appointment, Appointment.id == ShelfRow.appointment_id)
    .order_by(ShelfRow.put_at, ShelfRow.id)
)
_Cards = Select[ShelfRow, Appointment, str, str, Service]


def cards_of(session: Session, clinic_id: int) -> tuple[ShelfCard, ...]:
    """List the cards of a clinic, the first put first."""
    return _cards(session, _CARDS.where(ShelfRow.clinic_id == clinic_id))


def card(session: Session, card_id: int) -> ShelfCard | None:
    """Give one card, None when it is gone."""
    found = _cards(session, _CARDS.where(ShelfRow.id == card_id))
    return found[0] if found else None


def _cards(session: Session, query: _Cards) -> tuple[ShelfCard, ...]:
    return tuple(_card(*row) for row in session.execute(query))


def _card(
    row: ShelfRow, visit: Appointment | None, given: str, family: str, service: Service
) -> ShelfCard:
    minutes = service.duration_minutes
    if visit is not None:
        minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
    return ShelfCard(
        id=row.id,
        clinic_id=row.clinic_id,
        appointment_id=row.appointment_id,
        appointment_version=visit.version if visit else None,
        patient_id=row.patient_id,
        patient_name=f"{given} {family}".strip(),
        service_id=row.service_id,
        service_name=service.name,
        doctor_id=visit.doctor_id if visit else row.doctor_id,
        starts_at=visit.starts_at if visit else None,
        duration_minutes=minutes,
        note=row.note,
        put_by=row.put_by,
        put_at=row.put_at,
        status=visit.status if visit else None,
    )
