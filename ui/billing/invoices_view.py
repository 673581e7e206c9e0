"""The view of invoices: the day's figures, the list, and the buttons for the selected one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.billing.records import BillingSummary, InvoiceRow
from clinicdesk.changes import Topic
from ui.billing.invoice_desk import InvoiceDesk
from ui.billing.invoice_table import InvoiceTable
from ui.billing.summary_cards import SummaryCards, counted
from ui.billing.view import BillingView
from ui.core.buttons import KeyButton
from ui.core.cards import EmptyView
from ui.core.clinic_today import clinic_today
from ui.core.inputs import SearchField
from ui.core.labels import plain_label
from ui.core.table_card import TableCard

MOST_ROWS = 200
NO_INVOICES = "Finish a visit and take its payment: the invoice is made by itself."


@dataclass(frozen=True, slots=True)
class _Listed:
    rows: tuple[InvoiceRow, ...]
    summary: BillingSummary
    today: date


class InvoicesView(BillingView):
    """Lists a clinic's invoices, newest first, or those that a search finds."""

    title: ClassVar[str] = "Invoices"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.INVOICE, Topic.PAYMENT, Topic.CLINIC})

    def __init__(self, invoices: InvoiceDesk) -> None:
        super().__init__(invoices)
        theme = self.desk.theme
        self.cards = SummaryCards(theme)
        self.search = SearchField(theme, "Invoice number or patient", key="Ctrl+F")
        self.count = plain_label("", "faint")
        self.table = InvoiceTable(theme)
        self.print = KeyButton(theme, "Print", key="Ctrl+P", icon="printer")
        self.refund = KeyButton(theme, "Refund", key="R")
        self.take = KeyButton(theme, "Take payment", key="P", kind="primary")
        self._needs = {self.refund: Action.REFUND, self.take: Action.TAKE_PAYMENT}
        self._stack = QStackedWidget()
        self._build()
        self.search.textEdited.connect(lambda _text: self.refresh())
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(lambda row: invoices.open_invoice(row.id))
        invoices.picked.connect(self.table.select)
        self.print.clicked.connect(lambda: self._with_selected(invoices.print_invoice))
        self.refund.clicked.connect(lambda: self._with_selected(invoices.refund_invoice))
        self.take.clicked.connect(lambda: self._with_selected(invoices.take_payment))

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
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(14))
        layout.addWidget(self.cards)
        layout.addWidget(self._stack, 1)

    def top_actions(self) -> Sequence[KeyButton]:
        """Give Print, Refund and Take payment."""
        return (self.print, self.refund, self.take)

    def is_usable(self, button: KeyButton) -> bool:
        """Tell whether the person signed in may use a button."""
        needed = self._needs.get(button)
        return needed is None or self.desk.session.may(needed)

    def first_focus(self) -> QWidget:
        """Begin in the list, where each key is an action."""
        return self.table

    def invoice_id(self) -> int | None:
        """Give the invoice that is selected in the list."""
        return self.table.current_id()

    def refresh(self) -> None:
        """Ask figures and list anew."""
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
        invoice_id = self.invoice_id()
        if invoice_id is not None:
            act(invoice_id)
