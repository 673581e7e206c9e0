"""What the messages to patients are called, and what they are written from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.money import Money
from clinicdesk.schedule.records import AppointmentStatus


class Kind(StrEnum):
    """The kinds of messages; each has its templates in `resources/templates`."""

    CONFIRMATION = "confirmation"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    PAID_INVOICE = "paid_invoice"


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
