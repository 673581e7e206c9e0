"""Asks why an appointment is cancelled and by whom, and names what will happen."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.schedule.records import CancelledBy
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.segmented import Segmented
from ui.core.theme import Theme

USUAL_REASON = {
    CancelledBy.PATIENT: "Patient cancelled",
    CancelledBy.CLINIC: "Doctor away",
}
WHO = (CancelledBy.PATIENT, CancelledBy.CLINIC)


class CancelDialog(Dialog):
    """Takes a reason and who called the visit off, and hands them to `cancel`.

    It stays open when the step is refused. `late` is the sentence that says that the patient is
    late with it, "" where that is not so.
    """

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        *,
        name: str,
        when: str,
        cancel: Callable[[str, CancelledBy], None],
        late: str = "",
    ) -> None:
        super().__init__(host, theme, title=f"Cancel the appointment · {name}", width_px=480)
        self._cancel = cancel
        self.body.addWidget(plain_label(when, "soft", wrap=True))
        self.reason_edit = QLineEdit(USUAL_REASON[CancelledBy.PATIENT])
        self.reason_edit.selectAll()
        self.reason_edit.setProperty("kind", "large")
        self.reason_edit.textEdited.connect(lambda _text: self.clear_problem())
        self.add_field("Reason", self.reason_edit, name="reason")
        self.who = Segmented(theme, ("The patient", "The clinic"), name="Cancelled by")
        self.who.chosen.connect(self._follow_who)
        self.add_field("Cancelled by", self.who)
        self.late = plain_label(late, "warning", wrap=True)
        self._is_late = bool(late)
        self.body.addWidget(self.late)
        self.late.setVisible(self._is_late)  # before, without a parent, it would be a window
        keep = KeyButton(theme, "Keep it", key="Escape")
        keep.clicked.connect(self.dismiss)
        self._button = KeyButton(theme, "Cancel the appointment", key="Return", kind="danger")
        self._button.clicked.connect(self._submit)
        self.footer.addStretch(1)
        self.add_button(keep)
        self.add_button(self._button, is_default=True)

    def _follow_who(self, number: int) -> None:
        """Offer the usual reason of whoever it is; one that was typed stays."""
        if self.reason_edit.text() in USUAL_REASON.values():
            self.reason_edit.setText(USUAL_REASON[WHO[number]])
        self.late.setVisible(self._is_late and WHO[number] is CancelledBy.PATIENT)

    def _submit(self) -> None:
        reason = self.reason_edit.text().strip()
        self.set_busy(True)
        self._cancel(reason, WHO[self.who.current])

    def refuse(self, error: ClinicDeskError) -> None:
        """Show why it was not cancelled; the reason typed stays."""
        self.set_busy(False)
        self.show_problem(error)
