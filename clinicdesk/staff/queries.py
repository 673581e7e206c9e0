"""Reads people, their roles and doctors."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.clinics.models import Specialty
from clinicdesk.staff.models import Doctor, DoctorClinic, DoctorService, User, UserRole
from clinicdesk.staff.records import DoctorRecord


def active_doctors(session: Session) -> tuple[DoctorRecord, ...]:
    """List the doctors in the order of their columns."""
    clinics: dict[int, list[int]] = defaultdict(list)
    for doctor_id, clinic_id in session.execute(
        select(DoctorClinic.doctor_id, DoctorClinic.clinic_id).order_by(DoctorClinic.clinic_id)
    ):
        clinics[doctor_id].append(clinic_id)
    services: dict[int, list[int]] = defaultdict(list)
    for doctor_id, service_id in session.execute(
        select(DoctorService.doctor_id, DoctorService.service_id).order_by(DoctorService.service_id)
    ):
        services[doctor_id].append(service_id)
    rows = session.execute(
        select(Doctor.id, Doctor.display_name, Specialty.name, Doctor.accent)
        .outerjoin(Specialty, Specialty.id == Doctor.specialty_id)
        .where(Doctor.is_active)
        .order_by(Doctor.id)
    )
    return tuple(
        DoctorRecord(
            doctor_id,
            name,
            specialty or "",
            accent,
            tuple(clinics[doctor_id]),
            tuple(services[doctor_id]),
        )
        for doctor_id, name, specialty, accent in rows
    )


def actor_of(session: Session, user: User, *, desk: str) -> Actor:
    """Give the actor that a person is at a desk."""
    roles = session.scalars(select(UserRole.role).where(UserRole.user_id == user.id))
    doctor_id = session.scalar(select(Doctor.id).where(Doctor.user_id == user.id, Doctor.is_active))
    return Actor(
        user_id=user.id,
        name=user.display_name,
        roles=frozenset(roles),
        desk=desk,
        doctor_id=doctor_id,
    )
