"""Asks for the reason that a step needs, and names what it will do."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.errors import ClinicDeskError, InvalidInputError
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.labels import plain_label
from ui.core.theme import Theme


class ReasonDialog(Dialog):
    """Takes a reason and hands it to `go_on`; stays open, with what was typed, when refused."""

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        *,
        title: str,
        sentence: str,
        verb: str,
        go_on: Callable[[str], None],
    ) -> None:
        super().__init__(host, theme, title=title, width_px=480)
        self._go_on = go_on
        self.body.addWidget(plain_label(sentence, "soft", wrap=True))
        self.reason_edit = QLineEdit()
        self.reason_edit.setProperty("kind", "large")
        self.reason_edit.textEdited.connect(lambda _text: self.clear_problem())
        self.add_field("Reason", self.reason_edit, name="reason")
        leave = KeyButton(theme, "Leave it as it is", key="Escape")
        leave.clicked.connect(self.dismiss)
        take = KeyButton(theme, verb, key="Return", kind="primary")
        take.clicked.connect(self._submit)
        self.footer.addStretch(1)
        self.add_button(leave)
        self.add_button(take, is_default=True)

    def _submit(self) -> None:
        reason = self.reason_edit.text().strip()
        if not reason:
            self.refuse(InvalidInputError("Please say why, in a few words.", field="reason"))
            return
        self.set_busy(True)
        self._go_on(reason)

    def refuse(self, error: ClinicDeskError) -> None:
        """Show why it was not done; the reason typed stays."""
        self.set_busy(False)
        self.show_problem(error)
