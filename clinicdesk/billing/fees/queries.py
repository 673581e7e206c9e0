"""Finds the visits for which a fee is due by the clinic's rule."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from clinicdesk.billing.fees.records import FeeCause, PendingFee
from clinicdesk.billing.models import FeeDecision
from clinicdesk.billing.rules import share_of
from clinicdesk.clinics.models import Clinic, Service
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus, CancelledBy
from clinicdesk.schedule.trail import last_step
from clinicdesk.settings.records import FeeSettings

PERCENT = 100


def pending_fees(
    session: Session,
    settings: FeeSettings,
    *,
    clinic_id: int | None = None,
    appointment_id: int | None = None,
) -> tuple[PendingFee, ...]:
    """List undecided visits that cost a fee, oldest first; a clinic's cancellation costs none."""
    late = and_(
        Appointment.status == AppointmentStatus.CANCELLED,
        Appointment.is_late_cancellation,
        Appointment.cancelled_by == CancelledBy.PATIENT,
    )
    missed = Appointment.status == AppointmentStatus.NO_SHOW
    query = (
        select(Appointment, Service, Clinic, Patient.given_name, Patient.family_name)
        .join(Service, Service.id == Appointment.service_id)
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .outerjoin(FeeDecision, FeeDecision.appointment_id == Appointment.id)
        .where(or_(late, missed), FeeDecision.appointment_id.is_(None))
        .where(Service.currency == Clinic.currency)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if clinic_id is not None:
        query = query.where(Appointment.clinic_id == clinic_id)
    if appointment_id is not None:
        query = query.where(Appointment.id == appointment_id)
    found = (
        _fee(session, settings, (visit, service, clinic), name=f"{given} {family}".strip())
        for visit, service, clinic, given, family in session.execute(query)
    )
    return tuple(fee for fee in found if fee.fee.minor > 0)


def _fee(
    session: Session,
    settings: FeeSettings,
    rows: tuple[Appointment, Service, Clinic],
    *,
    name: str,
) -> PendingFee:
    visit, service, clinic = rows
    was_missed = visit.status is AppointmentStatus.NO_SHOW
    percent = settings.no_show_percent if was_missed else settings.late_cancel_percent
    step = last_step(session, visit.id, visit.status)
    fee = share_of(percent, of_minor=service.price_minor, whole_minor=PERCENT)
    return PendingFee(
        appointment_id=visit.id,
        clinic_id=clinic.id,
        patient_id=visit.patient_id,
        patient_name=name,
        service_name=service.name,
        doctor_id=visit.doctor_id,
        starts_at=visit.starts_at,
        since_at=step.at if step else visit.cancelled_at or visit.ends_at,
        time_zone=clinic.time_zone,
        cause=FeeCause.NO_SHOW if was_missed else FeeCause.LATE_CANCELLATION,
        fee=Money(fee, service.currency),
    )
