"""Reads payments, refunds and readers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from clinicdesk.billing.models import Invoice
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.payments.gateway import RefundState
from clinicdesk.payments.models import CardReader, Payment, PaymentShare, Refund
from clinicdesk.payments.obstacles import UnknownPaymentError
from clinicdesk.payments.records import (
    OPEN,
    PaymentRecord,
    PaymentStatus,
    RefundRecord,
    RefundStage,
    ShareRecord,
)

OPEN_REFUNDS = frozenset({RefundStage.PENDING, RefundStage.UNKNOWN})
Found = Select[Payment, str, str, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A card payment with what is needed to speak of it to the provider.

    `commands` is the number of the last command that was, or was about to be, sent to the reader.
    """

    payment: PaymentRecord
    attempt_key: str
    intent_id: str | None
    reader_id: str
    commands: int

    @property
    def is_open(self) -> bool:
        """Tell whether its outcome is not settled."""
        return self.payment.status in OPEN


@dataclass(frozen=True, slots=True)
class OpenRefund:
    """A refund at the provider that is not settled."""

    refund: RefundRecord
    refund_key: str
    intent_id: str
    provider_refund_id: str | None

    @property
    def is_open(self) -> bool:
        """Tell whether its outcome is not settled."""
        return self.refund.status in OPEN_REFUNDS


def payments_of_invoice(session: Session, invoice_id: int) -> tuple[PaymentRecord, ...]:
    """List the payments and attempts of an invoice, oldest first."""
    rows = session.execute(_payments().where(_is_for(invoice_id)))
    return tuple(_payment_record(session, row) for row in rows)


def payments_where(
    session: Session, *conditions: ColumnElement[bool], limit: int
) -> tuple[PaymentRecord, ...]:
    """List payments that fit conditions over `Payment`, `Invoice` and `Patient`, newest first."""
    query = _payments().where(*conditions).order_by(None).order_by(Payment.id.desc()).limit(limit)
    return tuple(_payment_record(session, row) for row in session.execute(query).all())


def payment_record(session: Session, payment_id: int) -> PaymentRecord:
    """Give a payment.

    Raises:
        UnknownPaymentError: there is none of that id.
    """
    return _payment_record(session, _row_of(session, payment_id))


def attempt_of(session: Session, payment_id: int) -> Attempt:
    """Give a card payment.

    Raises:
        UnknownPaymentError: there is none of that id.
    """
    return _attempt(session, _row_of(session, payment_id))


def open_attempts(session: Session, *, clinic_id: int | None = None) -> tuple[Attempt, ...]:
    """List the card payments that are not settled, oldest first, of one clinic if asked."""
    query = _payments().where(Payment.status.in_(OPEN))
    if clinic_id is not None:
        query = query.where(Invoice.clinic_id == clinic_id)
    return tuple(_attempt(session, row) for row in session.execute(query))


def open_payment_of(session: Session, intent_id: str) -> int | None:
    """Give the id of the open payment of an intent, None if there is none."""
    query = select(Payment.id).where(Payment.intent_id == intent_id, Payment.status.in_(OPEN))
    return session.scalar(query)


def refunds_of_invoice(session: Session, invoice_id: int) -> tuple[RefundRecord, ...]:
    """List the refunds of an invoice, oldest first."""
    return _refunds(session, _refund_rows().where(_is_for(invoice_id)))


def refund_record(session: Session, refund_id: int) -> RefundRecord:
    """Give a refund."""
    (record,) = _refunds(session, _refund_rows().where(Refund.id == refund_id))
    return record


def open_refund(session: Session, refund_id: int) -> OpenRefund:
    """Give a refund of a card payment with what the provider knows it by."""
    row = session.execute(_refund_rows().where(Refund.id == refund_id)).one()
    refund, _, intent_id, _ = row
    return OpenRefund(
        _refund_record(row), refund.refund_key, intent_id or "", refund.provider_refund_id
    )


def open_refund_ids(session: Session) -> tuple[int, ...]:
    """List the refunds that are not settled, oldest first."""
    ids = session.scalars(
        select(Refund.id).where(Refund.status.in_(OPEN_REFUNDS)).order_by(Refund.id)
    )
    return tuple(ids)


def refund_id_of(session: Session, state: RefundState) -> int | None:
    """Give the id of a refund that the provider knows, by its id there or the key it was made with.

    None if it is none of those kept here.
    """
    return session.scalar(
        select(Refund.id).where(
            (Refund.provider_refund_id == state.provider_refund_id)
            | (Refund.refund_key == state.refund_key)
        )
    )


