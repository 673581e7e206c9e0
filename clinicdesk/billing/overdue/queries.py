"""Reads invoices that are late, whom to remind of them, and which reminders went out."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.billing.errors import UnknownInvoiceError
from clinicdesk.billing.ledger import balance_of
from clinicdesk.billing.models import Invoice, InvoiceMovement, PaymentReminder
from clinicdesk.billing.overdue.records import Obstacle, OverdueRow, ReminderChannel
from clinicdesk.billing.overdue.rules import level_due
from clinicdesk.billing.records import InvoiceKind, MovementKind
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.settings.records import OverdueSettings

Payer = aliased(Patient)


@dataclass(frozen=True, slots=True)
class Late:
    """An invoice that could be late, with everybody and everything around it."""

    invoice: Invoice
    clinic: Clinic
    patient: Patient
    payer: Patient
    due_minor: int
    is_disputed: bool
    reminders: tuple[PaymentReminder, ...]
    today: date

    @property
    def days_late(self) -> int:
        """How many days ago it was due; 0 and less where it is not late."""
        return (self.today - self.invoice.due_on).days

    @property
    def is_overdue(self) -> bool:
        """Whether something is owed on it, and late. A deposit is asked for, and never owed."""
        is_owed = self.invoice.kind is not InvoiceKind.DEPOSIT and self.due_minor > 0
        return is_owed and self.days_late > 0

    @property
    def obstacle(self) -> Obstacle | None:
        """Why nobody is reminded of it."""
        if self.is_disputed:
            return Obstacle.DISPUTED
        has_died = self.patient.died_on is not None or self.payer.died_on is not None
        return Obstacle.DIED if has_died else None

    @property
    def level(self) -> int:
        """The last level that went out."""
        return max((reminder.level for reminder in self.reminders), default=0)

    @property
    def reminded_on(self) -> date | None:
        """The day of the last reminder."""
        at = max((reminder.reminded_at for reminder in self.reminders), default=None)
        return None if at is None else clinic_day(at, self.clinic.time_zone)

    @property
    def can_be_mailed(self) -> bool:
        """Whether whoever pays has an e-mail address and wants e-mail."""
        return bool(self.payer.allows_email and self.payer.email)

    @property
    def payer_name(self) -> str:
        """Who is written to."""
        return f"{self.payer.given_name} {self.payer.family_name}".strip()

    def next_level(self, settings: OverdueSettings) -> int | None:
        """The level that the settings ask for today."""
        if not self.is_overdue or self.obstacle is not None:
            return None
        return level_due(
            settings,
            days_late=self.days_late,
            level=self.level,
            reminded_on=self.reminded_on,
            today=self.today,
        )


def read_late(session: Session, invoice_id: int, *, now: datetime) -> Late:
    """Read one invoice, late or not.

    Raises:
        UnknownInvoiceError: there is none of that id.
    """
    found = session.execute(_around().where(Invoice.id == invoice_id)).one_or_none()
    if found is None:
        raise UnknownInvoiceError
    invoice, clinic, patient, payer = found
    return Late(
        invoice,
        clinic,
        patient,
        payer,
        due_minor=balance_of(session, invoice).due,
        is_disputed=invoice_id in _disputed(session, [invoice_id]),
        reminders=tuple(_reminders(session, [invoice_id]).get(invoice_id, ())),
        today=clinic_day(now, clinic.time_zone),
    )


def late_invoices(session: Session, clinic_id: int, *, now: datetime) -> tuple[Late, ...]:
    """Read a clinic's overdue invoices, the latest first."""
    today = clinic_day(now, session.get_one(Clinic, clinic_id).time_zone)
    moved = InvoiceMovement.money_minor + InvoiceMovement.waived_minor
    due = Invoice.total_minor - func.coalesce(func.sum(moved), 0)
    owed = (
        select(Invoice.id, due.label("due"))
        .outerjoin(InvoiceMovement, InvoiceMovement.invoice_id == Invoice.id)
        .where(
            Invoice.clinic_id == clinic_id,
            Invoice.due_on < today,
            Invoice.kind != InvoiceKind.DEPOSIT,
        )
        .group_by(Invoice.id)
        .having(due > 0)
        .subquery()
    )
    query = _around().add_columns(owed.c.due).join(owed, owed.c.id == Invoice.id)
    rows = session.execute(query.order_by(Invoice.due_on, Invoice.id)).all()
    ids = [row[0].id for row in rows]
    disputed, reminders = _disputed(session, ids), _reminders(session, ids)
    return tuple(
        Late(
            invoice,
            clinic,
            patient,
            payer,
            due_minor=int(due_minor),
            is_disputed=invoice.id in disputed,
            reminders=tuple(reminders.get(invoice.id, ())),
            today=today,
        )
        for invoice, clinic, patient, payer, due_minor in rows
    )


def overdue_row(late: Late, settings: OverdueSettings) -> OverdueRow:
    """Give an overdue invoice as a list shows it."""
    invoice, payer = late.invoice, late.payer
    last = max(late.reminders, key=lambda reminder: reminder.level, default=None)
    return OverdueRow(
        invoice_id=invoice.id,
        number=invoice.number,
        patient_id=invoice.patient_id,
        patient_name=f"{late.patient.given_name} {late.patient.family_name}".strip(),
        payer_name=late.payer_name,
        phone=payer.phone,
        email=payer.email,
        total=Money(invoice.total_minor, invoice.currency),
        due=Money(late.due_minor, invoice.currency),
        due_on=invoice.due_on,
        days_late=late.days_late,
        level=late.level,
        reminded_on=late.reminded_on,
        channel=None if last is None else ReminderChannel(last.channel),
        next_level=late.next_level(settings),
        can_be_mailed=late.can_be_mailed,
        obstacle=late.obstacle,
    )


def _around() -> Select[Invoice, Clinic, Patient, Patient]:
    return (
        select(Invoice, Clinic, Patient, Payer)
        .join(Clinic, Clinic.id == Invoice.clinic_id)
        .join(Patient, Patient.id == Invoice.patient_id)
        .join(Payer, Payer.id == func.coalesce(Patient.guarantor_id, Patient.id))
    )


def _disputed(session: Session, invoice_ids: list[int]) -> set[int]:
    """Find the invoices of which a bank holds money back that it has not returned."""
    won = select(InvoiceMovement.matter).where(InvoiceMovement.kind == MovementKind.DISPUTE_WON)
    return set(
        session.scalars(
            select(InvoiceMovement.invoice_id).where(
                InvoiceMovement.invoice_id.in_(invoice_ids),
                InvoiceMovement.kind == MovementKind.DISPUTED,
                InvoiceMovement.matter.not_in(won),
            )
        )
    )


def _reminders(session: Session, invoice_ids: list[int]) -> dict[int, list[PaymentReminder]]:
    found: dict[int, list[PaymentReminder]] = {}
    query = select(PaymentReminder).where(PaymentReminder.invoice_id.in_(invoice_ids))
    for reminder in session.scalars(query):
        found.setdefault(reminder.invoice_id, []).append(reminder)
    return found
