"""Writes a payment that has taken money into the ledger, in the transaction that settles it."""

from datetime import datetime

from clinicdesk.access import Actor
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.ledger import write_movement
from clinicdesk.billing.notifier import BillingNotifier
from clinicdesk.billing.records import MovementKind
from clinicdesk.changes import Topic
from clinicdesk.database.session import Transaction
from clinicdesk.payments.models import Payment
from clinicdesk.payments.rules import means
from clinicdesk.payments.shares import matter_of, parts_of


class Bookkeeper:
    """Writes what every payment leaves behind: ledger, audit entry, the patient's receipt."""

    def __init__(self, audit: AuditLog, notifier: BillingNotifier | None) -> None:
        self._audit = audit
        self._notifier = notifier

    def book(
        self, transaction: Transaction, actor: Actor, payment: Payment, *, at: datetime
    ) -> None:
        """Write a completed payment down; the ledger refuses it a second time."""
        for invoice_id, minor in parts_of(transaction.session, payment).items():
            write_movement(
                transaction,
                invoice_id,
                kind=MovementKind.PAYMENT,
                matter=matter_of(
                    "payment", payment.id, invoice_id=invoice_id, main_id=payment.invoice_id
                ),
                means=means(payment.method, payment.card_brand, payment.card_last4),
                money_minor=minor,
                at=at,
            )
        self.note(transaction, actor, "take payment", payment)
        if self._notifier is not None:
            self._notifier.payment_received(transaction, payment.id)

    def note(
        self, transaction: Transaction, actor: Actor, action: str, payment: Payment, code: str = ""
    ) -> None:
        """Write into the audit log what happened to a payment, and tell the screens."""
        details = {"code": code} if code else {}
        self._audit.record(
            transaction,
            actor,
            action,
            entity="payment",
            entity_id=payment.id,
            invoice=payment.invoice_id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            method=payment.method.value,
            **details,
        )
        transaction.changed(Topic.PAYMENT, payment.id)
        transaction.changed(Topic.INVOICE, payment.invoice_id)
