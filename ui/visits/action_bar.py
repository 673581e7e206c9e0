"""The bar under the board: who is selected, what can be done now, and how to find a card."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from ui.core.buttons import KeyButton
from ui.core.hit_list import folded
from ui.core.labels import ElidedLabel
from ui.core.theme import Theme
from ui.visits.actions import ALL, PATIENT, VisitAction
from ui.visits.board_words import ShownCard

HINT = "Arrows choose a card · / or a capital letter finds one · Shift F2 hides names"


class ActionBar(QWidget):
    """Buttons with their keys for the selected card; `asked` carries an action's name.

    While the line to find a card is open, `searched` tells what was typed, `found` that Enter
    took the match, `left` that it was closed.
    """

    asked = Signal(str)
    searched = Signal(str)
    found = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.who = ElidedLabel(HINT, "soft")
        self.find_edit = QLineEdit()
        self.find_edit.setPlaceholderText("Find a card by name, Enter takes it")
        self.find_edit.setAccessibleName("Find a card")
        self.find_edit.setMaximumWidth(theme.px(320))
        self.find_edit.textEdited.connect(self.searched)
        self.find_edit.installEventFilter(self)
        self.find_edit.hide()
        self.buttons: dict[str, KeyButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(2), 0, theme.px(2), 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.find_edit, 1)
        row.addWidget(self.who, 1)
        for action in ALL:
            button = KeyButton(theme, action.text, key=action.key)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _on=False, name=action.name: self.asked.emit(name))
            if action is PATIENT:
                button.setShortcut(QKeySequence())  # Enter belongs to whatever has the focus
            button.hide()
            self.buttons[action.name] = button
            row.addWidget(button)
        self.setMinimumHeight(theme.px(34))

    def show_card(self, shown: ShownCard | None, actions: Sequence[VisitAction]) -> None:
        """Offer what a card allows now."""
        self.who.setText(f"{shown.name} · {shown.time} · {shown.where}" if shown else HINT)
        names = {action.name for action in actions}
        for name, button in self.buttons.items():
            button.setVisible(name in names)

    def begin_find(self, text: str) -> None:
        """Open the line with letters typed already."""
        self.find_edit.setText(text)
        self.find_edit.show()
        self.who.hide()
        self.find_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_edit.end(False)
        self.searched.emit(text)

    def end_find(self) -> None:
        """Close the line."""
        self.find_edit.hide()
        self.who.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the match with Enter, leave with Escape."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.found.emit()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
        return super().eventFilter(watched, event)


def first_match(cards: Sequence[ShownCard], text: str) -> ShownCard | None:
    """Give the first card of which every word typed begins a word of the patient's name."""
    words = folded(text).split()
    for shown in cards:
        names = folded(shown.card.patient_name).replace("-", " ").split()
        if words and all(any(name.startswith(word) for name in names) for word in words):
            return shown
    return None