def bounced_refunds(session: Session, *, clinic_id: int | None) -> tuple[RefundRecord, ...]:
    """List the refunds that came back after they had been accepted, and wait for somebody."""
    query = _refund_rows().where(Refund.has_bounced)
    if clinic_id is not None:
        query = query.where(Invoice.clinic_id == clinic_id)
    return _refunds(session, query)


def _payments() -> Found:
    return (
        select(
            Payment,
            Invoice.number,
            Patient.given_name,
            Patient.family_name,
            CardReader.label,
            CardReader.provider_id,
        )
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(Patient, Patient.id == Invoice.patient_id)
        .outerjoin(CardReader, CardReader.id == Payment.reader_id)
        .order_by(Payment.id)
    )


def _row_of(session: Session, payment_id: int) -> Row[*tuple[Any, ...]]:
    row = session.execute(_payments().where(Payment.id == payment_id)).one_or_none()
    if row is None:
        raise UnknownPaymentError
    return row


def _is_for(invoice_id: int) -> ColumnElement[bool]:
    """Select payments that an invoice gets something of."""
    shared = select(PaymentShare.payment_id).where(PaymentShare.invoice_id == invoice_id)
    return (Payment.invoice_id == invoice_id) | Payment.id.in_(shared)


def _shares(session: Session, payment: Payment) -> tuple[ShareRecord, ...]:
    rows = session.execute(
        select(PaymentShare.invoice_id, Invoice.number, PaymentShare.amount_minor)
        .join(Invoice, Invoice.id == PaymentShare.invoice_id)
        .where(PaymentShare.payment_id == payment.id)
        .order_by(PaymentShare.invoice_id)
    )
    return tuple(
        ShareRecord(invoice_id, number, Money(minor, payment.currency))
        for invoice_id, number, minor in rows
    )


def _attempt(session: Session, row: Row[*tuple[Any, ...]]) -> Attempt:
    payment = row[0]
    return Attempt(
        _payment_record(session, row),
        payment.attempt_key,
        payment.intent_id,
        row[5] or "",
        payment.reader_commands,
    )


def _payment_record(session: Session, row: Row[*tuple[Any, ...]]) -> PaymentRecord:
    payment, number, given_name, family_name, label, _ = row
    currency = payment.currency
    is_paid = payment.status is PaymentStatus.COMPLETED
    left = payment.amount_minor - payment.refund_reserved_minor if is_paid else 0
    tendered = payment.tendered_minor
    return PaymentRecord(
        id=payment.id,
        invoice_id=payment.invoice_id,
        invoice_number=number,
        patient_name=f"{given_name} {family_name}".strip(),
        method=payment.method,
        status=payment.status,
        amount=Money(payment.amount_minor, currency),
        refunded=Money(payment.refund_reserved_minor, currency),
        refundable=Money(left, currency),
        card_brand=payment.card_brand,
        card_last4=payment.card_last4,
        failure_code=payment.failure_code,
        desk=payment.desk,
        created_at=payment.created_at,
        settled_at=payment.settled_at,
        reader_label=label or "",
        change=None if tendered is None else Money(tendered - payment.amount_minor, currency),
        card_receipt=tuple((title, text) for title, text in payment.card_receipt),
        shares=_shares(session, payment),
        reference=payment.reference,
    )


def _refund_rows() -> Select[Refund, str, str | None, int]:
    return (
        select(Refund, Invoice.number, Payment.intent_id, Invoice.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .order_by(Refund.id)
    )


def _refunds(
    session: Session, query: Select[Refund, str, str | None, int]
) -> tuple[RefundRecord, ...]:
    rows: Iterable[Row[Refund, str, str | None, int]] = session.execute(query)
    return tuple(_refund_record(row) for row in rows)


def _refund_record(row: Row[Refund, str, str | None, int]) -> RefundRecord:
    refund, number, _, invoice_id = row
    return RefundRecord(
        id=refund.id,
        payment_id=refund.payment_id,
        invoice_id=invoice_id,
        invoice_number=number,
        amount=Money(refund.amount_minor, refund.currency),
        reason=refund.reason,
        status=refund.status,
        created_at=refund.created_at,
        failure_code=refund.failure_code,
        has_bounced=refund.has_bounced,
        was_made_elsewhere=refund.was_made_elsewhere,
    )
