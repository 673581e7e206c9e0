"""The page of billing: the day's figures, the invoices, and what can be done with one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.billing.records import BillingSummary, InvoiceRecord, InvoiceRow
from clinicdesk.changes import Topic
from clinicdesk.errors import RuleError
from clinicdesk.payments.records import PaymentRecord, RefundRecord
from ui.billing.bounced_dialog import BouncedRefundDialog
from ui.billing.invoice_dialog import InvoiceDialog
from ui.billing.invoice_table import InvoiceTable
from ui.billing.payment_dialog import PaymentDialog
from ui.billing.refund_dialog import RefundDialog, refund_sentence, refundable_payments
from ui.billing.summary_cards import SummaryCards, counted
from ui.billing.ticket import Ticket, ticket_reader
from ui.billing.till_desk import TillDesk
from ui.core.buttons import KeyButton
from ui.core.cards import EmptyView
from ui.core.clinic_today import clinic_today
from ui.core.inputs import SearchField
from ui.core.labels import plain_label
from ui.core.page import Page
from ui.core.pdf_view import PdfDialog
from ui.core.session import Desk
from ui.core.table_card import TableCard

MOST_ROWS = 200
NO_INVOICES = "Finish a visit and take its payment: the invoice is made by itself."


@dataclass(frozen=True, slots=True)
class _Listed:
    rows: tuple[InvoiceRow, ...]
    summary: BillingSummary
    today: date


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


class BillingPage(Page):
    """Lists a clinic's invoices; takes payments, refunds, shows and prints."""

    topics = frozenset({Topic.INVOICE, Topic.PAYMENT, Topic.CLINIC})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Billing")
        theme = desk.theme
        self.cards = SummaryCards(theme)
        self.search = SearchField(theme, "Invoice number or patient", key="Ctrl+F")
        self.count = plain_label("", "faint")
        self.table = InvoiceTable(theme)
        self.print = KeyButton(theme, "Print", key="Ctrl+P", icon="printer")
        self.refund = KeyButton(theme, "Refund", key="R")
        self.take = KeyButton(theme, "Take payment", key="P", kind="primary")
        self.till = KeyButton(theme, "Till", key="T")
        self._stack = QStackedWidget()
        self._build()
        self.search.textEdited.connect(lambda _text: self._list())
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(lambda row: self.open_invoice(row.id))
        self.print.clicked.connect(lambda: self._with_selected(self.print_invoice))
        self.refund.clicked.connect(lambda: self._with_selected(self.refund_invoice))
        self._tills = TillDesk(self, self.message_posted.emit)
        self.till.clicked.connect(self._tills.begin)
        self.take.clicked.connect(lambda: self._with_selected(self.take_payment))

    def _build(self) -> None:
        px = self.desk.theme.px
        find = QHBoxLayout()
        self.search.setMaximumWidth(px(340))
        find.addWidget(self.search, 1)
        find.addStretch(1)
        find.addWidget(self.count)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addLayout(find)
        self.table_card = TableCard(self.desk.theme, self.table, empty="No invoice fits that.")
        column.addWidget(self.table_card, 1)
        self._stack.addWidget(listed)
        self._stack.addWidget(EmptyView("No invoices yet", NO_INVOICES))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(12))
        layout.setSpacing(px(14))
        layout.addWidget(self.cards)
        layout.addWidget(self._stack, 1)

    # --- what the window asks --------------------------------------------------------------

    def top_actions(self) -> Sequence[KeyButton]:
        """Give Till, Print, Refund and Take payment."""
        return (self.till, self.print, self.refund, self.take)

    def first_focus(self) -> QWidget:
        """Begin in the list, where each key is an action."""
        return self.table

    def open_item(self, kind: str, item_id: int) -> None:
        """Open an "invoice" by its id, or take the "payment" of a visit by the visit's id."""
        if kind == "invoice":
            self.open_invoice(item_id)
        elif kind == "payment":
            self._run_ticket(visit_id=item_id)

    def refresh(self) -> None:
        """Ask figures and list anew."""
        may = self.desk.session.may
        self.take.setVisible(may(Action.TAKE_PAYMENT))
        self.till.setVisible(may(Action.TAKE_PAYMENT))
        self.refund.setVisible(may(Action.REFUND))
        self._list()

    # --- the list ------------------------------------------------------------------------------

    def _list(self) -> None:
        billing, actor = self.desk.services.billing, self.desk.actor
        clinic_id, text = self.desk.session.clinic_id, self.search.text().strip()
        if clinic_id is None:
            return

        def work() -> _Listed:
            rows = billing.invoices(actor, clinic_id=clinic_id, text=text, limit=MOST_ROWS)
            summary = billing.summary(actor, clinic_id=clinic_id)
            return _Listed(tuple(rows), summary, clinic_today(self.desk, actor, clinic_id))

        self.desk.tasks.run(self, work, done=self._show_listed, newest="invoices")

    def _show_listed(self, listed: _Listed) -> None:
        is_searched = bool(self.search.text().strip())
        self._stack.setCurrentIndex(0 if listed.rows or is_searched else 1)
        self.cards.show_summary(listed.summary)
        self.table.show_rows(listed.rows, listed.today)
        newest = "the newest " if len(listed.rows) == MOST_ROWS else ""
        self.count.setText(newest + counted(len(listed.rows), "invoice"))

    def _with_selected(self, act: Callable[[int], None]) -> None:
        invoice_id = self.table.current_id()
        if invoice_id is not None:
            act(invoice_id)

    # --- one invoice ---------------------------------------------------------------------------

    def open_invoice(self, invoice_id: int) -> None:
        """Show an invoice over the window."""
        services, actor = self.desk.services, self.desk.actor
        self.table.select(invoice_id)

        def work() -> tuple[InvoiceRecord, tuple[RefundRecord, ...]]:
            refunds = services.refunds.refunds_of_invoice(actor, invoice_id)
            bounced = tuple(refund for refund in refunds if refund.has_bounced)
            return services.billing.invoice(actor, invoice_id), bounced

        self.desk.tasks.run(
            self, work, done=lambda found: self._show_invoice(*found), newest="open"
        )

    def _show_invoice(self, invoice: InvoiceRecord, bounced: Sequence[RefundRecord]) -> None:
        dialog = InvoiceDialog(self, self.desk, invoice, bounced=bounced)
        dialog.bounced_asked.connect(self._see_to)
        dialog.pay_asked.connect(lambda: self.take_payment(invoice.id))
        dialog.refund_asked.connect(lambda: self.refund_invoice(invoice.id))
        dialog.print_asked.connect(lambda: self.print_invoice(invoice.id))
        dialog.open()

    def _see_to(self, refund: RefundRecord) -> None:
        dialog = BouncedRefundDialog(self, self.desk, refund)
        dialog.seen_to.connect(
            lambda done: self.message_posted.emit(f"{done.amount} of {done.invoice_number} seen to")
        )
        dialog.open()

    def take_payment(self, invoice_id: int) -> None:
        """Open the dialog that takes a payment for an invoice."""
        self._run_ticket(invoice_id=invoice_id)

    def _run_ticket(self, *, invoice_id: int = 0, visit_id: int = 0) -> None:
        read = ticket_reader(self.desk, invoice_id=invoice_id, visit_id=visit_id)

        def work() -> Ticket:
            ticket = read()
            if ticket.invoice.due.minor <= 0 and ticket.open_payment is None:
                raise NothingDueError(ticket.invoice.number)
            return ticket

        self.desk.tasks.run(self, work, done=self._show_ticket, newest="open")

    def _show_ticket(self, ticket: Ticket) -> None:
        self.table.select(ticket.invoice.id)
        dialog = PaymentDialog(self, self.desk, ticket)
        dialog.paid.connect(self._tell_paid)
        dialog.open()

    def _tell_paid(self, payment: PaymentRecord) -> None:
        self.message_posted.emit(f"{payment.amount} taken from {payment.patient_name}")

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
        dialog = RefundDialog(self, self.desk, paid.invoice, paid.payments)
        dialog.refunded.connect(self._tell_refunded)
        dialog.open()

    def _tell_refunded(self, refund: RefundRecord) -> None:
        self.message_posted.emit(refund_sentence(refund))

    def print_invoice(self, invoice_id: int) -> None:
        """Show an invoice as it looks on paper."""
        services, actor = self.desk.services, self.desk.actor

        def work() -> tuple[str, bytes]:
            number = services.billing.invoice(actor, invoice_id).number
            return number, services.documents.invoice_pdf(actor, invoice_id)

        self.desk.tasks.run(self, work, done=lambda made: self._show_pdf(*made), newest="open")

    def _show_pdf(self, number: str, pdf: bytes) -> None:
        dialog = PdfDialog(
            self, self.desk.theme, self.desk.tasks,
            title=f"Invoice {number}", pdf=pdf, file_name=f"{number}.pdf",
        )  # fmt: skip
        dialog.told.connect(self.message_posted)
        dialog.open()
