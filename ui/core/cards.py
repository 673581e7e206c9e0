"""Rounded cards, and the quiet message of an empty view."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.core.buttons import KeyButton
from ui.core.labels import plain_label
from ui.core.theme import Theme


class Card(QWidget):
    """A rounded box with a thin outline; put widgets into `body`.

    `mark` names the tone of a coloured edge on the left.
    """

    def __init__(self, theme: Theme, *, margin_px: int = 16, mark: str = "") -> None:
        super().__init__()
        self._theme, self._mark = theme, mark
        self.body = QVBoxLayout(self)
        side = theme.px(margin_px)
        self.body.setContentsMargins(side, side, side, side)
        self.body.setSpacing(theme.px(4))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._theme.px(self._theme.radius["card"])
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self._theme.colour("line"))
        painter.setBrush(self._theme.colour("panel"))
        painter.drawRoundedRect(box, radius, radius)
        if self._mark:
            painter.setClipRect(QRectF(0, 0, self._theme.px(4), self.height()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.palette.status(self._mark).mark)
            painter.drawRoundedRect(box, radius, radius)


class EmptyView(QWidget):
    """Says what would be here, and offers the one action that makes the first."""

    def __init__(self, title: str, sentence: str, action: KeyButton | None = None) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for label in (plain_label(title, "heading"), plain_label(sentence, "soft", wrap=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        if action is not None:
            layout.addSpacing(12)
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
