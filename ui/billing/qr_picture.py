"""Shows a QR code, always black on white: cameras do not read it the other way round."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.documents.qr import Modules, qr_modules
from ui.core.theme import Theme

SIDE_PX = 240


class QrPicture(QWidget):
    """A square with the code of a text; empty until there is one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.text = ""
        self._modules: Modules = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("QR code of the payment link")

    def show_text(self, text: str) -> None:
        """Show the code of another text."""
        self.text = text
        self._modules = qr_modules(text) if text else ()
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room that a telephone reads well."""
        side = self._theme.px(SIDE_PX)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint whole pixels only, so that no edge is soft."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if not self._modules:
            return
        size = min(self.width(), self.height()) // len(self._modules)
        left = (self.width() - size * len(self._modules)) // 2
        for row, line in enumerate(self._modules):
            for column, is_dark in enumerate(line):
                if is_dark:
                    dot = QRectF(left + column * size, left + row * size, size, size)
                    painter.fillRect(dot, Qt.GlobalColor.black)
