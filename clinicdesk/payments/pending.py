"""Tells billing, which stands below, of payments that are going on."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinicdesk.payments.models import Payment, PaymentShare
from clinicdesk.payments.records import OPEN


class OpenAttempts:
    """Looks for open attempts on an invoice, as the main one or as one of several."""

    def is_being_paid(self, session: Session, invoice_id: int) -> bool:
        """Tell whether an attempt on an invoice is not settled."""
        shared = select(PaymentShare.payment_id).where(PaymentShare.invoice_id == invoice_id)
        found = session.scalar(
            select(Payment.id)
            .where(
                or_(Payment.invoice_id == invoice_id, Payment.id.in_(shared)),
                Payment.status.in_(OPEN),
            )
            .limit(1)
        )
        return found is not None
