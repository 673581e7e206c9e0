"""Corrects an issued invoice: how much of each line is credited, and why."""

import uuid

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from clinicdesk.billing.credit_notes.errors import (
    CreditReasonMissingError,
    CreditTooLargeError,
    NothingToCreditError,
)
from clinicdesk.billing.credit_notes.records import CreditNoteRecord
from clinicdesk.billing.records import InvoiceLineRecord, InvoiceRecord
from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.money import Money, parse_money
from ui.billing.invoice_desk import InvoiceDesk
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label, section_label
from ui.core.session import Desk

AMOUNT_PX = 120
THEN_CREDIT = "What was paid too much then is the patient's credit: use it, or refund it."


def left_of(line: InvoiceLineRecord) -> Money:
    """Give what may still be credited of a line."""
    return line.total - Money(line.credited, line.total.currency)


class CreditNoteDialog(Dialog):
    """Credits lines of an invoice; `credited` carries the CreditNoteRecord."""

    credited = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, invoice: InvoiceRecord) -> None:
        title = f"Credit note · {invoice.patient_name}"
        super().__init__(host, desk.theme, title=title, note=invoice.number, width_px=600)
        self._desk, self._invoice = desk, invoice
        # However often the button is pressed, one note is made.
        self._note_key = str(uuid.uuid4())
        self.reason_edit = QLineEdit()
        self.reason_edit.setPlaceholderText("such as: charged twice")
        self.reason_edit.textEdited.connect(lambda _text: self.clear_problem())
        self.amount_edits: dict[int, QLineEdit] = {}
        self.button = KeyButton(desk.theme, "Credit", key="Return", kind="danger")
        self.button.clicked.connect(self._credit)
        self._build()
        self._sum_changed()

    def _build(self) -> None:
        px = self.theme.px
        self.add_field("Reason", self.reason_edit, name="reason")
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(0, 1)
        for column, head in enumerate(("Line", "Left to credit", "Credit")):
            grid.addWidget(section_label(head), 0, column)
        for row, line in enumerate(self._invoice.lines, start=1):
            if left_of(line).minor > 0:
                self._add_line(grid, row, line)
        self.body.addLayout(grid)
        if self._invoice.paid.minor > 0:
            self.body.addWidget(plain_label(THEN_CREDIT, "faint", wrap=True))
        self.footer.addStretch(1)
        close = KeyButton(self.theme, "Leave it as it is", key="Escape")
        close.clicked.connect(self.dismiss)
        self.add_button(close)
        self.add_button(self.button, is_default=True)

    def _add_line(self, grid: QGridLayout, row: int, line: InvoiceLineRecord) -> None:
        edit = QLineEdit(str(left_of(line)))
        edit.setFixedWidth(self.theme.px(AMOUNT_PX))
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        edit.setAccessibleName(f"Credit of {line.description}")
        edit.textEdited.connect(lambda _text: self._sum_changed())
        self.amount_edits[line.id] = edit
        grid.addWidget(plain_label(line.description, wrap=True), row, 0)
        grid.addWidget(plain_label(str(left_of(line)), "soft"), row, 1)
        grid.addWidget(edit, row, 2)

    def amounts(self) -> dict[int, Money]:
        """Give what is credited by the line's id; an empty field is nothing.

        Raises:
            InvalidInputError: a field holds no amount.
            CreditTooLargeError, NothingToCreditError: as named.
        """
        found = {}
        for line in self._invoice.lines:
            edit = self.amount_edits.get(line.id)
            text = edit.text().strip() if edit else ""
            if text in {"", "0"}:
                continue
            found[line.id] = parse_money(text, self._invoice.total.currency)
            if found[line.id].minor > left_of(line).minor:
                raise CreditTooLargeError(left_of(line))
        if not found:
            raise NothingToCreditError
        return found

    def _sum_changed(self) -> None:
        self.clear_problem()
        try:
            whole = sum(self.amounts().values(), Money(0, self._invoice.total.currency))
        except ClinicDeskError:
            self.button.set_text("Credit")
        else:
            self.button.set_text(f"Credit {whole}")

    def _credit(self) -> None:
        self.clear_problem()
        reason = self.reason_edit.text().strip()
        try:
            amounts = self.amounts()
            if not reason:
                raise CreditReasonMissingError
        except (ClinicDeskError, InvalidInputError) as error:
            self.show_problem(error)
            return
        notes, actor = self._desk.services.credit_notes, self._desk.actor
        invoice_id, key = self._invoice.id, self._note_key
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: notes.correct(actor, invoice_id, amounts=amounts, reason=reason, note_key=key),
            done=self._finish,
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, note: CreditNoteRecord) -> None:
        self.finish()
        self.credited.emit(note)


def credit_invoice(invoices: InvoiceDesk, invoice_id: int) -> None:
    """Open the dialog that credits an invoice."""
    desk = invoices.desk
    services, actor = desk.services, desk.actor

    def work() -> InvoiceRecord:
        invoice = services.billing.invoice(actor, invoice_id)
        if not any(left_of(line).minor > 0 for line in invoice.lines):
            raise NothingToCreditError
        return invoice

    def show(invoice: InvoiceRecord) -> None:
        dialog = CreditNoteDialog(invoices.page, desk, invoice)
        dialog.credited.connect(
            lambda note: invoices.tell(f"{note.total} of {invoice.number} credited: {note.number}")
        )
        dialog.open()

    desk.tasks.run(invoices, work, done=show, newest="open")
