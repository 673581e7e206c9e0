"""Asks why an appointment is cancelled, and names what will happen."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.errors import ClinicDeskError
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.theme import Theme

REASONS = ("Patient cancelled", "Doctor away", "Booked by mistake")


class CancelDialog(Dialog):
    """Takes a reason and hands it to `cancel`; stays open when the step is refused."""

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        *,
        name: str,
        when: str,
        cancel: Callable[[str], None],
    ) -> None:
        super().__init__(host, theme, title=f"Cancel the appointment · {name}", width_px=480)
        self._cancel = cancel
        self.body.addWidget(plain_label(when, "soft", wrap=True))
        self.reason_edit = QLineEdit(REASONS[0])
        self.reason_edit.selectAll()
        self.reason_edit.setProperty("kind", "large")
        self.reason_edit.textEdited.connect(lambda _text: self.clear_problem())
        self.add_field("Reason", self.reason_edit, name="reason")
        keep = KeyButton(theme, "Keep it", key="Escape")
        keep.clicked.connect(self.dismiss)
        self._button = KeyButton(theme, "Cancel the appointment", key="Return", kind="danger")
        self._button.clicked.connect(self._submit)
        self.footer.addStretch(1)
        self.add_button(keep)
        self.add_button(self._button, is_default=True)

    def _submit(self) -> None:
        reason = self.reason_edit.text().strip()
        self.set_busy(True)
        self._cancel(reason)

    def refuse(self, error: ClinicDeskError) -> None:
        """Show why it was not cancelled; the reason typed stays."""
        self.set_busy(False)
        self.show_problem(error)
