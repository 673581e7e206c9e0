"""Keeps disputes in the database, and in the ledger what a bank takes back and returns."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.ledger import write_movement
from clinicdesk.billing.models import InvoiceMovement
from clinicdesk.billing.records import MovementKind
from clinicdesk.changes import Topic
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.disputes import queries
from clinicdesk.payments.disputes.errors import UnknownDisputeError
from clinicdesk.payments.disputes.gateway import DisputeState
from clinicdesk.payments.disputes.models import Dispute
from clinicdesk.payments.disputes.records import DisputeRecord
from clinicdesk.payments.disputes.rules import CLOSED
from clinicdesk.payments.models import Payment
from clinicdesk.payments.records import PaymentStatus
from clinicdesk.payments.rules import means
from clinicdesk.payments.shares import lock_invoices, parts_of


class DisputeBook:
    """The disputes of the clinic."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def take_in(self, actor: Actor, state: DisputeState) -> DisputeRecord:
        """Write down how a dispute stands, and once each time the money left or came back."""

        def work(transaction: Transaction) -> DisputeRecord:
            session = transaction.session
            payment = _payment_of(session, state)
            if payment is not None:
                lock_invoices(transaction, parts_of(session, payment))
            row = session.scalar(
                select(Dispute).where(Dispute.provider_id == state.dispute_id).with_for_update()
            )
            is_news = row is None or (row.status, row.payment_id) != (
                state.status,
                payment.id if payment else None,
            )
            row = row or _new(session, state)
            row.payment_id = payment.id if payment else None
            row.status, row.reason = state.status, state.reason
            row.is_refundable, row.due_by_at = state.is_refundable, state.due_by_at
            is_closed = state.status in CLOSED
            row.closed_at = (row.closed_at or self._clock.now()) if is_closed else None
            if not is_closed:
                row.seen_to_at, row.seen_to_by = None, ""
            session.flush()
            is_moved = payment is not None and state.is_withdrawn != bool(row.withdrawn_minor)
            if is_moved and payment is not None:
                self._move(transaction, row, payment)
            if is_news or is_moved:
                self._note(transaction, actor, "dispute " + state.status.replace("_", " "), row)
            return queries.dispute(session, row.id)

        return self._database.write(work)

    def see_to(self, actor: Actor, dispute_id: int) -> DisputeRecord:
        """Write down who took note of how a dispute ended.

        Raises:
            UnknownDisputeError: there is none of that id.
        """

        def work(transaction: Transaction) -> DisputeRecord:
            session = transaction.session
            row = session.get(Dispute, dispute_id, with_for_update=True)
            if row is None:
                raise UnknownDisputeError
            if row.closed_at is not None and row.seen_to_at is None:
                row.seen_to_at, row.seen_to_by = self._clock.now(), actor.name
                self._note(transaction, actor, "see to dispute", row)
            return queries.dispute(session, dispute_id)

        return self._database.write(work)

    def _move(self, transaction: Transaction, row: Dispute, payment: Payment) -> None:
        session, now = transaction.session, self._clock.now()
        turn = _turns(session, row.id)
        kind, sign = MovementKind.DISPUTED, -1
        if row.withdrawn_minor:
            kind, sign, turn = MovementKind.DISPUTE_WON, 1, turn - 1
        for invoice_id, minor in _parts(session, payment, row.amount_minor).items():
            write_movement(
                transaction,
                invoice_id,
                kind=kind,
                matter=f"dispute:{row.id}:{invoice_id}:{turn}",
                means=means(payment.method, payment.card_brand, payment.card_last4),
                money_minor=sign * minor,
                at=now,
            )
        row.withdrawn_minor = 0 if row.withdrawn_minor else row.amount_minor

    def _note(self, transaction: Transaction, actor: Actor, action: str, row: Dispute) -> None:
        self._audit.record(
            transaction,
            actor,
            action,
            entity="dispute",
            entity_id=row.id,
            payment=row.payment_id or 0,
            amount_minor=row.amount_minor,
            withdrawn_minor=row.withdrawn_minor,
            currency=row.currency,
        )
        transaction.changed(Topic.PAYMENT, row.payment_id or 0)


def _payment_of(session: Session, state: DisputeState) -> Payment | None:
    return session.scalar(
        select(Payment).where(
            Payment.intent_id == state.intent_id,
            Payment.status == PaymentStatus.COMPLETED,
            Payment.currency == state.amount.currency,
        )
    )


def _new(session: Session, state: DisputeState) -> Dispute:
    row = Dispute(
        provider_id=state.dispute_id,
        intent_id=state.intent_id,
        amount_minor=state.amount.minor,
        withdrawn_minor=0,
        currency=state.amount.currency,
        reason=state.reason,
        status=state.status,
        is_refundable=state.is_refundable,
        opened_at=state.opened_at,
        seen_to_by="",
    )
    session.add(row)
    return row


def _turns(session: Session, dispute_id: int) -> int:
    """Count how often the money of a dispute was taken back: after an appeal it may be again."""
    is_its = InvoiceMovement.matter.startswith(f"dispute:{dispute_id}:")
    query = select(func.count(InvoiceMovement.matter.distinct())).where(
        is_its, InvoiceMovement.kind == MovementKind.DISPUTED
    )
    first = query.where(
        InvoiceMovement.invoice_id
        == select(func.min(InvoiceMovement.invoice_id)).where(is_its).scalar_subquery()
    )
    return session.scalar(first) or 0


def _parts(session: Session, payment: Payment, amount_minor: int) -> dict[int, int]:
    """Share what a bank takes out over a payment's invoices, the main one first.

    More than was paid, as with the fees of some networks, is left to the main one.
    """
    parts, rest = {}, amount_minor
    for invoice_id, most in parts_of(session, payment).items():
        part = min(rest, most)
        if part:
            parts[invoice_id] = part
        rest -= part
    parts[payment.invoice_id] = parts.get(payment.invoice_id, 0) + rest
    return parts
