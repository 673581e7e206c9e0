"""The large figure of an amount, which can be typed over."""

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit


class SumEdit(QLineEdit):
    """Shows an amount as the figure it is; taking the focus selects it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setProperty("kind", "sum")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the whole amount, so that typing replaces it."""
        super().focusInEvent(event)
        self.selectAll()
