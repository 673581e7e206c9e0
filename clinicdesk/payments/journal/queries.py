"""Reads payments, refunds and links as one journal, the newest first."""

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from clinicdesk.billing.models import Invoice
from clinicdesk.billing.queries import invoice_fits
from clinicdesk.money import Money
from clinicdesk.patients.models import Patient
from clinicdesk.payments.disputes.queries import count_asking
from clinicdesk.payments.journal.records import JournalEntry, JournalKind, OpenQuestions, Outcome
from clinicdesk.payments.models import Payment, PaymentLink, Refund
from clinicdesk.payments.queries import payments_where
from clinicdesk.payments.reconciliation.models import UnmatchedCharge
from clinicdesk.payments.records import LinkState, PaymentRecord, PaymentStatus, RefundStage
from clinicdesk.payments.rules import means, means_text
from clinicdesk.payments.words import (
    LINK_STATES,
    REFUND_STATES,
    link_verdict,
    refund_verdict,
    state_word,
    verdict,
)

PAYMENT_OUTCOMES = {
    PaymentStatus.PENDING: Outcome.OPEN,
    PaymentStatus.UNKNOWN: Outcome.IN_DOUBT,
    PaymentStatus.COMPLETED: Outcome.DONE,
    PaymentStatus.FAILED: Outcome.NOT_DONE,
}
REFUND_OUTCOMES = {
    RefundStage.PENDING: Outcome.OPEN,
    RefundStage.UNKNOWN: Outcome.IN_DOUBT,
    RefundStage.COMPLETED: Outcome.DONE,
    RefundStage.FAILED: Outcome.NOT_DONE,
}
LINK_OUTCOMES = {
    LinkState.NEW: Outcome.OPEN,
    LinkState.OPEN: Outcome.OPEN,
    LinkState.CLOSING: Outcome.OPEN,
    LinkState.CLOSED: Outcome.NOT_DONE,
    LinkState.PAID: Outcome.DONE,
}
REFUND_IN_QUESTION = or_(Refund.status == RefundStage.UNKNOWN, Refund.has_bounced)


def entries(
    session: Session,
    *,
    clinic_id: int,
    kinds: frozenset[JournalKind],
    only_questions: bool,
    text: str,
    limit: int,
) -> tuple[JournalEntry, ...]:
    """List a clinic's newest entries of some kinds; open questions stand before all others."""
    fits = and_(Invoice.clinic_id == clinic_id, invoice_fits(text))
    found: list[JournalEntry] = []
    if JournalKind.PAYMENT in kinds:
        found += _payments(session, fits, only_questions=only_questions, limit=limit)
    if JournalKind.REFUND in kinds:
        found += _refunds(session, fits, only_questions=only_questions, limit=limit)
    if JournalKind.LINK in kinds and not only_questions:
        found += _links(session, fits, limit=limit)
    found.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    newest = found[:limit]
    return tuple(sorted(newest, key=lambda entry: not entry.is_question))


def count_questions(session: Session) -> OpenQuestions:
    """Count what somebody should look at, of all clinics: the provider's account is one."""

    def count(query: Select[int]) -> int:
        return session.scalar(query) or 0

    payments = select(func.count()).where(Payment.status == PaymentStatus.UNKNOWN)
    refunds = select(func.count()).where(Refund.status == RefundStage.UNKNOWN)
    return OpenQuestions(
        in_doubt=count(payments) + count(refunds),
        came_back=count(select(func.count()).where(Refund.has_bounced)),
        charges=count(select(func.count()).where(UnmatchedCharge.settled_at.is_(None))),
        disputes=count_asking(session),
    )


def _payments(
    session: Session, fits: ColumnElement[bool], *, only_questions: bool, limit: int
) -> list[JournalEntry]:
    conditions = [fits]
    if only_questions:
        conditions.append(Payment.status == PaymentStatus.UNKNOWN)
    return [_of_payment(record) for record in payments_where(session, *conditions, limit=limit)]


def _of_payment(payment: PaymentRecord) -> JournalEntry:
    return JournalEntry(
        kind=JournalKind.PAYMENT,
        id=payment.id,
        invoice_id=payment.invoice_id,
        invoice_number=payment.invoice_number,
        patient_name=payment.patient_name,
        amount=payment.amount,
        means=means_text(payment),
        outcome=PAYMENT_OUTCOMES[payment.status],
        state=state_word(payment),
        sentence=verdict(payment),
        at=payment.created_at,
        by=payment.desk,
    )


def _refunds(
    session: Session, fits: ColumnElement[bool], *, only_questions: bool, limit: int
) -> list[JournalEntry]:
    query = (
        select(Refund, Payment, Invoice, Patient)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(Patient, Patient.id == Invoice.patient_id)
        .where(fits)
        .order_by(Refund.id.desc())
        .limit(limit)
    )
    if only_questions:
        query = query.where(REFUND_IN_QUESTION)
    return [_of_refund(*row) for row in session.execute(query)]


def _of_refund(
    refund: Refund, payment: Payment, invoice: Invoice, patient: Patient
) -> JournalEntry:
    amount = Money(refund.amount_minor, refund.currency)
    words = means(payment.method, payment.card_brand, payment.card_last4)
    has_bounced = refund.has_bounced
    return JournalEntry(
        kind=JournalKind.REFUND,
        id=refund.id,
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        patient_name=f"{patient.given_name} {patient.family_name}".strip(),
        amount=amount,
        means=words,
        outcome=Outcome.CAME_BACK if has_bounced else REFUND_OUTCOMES[refund.status],
        state="Came back" if has_bounced else REFUND_STATES[refund.status],
        sentence=refund_verdict(amount, refund.status, words, has_bounced=has_bounced),
        at=refund.created_at,
        by="card provider" if refund.was_made_elsewhere else "",
    )


def _links(session: Session, fits: ColumnElement[bool], *, limit: int) -> list[JournalEntry]:
    query = (
        select(PaymentLink, Invoice, Patient)
        .join(Invoice, Invoice.id == PaymentLink.invoice_id)
        .join(Patient, Patient.id == Invoice.patient_id)
        .where(fits)
        .order_by(PaymentLink.id.desc())
        .limit(limit)
    )
    return [_of_link(*row) for row in session.execute(query)]


def _of_link(link: PaymentLink, invoice: Invoice, patient: Patient) -> JournalEntry:
    amount = Money(link.amount_minor, link.currency)
    return JournalEntry(
        kind=JournalKind.LINK,
        id=link.id,
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        patient_name=f"{patient.given_name} {patient.family_name}".strip(),
        amount=amount,
        means="payment link",
        outcome=LINK_OUTCOMES[link.state],
        state=LINK_STATES[link.state],
        sentence=link_verdict(amount, link.state),
        at=link.created_at,
        by=link.desk,
    )
