"""The short message at the foot of the window, and the way back it may offer."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.core.buttons import KeyButton
from ui.core.labels import plain_label
from ui.core.theme import Theme

SHOWN_MS = 5_000
UNDO_MS = 15_000


class Toast(QWidget):
    """One message at a time over the lower edge; it goes by itself."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._host = theme, host
        self._undo: Callable[[], object] | None = None
        self._label = plain_label()
        self.button = KeyButton(theme, "Undo", key="Ctrl+Z", kind="primary")
        self.button.clicked.connect(self._take_back)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(8), theme.px(10), theme.px(8))
        layout.setSpacing(theme.px(12))
        layout.addWidget(self._label)
        layout.addWidget(self.button)
        host.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The message shown last."""
        return self._label.text()

    def show_message(self, sentence: str, undo: Callable[[], object] | None = None) -> None:
        """Show `sentence`; with `undo` also a button (Ctrl+Z) that takes the step back."""
        self._undo = undo
        self._label.setText(sentence)
        self._label.setAccessibleName(sentence)
        self.button.setVisible(undo is not None)
        self._theme_ink()
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(UNDO_MS if undo else SHOWN_MS)

    def _theme_ink(self) -> None:
        ink = self._theme.colour("rail_on").name()
        self._label.setStyleSheet(f"color: {ink}; background: transparent;")

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    def _place(self) -> None:
        host = self._host
        x = (host.width() - self.width()) // 2
        self.move(x, host.height() - self.height() - self._theme.px(44))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dark box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("rail_active"))
        painter.drawRoundedRect(self.rect(), self._theme.px(10), self._theme.px(10))
