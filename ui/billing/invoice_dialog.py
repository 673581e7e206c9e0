"""One invoice over the window: its lines, sums, what was paid, and what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from clinicdesk.access import Action
from clinicdesk.billing.records import InvoiceLineRecord, InvoiceRecord, LedgerEntry
from clinicdesk.clock import clinic_day
from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentRecord, RefundRecord
from clinicdesk.payments.words import verdict
from ui.billing.bounced_dialog import bounced_sentence
from ui.billing.invoice_table import STATE_TONES, state_word
from ui.core.buttons import KeyButton
from ui.core.day_text import day_text, moment_text
from ui.core.dialogs import Dialog
from ui.core.labels import Pill, line, plain_label
from ui.core.session import Desk

MORE_NEEDS = (Action.INVOICE, Action.TAKE_PAYMENT, Action.CORRECT_INVOICE)


def head_text(invoice: InvoiceRecord) -> str:
    """Give the line under the title: whose visit, when, with whom."""
    parts = []
    if invoice.visit_at is not None:
        parts.append(moment_text(invoice.visit_at, invoice.time_zone))
    parts.append(invoice.doctor_name)
    parts.append(f"issued {day_text(invoice.issued_on)}")
    parts.append(f"due {day_text(invoice.due_on)}")
    return " · ".join(part for part in parts if part)


def line_text(entry: InvoiceLineRecord) -> str:
    """Give a line's words: "2 x Dressing"."""
    return entry.description if entry.quantity == 1 else f"{entry.quantity} × {entry.description}"


def ledger_text(entry: LedgerEntry, time_zone: str) -> str:
    """Give a payment's or refund's words with its day."""
    return f"{day_text(clinic_day(entry.at, time_zone))} · {entry.text}"


class InvoiceDialog(Dialog):
    """Shows an invoice; its signals say what is to be done with it."""

    pay_asked = Signal()
    refund_asked = Signal()
    print_asked = Signal()
    bounced_asked = Signal(object)
    more_asked = Signal()

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        invoice: InvoiceRecord,
        *,
        bounced: Sequence[RefundRecord] = (),
        unsettled: Sequence[PaymentRecord] = (),
    ) -> None:
        super().__init__(
            host, desk.theme, title=invoice.patient_name, note=invoice.number, width_px=600
        )
        self.invoice, self.bounced, self.unsettled = invoice, tuple(bounced), tuple(unsettled)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(desk.theme.px(16))
        self._grid.setVerticalSpacing(desk.theme.px(8))
        self._grid.setColumnStretch(0, 1)
        self._build_body()
        self._build_footer(desk)

    def _build_body(self) -> None:
        invoice = self.invoice
        top = QHBoxLayout()
        top.addWidget(plain_label(head_text(invoice), "soft", wrap=True), 1)
        pill = Pill(self.theme, state_word(invoice.state), STATE_TONES[invoice.state])
        top.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(top)
        for payment in self.unsettled:
            self.body.addWidget(plain_label(verdict(payment), "warning", wrap=True))
        for refund in self.bounced:
            self.body.addWidget(plain_label(bounced_sentence(refund), "warning", wrap=True))
        self.body.addWidget(line())
        for entry in invoice.lines:
            self._add(line_text(entry), entry.total)
        self._add("Net", invoice.net, "soft")
        self._add("Tax", invoice.tax, "soft")
        self._add("Total", invoice.total, "heading")
        for paid in invoice.ledger:
            self._add(ledger_text(paid, invoice.time_zone), -paid.amount, "soft")
        self._add("Balance due", invoice.due, "heading")
        self.body.addLayout(self._grid)

    def _add(self, text: str, amount: Money, role: str = "body") -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(plain_label(text, role, wrap=True), row, 0)
        figure = plain_label(str(amount), role)
        figure.setAccessibleName(f"{text}: {amount}")
        self._grid.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)

    def _build_footer(self, desk: Desk) -> None:
        may, invoice = desk.session.may, self.invoice
        self.footer.addStretch(1)
        if any(may(act) for act in MORE_NEEDS):
            self._add_action("More", "M", self.more_asked)
        if may(Action.REFUND) and self.bounced:
            seen_to = self._add_action("Seen to", "S", None)
            seen_to.clicked.connect(lambda: self.bounced_asked.emit(self.bounced[0]))
        if may(Action.REFUND) and invoice.paid.minor > 0:
            self._add_action("Refund", "R", self.refund_asked)
        last = self._add_action("Print", "Ctrl+P", self.print_asked)
        if may(Action.TAKE_PAYMENT) and invoice.due.minor > 0:
            last = self._add_action("Take payment", "P", self.pay_asked)
            last.set_kind("primary")
        self.set_default(last)

    def _add_action(self, text: str, key: str, signal: SignalInstance | None) -> KeyButton:
        button = KeyButton(self.theme, text, key=key)
        button.clicked.connect(self.finish)
        if signal is not None:
            button.clicked.connect(signal)
        return self.add_button(button)
