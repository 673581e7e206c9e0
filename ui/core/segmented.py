"""The row of choices of which one is on."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.core.theme import Theme


class Segmented(QWidget):
    """A row of choices of which exactly one is on; left and right move between them."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, choices: Sequence[str], *, name: str) -> None:
        super().__init__()
        self._theme, self._choices, self._name = theme, tuple(choices), name
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._say()
        theme.changed.connect(self.updateGeometry)

    @property
    def current(self) -> int:
        """The number of the choice that is on."""
        return self._current

    def set_current(self, number: int) -> None:
        """Switch a choice on, and tell if it was off."""
        if number != self._current and 0 <= number < len(self._choices):
            self._current = number
            self._say()
            self.update()
            self.chosen.emit(number)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._name}: {self._choices[self._current]}")

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(self._theme.font("body", "medium"))
        return [metrics.horizontalAdvance(text) + self._theme.px(26) for text in self._choices]

    def sizeHint(self) -> QSize:
        """Give the room for all choices."""
        return QSize(sum(self._widths()), self._theme.px(32))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch on the choice under the mouse."""
        x = event.position().x()
        left = 0
        for number, width in enumerate(self._widths()):
            if left <= x < left + width:
                self.set_current(number)
            left += width

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between the choices."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.set_current((self._current + step) % len(self._choices))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour
        radius = self._theme.px(self._theme.radius["control"])
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(outline, radius, radius)
        painter.fillPath(shape, colour("panel"))
        left = 0.0
        for number, width in enumerate(self._widths()):
            self._paint_choice(painter, shape, QRectF(left, 0, width, self.height()), number)
            left += width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("focus" if self.hasFocus() else "line"), 1))
        painter.drawPath(shape)

    def _paint_choice(
        self, painter: QPainter, shape: QPainterPath, area: QRectF, number: int
    ) -> None:
        colour = self._theme.colour
        is_on = number == self._current
        if is_on:
            part = QPainterPath()
            part.addRect(area)
            painter.fillPath(part & shape, colour("brand_soft"))
        if number:
            painter.setPen(QPen(colour("line"), 1))
            painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.setPen(colour("brand" if is_on else "ink_soft"))
        painter.setFont(self._theme.font("body", "medium"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._choices[number])
