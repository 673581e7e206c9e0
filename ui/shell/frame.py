"""The frame of the window: painted at once, before anything that is put into it is loaded."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.core.theme import Theme

WIDTH_PX, HEIGHT_PX, RAIL_PX = 1440, 900, 64


class Frame(QWidget):
    """The window on the screen; it shows the ground and the rail until it has its content.

    `appeared` comes once, after the first picture.
    """

    appeared = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: QWidget | None = None
        self._has_appeared = False
        self.setWindowTitle("ClinicDesk")
        self.resize(theme.px(WIDTH_PX), theme.px(HEIGHT_PX))
        theme.changed.connect(self.update)

    def set_content(self, content: QWidget) -> None:
        """Fill the frame."""
        self._content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(content)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what the content will cover with the same colours."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("background"))
        painter.fillRect(0, 0, self._theme.px(RAIL_PX), self.height(), self._theme.colour("rail"))
        if not self._has_appeared:
            self._has_appeared = True
            QTimer.singleShot(0, self.appeared.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the content finish what it is writing."""
        if self._content is not None:
            self._content.close()
        super().closeEvent(event)
