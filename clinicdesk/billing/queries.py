"""Reads invoices for screens and paper."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from clinicdesk.billing.errors import UnknownInvoiceError
from clinicdesk.billing.ledger import balance_of, sums_of_row
from clinicdesk.billing.models import CreditNoteLine, Invoice, InvoiceLine, InvoiceMovement
from clinicdesk.billing.records import (
    Balance,
    InvoiceLineRecord,
    InvoiceRecord,
    InvoiceRow,
    LedgerEntry,
    MovementKind,
    VisitMoney,
)
from clinicdesk.billing.rules import ledger_text, state_of
from clinicdesk.clinics.models import Clinic, Service, Specialty
from clinicdesk.clock import clinic_day
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.patients.search_keys import fold
from clinicdesk.schedule.models import Appointment
from clinicdesk.staff.models import Doctor

Found = Select[*tuple[Any, ...]]


def invoice_record(session: Session, invoice_id: int, *, now: datetime) -> InvoiceRecord:
    """Give a whole invoice as it stands at `now`.

    Raises:
        UnknownInvoiceError: there is none of that id.
    """
    found = session.execute(_wholes().where(Invoice.id == invoice_id)).one_or_none()
    if found is None:
        raise UnknownInvoiceError
    invoice, time_zone, given_name, family_name, doctor_name, specialty, visit_at = found
    balance = balance_of(session, invoice)
    return InvoiceRecord(
        id=invoice.id,
        number=invoice.number,
        clinic_id=invoice.clinic_id,
        patient_id=invoice.patient_id,
        appointment_id=invoice.appointment_id,
        patient_name=f"{given_name} {family_name}".strip(),
        billed_name=invoice.billed_name,
        billed_address=invoice.billed_address,
        doctor_name=doctor_name or "",
        specialty=specialty or "",
        visit_at=visit_at,
        time_zone=time_zone,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        lines=_lines(session, invoice),
        net=Money(invoice.net_minor, invoice.currency),
        tax=Money(invoice.tax_minor, invoice.currency),
        total=Money(invoice.total_minor, invoice.currency),
        ledger=_ledger(session, invoice, time_zone),
        paid=Money(balance.paid, invoice.currency),
        due=Money(balance.due, invoice.currency),
        state=state_of(balance, due_on=invoice.due_on, today=clinic_day(now, time_zone)),
        credited=Money(balance.credited, invoice.currency),
        credit=Money(balance.credit(invoice.kind), invoice.currency),
        kind=invoice.kind,
        note=invoice.note,
    )


def invoice_rows(
    session: Session, *, clinic_id: int, text: str, limit: int, today: date
) -> tuple[InvoiceRow, ...]:
    """List a clinic's invoices, newest first, that a number or patient's name finds."""
    query = (
        select(
            Invoice,
            Patient.given_name,
            Patient.family_name,
            Doctor.display_name,
            *sums_of_row(),
        )
        .join(Patient, Patient.id == Invoice.patient_id)
        .outerjoin(Doctor, Doctor.id == Invoice.doctor_id)
        .where(Invoice.clinic_id == clinic_id)
        .order_by(Invoice.issued_on.desc(), Invoice.id.desc())
        .limit(limit)
    )
    return tuple(_row(row, today) for row in session.execute(query.where(invoice_fits(text))))


def invoice_id_of_visit(session: Session, appointment_id: int) -> int | None:
    """Give the id of a visit's invoice, None if it has none."""
    return session.scalar(select(Invoice.id).where(Invoice.appointment_id == appointment_id))


def owed_of_visits(session: Session, visit_ids: Collection[int]) -> dict[int, VisitMoney]:
    """Give what each visit costs, by its id: one query for all of them."""
    moved = InvoiceMovement.money_minor + InvoiceMovement.waived_minor
    found = session.execute(
        select(
            Appointment.id,
            Invoice.id,
            func.coalesce(Invoice.total_minor, Service.price_minor),
            func.coalesce(Invoice.currency, Service.currency),
            func.coalesce(func.sum(moved), 0),
            func.coalesce(func.sum(InvoiceMovement.money_minor), 0),
        )
        .join(Service, Service.id == Appointment.service_id)
        .outerjoin(Invoice, Invoice.appointment_id == Appointment.id)
        .outerjoin(InvoiceMovement, InvoiceMovement.invoice_id == Invoice.id)
        .where(Appointment.id.in_(visit_ids))
        .group_by(
            Appointment.id, Invoice.id, Invoice.total_minor, Invoice.currency,
            Service.price_minor, Service.currency,
        )
    )  # fmt: skip
    return {
        visit_id: VisitMoney(
            invoice_id, Money(int(total - moved), currency), Money(int(paid), currency)
        )
        for visit_id, invoice_id, total, currency, moved, paid in found
    }


