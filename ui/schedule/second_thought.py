"""What stands between a refused booking and doing it all the same, with a reason if one is due."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ui.core.buttons import KeyButton
from ui.core.theme import Theme


class SecondThought(QWidget):
    """Offers to book all the same; `accepted` carries the reason typed, "" where none is due."""

    accepted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.reason_edit = QLineEdit()
        self.reason_edit.setPlaceholderText("Why it is booked over")
        self.reason_edit.setAccessibleName("Reason for booking over it")
        self.reason_edit.returnPressed.connect(self._accept)
        self.button = KeyButton(theme, "Book all the same", key="Ctrl+Return", kind="danger")
        self.button.clicked.connect(self._accept)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        row.addWidget(self.reason_edit, 1)
        row.addStretch(0)
        row.addWidget(self.button)
        self.hide()

    def offer_despite_overlap(self) -> None:
        """Offer to book although the patient is elsewhere then; no reason is asked."""
        self.reason_edit.hide()
        self.button.set_text("Book all the same")
        self.show()

    def offer_overbooking(self) -> None:
        """Offer to book over what is there; a reason is asked."""
        self.reason_edit.show()
        self.button.set_text("Book over it")
        self.show()

    def _accept(self) -> None:
        needs_reason = self.reason_edit.isVisibleTo(self)
        reason = self.reason_edit.text().strip()
        if needs_reason and not reason:
            self.reason_edit.setFocus()
        else:
            self.accepted.emit(reason if needs_reason else "")
