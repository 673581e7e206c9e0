"""A thin bar that shows how much is done."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.core.theme import Theme


class ProgressLine(QWidget):
    """Shows a part of a whole; the words beside it say the numbers."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self._part = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def part(self) -> float:
        """How much is shown as done, 0 to 1."""
        return self._part

    def show_part(self, part: float) -> None:
        """Show `part` of 1 as done."""
        self._part = min(max(part, 0.0), 1.0)
        self.setAccessibleName(f"{self._name}: {self._part:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        """Give the height of the bar."""
        return QSize(self._theme.px(160), self._theme.px(6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        whole = QRectF(self.rect())
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(whole, radius, radius)
        painter.setBrush(self._theme.colour("brand"))
        done = QRectF(0, 0, whole.width() * self._part, whole.height())
        painter.drawRoundedRect(done, radius, radius)
