"""A small dialog of fields that saves one thing, and keeps what was typed until that is done."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.errors import InvalidInputError
from ui.core.buttons import KeyButton
from ui.core.dialogs import Dialog
from ui.core.session import Desk

Store = Callable[[], object]


class EditDialog(Dialog):
    """Asks `read_fields` what to store when Save is pressed; `saved` tells that it is.

    A subclass adds its fields, calls `add_footer`, and overrides `storing`.
    """

    saved = Signal(str)

    def __init__(self, host: QWidget, desk: Desk, *, title: str, width_px: int = 520) -> None:
        super().__init__(host, desk.theme, title=title, width_px=width_px)
        self.desk = desk

    def add_footer(self, verb: str) -> None:
        """Add Cancel and the button that saves."""
        self.footer.addStretch(1)
        cancel = KeyButton(self.theme, "Cancel", key="Escape")
        cancel.clicked.connect(self.dismiss)
        self.save = KeyButton(self.theme, verb, key="Ctrl+Return", kind="primary")
        self.save.clicked.connect(self._save)
        self.add_button(cancel)
        self.add_button(self.save, is_default=True)

    def storing(self) -> tuple[Store, str]:
        """Give what stores the fields, beside the window, and the sentence that tells it.

        Raises:
            InvalidInputError: a field cannot be read; it stands at the field.
        """
        return (lambda: None), ""

    def _save(self) -> None:
        self.clear_problem()
        try:
            store, sentence = self.storing()
        except InvalidInputError as error:
            self.show_problem(error)
            return
        self.set_busy(True)
        self.desk.tasks.run(
            self,
            store,
            done=lambda _result: self._finish(sentence),
            failed=self.show_problem,
            settled=lambda: self.set_busy(False),
        )

    def _finish(self, sentence: str) -> None:
        self.finish()
        self.saved.emit(sentence)
