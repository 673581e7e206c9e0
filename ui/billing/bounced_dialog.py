"""A refund that the bank sent back: says so, and notes what was done for the patient instead."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.errors import ClinicDeskError, InvalidInputError
from clinicdesk.payments.records import RefundRecord
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.session import Desk

NOTE_MISSING = "Please say what was done, such as “Paid out in cash”."


def bounced_sentence(refund: RefundRecord) -> str:
    """Say what has happened to a refund that came back, and what it asks for."""
    return (
        f"The refund of {refund.amount} came back from the patient's bank, so the money is here "
        "again. Give it to the patient in another way, then note it."
    )


class BouncedRefundDialog(Dialog):
    """Takes the note; `seen_to` carries the RefundRecord."""

    seen_to = Signal(object)

    def __init__(self, host: QWidget, desk: Desk, refund: RefundRecord) -> None:
        super().__init__(
            host, desk.theme, title=f"{refund.amount} came back", note=refund.invoice_number
        )
        self._desk, self._refund = desk, refund
        self.body.addWidget(plain_label(bounced_sentence(refund), "soft", wrap=True))
        self.note_edit = QLineEdit()
        self.note_edit.setProperty("kind", "large")
        self.note_edit.textEdited.connect(lambda _text: self.clear_problem())
        self.add_field("What was done", self.note_edit, name="note")
        later = KeyButton(desk.theme, "Later", key="Escape")
        later.clicked.connect(self.dismiss)
        self.button = KeyButton(desk.theme, "Take it off the list", key="Return", kind="primary")
        self.button.clicked.connect(self._note)
        self.footer.addStretch(1)
        self.add_button(later)
        self.add_button(self.button, is_default=True)

    def _note(self) -> None:
        note = self.note_edit.text().strip()
        if not note:
            self.show_problem(InvalidInputError(NOTE_MISSING, field="note"))
            return
        refunds, actor, refund_id = self._desk.services.refunds, self._desk.actor, self._refund.id
        self.set_busy(True)
        self._desk.tasks.run(
            self,
            lambda: refunds.see_to(actor, refund_id, note=note),
            done=self._finish,
            failed=self._show_failure,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, refund: RefundRecord) -> None:
        self.finish()
        self.seen_to.emit(refund)

    def _show_failure(self, error: ClinicDeskError) -> None:
        self.show_problem(error)
