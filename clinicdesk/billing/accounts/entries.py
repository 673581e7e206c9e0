"""Reads all that was invoiced and moved for a family: what accounts and statements are made of."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.billing.accounts.records import AccountLine
from clinicdesk.billing.accounts.rules import Standing, effect_of_invoice, effects, standing
from clinicdesk.billing.ledger import REFUNDS
from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.billing.records import Balance, InvoiceKind, MovementKind
from clinicdesk.billing.rules import VERBS
from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient

ISSUED = {
    InvoiceKind.INVOICE: "Invoice",
    InvoiceKind.FEE: "Fee",
    InvoiceKind.DEPOSIT: "Deposit asked for",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of an invoice's ledger, with its day on the clinic's calendar."""

    id: int
    on: date
    at: datetime
    kind: MovementKind
    text: str
    money_minor: int
    waived_minor: int


@dataclass(frozen=True, slots=True)
class Billed:
    """An invoice and its ledger, oldest first."""

    id: int
    number: str
    kind: InvoiceKind
    clinic_id: int
    patient_id: int
    patient_name: str
    currency: str
    total_minor: int
    issued_on: date
    issued_at: datetime
    due_on: date
    moved: tuple[Moved, ...]

    def balance(self, *, until_on: date | None = None) -> Balance:
        """Add up the ledger, to the end of a day if one is given."""
        counted = [each for each in self.moved if until_on is None or each.on <= until_on]
        back = [each for each in counted if each.kind in REFUNDS]
        return Balance(
            self.total_minor,
            taken=sum(each.money_minor for each in counted if each.kind not in REFUNDS),
            given_back=-sum(each.money_minor for each in back),
            waived=sum(each.waived_minor for each in counted),
        )

    def standing(self, *, until_on: date | None = None) -> Standing:
        """Say what the invoice adds to its account, at the end of a day if one is given."""
        if until_on is not None and self.issued_on > until_on:
            return Standing(0, 0, 0)
        return standing(self.kind, self.balance(until_on=until_on))


def read_billed(session: Session, patient_ids: Collection[int]) -> tuple[Billed, ...]:
    """Read every invoice of these patients with its ledger, in the order of issue."""
    found = session.execute(
        select(Invoice, Clinic.time_zone, Patient.given_name, Patient.family_name)
        .join(Clinic, Clinic.id == Invoice.clinic_id)
        .join(Patient, Patient.id == Invoice.patient_id)
        .where(Invoice.patient_id.in_(patient_ids))
        .order_by(Invoice.issued_on, Invoice.id)
    ).all()
    zones = {invoice.id: zone for invoice, zone, _given, _family in found}
    moved = _read_moved(session, patient_ids, zones)
    return tuple(
        Billed(
            id=invoice.id,
            number=invoice.number,
            kind=invoice.kind,
            clinic_id=invoice.clinic_id,
            patient_id=invoice.patient_id,
            patient_name=f"{given_name} {family_name}".strip(),
            currency=invoice.currency,
            total_minor=invoice.total_minor,
            issued_on=invoice.issued_on,
            issued_at=invoice.issued_at,
            due_on=invoice.due_on,
            moved=tuple(moved.get(invoice.id, ())),
        )
        for invoice, _zone, given_name, family_name in found
    )


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """An entry before its balance is known; entries are in order by their first four fields."""

    on: date
    at: datetime
    rank: int
    id: int
    invoice: Billed = field(compare=False)
    text: str = field(compare=False)
    minor: int = field(compare=False)


def lines_of(billed: Collection[Billed], currency: str) -> tuple[AccountLine, ...]:
    """Give all entries in one currency in the order of their days, each with the balance then."""
    of_one = (invoice for invoice in billed if invoice.currency == currency)
    lines, balance = [], 0
    for entry in sorted(entry for invoice in of_one for entry in _entries(invoice)):
        balance += entry.minor
        invoice = entry.invoice
        lines.append(
            AccountLine(
                entry.on, entry.at, invoice.id, invoice.number, invoice.patient_name, entry.text,
                amount=Money(entry.minor, currency), balance=Money(balance, currency),
            )
        )  # fmt: skip
    return tuple(lines)


def _entries(invoice: Billed) -> list[_Entry]:
    total = effect_of_invoice(invoice.kind, invoice.total_minor)
    text = ISSUED[invoice.kind]
    if invoice.kind is InvoiceKind.DEPOSIT:
        text = f"{text}: {Money(invoice.total_minor, invoice.currency)}"
    entries = [_Entry(invoice.issued_on, invoice.issued_at, 0, invoice.id, invoice, text, total)]
    for moved in invoice.moved:
        entries.extend(
            _Entry(moved.on, moved.at, 1, moved.id, invoice, text, minor)
            for text, minor in effects(
                invoice.kind,
                moved.kind,
                money_minor=moved.money_minor,
                waived_minor=moved.waived_minor,
                text=moved.text,
            )
        )
    return entries


def _read_moved(
    session: Session, patient_ids: Collection[int], zones: dict[int, str]
) -> dict[int, list[Moved]]:
    rows = session.scalars(
        select(InvoiceMovement)
        .join(Invoice, Invoice.id == InvoiceMovement.invoice_id)
        .where(Invoice.patient_id.in_(patient_ids))
        .order_by(InvoiceMovement.at, InvoiceMovement.id)
    )
    moved: dict[int, list[Moved]] = {}
    for row in rows:
        day = clinic_day(row.at, zones[row.invoice_id])
        text = _text(row.kind, row.means)
        line = Moved(row.id, day, row.at, row.kind, text, row.money_minor, row.waived_minor)
        moved.setdefault(row.invoice_id, []).append(line)
    return moved


def _text(kind: MovementKind, means: str) -> str:
    """Give "Paid · Visa •••• 4242", "Credit moved to INV-2026-00402"."""
    joint = " " if kind in {MovementKind.CREDIT_OUT, MovementKind.CREDIT_IN} else " · "
    return joint.join(part for part in (VERBS[kind], means) if part)
