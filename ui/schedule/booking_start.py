"""What the booking dialog begins with, what it chooses from, and what was typed in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from clinicdesk.access import Actor
from clinicdesk.clinics.records import ClinicRecord, ServiceRecord
from clinicdesk.patients.records import PatientDetails, PatientHit, PatientRecord
from clinicdesk.schedule.last_seen import LastVisit
from clinicdesk.schedule.records import BookingRequest
from clinicdesk.staff.records import DoctorRecord

if TYPE_CHECKING:
    from clinicdesk.app import Services


@dataclass(frozen=True, slots=True)
class BookingStart:
    """What is known when the dialog opens: a patient, a time of a doctor, or letters typed."""

    patient_id: int | None = None
    doctor_id: int | None = None
    starts_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the dialog chooses from; `last` is the visit at which `patient` was last seen."""

    clinics: tuple[ClinicRecord, ...]
    services: tuple[ServiceRecord, ...]
    doctors: tuple[DoctorRecord, ...]
    patient: PatientRecord | None = None
    last: LastVisit | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """What was typed: a request, and a patient to add first, if any."""

    request: BookingRequest
    new: PatientDetails | None


def read_offer(services: "Services", actor: Actor, *, patient_id: int | None = None) -> Offer:
    """Ask what can be booked; runs beside the window."""
    patient = services.patients.patient(actor, patient_id) if patient_id else None
    last = services.calendar.last_visits(actor, [patient_id]) if patient_id else {}
    return Offer(
        services.clinics.clinics(actor),
        services.clinics.services(actor),
        services.staff.doctors(actor),
        patient,
        last.get(patient_id or 0),
    )


def hit_of(patient: PatientRecord) -> PatientHit:
    """Give a patient as a search would."""
    return PatientHit(patient.id, patient.number, patient.name, patient.born_on, patient.phone)
