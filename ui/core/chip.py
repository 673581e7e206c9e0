"""A small rounded switch such as "Mornings"."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.core.theme import Theme


class Chip(QAbstractButton):
    """Switches something on or off; lit while it is on."""

    def __init__(self, theme: Theme, text: str, *, is_on: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setChecked(is_on)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Give the room for the words."""
        metrics = QFontMetrics(self._theme.font("small", "semibold"))
        return QSize(
            metrics.horizontalAdvance(self.text()) + self._theme.px(18), self._theme.px(22)
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the switch."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, is_on = self._theme, self.isChecked()
        painter.setPen(theme.colour("focus") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("brand_soft" if is_on else "line_soft"))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setPen(theme.colour("brand" if is_on else "ink_soft"))
        painter.setFont(theme.font("small", "semibold"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
