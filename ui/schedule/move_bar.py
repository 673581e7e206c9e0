"""The bar over the day while an appointment is lifted: who is moved, and how to put it down."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.core.buttons import KeyButton
from ui.core.labels import ElidedLabel
from ui.core.theme import Theme


class MoveBar(QWidget):
    """Says what is being moved; `given_up` tells that it should go back, `shelf_asked` aside."""

    given_up = Signal()
    shelf_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("movebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._label = ElidedLabel("", "strong")
        back = KeyButton(theme, "Put it back", key="Esc")
        back.clicked.connect(self.given_up)
        self._shelve = KeyButton(theme, "Put on the shelf", key="S")
        self._shelve.clicked.connect(self.shelf_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(6), theme.px(12), theme.px(6))
        layout.addWidget(self._label, 1)
        layout.addWidget(self._shelve)
        layout.addWidget(back)
        self.hide()

    def show_moving(self, name: str, what: str, *, can_shelve: bool = True) -> None:
        """Say who and what is being moved, and whether it can be put on the shelf."""
        self._shelve.setVisible(can_shelve)
        self._label.setText(f"Moving {name} · Enter puts it down · {what}")
        self.show()
