"""The appointment selected, with all that is known of its patient."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinicdesk.access import Action, Actor
from clinicdesk.money import Money
from clinicdesk.patients.records import PatientRecord
from clinicdesk.schedule.records import AppointmentDetails

if TYPE_CHECKING:
    from clinicdesk.app import Services


@dataclass(frozen=True, slots=True)
class Chosen:
    """An appointment with its patient.

    `owed` is None where the person may not see it or there never was an invoice; `visits` are the
    patient's other appointments, the latest first.
    """

    details: AppointmentDetails
    patient: PatientRecord
    owed: Money | None = None
    visits: tuple[AppointmentDetails, ...] = ()


def read_chosen(services: "Services", actor: Actor, appointment_id: int) -> Chosen:
    """Ask all about one appointment; runs beside the window."""
    details = services.calendar.appointment(actor, appointment_id)
    patient = services.patients.patient(actor, details.patient_id)
    owed = None
    if actor.may(Action.SEE_BILLING):
        owed = services.billing.balance_of_patient(actor, patient.id)
    others = services.calendar.appointments_of_patient(actor, patient.id)
    visits = tuple(visit for visit in reversed(others) if visit.id != details.id)
    return Chosen(details, patient, owed, visits)
