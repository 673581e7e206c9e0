"""What floats over the calendar when a time fell free that somebody on the waiting list wants."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.core.buttons import KeyButton
from ui.core.labels import ElidedLabel
from ui.core.theme import Theme

SHOWN_MS, ABOVE_TOAST_PX, SIDE_PX = 45_000, 76, 24


class FreedBar(QWidget):
    """Says what fell free and how many want it; `asked` carries the appointment's id on O."""

    asked = Signal(int)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._host = theme, host
        self.appointment_id: int | None = None
        self.label = ElidedLabel("", "strong", wants_room=True)
        self.button = KeyButton(theme, "Offer to waiting list", key="O", kind="primary")
        self.button.clicked.connect(self._ask)
        close = KeyButton(theme, "Not now", kind="quiet")
        close.clicked.connect(self.put_away)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(10), theme.px(8))
        row.setSpacing(theme.px(12))
        for widget in (self.label, self.button, close):
            row.addWidget(widget)
        host.installEventFilter(self)
        self.hide()

    def show_freed(self, appointment_id: int, words: str, fitting: int) -> None:
        """Show a freed time that some wishes fit; shown anew it stays for a while again."""
        self.appointment_id = appointment_id
        who = "1 patient waits" if fitting == 1 else f"{fitting} patients wait"
        self.label.setText(f"{words} is free · {who}")
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def put_away(self) -> None:
        """Show nothing any more."""
        self.appointment_id = None
        self._timer.stop()
        self.hide()

    def _ask(self) -> None:
        appointment_id = self.appointment_id
        self.put_away()
        if appointment_id is not None:
            self.asked.emit(appointment_id)

    def _place(self) -> None:
        px = self._theme.px
        width = min(self.sizeHint().width(), self._host.width() - 2 * px(SIDE_PX))
        height = self.sizeHint().height()
        top = self._host.height() - height - px(ABOVE_TOAST_PX)
        self.setGeometry((self._host.width() - width) // 2, max(0, top), width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the calendar's size."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("focus"), 1))
        painter.setBrush(self._theme.colour("panel"))
        radius = self._theme.px(10)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
