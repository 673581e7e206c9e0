"""Reads clinics and what they offer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Service, Specialty
from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.money import Money


def clinic_record(clinic: Clinic) -> ClinicRecord:
    """Give a clinic as screens see it."""
    return ClinicRecord(
        id=clinic.id,
        name=clinic.name,
        time_zone=clinic.time_zone,
        currency=clinic.currency,
        country=clinic.country,
        address=clinic.address,
        phone=clinic.phone,
        email=clinic.email,
        tax_number=clinic.tax_number,
        bank_details=clinic.bank_details,
        invoice_prefix=clinic.invoice_prefix,
        step_minutes=clinic.step_minutes,
        opens_minute=clinic.opens_minute,
        closes_minute=clinic.closes_minute,
        holiday_region=clinic.holiday_region,
    )


def active_clinics(session: Session) -> tuple[ClinicRecord, ...]:
    """List the clinics in the order they were opened."""
    rows = session.scalars(select(Clinic).where(Clinic.is_active).order_by(Clinic.id))
    return tuple(clinic_record(row) for row in rows)


def active_services(session: Session) -> tuple[ServiceRecord, ...]:
    """List what can be booked, in the order it was added."""
    rows = session.execute(
        select(Service, Specialty.name)
        .outerjoin(Specialty, Specialty.id == Service.specialty_id)
        .where(Service.is_active)
        .order_by(Service.id)
    )
    return tuple(_service_record(service, specialty or "") for service, specialty in rows)


def _service_record(service: Service, specialty: str) -> ServiceRecord:
    return ServiceRecord(
        id=service.id,
        name=service.name,
        specialty=specialty,
        duration_minutes=service.duration_minutes,
        buffer_before_minutes=service.buffer_before_minutes,
        buffer_after_minutes=service.buffer_after_minutes,
        price=Money(service.price_minor, service.currency),
        tax_basis_points=service.tax_basis_points,
        minimum_notice_minutes=service.minimum_notice_minutes,
        horizon_days=service.horizon_days,
        equipment_kind=service.equipment_kind,
        tax_mode=service.tax_mode,
    )
