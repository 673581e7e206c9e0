"""Matches a charge that was made elsewhere to the invoice that it paid."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.billing.records import InvoiceRow
from clinicdesk.payments.reconciliation.records import UnmatchedRecord
from clinicdesk.payments.records import PaymentRecord
from ui.billing.invoice_table import InvoiceTable
from ui.core.buttons import KeyButton
from ui.core.clinic_today import clinic_today
from ui.core.dialogs import Dialog
from ui.core.inputs import SearchField
from ui.core.labels import plain_label
from ui.core.session import Desk
from ui.core.table_card import TableCard

MOST_ROWS = 40
LIST_PX = 250
NOT_FOUND = "No invoice fits that. Type an invoice's number or a patient's name."


class MatchDialog(Dialog):
    """Finds the invoice that a charge is for; `matched` carries the PaymentRecord."""

    matched = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, charge: UnmatchedRecord) -> None:
        super().__init__(host, desk.theme, title=f"Match {charge.amount}", width_px=760)
        self._desk, self._charge = desk, charge
        self.search = SearchField(desk.theme, "Invoice number or patient", key="")
        self.table = InvoiceTable(desk.theme)
        self.match = KeyButton(desk.theme, "Match", key="Return", kind="primary")
        self._build()
        self.search.textEdited.connect(lambda _text: self._find())
        self.search.returnPressed.connect(self._match)
        self.table.opened.connect(lambda _row: self._match())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._name_invoice())
        self.match.clicked.connect(self._match)
        self._find()

    def _build(self) -> None:
        charge = self._charge
        back = f" {charge.refunded} of it was given back." if charge.refunded.minor else ""
        sentence = (
            f"{charge.amount} was charged to {charge.card} without a payment here.{back} "
            "Which invoice was it for? What is too much stays as the patient's credit."
        )
        self.body.addWidget(plain_label(sentence, "soft", wrap=True))
        self.body.addWidget(self.search)
        card = TableCard(self.theme, self.table, empty=NOT_FOUND)
        card.setMinimumHeight(self.theme.px(LIST_PX))
        self.body.addWidget(card, 1)
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Cancel", key="Escape")
        close.clicked.connect(self.dismiss)
        self.add_button(close)
        self.add_button(self.match, is_default=True)
        self.match.setEnabled(False)

    def _find(self) -> None:
        services, actor = self._desk.services, self._desk.actor
        clinic_id, text = self._desk.session.clinic_id, self.search.text().strip()
        currency = self._charge.amount.currency
        if clinic_id is None:
            return

        def work() -> tuple[Sequence[InvoiceRow], date]:
            found = services.billing.invoices(
                actor, clinic_id=clinic_id, text=text, limit=MOST_ROWS
            )
            rows = [row for row in found if row.total.currency == currency]
            rows.sort(key=lambda row: row.due.minor <= 0)
            return rows, clinic_today(self._desk, actor, clinic_id)

        self._desk.tasks.run(self, work, done=lambda found: self._show(*found), newest="invoices")

    def _show(self, rows: Sequence[InvoiceRow], today: date) -> None:
        self.table.show_rows(rows, today)
        if rows and self.table.current_id() is None:
            self.table.selectRow(0)
        self._name_invoice()

    def _name_invoice(self) -> None:
        row = self.table.current_record()
        self.match.setEnabled(row is not None)
        self.match.set_text(f"Match to {row.number}" if row else "Match")

    def _match(self) -> None:
        invoice_id = self.table.current_id()
        if invoice_id is None or self.is_busy:
            return
        reconciliation, actor = self._desk.services.reconciliation, self._desk.actor
        intent_id = self._charge.intent_id

        def done(payment: PaymentRecord) -> None:
            self.matched.emit(payment)
            self.finish()

        self.clear_problem()
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: reconciliation.match(actor, intent_id, invoice_id),
            done=done,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )
