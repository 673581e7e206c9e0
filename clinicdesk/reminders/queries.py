"""Reads what a message is written from, as it stands at this moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clinicdesk.billing.models import Invoice
from clinicdesk.clinics.models import Clinic
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.payments.models import Payment
from clinicdesk.payments.records import PaymentStatus
from clinicdesk.reminders.records import (
    OfferFacts,
    PaymentFacts,
    ProposalFacts,
    Reader,
    Sender,
    VisitFacts,
)
from clinicdesk.schedule.disruption.models import Disruption, DisruptionCase
from clinicdesk.schedule.disruption.queries import is_touched
from clinicdesk.schedule.disruption.rules import state_now as case_state_now
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.queries import holder
from clinicdesk.schedule.waiting.models import SlotOffer, WaitingWish
from clinicdesk.schedule.waiting.queries import state_now
from clinicdesk.staff.models import Doctor

_CLINIC = (
    Clinic.name,
    Clinic.address,
    Clinic.phone,
    Clinic.email,
    Clinic.country,
    Clinic.time_zone,
)
_PATIENT = (
    Patient.id,
    Patient.given_name,
    Patient.family_name,
    Patient.email,
    Patient.allows_email,
    Patient.died_on,
)
_PEOPLE = len(_CLINIC) + len(_PATIENT)
_VISIT = (
    select(
        *_CLINIC,
        *_PATIENT,
        Appointment.id,
        Appointment.version,
        Appointment.request_key,
        Appointment.status,
        Appointment.starts_at,
        Appointment.ends_at,
        Doctor.display_name,
    )
    .join(Clinic, Clinic.id == Appointment.clinic_id)
    .join(Patient, Patient.id == Appointment.patient_id)
    .join(Doctor, Doctor.id == Appointment.doctor_id)
)
_PAYMENT = (
    select(
        *_CLINIC,
        *_PATIENT,
        Payment.id,
        Invoice.id,
        Invoice.number,
        Payment.amount_minor,
        Payment.currency,
        Payment.status,
    )
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(Clinic, Clinic.id == Invoice.clinic_id)
    .join(Patient, Patient.id == Invoice.patient_id)
)
_OFFER = (
    select(*_CLINIC, *_PATIENT, SlotOffer, Doctor.display_name)
    .join(Clinic, Clinic.id == SlotOffer.clinic_id)
    .join(WaitingWish, WaitingWish.id == SlotOffer.wish_id)
    .join(Patient, Patient.id == WaitingWish.patient_id)
    .join(Doctor, Doctor.id == SlotOffer.doctor_id)
)
_FORMER, _HERE = aliased(Doctor), aliased(Clinic)
_PROPOSAL = (
    select(
        *_CLINIC,
        *_PATIENT,
        DisruptionCase,
        Disruption,
        Appointment,
        Doctor.display_name,
        _FORMER.display_name,
        _HERE.time_zone,
    )
    .join(Disruption, Disruption.id == DisruptionCase.disruption_id)
    .join(Appointment, Appointment.id == DisruptionCase.appointment_id)
    .join(Clinic, Clinic.id == DisruptionCase.proposed_clinic_id)
    .join(Patient, Patient.id == Appointment.patient_id)
    .join(Doctor, Doctor.id == DisruptionCase.proposed_doctor_id)
    .join(_FORMER, _FORMER.id == Appointment.doctor_id)
    .join(_HERE, _HERE.id == Appointment.clinic_id)
)


def read_visit(session: Session, appointment_id: int | None) -> VisitFacts | None:
    """Give an appointment's facts, None if there is no such appointment."""
    row: Any = session.execute(_VISIT.where(Appointment.id == appointment_id)).one_or_none()
    if row is None:
        return None
    clinic, patient = _people(row)
    row_id, version, key, status, starts_at, ends_at, doctor = row[_PEOPLE:]
    return VisitFacts(
        row_id, version, key, status, starts_at, ends_at, doctor, clinic=clinic, patient=patient
    )


def read_payment(session: Session, payment_id: int) -> PaymentFacts | None:
    """Give a payment's facts, None if there is no such payment."""
    row: Any = session.execute(_PAYMENT.where(Payment.id == payment_id)).one_or_none()
    if row is None:
        return None
    clinic, patient = _people(row)
    row_id, invoice_id, number, amount_minor, currency, status = row[_PEOPLE:]
    is_completed = status is PaymentStatus.COMPLETED
    amount = Money(amount_minor, currency)
    return PaymentFacts(row_id, invoice_id, number, amount, is_completed, clinic, patient)


def read_offer(session: Session, offer_id: int, *, now: datetime) -> OfferFacts | None:
    """Give an offer's facts as they stand now, None if there is no such offer."""
    row: Any = session.execute(_OFFER.where(SlotOffer.id == offer_id)).one_or_none()
    if row is None:
        return None
    clinic, patient = _people(row)
    offer, doctor = row[_PEOPLE:]
    span = (offer.starts_at, offer.ends_at)
    there = holder(session, doctor_id=offer.doctor_id, room_id=None, busy=span, visit=span)
    return OfferFacts(
        offer.id,
        state_now(offer, now),
        offer.starts_at,
        offer.expires_at,
        is_taken=there is not None,
        doctor_name=doctor,
        clinic=clinic,
        patient=patient,
    )


def read_proposal(
    session: Session, disruption_id: int, appointment_id: int
) -> ProposalFacts | None:
    """Give what is proposed instead of a visit, None if nothing is."""
    row: Any = session.execute(
        _PROPOSAL.where(
            DisruptionCase.disruption_id == disruption_id,
            DisruptionCase.appointment_id == appointment_id,
        )
    ).one_or_none()
    if row is None:
        return None
    clinic, patient = _people(row)
    case, out, visit, doctor, former, former_zone = row[_PEOPLE:]
    span = (case.proposed_at, case.proposed_at + (visit.ends_at - visit.starts_at))
    there = holder(
        session,
        doctor_id=case.proposed_doctor_id,
        room_id=None,
        busy=span,
        visit=span,
        leave_out=visit.id,
    )
    return ProposalFacts(
        visit.id,
        visit.version,
        case_state_now(case.state, visit.status, is_touched=is_touched(out, visit)),
        visit.status,
        was_at=visit.starts_at,
        former_zone=former_zone,
        former_doctor_name=former,
        proposed_at=case.proposed_at,
        doctor_name=doctor,
        is_taken=there is not None,
        clinic=clinic,
        patient=patient,
    )


def _people(row: Any) -> tuple[Sender, Reader]:
    patient_id, given, family, email, allows_email, died_on = row[len(_CLINIC) : _PEOPLE]
    name = f"{given} {family}".strip()
    reader = Reader(patient_id, name, email, bool(allows_email and email and died_on is None))
    return Sender(*row[: len(_CLINIC)]), reader
