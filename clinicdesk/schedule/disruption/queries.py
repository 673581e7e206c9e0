"""Reads disruptions and their cases, each as it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.disruption.models import Disruption, DisruptionCase
from clinicdesk.schedule.disruption.records import HANDLED, CaseState, OutRecord
from clinicdesk.schedule.disruption.rules import state_now
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import AppointmentStatus, Slot
from clinicdesk.staff.models import Doctor, DoctorClinic

TOUCHED = frozenset(
    {AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED, AppointmentStatus.ARRIVED}
)
"""The states in which a visit needs somebody to take care of it."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with its visit and patient, and its state as it stands now."""

    case: DisruptionCase
    visit: Appointment
    patient: Patient
    state: CaseState

    @property
    def proposed(self) -> Slot | None:
        """The time that was proposed, None where none was."""
        case = self.case
        if case.proposed_at is None or not case.proposed_doctor_id or not case.proposed_clinic_id:
            return None
        length = self.visit.ends_at - self.visit.starts_at
        ends_at = case.proposed_at + length
        return Slot(case.proposed_doctor_id, case.proposed_clinic_id, case.proposed_at, ends_at)


def open_ones(session: Session) -> tuple[OutRecord, ...]:
    """List the disruptions that are not closed, the earliest first."""
    rows = session.scalars(
        select(Disruption)
        .where(Disruption.closed_at.is_(None))
        .order_by(Disruption.from_at, Disruption.id)
    ).all()
    return tuple(record(session, row) for row in rows)


def record(session: Session, row: Disruption) -> OutRecord:
    """Give a disruption with how far it is handled."""
    doctor = session.get_one(Doctor, row.doctor_id)
    cases = case_rows(session, row)
    return OutRecord(
        id=row.id,
        doctor_id=row.doctor_id,
        doctor_name=doctor.display_name,
        clinic_id=row.clinic_id,
        time_zone=clinics_of(session, row)[0].time_zone,
        from_at=row.from_at,
        until_at=row.until_at,
        reason=row.reason,
        total=len(cases),
        handled=sum(each.state in HANDLED for each in cases),
        closed_at=row.closed_at,
    )


def clinics_of(session: Session, row: Disruption) -> Sequence[Clinic]:
    """Give the clinics at which a doctor is out."""
    query = select(Clinic).order_by(Clinic.id)
    if row.clinic_id is not None:
        return session.scalars(query.where(Clinic.id == row.clinic_id)).all()
    mine = select(DoctorClinic.clinic_id).where(DoctorClinic.doctor_id == row.doctor_id)
    return session.scalars(query.where(Clinic.id.in_(mine))).all()


def touched(
    session: Session,
    *,
    doctor_id: int,
    clinic_id: int | None,
    from_at: datetime,
    until_at: datetime,
) -> Sequence[Appointment]:
    """Give the visits of a doctor that need somebody between two instants, the earliest first."""
    query = (
        select(Appointment)
        .where(
            Appointment.doctor_id == doctor_id,
            Appointment.status.in_(TOUCHED),
            Appointment.starts_at < until_at,
            Appointment.ends_at > from_at,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if clinic_id is not None:
        query = query.where(Appointment.clinic_id == clinic_id)
    return session.scalars(query).all()


def case_rows(session: Session, row: Disruption) -> tuple[CaseRow, ...]:
    """Give the cases of a disruption by the times of their visits when it began."""
    found = session.execute(
        select(DisruptionCase, Appointment, Patient)
        .join(Appointment, Appointment.id == DisruptionCase.appointment_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .where(DisruptionCase.disruption_id == row.id)
        .order_by(DisruptionCase.was_at, Appointment.id)
    )
    return tuple(
        CaseRow(
            case,
            visit,
            patient,
            state_now(case.state, visit.status, is_touched=is_touched(row, visit)),
        )
        for case, visit, patient in found
    )


def is_touched(row: Disruption, visit: Appointment) -> bool:
    """Tell whether a visit stands where and when the doctor is out."""
    is_there = row.clinic_id in {None, visit.clinic_id} and visit.doctor_id == row.doctor_id
    return is_there and visit.starts_at < row.until_at and visit.ends_at > row.from_at


def busy_visits(
    session: Session, patient_id: int, *, but: int, from_at: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """Give the times of a patient's other visits that end after `from_at`."""
    rows = session.execute(
        select(Appointment.starts_at, Appointment.ends_at).where(
            Appointment.patient_id == patient_id,
            Appointment.id != but,
            Appointment.status.in_(TOUCHED),
            Appointment.ends_at > from_at,
        )
    )
    return tuple((starts_at, ends_at) for starts_at, ends_at in rows)
