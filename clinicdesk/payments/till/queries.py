"""Reads what has moved through a till."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.billing.models import Invoice, InvoiceMovement
from clinicdesk.billing.records import MovementKind
from clinicdesk.money import Money
from clinicdesk.payments.models import Payment, Refund
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.card_check import card_check_of
from clinicdesk.payments.till.models import TillDrawer, TillSession
from clinicdesk.payments.till.records import (
    ClosedTill,
    DrawerEntry,
    Loose,
    LooseKind,
    OpenTill,
    TenderSum,
)
from clinicdesk.payments.till.rules import expected_cash

MONEY_OF_TILL = (MovementKind.PAYMENT, MovementKind.REFUND, MovementKind.REFUND_UNDONE)
"""What moves money at the desk; credit and disputes move it elsewhere."""


def tender_sums(
    session: Session, *, clinic_id: int, currency: str, from_at: datetime, until_at: datetime
) -> tuple[TenderSum, ...]:
    """Add up the ledger in [from_at, until_at) by means of payment; those unused are nought.

    A refund that came back counts against what was given back when it came back. A payment of
    several invoices has a line for each, and is one payment.
    """
    moved = session.execute(
        select(InvoiceMovement.kind, InvoiceMovement.matter, InvoiceMovement.money_minor)
        .join(Invoice, Invoice.id == InvoiceMovement.invoice_id)
        .where(
            InvoiceMovement.at >= from_at,
            InvoiceMovement.at < until_at,
            Invoice.clinic_id == clinic_id,
            Invoice.currency == currency,
            InvoiceMovement.kind.in_(MONEY_OF_TILL),
        )
    ).all()
    methods = _methods(session, [matter for _, matter, _ in moved])
    taken: Counter[PaymentMethod] = Counter()
    given_back: Counter[PaymentMethod] = Counter()
    payments: dict[PaymentMethod, set[str]] = {method: set() for method in PaymentMethod}
    for kind, matter, money_minor in moved:
        method = methods[matter]
        if kind is MovementKind.PAYMENT:
            taken[method] += money_minor
            payments[method].add(_whole(matter))
        else:
            given_back[method] -= money_minor
    return tuple(
        TenderSum(
            method,
            Money(taken[method], currency),
            Money(given_back[method], currency),
            len(payments[method]),
        )
        for method in PaymentMethod
    )


def open_session(session: Session, clinic_id: int, *, locked: bool = False) -> TillSession | None:
    """Give the clinic's open till, None if it is closed."""
    query = select(TillSession).where(
        TillSession.clinic_id == clinic_id, TillSession.closed_at.is_(None)
    )
    return session.scalars(query.with_for_update() if locked else query).one_or_none()


def latest_close(session: Session, clinic_id: int) -> TillSession | None:
    """Give the clinic's till that was closed last, None before the first."""
    return session.scalars(
        select(TillSession)
        .where(TillSession.clinic_id == clinic_id, TillSession.closed_at.is_not(None))
        .order_by(TillSession.closed_at.desc())
        .limit(1)
    ).one_or_none()


def open_till(session: Session, row: TillSession, *, now: datetime) -> OpenTill:
    """Give an open till with all that has moved up to `now`."""
    tenders = tender_sums(
        session,
        clinic_id=row.clinic_id,
        currency=row.currency,
        from_at=row.counts_from_at,
        until_at=now,
    )
    drawer = _drawer(session, row)
    kept = Money(row.float_minor, row.currency)
    return OpenTill(
        id=row.id,
        clinic_id=row.clinic_id,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        float_kept=kept,
        tenders=tenders,
        drawer=drawer,
        expected_cash=expected_cash(kept, tenders, drawer),
    )


def closed_till(session: Session, row: TillSession) -> ClosedTill:
    """Give a closed till; its sums are those of its own time, whatever came after."""
    if row.closed_at is None:
        raise ValueError("the till is open")
    currency = row.currency
    return ClosedTill(
        id=row.id,
        clinic_id=row.clinic_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        opened_by=row.opened_by,
        closed_by=row.closed_by,
        float_kept=Money(row.float_minor, currency),
        tenders=tender_sums(
            session,
            clinic_id=row.clinic_id,
            currency=currency,
            from_at=row.counts_from_at,
            until_at=row.closed_at,
        ),
        drawer=_drawer(session, row),
        expected_cash=Money(row.expected_minor or 0, currency),
        counted_cash=Money(row.counted_minor or 0, currency),
        left_in_drawer=Money(row.left_minor or 0, currency),
        reason=row.reason,
        audit_seq=row.audit_seq or 0,
        audit_mark=row.audit_mark,
        counted={int(value): number for value, number in row.counted.items()},
        card_check=card_check_of(row),
        loose=tuple(
            Loose(LooseKind(kind), count, item_id) for kind, count, item_id in row.loose or ()
        ),
        loose_reason=row.loose_reason,
    )


def _methods(session: Session, matters: list[str]) -> dict[str, PaymentMethod]:
    """Give by which means each matter of the ledger ("payment:12", "refund:3") was moved.

    Of a payment or refund of several invoices each share is a matter: "payment:12:345".
    """
    ids: dict[str, set[int]] = {"payment": set(), "refund": set()}
    for matter in matters:
        what, number, *_share = matter.split(":")
        ids[what].add(int(number))
    paid = session.execute(select(Payment.id, Payment.method).where(Payment.id.in_(ids["payment"])))
    back = session.execute(
        select(Refund.id, Payment.method)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.id.in_(ids["refund"]))
    )
    found = {f"payment:{key}": method for key, method in paid} | {
        f"refund:{key}": method for key, method in back
    }
    return {matter: found[_whole(matter)] for matter in matters}


def _whole(matter: str) -> str:
    """Give what a share is of: "payment:12" of "payment:12:345"."""
    return ":".join(matter.split(":")[:2])


def _drawer(session: Session, row: TillSession) -> tuple[DrawerEntry, ...]:
    entries = session.scalars(
        select(TillDrawer).where(TillDrawer.session_id == row.id).order_by(TillDrawer.id)
    )
    return tuple(
        DrawerEntry(
            entry.kind, Money(entry.amount_minor, row.currency), entry.reason, entry.by, entry.at
        )
        for entry in entries
    )
