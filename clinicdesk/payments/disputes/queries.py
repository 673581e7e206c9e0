"""Reads disputes."""

from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from clinicdesk.billing.models import Invoice
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.payments.disputes.errors import UnknownDisputeError
from clinicdesk.payments.disputes.models import Dispute
from clinicdesk.payments.disputes.records import DisputeRecord
from clinicdesk.payments.disputes.rules import (
    CLOSED,
    LOST,
    NEEDS_ANSWER,
    asks_attention,
    reason_text,
    state_text,
)
from clinicdesk.payments.models import Payment
from clinicdesk.payments.obstacles import DisputedPaymentError
from clinicdesk.payments.rules import means


def disputes(session: Session) -> tuple[DisputeRecord, ...]:
    """List all disputes, those that ask for somebody first, then the newest."""
    records = [_record(row) for row in session.execute(_rows().order_by(Dispute.id.desc()))]
    return tuple(sorted(records, key=lambda record: not record.asks_attention))


def dispute(session: Session, dispute_id: int) -> DisputeRecord:
    """Give a dispute.

    Raises:
        UnknownDisputeError: there is none of that id.
    """
    row = session.execute(_rows().where(Dispute.id == dispute_id)).one_or_none()
    if row is None:
        raise UnknownDisputeError
    return _record(row)


def count_asking(session: Session) -> int:
    """Count the disputes that ask for somebody."""
    query = select(func.count()).where(
        Dispute.status.in_(NEEDS_ANSWER) | ((Dispute.status == LOST) & Dispute.seen_to_at.is_(None))
    )
    return session.scalar(query) or 0


def check_refundable(session: Session, payment_id: int) -> None:
    """Let pass a payment whose refund would not pay the cardholder twice.

    An inquiry can still end with a refund; once the bank has taken the money back, a refund would
    be the second one.

    Raises:
        DisputedPaymentError: as named.
    """
    rows = session.scalars(select(Dispute).where(Dispute.payment_id == payment_id))
    for row in rows:
        is_over = row.status in CLOSED
        if row.withdrawn_minor or (not is_over and not row.is_refundable):
            raise DisputedPaymentError(Money(row.amount_minor, row.currency), is_lost=is_over)


def _rows() -> Select[Dispute, Payment | None, Invoice | None, Patient | None]:
    return (
        select(Dispute, Payment, Invoice, Patient)
        .outerjoin(Payment, Payment.id == Dispute.payment_id)
        .outerjoin(Invoice, Invoice.id == Payment.invoice_id)
        .outerjoin(Patient, Patient.id == Invoice.patient_id)
    )


def _record(row: Row[*tuple[Any, ...]]) -> DisputeRecord:
    found, payment, invoice, patient = row
    return DisputeRecord(
        id=found.id,
        provider_id=found.provider_id,
        amount=Money(found.amount_minor, found.currency),
        withdrawn=Money(found.withdrawn_minor, found.currency),
        state=state_text(found.status),
        reason=reason_text(found.reason),
        is_closed=found.status in CLOSED,
        needs_answer=found.status in NEEDS_ANSWER,
        is_refundable=found.is_refundable,
        asks_attention=asks_attention(found.status, is_seen_to=found.seen_to_at is not None),
        opened_at=found.opened_at,
        due_by_at=found.due_by_at,
        seen_to_by=found.seen_to_by,
        invoice_id=invoice.id if invoice else None,
        invoice_number=invoice.number if invoice else "",
        patient_name=f"{patient.given_name} {patient.family_name}".strip() if patient else "",
        card=means(payment.method, payment.card_brand, payment.card_last4) if payment else "",
    )
