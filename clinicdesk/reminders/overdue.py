"""Reminders of unpaid invoices by e-mail: to whoever pays, and nothing clinical in them.

They say the invoice's number, its days and what is due, and never what was done for whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from babel.dates import format_date
from sqlalchemy.orm import Session

from clinicdesk.billing.errors import UnknownInvoiceError
from clinicdesk.billing.overdue.queries import Late, read_late
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.money import Money
from clinicdesk.outbox.queue import queue_notification
from clinicdesk.outbox.records import (
    Channel,
    NewNotification,
    QueuedMessage,
    Skip,
    WrittenMessage,
)
from clinicdesk.reminders.records import Kind, Reader, Sender
from clinicdesk.reminders.rules import in_daytime, why_not_to
from clinicdesk.reminders.templates import Templates, english_of

IS_NEWS_FOR = timedelta(days=7)
PAID = "The invoice is paid meanwhile."
DISPUTED = "The payment of the invoice is disputed."
GONE = "What the message was about is no longer there."


@dataclass(frozen=True, slots=True)
class OverdueFacts:
    """An invoice as it stands now, and whoever pays for it; `due` is what is late."""

    number: str
    issued_on: date
    due_on: date
    due: Money
    is_overdue: bool
    is_held: bool
    bank_details: str
    clinic: Sender
    payer: Reader


class OverdueNotes:
    """Queues reminders in the transaction that writes them down; it sends nothing."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def payment_overdue(self, transaction: Transaction, invoice_id: int, *, level: int) -> bool:
        """Queue the reminder of a level for the day; False where whoever pays cannot be mailed."""
        now = self._clock.now()
        late = read_late(transaction.session, invoice_id, now=now)
        payer = facts_of(late).payer
        if not payer.may_be_mailed:
            return False
        due_at = in_daytime(now, time_zone=late.clinic.time_zone)
        new = NewNotification(
            unique_key=f"{Kind.PAYMENT_OVERDUE}:{invoice_id}:{level}:{Channel.EMAIL}",
            kind=Kind.PAYMENT_OVERDUE,
            channel=Channel.EMAIL,
            recipient=payer.email,
            due_at=due_at,
            expires_at=due_at + IS_NEWS_FOR,
            patient_id=payer.patient_id,
            invoice_id=invoice_id,
            facts=(("level", level),),
        )
        queue_notification(transaction, new, now=now)
        return True


class OverdueWriter:
    """Writes a reminder at the moment it is sent, or nothing where it is settled by then."""

    def __init__(self, database: Database, *, clock: Clock, templates: Templates) -> None:
        self._database = database
        self._clock = clock
        self._templates = templates

    def write(self, message: QueuedMessage) -> WrittenMessage | Skip:
        """Write to the present address of whoever pays now, of what is due now."""
        now = self._clock.now()
        facts = self._database.read(
            lambda session: read_overdue(session, message.invoice_id, now=now)
        )
        if facts is None:
            return Skip(GONE)
        refusal = _why_not(facts) or why_not_to(facts.payer)
        if refusal is not None:
            return refusal
        values = _values(facts, level=int(message.facts["level"]))
        written = self._templates.fill(Kind.PAYMENT_OVERDUE, values, clinic=facts.clinic)
        return replace(written, recipient=facts.payer.email)


def read_overdue(session: Session, invoice_id: int | None, *, now: datetime) -> OverdueFacts | None:
    """Read an invoice as it stands at `now`, None if it is not there."""
    try:
        return facts_of(read_late(session, invoice_id or 0, now=now))
    except UnknownInvoiceError:
        return None


def facts_of(late: Late) -> OverdueFacts:
    """Give what a reminder may know of an invoice."""
    invoice, clinic, payer = late.invoice, late.clinic, late.payer
    lives = late.patient.died_on is None and payer.died_on is None
    return OverdueFacts(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        due=Money(late.due_minor, invoice.currency),
        is_overdue=late.is_overdue,
        is_held=late.is_disputed,
        bank_details=clinic.bank_details,
        clinic=Sender(
            clinic.name, clinic.address, clinic.phone, clinic.email, clinic.country,
            clinic.time_zone,
        ),
        payer=Reader(payer.id, late.payer_name, payer.email, late.can_be_mailed and lives),
    )  # fmt: skip


def _why_not(facts: OverdueFacts) -> Skip | None:
    if not facts.is_overdue:
        return Skip(PAID)
    return Skip(DISPUTED) if facts.is_held else None


def _values(facts: OverdueFacts, *, level: int) -> Mapping[str, str]:
    locale = english_of(facts.clinic.country)
    return {
        "patient": facts.payer.name,
        "number": facts.number,
        "amount": str(facts.due),
        "issued": format_date(facts.issued_on, format="long", locale=locale),
        "due": format_date(facts.due_on, format="long", locale=locale),
        "bank": ", ".join(facts.bank_details.splitlines()),
        "level": str(level),
    }
