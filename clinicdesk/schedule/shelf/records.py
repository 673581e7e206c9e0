"""Cards on the shelf."""

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.schedule.records import AppointmentStatus


@dataclass(frozen=True, slots=True)
class ShelfCard:
    """Something put aside: an appointment that keeps its time until it is put elsewhere, or (with
    no `appointment_id`) a patient to be called back about a visit not yet booked.

    Place, version and `status` are the appointment's own as they stand now: a colleague may have
    called it off while it lay here.
    """

    id: int
    clinic_id: int
    appointment_id: int | None
    appointment_version: int | None
    patient_id: int
    patient_name: str
    service_id: int
    service_name: str
    doctor_id: int | None
    starts_at: datetime | None
    duration_minutes: int
    note: str
    put_by: str
    put_at: datetime
    status: AppointmentStatus | None = None
