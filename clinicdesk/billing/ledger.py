"""Reads and writes the ledger of an invoice, within somebody's transaction."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

from clinicdesk.billing.day_lock import booked_at
from clinicdesk.billing.errors import UnknownInvoiceError
from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.billing.records import Balance, MovementKind
from clinicdesk.changes import Topic
from clinicdesk.database.session import Transaction

REFUNDS = (MovementKind.REFUND, MovementKind.REFUND_UNDONE)


def lock_invoice(transaction: Transaction, invoice_id: int) -> Invoice:
    """Give an invoice whose balance nobody else changes until this transaction ends.

    Raises:
        UnknownInvoiceError: there is none of that id.
    """
    invoice = transaction.session.get(Invoice, invoice_id, with_for_update=True)
    if invoice is None:
        raise UnknownInvoiceError
    return invoice


def balance_of(session: Session, invoice: Invoice) -> Balance:
    """Add up an invoice's ledger."""
    found = session.execute(select(*_sums()).where(InvoiceMovement.invoice_id == invoice.id))
    taken, given_back, waived, credited = found.one()
    return Balance(invoice.total_minor, taken, given_back, waived, credited)


def write_movement(
    transaction: Transaction,
    invoice_id: int,
    *,
    kind: MovementKind,
    matter: str,
    means: str,
    money_minor: int,
    waived_minor: int = 0,
    at: datetime,
) -> None:
    """Add a line to the ledger; the database refuses the same matter and kind a second time.

    Raises:
        DayLockedError: the clinic's day was closed long after `at`.
    """
    clinic_id = transaction.session.get_one(Invoice, invoice_id).clinic_id
    transaction.session.add(
        InvoiceMovement(
            invoice_id=invoice_id,
            kind=kind,
            matter=matter,
            means=means,
            money_minor=money_minor,
            waived_minor=waived_minor,
            at=booked_at(transaction.session, clinic_id, at),
        )
    )
    transaction.session.flush()
    transaction.changed(Topic.INVOICE, invoice_id)


def undo_refund(transaction: Transaction, invoice_id: int, *, matter: str, at: datetime) -> None:
    """Write a failed refund back: the money was kept, and is owed or not as it was before.

    Where nothing of the refund came off the invoice there is nothing to write.
    """
    refund = transaction.session.scalars(
        select(InvoiceMovement).where(
            InvoiceMovement.matter == matter, InvoiceMovement.kind == MovementKind.REFUND
        )
    ).one_or_none()
    if refund is None:
        return
    write_movement(
        transaction,
        invoice_id,
        kind=MovementKind.REFUND_UNDONE,
        matter=matter,
        means=refund.means,
        money_minor=-refund.money_minor,
        waived_minor=-refund.waived_minor,
        at=at,
    )


def sums_of_row() -> tuple[ScalarSelect[int], ...]:
    """Give what was taken, given back, waived and credited as columns of a query over `Invoice`.

    They are what a Balance is made of behind its total, in its order.
    """
    return tuple(
        select(column)
        .where(InvoiceMovement.invoice_id == Invoice.id)
        .correlate(Invoice)
        .scalar_subquery()
        for column in _sums()
    )


def _sums() -> tuple[
    ColumnElement[int], ColumnElement[int], ColumnElement[int], ColumnElement[int]
]:
    kind, money, waived = (
        InvoiceMovement.kind,
        InvoiceMovement.money_minor,
        InvoiceMovement.waived_minor,
    )
    return (
        _sum(case((kind.in_(REFUNDS), 0), else_=money)),
        -_sum(case((kind.in_(REFUNDS), money), else_=0)),
        _sum(waived),
        _sum(case((kind == MovementKind.CREDIT_NOTE, waived), else_=0)),
    )


def _sum(column: SQLColumnExpression[int]) -> ColumnElement[int]:
    # PostgreSQL's sum of bigint is numeric.
    return func.cast(func.coalesce(func.sum(column), 0), InvoiceMovement.money_minor.type)
