"""Writes an invoice with its lines and number: the one way in which any invoice comes to be."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.day_lock import booked_at
from clinicdesk.billing.models import Invoice, InvoiceLine
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.billing.numbering import take_number
from clinicdesk.billing.records import InvoiceKind, InvoiceLineRecord
from clinicdesk.billing.rules import invoice_number, totals
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import Clock, clinic_day
from clinicdesk.database.session import Database, Transaction
from clinicdesk.patients.models import Patient
from clinicdesk.settings.records import BillingSettings
from clinicdesk.settings.service import load_settings

T = TypeVar("T")
NUMBER_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """What is to be issued: priced lines in the clinic's currency; None as `due_on` is the term."""

    clinic_id: int
    patient_id: int
    lines: tuple[InvoiceLineRecord, ...]
    kind: InvoiceKind = InvoiceKind.INVOICE
    appointment_id: int | None = None
    doctor_id: int | None = None
    note: str = ""
    due_on: date | None = None
    draft_key: str | None = None


class Issuer:
    """Issues invoices within somebody's transaction; `notifier` is told of each."""

    def __init__(self, *, clock: Clock, audit: AuditLog, notifier: BillingNotifier | None) -> None:
        self._clock = clock
        self._audit = audit
        self._notifier = notifier

    def issue(self, transaction: Transaction, actor: Actor, new: NewInvoice) -> int:
        """Write the invoice with the next number of its clinic's series, and give its id.

        The rules of what may be billed are the caller's. An IntegrityError means that another
        clinic began the year's numbers in the same moment; `write_numbered` tries again.
        """
        session = transaction.session
        clinic = session.get_one(Clinic, new.clinic_id)
        invoice = self._header(transaction, actor, new, clinic)
        for position, line in enumerate(new.lines, start=1):
            session.add(_line(invoice.id, line, position))
        session.flush()
        self._audit.record(
            transaction,
            actor,
            "issue invoice",
            entity="invoice",
            entity_id=invoice.id,
            number=invoice.number,
            kind=invoice.kind.value,
            total_minor=invoice.total_minor,
            discount_minor=sum(line.discount.minor for line in new.lines),
            currency=invoice.currency,
        )
        transaction.changed(Topic.INVOICE, invoice.id)
        if self._notifier is not None:
            self._notifier.invoice_issued(transaction, invoice.id)
        return invoice.id

    def _header(
        self, transaction: Transaction, actor: Actor, new: NewInvoice, clinic: Clinic
    ) -> Invoice:
        session = transaction.session
        patient = session.get_one(Patient, new.patient_id)
        now = booked_at(session, clinic.id, self._clock.now())
        issued_on = clinic_day(now, clinic.time_zone)
        prefix, number = take_number(transaction, clinic, issued_on.year)
        net, tax, total = totals(new.lines, clinic.currency)
        invoice = Invoice(
            clinic_id=clinic.id,
            series_year=issued_on.year,
            series_number=number,
            number=invoice_number(prefix, issued_on.year, number),
            patient_id=patient.id,
            appointment_id=new.appointment_id,
            doctor_id=new.doctor_id,
            billed_name=f"{patient.given_name} {patient.family_name}".strip(),
            billed_address=patient.address,
            currency=clinic.currency,
            net_minor=net.minor,
            tax_minor=tax.minor,
            total_minor=total.minor,
            issued_on=issued_on,
            due_on=new.due_on or issued_on + _term(session),
            issued_at=now,
            issued_by=actor.user_id,
            kind=new.kind,
            note=new.note,
            draft_key=new.draft_key,
        )
        session.add(invoice)
        session.flush()
        return invoice


def write_numbered(database: Database, work: Callable[[Transaction], T]) -> T:
    """Run a write that takes a number; where the year's first numbers collide, run it again."""
    for _ in range(NUMBER_ATTEMPTS - 1):
        with suppress(IntegrityError):
            return database.write(work)
    return database.write(work)


def _term(session: Session) -> timedelta:
    return timedelta(days=load_settings(session, BillingSettings).payment_term_days)


def _line(invoice_id: int, line: InvoiceLineRecord, position: int) -> InvoiceLine:
    return InvoiceLine(
        invoice_id=invoice_id,
        position=position,
        service_id=line.service_id,
        description=line.description,
        quantity=line.quantity,
        unit_price_minor=line.unit_price.minor,
        tax_basis_points=line.tax_basis_points,
        net_minor=line.net.minor,
        tax_minor=line.tax.minor,
        total_minor=line.total.minor,
        tax_mode=line.tax_mode,
        discount_minor=line.discount.minor,
        discount_reason=line.discount_reason,
    )
