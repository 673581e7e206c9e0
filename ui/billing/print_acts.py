"""Shows receipts and credit notes of an invoice as they look on paper."""

from collections.abc import Callable

from clinicdesk.errors import RuleError
from clinicdesk.payments.records import PaymentStatus
from ui.billing.invoice_desk import InvoiceDesk
from ui.core.pdf_view import PdfDialog


class NothingPaidError(RuleError):
    """Nothing was paid on the invoice."""

    def __init__(self) -> None:
        super().__init__("Nothing was paid on this invoice yet, so there is no receipt.")


class NoCreditNoteError(RuleError):
    """The invoice has no credit note."""

    def __init__(self) -> None:
        super().__init__("This invoice has no credit note.")


def show_receipt(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Show the receipt of the newest payment of an invoice."""
    _show_receipt(invoices, invoice_id, is_roll=False)


def show_receipt_roll(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Show the same for a roll of 80 mm."""
    _show_receipt(invoices, invoice_id, is_roll=True)


def _show_receipt(invoices: InvoiceDesk, invoice_id: int, *, is_roll: bool) -> None:
    services, actor = invoices.desk.services, invoices.desk.actor

    def work() -> tuple[str, bytes]:
        payments = services.payments.payments_of_invoice(actor, invoice_id)
        paid = [one for one in payments if one.status is PaymentStatus.COMPLETED]
        if not paid:
            raise NothingPaidError
        newest = paid[-1]
        pdf = services.documents.receipt_pdf(actor, newest.id, is_roll=is_roll)
        return f"Receipt {newest.invoice_number}", pdf

    _show(invoices, work)


def show_credit_note(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Show the newest credit note of an invoice."""
    services, actor = invoices.desk.services, invoices.desk.actor

    def work() -> tuple[str, bytes]:
        notes = services.credit_notes.notes_of_invoice(actor, invoice_id)
        if not notes:
            raise NoCreditNoteError
        newest = notes[-1]
        return newest.number, services.documents.credit_note_pdf(actor, newest.id)

    _show(invoices, work)


def _show(invoices: InvoiceDesk, work: Callable[[], tuple[str, bytes]]) -> None:
    desk = invoices.desk

    def show(made: tuple[str, bytes]) -> None:
        title, pdf = made
        dialog = PdfDialog(
            invoices.page, desk.theme, desk.tasks,
            title=title, pdf=pdf, file_name=f"{title}.pdf",
        )  # fmt: skip
        dialog.told.connect(invoices.tell)
        dialog.open()

    desk.tasks.run(invoices, work, done=show, newest="open")
