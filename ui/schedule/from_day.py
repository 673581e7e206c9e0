"""The chip "From today": pressed, it takes a day as it is typed."""

from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clinicdesk.schedule.typed_days import read_days
from ui.core.chip import Chip
from ui.core.theme import Theme
from ui.schedule.appointment_words import short_day

NOW_TEXT = "From today"


class FromDay(QWidget):
    """Says from which day times are offered; `changed` tells that it is another."""

    changed = Signal()

    def __init__(self, theme: Theme, *, today: date) -> None:
        super().__init__()
        self._today = today
        self.from_on: date | None = None
        self.chip = Chip(theme, NOW_TEXT)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("tue, 24/11, next week")
        self.edit.setAccessibleName("From which day")
        self.edit.setFixedSize(theme.px(160), theme.px(24))
        self.edit.installEventFilter(self)
        self.edit.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.chip)
        row.addWidget(self.edit)
        self.chip.clicked.connect(self._pressed)

    def _pressed(self) -> None:
        if self.from_on is not None:
            self._set(None)
            return
        self.chip.setChecked(False)
        self.chip.hide()
        self.edit.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the day with Enter; Escape and leaving keep what was."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
        if event.type() is QEvent.Type.FocusOut and self.edit.isVisible():
            self._close()
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        words = self.edit.text().casefold().split()
        found = read_days(words, self._today) if words else None
        is_whole = found is not None and found[0] == len(words)
        self.edit.setProperty("wrong", not is_whole)
        self.edit.style().polish(self.edit)
        if found is not None and is_whole:
            self._set(found[1].from_on)
            self._close()

    def _set(self, day: date | None) -> None:
        self.from_on = day
        text = NOW_TEXT if day is None else f"From {short_day(day)}"
        self.chip.setText(text)
        self.chip.setAccessibleName(text)
        self.chip.setChecked(day is not None)
        self.chip.updateGeometry()
        self.changed.emit()

    def _close(self) -> None:
        had_focus = self.edit.hasFocus()
        self.edit.clear()
        self.edit.hide()
        self.chip.show()
        if had_focus:
            self.chip.setFocus(Qt.FocusReason.OtherFocusReason)
