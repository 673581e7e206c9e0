"""Lists the accounts on which something is owed, in credit or asked for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from clinicdesk.billing.accounts.records import AccountRow
from clinicdesk.billing.accounts.rules import Standing, standing, summed
from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.billing.records import Balance, InvoiceKind
from clinicdesk.patients.models import Patient
from clinicdesk.patients.search_keys import fold

Found = tuple[Patient, str, Standing, date | None]
Payer = aliased(Patient)


def account_rows(session: Session, *, text: str, limit: int) -> tuple[AccountRow, ...]:
    """List accounts by who pays, a row for each currency: the most owed first, then the credits."""
    found: dict[tuple[int, str], list[Found]] = {}
    for row in session.execute(_open_invoices(text)):
        each = _found(row)
        found.setdefault((each[0].id, each[1]), []).append(each)
    rows = [_row(of_one) for of_one in found.values()]
    rows.sort(key=lambda row: (-row.balance.owed.minor, -row.balance.credit.minor, row.patient_id))
    return tuple(rows[:limit])


def _open_invoices(text: str) -> Any:
    moved = InvoiceMovement.money_minor + InvoiceMovement.waived_minor
    money = func.coalesce(func.sum(InvoiceMovement.money_minor), 0)
    due = Invoice.total_minor - func.coalesce(func.sum(moved), 0)
    query = (
        select(
            Payer, Invoice.kind, Invoice.currency, Invoice.due_on, Invoice.total_minor, money, due
        )
        .join(Patient, Patient.id == Invoice.patient_id)
        .join(Payer, Payer.id == func.coalesce(Patient.guarantor_id, Patient.id))
        .outerjoin(InvoiceMovement, InvoiceMovement.invoice_id == Invoice.id)
        .group_by(Invoice.id, Payer.id)
        .having(or_(due != 0, and_(Invoice.kind == InvoiceKind.DEPOSIT, money != 0)))
    )
    return query.where(_fits(text.strip())) if text.strip() else query


def _fits(text: str) -> ColumnElement[bool]:
    """Fit the number of who pays or of a patient, or each word at the start of their names."""
    numbers = [
        func.lower(who.number).contains(text.lower(), autoescape=True) for who in (Patient, Payer)
    ]
    words = [_begins(word) for word in fold(text).split()]
    return or_(*numbers, and_(*words)) if words else or_(*numbers)


def _begins(word: str) -> ColumnElement[bool]:
    return or_(
        *(
            key.startswith(word) | key.contains(f" {word}")
            for who in (Patient, Payer)
            for key in (who.family_key, who.given_key)
        )
    )


def _found(row: Row[*tuple[Any, ...]]) -> Found:
    payer, kind, currency, due_on, total, money, due = row
    # What is waived follows from the three others, and no refund is told from a payment here.
    balance = Balance(total, taken=int(money), waived=int(total - due - money))
    stand = standing(kind, balance)
    return payer, currency, stand, due_on if stand.owed or stand.asked else None


def _row(of_one: Sequence[Found]) -> AccountRow:
    payer = of_one[0][0]
    still_due = [due_on for _, _, _, due_on in of_one if due_on is not None]
    (balance,) = summed((currency, stand) for _, currency, stand, _ in of_one)
    return AccountRow(
        patient_id=payer.id,
        number=payer.number,
        name=f"{payer.given_name} {payer.family_name}".strip(),
        phone=payer.phone,
        open_invoices=len(still_due),
        oldest_due_on=min(still_due, default=None),
        balance=balance,
    )