def _wholes() -> Found:
    """Select invoices with what their papers say of the clinic, patient, doctor and visit."""
    return (
        select(
            Invoice,
            Clinic.time_zone,
            Patient.given_name,
            Patient.family_name,
            Doctor.display_name,
            Specialty.name,
            Appointment.starts_at,
        )
        .join(Clinic, Clinic.id == Invoice.clinic_id)
        .join(Patient, Patient.id == Invoice.patient_id)
        .outerjoin(Doctor, Doctor.id == Invoice.doctor_id)
        .outerjoin(Specialty, Specialty.id == Doctor.specialty_id)
        .outerjoin(Appointment, Appointment.id == Invoice.appointment_id)
    )


def invoice_fits(text: str) -> ColumnElement[bool]:
    """Select invoices with the text in their number, or its words at the start of patient's names.

    For a query over `Invoice` and `Patient`; an empty text fits every invoice.
    """
    if not text.strip():
        return true()
    fits = func.lower(Invoice.number).contains(text.strip().lower(), autoescape=True)
    words = [_begins_a_name(word) for word in fold(text).split()]
    return or_(fits, and_(*words)) if words else fits


def _begins_a_name(word: str) -> ColumnElement[bool]:
    return or_(
        *(
            key.startswith(word) | key.contains(f" {word}")
            for key in (Patient.family_key, Patient.given_key)
        )
    )


def _row(row: Row[*tuple[Any, ...]], today: date) -> InvoiceRow:
    invoice, given_name, family_name, doctor_name, *sums = row
    balance = Balance(invoice.total_minor, *sums)
    return InvoiceRow(
        id=invoice.id,
        number=invoice.number,
        issued_on=invoice.issued_on,
        patient_id=invoice.patient_id,
        patient_name=f"{given_name} {family_name}".strip(),
        doctor_name=doctor_name or "",
        total=Money(invoice.total_minor, invoice.currency),
        paid=Money(balance.paid, invoice.currency),
        due=Money(balance.due, invoice.currency),
        state=state_of(balance, due_on=invoice.due_on, today=today),
        kind=invoice.kind,
    )


def _lines(session: Session, invoice: Invoice) -> tuple[InvoiceLineRecord, ...]:
    lines = session.execute(
        select(InvoiceLine, func.coalesce(func.sum(CreditNoteLine.total_minor), 0))
        .outerjoin(CreditNoteLine, CreditNoteLine.invoice_line_id == InvoiceLine.id)
        .where(InvoiceLine.invoice_id == invoice.id)
        .group_by(InvoiceLine.id)
        .order_by(InvoiceLine.position)
    )
    return tuple(_line(line, int(credited), invoice.currency) for line, credited in lines)


def _line(line: InvoiceLine, credited_minor: int, currency: str) -> InvoiceLineRecord:
    return InvoiceLineRecord(
        description=line.description,
        quantity=line.quantity,
        unit_price=Money(line.unit_price_minor, currency),
        tax_basis_points=line.tax_basis_points,
        net=Money(line.net_minor, currency),
        tax=Money(line.tax_minor, currency),
        total=Money(line.total_minor, currency),
        discount=Money(line.discount_minor, currency),
        tax_mode=line.tax_mode,
        discount_reason=line.discount_reason,
        service_id=line.service_id,
        id=line.id,
        credited=credited_minor,
    )


def _ledger(session: Session, invoice: Invoice, time_zone: str) -> tuple[LedgerEntry, ...]:
    """Tell the movements that count: a refund and what undid it count for nothing together."""
    rows = session.scalars(
        select(InvoiceMovement)
        .where(InvoiceMovement.invoice_id == invoice.id)
        .order_by(InvoiceMovement.at, InvoiceMovement.id)
    ).all()
    undone = {row.matter for row in rows if row.kind is MovementKind.REFUND_UNDONE}
    return tuple(
        _entry(row, invoice, on=clinic_day(row.at, time_zone))
        for row in rows
        if row.matter not in undone
    )


def _entry(row: InvoiceMovement, invoice: Invoice, *, on: date) -> LedgerEntry:
    return LedgerEntry(
        at=row.at,
        text=ledger_text(row.kind, row.means, day=on, issued_on=invoice.issued_on),
        amount=Money(_weight(row), invoice.currency),
        kind=row.kind,
        means=row.means,
        on=on,
    )


def _weight(movement: InvoiceMovement) -> int:
    """Give by how much less is owed: a credit note moves no money, but settles as much."""
    is_note = movement.kind is MovementKind.CREDIT_NOTE
    return movement.waived_minor if is_note else movement.money_minor
