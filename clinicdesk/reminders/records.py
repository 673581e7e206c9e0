"""What the messages to patients are called, and what they are written from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.money import Money
from clinicdesk.schedule.disruption.records import CaseState
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.schedule.waiting.records import OfferState


class Kind(StrEnum):
    """The kinds of messages; each has its templates in `resources/templates`."""

    CONFIRMATION = "confirmation"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    PAID_INVOICE = "paid_invoice"
    PAYMENT_OVERDUE = "payment_overdue"
    SLOT_OFFERED = "slot_offered"
    SLOT_GONE = "slot_gone"
    TIME_PROPOSED = "time_proposed"


@dataclass(frozen=True, slots=True)
class Sender:
    """The clinic as a message names it."""

    name: str
    address: str
    phone: str
    email: str
    country: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Reader:
    """The patient as a message needs them; `may_be_mailed` is their consent, and that they live."""

    patient_id: int
    name: str
    email: str
    may_be_mailed: bool


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """An appointment as it stands now; nothing clinical, not even its service."""

    appointment_id: int
    version: int
    calendar_key: str
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    doctor_name: str
    clinic: Sender
    patient: Reader


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as it stands now."""

    payment_id: int
    invoice_id: int
    invoice_number: str
    amount: Money
    is_completed: bool
    clinic: Sender
    patient: Reader


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """An offer of a freed time as it stands now; `is_taken` tells that a visit stands there."""

    offer_id: int
    state: OfferState
    starts_at: datetime
    expires_at: datetime
    is_taken: bool
    doctor_name: str
    clinic: Sender
    patient: Reader


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """Another time proposed to somebody whose doctor is out, as it stands now.

    `was_at` is the visit's own time, on the clock of `former_zone`; `proposed_at` with
    `doctor_name` at `clinic` is the new one.
    """

    appointment_id: int
    version: int
    state: CaseState
    status: AppointmentStatus
    was_at: datetime
    former_zone: str
    former_doctor_name: str
    proposed_at: datetime
    doctor_name: str
    is_taken: bool
    clinic: Sender
    patient: Reader
