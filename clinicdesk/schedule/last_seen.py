"""Reads when patients were last seen, to tell two people of one name apart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.staff.models import Doctor


@dataclass(frozen=True, slots=True)
class LastVisit:
    """A patient's latest finished visit: when it began, where, and with whom."""

    patient_id: int
    starts_at: datetime
    time_zone: str
    doctor_id: int
    doctor_name: str


def last_visits(session: Session, patient_ids: Collection[int]) -> dict[int, LastVisit]:
    """Give the latest finished visit of each patient who has one."""
    ids = list(patient_ids)
    is_seen = Appointment.status == AppointmentStatus.COMPLETED
    latest = (
        select(Appointment.patient_id, func.max(Appointment.starts_at).label("starts_at"))
        .where(Appointment.patient_id.in_(ids), is_seen)
        .group_by(Appointment.patient_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Appointment.patient_id,
            Appointment.starts_at,
            Clinic.time_zone,
            Doctor.id,
            Doctor.display_name,
        )
        .join(
            latest,
            (latest.c.patient_id == Appointment.patient_id)
            & (latest.c.starts_at == Appointment.starts_at),
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .join(Doctor, Doctor.id == Appointment.doctor_id)
        .where(is_seen)
    )
    return {row.patient_id: LastVisit(*row) for row in rows}
