"""Shows the papers of an invoice: its receipts, credit notes and notes of refunds."""

from collections.abc import Callable

from clinicdesk.documents.records import Paper
from clinicdesk.errors import RuleError
from clinicdesk.payments.records import PaymentStatus, RefundStage
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.paper_desk import PaperJob, show_paper


class NothingPaidError(RuleError):
    """Nothing was paid on the invoice."""

    def __init__(self) -> None:
        super().__init__("Nothing was paid on this invoice yet, so there is no receipt.")


class NoCreditNoteError(RuleError):
    """The invoice has no credit note."""

    def __init__(self) -> None:
        super().__init__("This invoice has no credit note.")


class NothingRefundedError(RuleError):
    """Nothing of the invoice was given back."""

    def __init__(self) -> None:
        super().__init__("Nothing was given back on this invoice, so there is no note of it.")


def show_receipt(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Show the receipt of the newest payment of an invoice."""
    _show_receipt(invoices, invoice_id, is_roll=False)


def show_receipt_roll(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Show the same for a roll of 80 mm."""
    _show_receipt(invoices, invoice_id, is_roll=True)


def _show_receipt(invoices: InvoiceDesk, invoice_id: int, *, is_roll: bool) -> None:
    services, actor = invoices.desk.services, invoices.desk.actor

    def find() -> PaperJob:
        payments = services.payments.payments_of_invoice(actor, invoice_id)
        paid = [one for one in payments if one.status is PaymentStatus.COMPLETED]
        if not paid:
            raise NothingPaidError
        newest = paid[-1]
        return PaperJob(
            Paper.RECEIPT_ROLL if is_roll else Paper.RECEIPT,
            newest.id,
            f"Receipt {newest.invoice_number}",
            lambda: services.documents.receipt_pdf(actor, newest.id, is_roll=is_roll),
        )

    _show(invoices, find)


def show_credit_note(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Show the newest credit note of an invoice."""
    services, actor = invoices.desk.services, invoices.desk.actor

    def find() -> PaperJob:
        notes = services.credit_notes.notes_of_invoice(actor, invoice_id)
        if not notes:
            raise NoCreditNoteError
        newest = notes[-1]
        return PaperJob(
            Paper.CREDIT_NOTE,
            newest.id,
            newest.number,
            lambda: services.documents.credit_note_pdf(actor, newest.id),
        )

    _show(invoices, find)


def show_refund_note(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Show the note of the newest refund of an invoice."""
    services, actor = invoices.desk.services, invoices.desk.actor

    def find() -> PaperJob:
        refunds = services.refunds.refunds_of_invoice(actor, invoice_id)
        given_back = [one for one in refunds if one.status is not RefundStage.FAILED]
        if not given_back:
            raise NothingRefundedError
        newest = given_back[-1]
        return PaperJob(
            Paper.REFUND_NOTE,
            newest.id,
            f"Refund {newest.invoice_number}",
            lambda: services.documents.refund_note_pdf(actor, newest.id),
        )

    _show(invoices, find)


def _show(invoices: InvoiceDesk, find: Callable[[], PaperJob]) -> None:
    show_paper(invoices.page, invoices, invoices.tell, find)
