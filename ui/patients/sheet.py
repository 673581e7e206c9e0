"""All that the record's side of the page shows of one patient, read in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from clinicdesk.access import Action
from clinicdesk.money import Money
from clinicdesk.patients.records import Family, PatientRecord
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from ui.core.clinic_today import clinic_today
from ui.core.session import Desk

STATUS_WORDS = {
    AppointmentStatus.IN_ROOM: "In room",
    AppointmentStatus.NO_SHOW: "No-show",
}


@dataclass(frozen=True, slots=True)
class PatientSheet:
    """A patient with visits, newest first, and balance; `is_billed` tells who may see money.

    `in_credit` is what was paid ahead or too much, in each currency. `today` is the clinic's day,
    on which ages are told.
    """

    record: PatientRecord
    visits: tuple[AppointmentDetails, ...]
    balance: Money | None
    is_billed: bool
    today: date
    family: Family
    in_credit: tuple[Money, ...] = ()


def sheet_reader(desk: Desk, patient_id: int) -> Callable[[], PatientSheet]:
    """Give the work that reads a patient's sheet for the person at the desk."""
    services, actor, clinic_id = desk.services, desk.actor, desk.session.clinic_id

    def read() -> PatientSheet:
        record = services.patients.patient(actor, patient_id)
        visits = services.calendar.appointments_of_patient(actor, patient_id)
        is_billed = actor.may(Action.SEE_BILLING)
        balance = services.billing.balance_of_patient(actor, patient_id) if is_billed else None
        newest_first = sorted(visits, key=lambda visit: visit.starts_at, reverse=True)
        today = clinic_today(desk, actor, clinic_id)
        return PatientSheet(
            record,
            tuple(newest_first),
            balance,
            is_billed,
            today,
            family=services.families.family(actor, patient_id),
            in_credit=services.accounts.credit_of_patient(actor, patient_id) if is_billed else (),
        )

    return read


def status_word(status: AppointmentStatus) -> str:
    """Give the word of a pill."""
    return STATUS_WORDS.get(status, status.value.capitalize())
