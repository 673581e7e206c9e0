"""Reads wishes and offers with the names that stand in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.rules import Step, allowed_actions
from clinicdesk.schedule.waiting.models import SlotOffer, WaitingWish
from clinicdesk.schedule.waiting.records import (
    FreedTime,
    NewWish,
    Offer,
    OfferState,
    Wish,
    WishState,
)
from clinicdesk.staff.models import Doctor

_WISHES = (
    select(WaitingWish, Patient, Service, Doctor.display_name, Clinic.name, Appointment)
    .join(Patient, Patient.id == WaitingWish.patient_id)
    .join(Service, Service.id == WaitingWish.service_id)
    .outerjoin(Doctor, Doctor.id == WaitingWish.doctor_id)
    .outerjoin(Clinic, Clinic.id == WaitingWish.clinic_id)
    .outerjoin(Appointment, Appointment.id == WaitingWish.appointment_id)
    .order_by(WaitingWish.is_urgent.desc(), WaitingWish.created_at, WaitingWish.id)
)
_OFFERS = (
    select(SlotOffer, Patient, Service.name, Doctor.display_name, Clinic.time_zone)
    .join(WaitingWish, WaitingWish.id == SlotOffer.wish_id)
    .join(Patient, Patient.id == WaitingWish.patient_id)
    .join(Service, Service.id == WaitingWish.service_id)
    .join(Doctor, Doctor.id == SlotOffer.doctor_id)
    .join(Clinic, Clinic.id == SlotOffer.clinic_id)
    .order_by(SlotOffer.starts_at, SlotOffer.doctor_id, SlotOffer.id)
)
_MINUTE_SECONDS = 60


def waiting(session: Session, *, clinic_id: int | None = None) -> tuple[Wish, ...]:
    """List what is waited for, the urgent first, then the longest waiting.

    With `clinic_id` only wishes that this clinic can meet. The dead wait for nothing.
    """
    query = _WISHES.where(WaitingWish.state == WishState.WAITING, Patient.died_on.is_(None))
    if clinic_id is not None:
        here = or_(WaitingWish.clinic_id.is_(None), WaitingWish.clinic_id == clinic_id)
        query = query.where(here)
    return _wishes(session, query)


def wish(session: Session, wish_id: int) -> Wish | None:
    """Give one wish in whatever state, None where there is none."""
    found = _wishes(session, _WISHES.where(WaitingWish.id == wish_id))
    return found[0] if found else None


def offers_of_clinic(
    session: Session, clinic_id: int, *, not_before_at: datetime
) -> tuple[Offer, ...]:
    """List the offers of times at a clinic that end later than `not_before_at`, by time."""
    return _offers(
        session,
        _OFFERS.where(SlotOffer.clinic_id == clinic_id, SlotOffer.ends_at > not_before_at),
        now=not_before_at,
    )


def offer(session: Session, offer_id: int, *, now: datetime) -> Offer | None:
    """Give one offer as it stands, None where there is none."""
    found = _offers(session, _OFFERS.where(SlotOffer.id == offer_id), now=now)
    return found[0] if found else None


def offers_at(session: Session, freed: FreedTime) -> Sequence[SlotOffer]:
    """Give the offers in every state that overlap a time of a doctor."""
    return session.scalars(
        select(SlotOffer)
        .where(
            SlotOffer.doctor_id == freed.doctor_id,
            SlotOffer.starts_at < freed.ends_at,
            SlotOffer.ends_at > freed.starts_at,
        )
        .order_by(SlotOffer.id)
    ).all()


def state_now(row: SlotOffer, now: datetime) -> OfferState:
    """Give where an offer stands: one that nobody answered in time has expired."""
    is_over = row.state is OfferState.OPEN and row.expires_at <= now
    return OfferState.EXPIRED if is_over else row.state


def is_movable(visit: Appointment | None) -> bool:
    """Tell whether a patient's later visit is still to come and can be moved."""
    return visit is not None and Step.MOVE in allowed_actions(visit.status)


def asked(row: WaitingWish) -> NewWish:
    """Give what a stored wish asks for."""
    return NewWish(
        patient_id=row.patient_id,
        service_id=row.service_id,
        clinic_id=row.clinic_id,
        doctor_id=row.doctor_id,
        weekdays=row.weekdays,
        from_minute=row.from_minute,
        until_minute=row.until_minute,
        from_on=row.from_on,
        until_on=row.until_on,
        notice_minutes=row.notice_minutes,
        appointment_id=row.appointment_id,
        is_urgent=row.is_urgent,
        note=row.note,
    )


def has_mail(patient: Patient) -> bool:
    """Tell whether a patient can be written to."""
    return bool(patient.allows_email and patient.email)


def name_of(patient: Patient) -> str:
    """Give a patient's name."""
    return f"{patient.given_name} {patient.family_name}".strip()


def _wishes(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[Wish, ...]:
    return tuple(_wish(row) for row in session.execute(query))


def _wish(found: Any) -> Wish:
    row, patient, service, doctor_name, clinic_name, visit = found
    later = visit if is_movable(visit) else None
    minutes = service.duration_minutes
    if later is not None:
        minutes = int((later.ends_at - later.starts_at).total_seconds() // _MINUTE_SECONDS)
    return Wish(
        id=row.id,
        version=row.version,
        wish=asked(row),
        state=row.state,
        patient_name=name_of(patient),
        service_name=service.name,
        doctor_name=doctor_name or "",
        duration_minutes=minutes,
        created_at=row.created_at,
        clinic_name=clinic_name or "",
        phone=patient.phone,
        has_mail=has_mail(patient),
        later_at=later.starts_at if later is not None else None,
    )


def _offers(
    session: Session, query: Select[*tuple[Any, ...]], *, now: datetime
) -> tuple[Offer, ...]:
    return tuple(
        Offer(
            id=row.id,
            wish_id=row.wish_id,
            patient_id=patient.id,
            patient_name=name_of(patient),
            service_name=service,
            doctor_name=doctor,
            time=FreedTime(row.clinic_id, row.doctor_id, row.starts_at, row.ends_at),
            state=state_now(row, now),
            made_at=row.made_at,
            expires_at=row.expires_at,
            phone=patient.phone,
            has_mail=has_mail(patient),
            time_zone=zone,
        )
        for row, patient, service, doctor, zone in session.execute(query)
    )
