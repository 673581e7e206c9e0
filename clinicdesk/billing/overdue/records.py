"""Overdue invoices and reminders of them, as screens and paper see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.money import Money


class ReminderChannel(StrEnum):
    """How a reminder of an unpaid invoice reaches whoever pays."""

    MAIL = "mail"
    LETTER = "letter"


class Obstacle(StrEnum):
    """Why nobody is reminded of an invoice."""

    DISPUTED = "disputed"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An invoice that is late, and whom one writes to: the guarantor, or the patient.

    `level` is the last reminder that went out, 0 for none, by `channel`. `next_level` is the one
    that the settings ask for today, None for none. `obstacle` says why nobody is to be reminded.
    """

    invoice_id: int
    number: str
    patient_id: int
    patient_name: str
    payer_name: str
    phone: str
    email: str
    total: Money
    due: Money
    due_on: date
    days_late: int
    level: int
    reminded_on: date | None
    channel: ReminderChannel | None
    next_level: int | None
    can_be_mailed: bool
    obstacle: Obstacle | None


@dataclass(frozen=True, slots=True)
class ReminderRecord:
    """A reminder that went out; `channel` says how."""

    invoice_id: int
    number: str
    payer_name: str
    level: int
    channel: ReminderChannel
    reminded_at: datetime


@dataclass(frozen=True, slots=True)
class ReminderLetter:
    """What stands in a reminder by letter: to whom, of what, and how to pay; nothing clinical.

    `level` (1 to 3) sets the tone. `due` is what was owed on `written_on`.
    """

    invoice_id: int
    clinic_id: int
    level: int
    payer_name: str
    payer_address: str
    number: str
    issued_on: date
    due_on: date
    days_late: int
    total: Money
    due: Money
    written_on: date
