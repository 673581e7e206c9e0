"""All that the payment dialog needs to begin with, read in one go."""

from collections.abc import Callable
from dataclasses import dataclass

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.payments.records import OPEN, PaymentRecord, ReaderRecord
from ui.core.session import Desk


@dataclass(frozen=True, slots=True)
class Ticket:
    """An invoice to be paid, the clinic's readers, and the payment that is still open, if any."""

    invoice: InvoiceRecord
    readers: tuple[ReaderRecord, ...]
    open_payment: PaymentRecord | None


def ticket_reader(desk: Desk, *, invoice_id: int = 0, visit_id: int = 0) -> Callable[[], Ticket]:
    """Give the work that reads the ticket of an invoice, or of a visit, invoicing it if needed."""
    services, actor = desk.services, desk.actor

    def read() -> Ticket:
        if visit_id:
            invoice = services.billing.invoice_visit(actor, visit_id)
        else:
            invoice = services.billing.invoice(actor, invoice_id)
        payments = services.payments.payments_of_invoice(actor, invoice.id)
        still_open = [payment for payment in payments if payment.status in OPEN]
        readers = services.payments.readers(actor, invoice.clinic_id)
        return Ticket(invoice, tuple(readers), still_open[0] if still_open else None)

    return read
