"""All that the payment dialog needs to begin with, read in one go."""

from collections.abc import Callable
from dataclasses import dataclass

from clinicdesk.billing.accounts.records import OpenInvoice
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.payments.records import OPEN, PaymentRecord, ReaderRecord
from clinicdesk.settings.workstation import ReaderChoice
from ui.core.session import Desk


@dataclass(frozen=True, slots=True)
class Ticket:
    """An invoice to be paid, the clinic's readers, and the payment that is still open, if any.

    `others` are the open invoices of the patient and the family that can be paid with it.
    """

    invoice: InvoiceRecord
    readers: tuple[ReaderRecord, ...]
    open_payment: PaymentRecord | None
    others: tuple[OpenInvoice, ...] = ()


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
        chosen = services.workstation.load(actor, ReaderChoice).reader_id
        readers = sorted(
            services.readers.readers(actor, invoice.clinic_id),
            key=lambda reader: (reader.id != chosen, reader.label != actor.desk),
        )
        account = services.accounts.account(actor, invoice.patient_id)
        others = payable_with(invoice, account.open_invoices)
        return Ticket(invoice, tuple(readers), still_open[0] if still_open else None, others)

    return read


def payable_with(
    invoice: InvoiceRecord, open_invoices: tuple[OpenInvoice, ...]
) -> tuple[OpenInvoice, ...]:
    """Keep what can be paid together with an invoice: of the same clinic and currency."""
    return tuple(
        each
        for each in open_invoices
        if each.id != invoice.id
        and each.clinic_id == invoice.clinic_id
        and each.due.currency == invoice.total.currency
    )
