"""What the billing page does with one invoice: shows it, takes and gives back money, prints it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.documents.records import Paper
from clinicdesk.errors import RuleError
from clinicdesk.payments.records import OPEN, PaymentRecord, RefundRecord
from ui.billing.bounced_dialog import BouncedRefundDialog
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.paper_desk import PaperJob, show_paper
from ui.billing.payment_dialog import PaymentDialog
from ui.billing.refund_dialog import RefundDialog, refund_sentence, refundable_payments
from ui.billing.ticket import Ticket, ticket_reader
from ui.core.page import Page


@dataclass(frozen=True, slots=True)
class _Shown:
    invoice: InvoiceRecord
    bounced: tuple[RefundRecord, ...]
    unsettled: tuple[PaymentRecord, ...]


@dataclass(frozen=True, slots=True)
class _Paid:
    invoice: InvoiceRecord
    payments: tuple[PaymentRecord, ...]


class NothingDueError(RuleError):
    """The invoice needs no payment."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Nothing is due on {number}: there is nothing to take.")


class NothingToRefundError(RuleError):
    """No payment of the invoice is left to give back."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Nothing was paid on {number} that could be given back.")


class InvoiceDesk(QObject):
    """Opens the dialogs of an invoice over the page, and tells at its foot what came of them."""

    picked = Signal(int)
    """An invoice is being dealt with: lists select it."""

    link_asked = Signal(int)
    """An invoice is to be paid by a payment link."""

    more_asked = Signal(int)
    """Somebody wants the other things that can be done with this invoice."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.page, self.desk = page, page.desk

    def tell(self, text: str) -> None:
        """Say something at the foot of the window."""
        self.page.message_posted.emit(text)

    def open_invoice(self, invoice_id: int) -> None:
        """Show an invoice over the window."""
        services, actor = self.desk.services, self.desk.actor
        self.picked.emit(invoice_id)

        def work() -> _Shown:
            refunds = services.refunds.refunds_of_invoice(actor, invoice_id)
            payments = services.payments.payments_of_invoice(actor, invoice_id)
            return _Shown(
                services.billing.invoice(actor, invoice_id),
                tuple(refund for refund in refunds if refund.has_bounced),
                tuple(payment for payment in payments if payment.status in OPEN),
            )

        self.desk.tasks.run(self, work, done=self._show_invoice, newest="open")

    def _show_invoice(self, shown: _Shown) -> None:
        invoice = shown.invoice
        dialog = InvoiceDialog(
            self.page, self.desk, invoice, bounced=shown.bounced, unsettled=shown.unsettled
        )
        dialog.bounced_asked.connect(self._see_to)
        dialog.pay_asked.connect(lambda: self.take_payment(invoice.id))
        dialog.refund_asked.connect(lambda: self.refund_invoice(invoice.id))
        dialog.print_asked.connect(lambda: self.print_invoice(invoice.id))
        dialog.more_asked.connect(lambda: self.more_asked.emit(invoice.id))
        dialog.open()

    def _see_to(self, refund: RefundRecord) -> None:
        dialog = BouncedRefundDialog(self.page, self.desk, refund)
        dialog.seen_to.connect(
            lambda done: self.tell(f"{done.amount} of {done.invoice_number} seen to")
        )
        dialog.open()

    def take_payment(self, invoice_id: int) -> None:
        """Open the dialog that takes a payment for an invoice."""
        self._run_ticket(invoice_id=invoice_id)

    def take_payment_of_all(self, invoice_ids: Sequence[int]) -> None:
        """Open the dialog that takes one payment for several invoices of a family."""
        first, *others = invoice_ids
        self._run_ticket(invoice_id=first, together_with=others)

    def take_payment_of_visit(self, appointment_id: int) -> None:
        """Make the invoice of a finished visit if it has none, and take its payment."""
        self._run_ticket(visit_id=appointment_id)

    def _run_ticket(
        self, *, invoice_id: int = 0, visit_id: int = 0, together_with: Sequence[int] = ()
    ) -> None:
        read = ticket_reader(self.desk, invoice_id=invoice_id, visit_id=visit_id)

        def work() -> Ticket:
            ticket = read()
            if ticket.invoice.due.minor <= 0 and ticket.open_payment is None:
                raise NothingDueError(ticket.invoice.number)
            return ticket

        self.desk.tasks.run(
            self, work, done=lambda ticket: self._show_ticket(ticket, together_with), newest="open"
        )

    def _show_ticket(self, ticket: Ticket, together_with: Sequence[int]) -> None:
        self.picked.emit(ticket.invoice.id)
        dialog = PaymentDialog(self.page, self.desk, ticket, offers_link=True)
        dialog.paid.connect(self._tell_paid)
        dialog.link_asked.connect(self.link_asked)
        dialog.receipt_asked.connect(self.show_receipt_of)
        if together_with and ticket.open_payment is None:
            dialog.form.more.choose(together_with)
            dialog.form.more.changed.emit()
        dialog.open()

    def _tell_paid(self, payment: PaymentRecord) -> None:
        self.tell(f"{payment.amount} taken from {payment.patient_name}")

    def refund_invoice(self, invoice_id: int) -> None:
        """Open the dialog that gives back what was paid on an invoice."""
        services, actor = self.desk.services, self.desk.actor

        def work() -> _Paid:
            invoice = services.billing.invoice(actor, invoice_id)
            payments = tuple(services.payments.payments_of_invoice(actor, invoice_id))
            if not refundable_payments(payments):
                raise NothingToRefundError(invoice.number)
            return _Paid(invoice, payments)

        self.desk.tasks.run(self, work, done=self._show_refund, newest="open")

    def _show_refund(self, paid: _Paid) -> None:
        dialog = RefundDialog(self.page, self.desk, paid.invoice, paid.payments)
        dialog.refunded.connect(lambda refund: self.tell(refund_sentence(refund)))
        dialog.open()

    def show_receipt_of(self, payment: PaymentRecord) -> None:
        """Show the receipt of a payment as it looks on paper."""
        documents, actor = self.desk.services.documents, self.desk.actor
        job = PaperJob(
            Paper.RECEIPT,
            payment.id,
            f"Receipt {payment.invoice_number}",
            lambda: documents.receipt_pdf(actor, payment.id),
        )
        show_paper(self.page, self, self.tell, lambda: job)

    def print_invoice(self, invoice_id: int) -> None:
        """Show an invoice as it looks on paper."""
        services, actor = self.desk.services, self.desk.actor

        def find() -> PaperJob:
            number = services.billing.invoice(actor, invoice_id).number
            return PaperJob(
                Paper.INVOICE,
                invoice_id,
                f"Invoice {number}",
                lambda: services.documents.generate_invoice_pdf(actor, invoice_id),
                file_name=f"{number}.pdf",
            )

        show_paper(self.page, self, self.tell, find)
