"""The appointment selected, with all that is known of its patient."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinicdesk.access import Action, Actor
from clinicdesk.money import Money
from clinicdesk.patients.records import PatientRecord
from clinicdesk.schedule.records import AppointmentDetails, HistoryEntry
from clinicdesk.settings.records import ScheduleSettings

if TYPE_CHECKING:
    from clinicdesk.app import Services


@dataclass(frozen=True, slots=True)
class Chosen:
    """An appointment with its patient.

    `owed` is None where the person may not see it or there never was an invoice; `in_credit` is
    what was paid ahead or too much, in each currency. `visits` are the patient's other
    appointments, the latest first. `trail` tells what happened to it, the newest first; a
    cancellation less than `late_cancel_hours` before the visit is a late one.
    """

    details: AppointmentDetails
    patient: PatientRecord
    owed: Money | None = None
    visits: tuple[AppointmentDetails, ...] = ()
    trail: tuple[HistoryEntry, ...] = ()
    late_cancel_hours: int = 0
    in_credit: tuple[Money, ...] = ()


def read_chosen(services: "Services", actor: Actor, appointment_id: int) -> Chosen:
    """Ask all about one appointment; runs beside the window."""
    details = services.calendar.appointment(actor, appointment_id)
    patient = services.patients.patient(actor, details.patient_id)
    owed: Money | None = None
    in_credit: tuple[Money, ...] = ()
    if actor.may(Action.SEE_BILLING):
        owed = services.billing.balance_of_patient(actor, patient.id)
        in_credit = services.accounts.credit_of_patient(actor, patient.id)
    others = services.calendar.appointments_of_patient(actor, patient.id)
    visits = tuple(visit for visit in reversed(others) if visit.id != details.id)
    trail = services.calendar.history(actor, details.id)
    policy = services.settings.load(ScheduleSettings)
    return Chosen(details, patient, owed, visits, trail, policy.late_cancel_hours, in_credit)
