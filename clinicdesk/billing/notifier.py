"""What billing asks of rooms above it: who writes to patients, and what is being paid."""

from typing import Protocol

from sqlalchemy.orm import Session

from clinicdesk.database.session import Transaction


class BillingNotifier(Protocol):
    """Queues messages in the transaction of what caused them; it sends nothing itself."""

    def invoice_issued(self, transaction: Transaction, invoice_id: int) -> None:
        """Queue the message that brings a new invoice, if the patient is to have one."""
        ...

    def payment_received(self, transaction: Transaction, payment_id: int) -> None:
        """Queue the receipt of a payment that was just recorded."""
        ...


class OverdueNotifier(Protocol):
    """Queues reminders of unpaid invoices in the transaction that writes them down."""

    def payment_overdue(self, transaction: Transaction, invoice_id: int, *, level: int) -> bool:
        """Queue the reminder of a level (1 to 3); False where the patient gets no such message."""
        ...


class PendingPayments(Protocol):
    """Knows the payments that are going on: billing stands below them."""

    def is_being_paid(self, session: Session, invoice_id: int) -> bool:
        """Tell whether a payment of an invoice was begun and is not settled."""
        ...
